//! Imports as staff see them: the list, one with its columns to choose, its progress, its report.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};
use crate::domain::{
    ids::ImportId,
    import::{
        DateOrder, DecimalSign, Field, Mapping, column_name,
        progress::{Import, State, Tally},
        rows::Row,
        sample::Sample,
    },
    points::Money,
    program::Program,
};

const PREVIEW_ROWS: usize = 8;
/// One import in a line; times are local to the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    pub import_id: ImportId,
    pub file_name: String,
    pub source: String,
    pub dry_run: bool,
    pub state: State,
    pub bytes_total: Option<i64>,
    pub bytes_read: i64,
    pub tally: Tally,
    /// With the currency.
    pub amount: String,
    pub failure: Option<String>,
    pub started_by: String,
    pub created_at: DateTime,
    pub seconds: Option<i64>,
}

impl ImportLine {
    /// Whether every row was rejected.
    #[must_use]
    pub fn is_for_nothing(&self) -> bool {
        self.tally.rows_rejected > 0 && self.tally.purchases_new + self.tally.purchases_known == 0
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportsPage {
    pub flash: Flash,
    pub request_id: Uuid,
    pub imports: Vec<ImportLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportPage {
    pub flash: Flash,
    pub import: ImportLine,
    /// While columns may be chosen.
    pub draft: Option<Draft>,
    /// The first rows that could not be imported.
    pub rejects: Vec<RejectLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectLine {
    pub line: u64,
    pub reason: String,
    pub row: String,
}

/// How a file's columns are read, and how its first rows look so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    /// Names of columns, each with a value of the first rows.
    pub columns: Vec<(String, String)>,
    /// Field and column.
    pub chosen: Vec<(String, String)>,
    pub date_format: String,
    pub decimal: String,
    /// Why the choice does not fit, if it does not.
    pub misfit: Option<String>,
    pub preview: Vec<PreviewRow>,
}

impl Draft {
    #[must_use]
    pub fn column(&self, field: &str) -> String {
        let chosen = self.chosen.iter().find(|(name, _)| name == field);
        chosen.map_or_else(String::new, |(_, column)| column.clone())
    }
}

/// A row as it would be taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreviewRow {
    pub line: u64,
    pub outcome: Result<Understood, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Understood {
    pub member: String,
    pub at: DateTime,
    pub amount: String,
    pub quantity: i64,
    /// Receipt, item, category and store, as far as they are there.
    pub more: String,
}

impl ImportLine {
    #[must_use]
    pub fn of(import: Import, program: &Program) -> Self {
        let seconds = import.started_at.zip(import.finished_at).map(|(from, to)| (to - from).get_seconds());
        Self {
            import_id: import.import_id,
            file_name: import.file_name,
            source: import.source,
            dry_run: import.dry_run,
            state: import.state,
            bytes_total: import.bytes_total,
            bytes_read: import.bytes_read,
            amount: money(import.tally.amount, program),
            tally: import.tally,
            failure: import.failure,
            started_by: import.started_by,
            created_at: program.zone().to_datetime(import.created_at),
            seconds,
        }
    }
}

impl Draft {
    #[must_use]
    pub fn of(sample: Sample, mapping: &Mapping, program: &Program) -> Self {
        let value = |place: usize| {
            let mut cells = sample.records.iter().filter_map(|record| record.cells.as_ref().ok()?.get(place));
            cells
                .find(|cell| !cell.trim().is_empty())
                .map(|cell| cell.trim().chars().take(30).collect::<String>())
        };
        let columns = (0..sample.header.len()).map(|place| {
            let name = column_name(&sample.header, place);
            let words = value(place).map_or_else(|| name.clone(), |value| format!("{name} ({value})"));
            (name, words)
        });
        let (misfit, rows) = match sample.understood {
            Ok(rows) => (None, rows),
            Err(refusal) => (Some(refusal.message), Vec::new()),
        };
        let preview = sample.records.iter().zip(rows).take(PREVIEW_ROWS).map(|(record, row)| PreviewRow {
            line: record.line,
            outcome: row.map(|row| Understood::of(row, program)).map_err(|trouble| trouble.reason),
        });
        Self {
            columns: columns.collect(),
            chosen: mapping
                .columns
                .iter()
                .map(|(field, name)| (field.name().to_owned(), name.clone()))
                .collect(),
            date_format: mapping.date_order.map_or("", DateOrder::name).to_owned(),
            decimal: mapping.decimal.map_or("", DecimalSign::name).to_owned(),
            misfit,
            preview: preview.collect(),
        }
    }
}

impl Understood {
    fn of(row: Row, program: &Program) -> Self {
        let more: Vec<String> =
            [row.id, row.line.sku, row.line.category, row.store].into_iter().flatten().collect();
        Self {
            member: row.member,
            at: program.zone().to_datetime(row.at),
            amount: money(row.line.amount.0, program),
            quantity: row.line.quantity,
            more: more.join(" · "),
        }
    }
}

fn money(minor: i64, program: &Program) -> String {
    format!("{} {}", Money(minor).grouped(program.currency_digits), program.currency)
}

#[server]
pub async fn load_imports() -> Result<ImportsPage, Failure> {
    use crate::server::{context::new_id, http, identity, imports, program};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let program = program::show(&ctx).await?;
    let found = imports::list(&ctx, &staff).await?;
    let imports = found.into_iter().map(|import| ImportLine::of(import, &program)).collect();
    Ok(ImportsPage { flash: http::forms::take_flash(), request_id: new_id(), imports })
}

#[server]
pub async fn load_import(import_id: ImportId) -> Result<ImportPage, Failure> {
    use crate::server::{
        http, identity,
        imports::{self, uploads},
        program,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let program = program::show(&ctx).await?;
    let import = imports::find(&ctx, &staff, import_id).await?;
    let draft = if import.may_start() && uploads::is_here(&ctx, import_id) {
        let sample = imports::sample(&ctx, import_id, &import.mapping).await?;
        Some(Draft::of(sample, &import.mapping, &program))
    } else {
        None
    };
    let rejects = imports::rejects(&ctx, &staff, import_id, 50).await?;
    let rejects = rejects.into_iter().map(|reject| RejectLine {
        line: reject.origin.line,
        reason: reject.reason,
        row: reject.origin.text,
    });
    let rejects = rejects.collect();
    Ok(ImportPage {
        flash: http::forms::take_flash(),
        import: ImportLine::of(import, &program),
        draft,
        rejects,
    })
}

/// Where an import is: asked every second by its page.
#[server]
pub async fn follow_import(import_id: ImportId) -> Result<ImportLine, Failure> {
    use crate::server::{http, identity, imports, program};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let program = program::show(&ctx).await?;
    Ok(ImportLine::of(imports::find(&ctx, &staff, import_id).await?, &program))
}

/// Keeps the choice of columns, and shows, tries or starts the import with it, by the button that was
/// pressed.
#[server]
pub async fn start_import(
    import_id: ImportId,
    columns: BTreeMap<Field, String>,
    date_format: String,
    decimal: String,
    action: String,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, imports,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/imports/{import_id}");
    let columns = columns.into_iter().filter(|(_, column)| !column.is_empty()).collect();
    let (date_order, decimal) = (DateOrder::parse(&date_format), DecimalSign::parse(&decimal));
    let mapping = Mapping { columns, date_order, decimal };
    let mut outcome = imports::map(&ctx, &staff, import_id, &mapping).await;
    if outcome.is_ok() && action != "show" {
        outcome = imports::start(&ctx, &staff, import_id, &mapping, action == "try").await;
    }
    Ok(forms::finish("import", &page, &[], outcome, |()| forms::Landing::at(page.clone()))?)
}

/// Stops an import; what landed stays.
#[server]
pub async fn stop_import(import_id: ImportId) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, imports,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/imports/{import_id}");
    let outcome = imports::cancel(&ctx, &staff, import_id).await;
    let said = "The import stops after the purchases that are being recorded. What landed stays.";
    Ok(forms::finish("import", &page, &[], outcome, |()| forms::Landing::saying(page.clone(), said))?)
}
