//! The choice of columns, and how the first rows read with it.

use leptos::prelude::*;

use crate::{
    domain::points::grouped,
    rpc::imports::{Draft, ImportLine, PreviewRow, Understood},
    ui::{
        components::{Button, Kind, Notice, Panel, Select, Tone},
        format, href,
    },
};

/// Each field: its name, what it is called, and what to know about it.
const FIELDS: [(&str, &str, &str); 9] = [
    ("member", "Customer", "A number or name that stays the same"),
    ("date", "Date", "With or without a time"),
    ("amount", "Amount", "What was paid, without tax if you like"),
    ("quantity", "Quantity", "How many things"),
    ("basket", "Receipt number", "Where each row is a line of a receipt"),
    ("id", "Purchase number", "Where each row is a purchase"),
    ("sku", "Item code", ""),
    ("category", "Category", ""),
    ("store", "Store", ""),
];
const REQUIRED: usize = 3;

#[component]
pub fn Columns(import: ImportLine, draft: Draft) -> impl IntoView {
    let misfit = draft.misfit.clone().map(|misfit| {
        view! { <Notice tone=Tone::Warn><p>{misfit}</p></Notice> }
    });
    let preview = (!draft.preview.is_empty()).then(|| view! { <Preview rows=draft.preview.clone()/> });
    view! {
        <Panel id="columns" title="What the columns mean">
            <form class="stack gap5" method="post" action=href::start_import()>
                <input type="hidden" name="import_id" value=import.import_id.to_string()/>
                <Choices draft/>
                {misfit}
                {preview}
                <div class="row">
                    <Button name="action" value="start">"Import"</Button>
                    <Button kind=Kind::Quiet name="action" value="try">"Try it, writing nothing"</Button>
                    <Button kind=Kind::Quiet name="action" value="show">"Show the rows again"</Button>
                </div>
            </form>
        </Panel>
    }
}

#[component]
fn Choices(draft: Draft) -> impl IntoView {
    let fields = FIELDS.iter().enumerate().map(|(place, (field, label, hint))| {
        let empty = if place < REQUIRED { "Choose a column" } else { "Not in the file" };
        let mut options = vec![(String::new(), empty.to_owned())];
        options.extend(draft.columns.clone());
        let hint = (!hint.is_empty()).then(|| (*hint).to_owned());
        let name = format!("columns[{field}]");
        view! { <Select name label=*label value=draft.column(field) options hint=hint.unwrap_or_default()/> }
    });
    let fields: Vec<_> = fields.collect();
    let option = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let date_formats = vec![
        option("", "Year first: 2026-01-31"),
        option("dmy", "Day first: 31/1/2026"),
        option("mdy", "Month first: 1/31/2026"),
    ];
    let decimals = vec![
        option("", "As the amounts tell"),
        option("point", "Point: 1,234.50"),
        option("comma", "Comma: 1.234,50"),
    ];
    view! {
        <div class="columns">
            {fields}
            <Select name="date_format" label="Order of dates" value=draft.date_format options=date_formats/>
            <Select name="decimal" label="Decimal sign" value=draft.decimal options=decimals/>
        </div>
    }
}

#[component]
fn Preview(rows: Vec<PreviewRow>) -> impl IntoView {
    let rows: Vec<_> = rows.into_iter().map(|row| view! { <Row row/> }).collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
            <table class="table">
                <caption>"The first rows as they would be imported"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="n">"Line"</th>
                        <th scope="col">"Customer"</th>
                        <th scope="col">"When"</th>
                        <th scope="col" class="n">"Amount"</th>
                        <th scope="col" class="n">"Quantity"</th>
                        <th scope="col">"More"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: PreviewRow) -> impl IntoView {
    let line = row.line.to_string();
    match row.outcome {
        Ok(Understood { member, at, amount, quantity, more }) => view! {
            <tr>
                <th scope="row" class="n">{line}</th>
                <td>{member}</td>
                <td>{format::moment(at)}</td>
                <td class="n">{amount}</td>
                <td class="n">{grouped(quantity)}</td>
                <td>{more}</td>
            </tr>
        }
        .into_any(),
        Err(reason) => view! {
            <tr><th scope="row" class="n">{line}</th><td colspan="5">{reason}</td></tr>
        }
        .into_any(),
    }
}
