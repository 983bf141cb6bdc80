//! What was measured, as a table for people and as JSON for programs.

use std::{env, fs, time::Duration};

use serde_json::{Value, json};

use crate::processor::Spent;

/// One load: how many were done, how fast, and how long each took.
pub struct Load {
    pub done: u64,
    pub rate: f64,
    pub took: Vec<Duration>,
    pub spent: Spent,
}

impl Load {
    pub fn new(done: u64, in_all: Duration, mut took: Vec<Duration>, spent: Spent) -> Self {
        took.sort_unstable();
        Self { done, rate: done as f64 / in_all.as_secs_f64(), took, spent }
    }

    /// Latency, and where the processor's time went for each that was done.
    pub fn note(&self) -> String {
        let each = |ticks| Spent::each(ticks, self.done);
        format!(
            "{}; processor {:.0} µs server, {:.0} µs Postgres, {:.0} µs load",
            self.latency(),
            each(self.spent.server),
            each(self.spent.postgres),
            each(self.spent.load)
        )
    }

    /// Half of the requests took no longer than the first figure, 99 of 100 no longer than the second.
    fn latency(&self) -> String {
        let at = |share: f64| {
            let index = ((self.took.len() as f64 * share) as usize).min(self.took.len().saturating_sub(1));
            self.took.get(index).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
        };
        format!("p50 {:.1} ms, p99 {:.1} ms", at(0.50), at(0.99))
    }
}

/// A row of the table.
pub struct Line {
    what: &'static str,
    figure: f64,
    unit: &'static str,
    /// Measured, wanted, and whether that is met.
    mark: Option<(String, bool)>,
    ratio: Option<f64>,
    note: String,
}

impl Line {
    pub fn rate(what: &'static str, figure: f64, unit: &'static str) -> Self {
        Self { what, figure, unit, mark: None, ratio: None, note: String::new() }
    }

    pub fn figure(what: &'static str, figure: f64, unit: &'static str) -> Self {
        Self::rate(what, figure, unit)
    }

    /// Beside the reference of the same run.
    pub fn ratio(self, ratio: f64, wanted: f64) -> Self {
        let mark = (wanted > 0.0).then(|| (format!("{wanted:.1} x pgbench"), ratio >= wanted));
        Self { ratio: Some(ratio), mark, ..self }
    }

    pub fn mark(self, wanted: f64, found: f64) -> Self {
        Self { mark: Some((format!("{wanted:.0} or more"), found >= wanted)), ..self }
    }

    pub fn below(self, wanted: f64, found: f64) -> Self {
        Self { mark: Some((format!("under {wanted:.0}"), found < wanted)), ..self }
    }

    pub fn note(self, note: String) -> Self {
        Self { note, ..self }
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what, "figure": self.figure, "unit": self.unit, "ratio": self.ratio,
            "mark": self.mark.as_ref().map(|(text, _)| text), "met": self.mark.as_ref().map(|(_, met)| met),
            "note": self.note,
        })
    }
}

#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Prints the table, and writes the JSON to LAUREL_BENCH_JSON where that is set.
    pub fn print(&self) {
        println!("| what | figure | beside pgbench | mark | |\n|---|---:|---:|---|---|");
        for line in &self.lines {
            let ratio = line.ratio.map(|ratio| format!("{ratio:.2} x")).unwrap_or_default();
            let mark = line.mark.as_ref().map(|(text, met)| format!("{text}: {}", if *met { "met" } else { "missed" }));
            let figure = if line.figure < 100.0 { format!("{:.1}", line.figure) } else { format!("{:.0}", line.figure) };
            let (what, unit, note) = (line.what, line.unit, &line.note);
            println!("| {what} | {figure} {unit} | {ratio} | {} | {note} |", mark.unwrap_or_default());
        }
        if let Ok(path) = env::var("LAUREL_BENCH_JSON") {
            let lines: Vec<Value> = self.lines.iter().map(Line::json).collect();
            if let Err(error) = fs::write(&path, format!("{:#}\n", Value::from(lines))) {
                eprintln!("{path} can't be written: {error}");
            }
        }
    }
}
