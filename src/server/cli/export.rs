//! `laurel export`: a table of the program on standard output.

use std::{
    io::{self, BufWriter, StdoutLock, Write},
    process::ExitCode,
};

use clap::{Args, ValueEnum};

use crate::server::{
    context::Context,
    db,
    error::{Error, Result},
    exports::{self, Table, cells::cells},
};

/// Write members, the ledger or the purchases to standard output, as CSV or as JSON lines.
///
/// All of it is as it was at one instant; a server may go on working. Amounts are decimals in the program's
/// currency, points are whole numbers, instants have an offset. docs/operating tells every column.
#[derive(Debug, Args)]
pub struct Export {
    /// What to write.
    table: Table,
    /// CSV begins with a line of names; json is one object a line.
    #[arg(long, default_value = "csv")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Json,
}

impl Export {
    pub async fn run(self, context: &Context) -> Result<ExitCode> {
        match self.write(context).await {
            // Whoever read it has enough.
            Err(Wrong::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            Err(Wrong::Output(error)) => Err(error.into()),
            Err(Wrong::Input(error)) => Err(error),
            Ok(()) => Ok(ExitCode::SUCCESS),
        }
    }

    async fn write(&self, context: &Context) -> std::result::Result<(), Wrong> {
        let mut tx = db::snapshot(&context.pool).await.map_err(Wrong::Input)?;
        let columns = self.table.columns();
        if self.format == Format::Csv {
            put_csv(&[columns.iter().map(ToString::to_string).collect()])?;
        }
        let mut after: Option<String> = None;
        loop {
            let page = exports::page(&mut tx, self.table, after.as_deref()).await.map_err(Wrong::Input)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.clone());
            match self.format {
                Format::Csv => {
                    let rows: Vec<Vec<String>> = page.iter().map(|row| cells(&row.row, columns)).collect();
                    put_csv(&rows)?;
                }
                Format::Json => {
                    let mut out = out();
                    for row in &page {
                        writeln!(out, "{}", row.row)?;
                    }
                    out.flush()?;
                }
            }
        }
    }
}

/// Whose fault it is that an export ended early.
enum Wrong {
    Input(Error),
    Output(io::Error),
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn out() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

fn put_csv(rows: &[Vec<String>]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out());
    for row in rows {
        writer.write_record(row).map_err(io::Error::from)?;
    }
    writer.flush()
}
