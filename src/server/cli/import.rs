//! `laurel import`: purchases from a file, with progress on a terminal and a report of what could not be
//! taken.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::{Args, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        ids::ImportId,
        import::{
            Mapping,
            progress::{State, Tally},
            purchases::Reject,
        },
        points::{Money, grouped},
        program::Program,
    },
    server::{
        context::{Context, new_id},
        error::Result,
        imports::{
            self, NewImport,
            engine::{self, End, Follow, Run},
            input::Input,
            jobs::Alive,
            report::Report,
        },
        program,
    },
};

/// Take in what members did elsewhere.
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Purchases(Purchases),
}

/// Import purchases from a CSV file, also compressed with gzip.
///
/// Each row is a purchase, or with `basket` a line of one. Good rows land and bad ones go to a report with
/// their line and the reason. Importing a file again changes nothing, also when it was stopped halfway: a
/// row without an id of its own is known by its content and by its place among identical rows.
#[derive(Debug, Args)]
struct Purchases {
    /// The file; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where the purchases come from: the till or the shop. Ids of purchases are unique within a source.
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Which column means what: `member=customer_id,date=date,amount=total`. A column is named as in the
    /// header or by its place (`#1`).
    ///
    /// Needed: member, date, amount. Possible: quantity, id (a number of the purchase, where a row is a
    /// purchase), basket (the number of the receipt, where a row is a line of it), sku, category, store.
    /// `date_format=dmy|mdy` for dates such as 3/4/2025, `decimal=point|comma` for amounts such as 1,234.
    #[arg(long, value_name = "FIELD=COLUMN,…", required = true)]
    map: Vec<String>,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where bad rows are reported. Unset: FILE.rejects.csv.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Import {
    pub async fn run(self, ctx: &Context, stop: &CancellationToken) -> Result<ExitCode> {
        match self.command {
            Command::Purchases(purchases) => purchases.run(ctx, stop).await,
        }
    }
}

impl Purchases {
    async fn run(self, ctx: &Context, stop: &CancellationToken) -> Result<ExitCode> {
        let mapping = Mapping::parse(&self.map.join(","))?;
        mapping.check()?;
        let program = program::show(ctx).await?;
        let size =
            std::fs::metadata(&self.file).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
        let name =
            self.file.file_name().map_or_else(|| "standard input".into(), |name| name.to_string_lossy());
        let import = NewImport {
            import_id: ImportId(new_id()),
            file_name: if self.is_standard_input() { "standard input" } else { &name },
            source: &self.source,
            mapping: &mapping,
            dry_run: self.dry_run,
            state: State::Running,
            bytes_total: size.and_then(|size| i64::try_from(size).ok()),
            started_by: "command line",
        };
        let import_id = import.import_id;
        imports::create(ctx, &import).await?;
        let alive = Alive::claim(ctx, import_id).await?;
        let run = Run { import_id, source: self.source.trim().to_owned(), mapping, dry_run: self.dry_run };
        let input =
            if self.is_standard_input() { Input::StandardInput } else { Input::File(self.file.clone()) };
        let mut terminal = Terminal::new(Report::at(self.report_path()), size);
        let outcome = engine::run(ctx, &run, input, stop, &mut terminal).await;
        alive.end().await;
        if self.is_standard_input() {
            imports::uploads::remove(ctx, import_id).await;
        }
        terminal.clear();
        self.conclude(outcome, &terminal, &program)
    }

    fn is_standard_input(&self) -> bool {
        self.file == Path::new("-")
    }

    fn report_path(&self) -> PathBuf {
        let beside = || {
            let mut name = self.file.clone().into_os_string();
            name.push(".rejects.csv");
            PathBuf::from(name)
        };
        let of_stdin = || PathBuf::from("standard-input.rejects.csv");
        self.report.clone().unwrap_or_else(|| if self.is_standard_input() { of_stdin() } else { beside() })
    }

    /// The summary on standard output, and the answer to the shell.
    fn conclude(
        &self,
        outcome: Result<(Tally, End)>,
        terminal: &Terminal,
        program: &Program,
    ) -> Result<ExitCode> {
        let report = terminal.report.path();
        let (tally, end) = outcome.inspect_err(|_| {
            let _ = report.is_some_and(|path| {
                eprintln!("The rows that could not be imported are in {}.", path.display());
                true
            });
        })?;
        let mut text = summary(&tally, self.dry_run, program, terminal.started.elapsed());
        if let Some(report) = report {
            text.push_str("  see ");
            text.push_str(&report.display().to_string());
            text.push('\n');
        }
        std::io::stdout().write_all(text.as_bytes())?;
        if end != End::Finished {
            eprintln!(
                "Stopped before the end of the file. What landed stays; run it again to go on: nothing \
                 counts twice."
            );
            return Ok(ExitCode::from(super::INTERRUPTED));
        }
        let nothing_good = tally.purchases() == 0 && tally.rows_rejected > 0;
        Ok(if nothing_good { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn summary(tally: &Tally, dry_run: bool, program: &Program, took: Duration) -> String {
    let Program { currency, currency_digits, .. } = program;
    let purchases = tally.purchases();
    let seconds = took.as_secs_f64();
    let per_second = purchases * 1_000 / i64::try_from(took.as_millis().max(1)).unwrap_or(i64::MAX);
    let would = if dry_run { "Dry run: nothing was written.\n" } else { "" };
    let points =
        if dry_run { String::new() } else { format!("Points        {:>14}\n", grouped(tally.points)) };
    format!(
        "{would}Rows          {:>14}\nPurchases new {:>14}\nKnown before  {:>14}\n\
         Amount        {:>14} {currency}\n\
         {points}Members new   {:>14}\nSeconds       {seconds:>14.1}  ({per_second} purchases a second)\n\
         Rejected      {:>14}\n",
        grouped(tally.rows),
        grouped(tally.purchases_new),
        grouped(tally.purchases_known),
        Money(tally.amount).grouped(*currency_digits),
        grouped(tally.members_new),
        grouped(tally.rows_rejected),
    )
}

/// Shows on a terminal where the import is, and writes the report.
struct Terminal {
    report: Report,
    size: Option<u64>,
    shows: bool,
    started: Instant,
}

impl Terminal {
    fn new(report: Report, size: Option<u64>) -> Self {
        Self { report, size, shows: std::io::stderr().is_terminal(), started: Instant::now() }
    }

    fn rewrite(&self, line: &str) {
        if self.shows {
            let mut terminal = std::io::stderr().lock();
            let _ = write!(terminal, "\r\x1b[2K{line}");
            let _ = terminal.flush();
        }
    }

    fn clear(&self) {
        self.rewrite("");
    }
}

impl Follow for Terminal {
    fn rejected(&mut self, rejects: &[Reject]) -> Result<()> {
        self.report.add(rejects)
    }

    fn advanced(&mut self, tally: &Tally, bytes: u64) {
        let part = match self.size.filter(|size| *size > 0) {
            Some(size) => format!("{:>3} %  ", bytes.min(size) * 100 / size),
            None => String::new(),
        };
        let rejected = match tally.rows_rejected {
            0 => String::new(),
            rejected => format!("  {} rejected", grouped(rejected)),
        };
        let purchases = tally.purchases();
        self.rewrite(&format!(
            "{part}{} rows  {} purchases{rejected}",
            grouped(tally.rows),
            grouped(purchases)
        ));
    }
}
