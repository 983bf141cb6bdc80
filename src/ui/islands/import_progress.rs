//! How far an import is, asked every second; the page is loaded again when it is over.

use std::time::Duration;

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};

use crate::{
    domain::points::grouped,
    rpc::imports::{ImportLine, follow_import},
};

const EVERY: Duration = Duration::from_secs(1);

/// Without scripts this is where the import was when the page was made.
#[island]
pub fn ImportProgress(import: ImportLine) -> impl IntoView {
    let import_id = import.import_id;
    let state = import.state;
    let (line, set_line) = signal(import);
    Effect::new(move || {
        let look = move || {
            spawn_local(async move {
                // An answer that got lost is asked for again a second later.
                let Ok(now) = follow_import(import_id).await else { return };
                if now.state == state {
                    set_line.set(now);
                } else {
                    let _ = window().location().reload();
                }
            });
        };
        if let Ok(interval) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || IntervalHandle::clear(&interval));
        }
    });
    view! {
        <div class="goal">
            <label class="visually-hidden" for="import-progress">"Read so far"</label>
            <progress id="import-progress" value=move || line.with(bytes_read)
                max=move || line.with(bytes_total)></progress>
            <p class="goal__words" aria-live="off">{move || line.with(words)}</p>
        </div>
    }
}

fn bytes_total(line: &ImportLine) -> String {
    line.bytes_total.unwrap_or(1).max(1).to_string()
}

fn bytes_read(line: &ImportLine) -> String {
    line.bytes_read.clamp(0, line.bytes_total.unwrap_or(1).max(1)).to_string()
}

/// 28,000 rows read · 27,990 purchases · 10 rejected
fn words(line: &ImportLine) -> String {
    let words =
        format!("{} rows read · {} purchases", grouped(line.tally.rows), grouped(line.tally.purchases()));
    match line.tally.rows_rejected {
        0 => words,
        rejected => format!("{words} · {} rows rejected", grouped(rejected)),
    }
}
