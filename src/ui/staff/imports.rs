//! Imports: the files that came in, and the way to bring another.

mod columns;
pub mod import;
mod report;

use leptos::prelude::*;

use crate::{
    domain::{import::progress::State, points::grouped},
    rpc::{
        forms::Flash,
        imports::{ImportLine, ImportsPage as Page, load_imports},
    },
    ui::{
        components::{Button, Empty, Field, IndexTable, Panel, Tag, Tone},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn ImportsPage() -> impl IntoView {
    view! {
        <StaffLayout title="Imports" at=Desk::Imports>
            {Suspend::new(async move { answered(load_imports().await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let upload = page.flash.of("upload");
    let list = if page.imports.is_empty() {
        view! {
            <Empty title="Nothing was imported yet">
                <p>"Bring the purchases of your till or shop as a CSV file: members get the points of \
                 their past."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <ImportTable imports=page.imports/> }.into_any()
    };
    view! {
        <h1>"Imports"</h1>
        <Outcome flash=page.flash/>
        <Panel id="new-import" title="Import purchases">
            <UploadForm flash=upload request_id=page.request_id.to_string()/>
        </Panel>
        <Panel id="imports" title="Imported so far">{list}</Panel>
    }
}

#[component]
fn UploadForm(flash: Flash, request_id: String) -> impl IntoView {
    let error = flash.error("file");
    let message = error.clone().map(|error| view! { <p class="error" id="file-error">{error}</p> });
    view! {
        <form class="stack gap5" method="post" action=href::upload_import() enctype="multipart/form-data">
            <input type="hidden" name="request_id" value=request_id/>
            <Field
                name="source"
                label="Where do the purchases come from?"
                hint="The till or the shop, such as \"web shop\". Use the same name for its next file: \
                 what was imported \
                      before is known by it."
                value=flash.value("source", "")
                error=flash.error("source")
                maxlength=60
                required=true
            />
            <div class="field">
                <label for="file">"File"</label>
                <p class="hint" id="file-hint">
                    "CSV with the names of its columns in the first line, also compressed (.csv.gz), up \
                     to 512 MB."
                </p>
                {message}
                <input class="input" type="file" id="file" name="file" required
                    accept=".csv,.txt,.tsv,.gz,text/csv"
                    aria-invalid=error.is_some().then_some("true") aria-describedby="file-hint"/>
            </div>
            <div class="row"><Button>"Upload and choose columns"</Button></div>
            <p class="note-foot">"Nothing is imported until you have seen how the first rows are \
             understood."</p>
        </form>
    }
}

#[component]
fn ImportTable(imports: Vec<ImportLine>) -> impl IntoView {
    let rows: Vec<_> = imports.into_iter().map(|import| view! { <ImportRow import/> }).collect();
    let heads = view! {
        <th scope="col">"File"</th>
        <th scope="col">"State"</th>
        <th scope="col" class="n">"New purchases"</th>
        <th scope="col" class="n only-wide">"Rejected rows"</th>
        <th scope="col" class="only-wide">"When"</th>
    };
    view! {
        <IndexTable caption="Imports, newest first" heads>{rows}</IndexTable>
    }
}

#[component]
fn ImportRow(import: ImportLine) -> impl IntoView {
    let nothing = import.is_for_nothing();
    let new = if import.dry_run { "—".to_owned() } else { grouped(import.tally.purchases_new) };
    view! {
        <tr>
            <th scope="row">
                <a href=href::staff_import(import.import_id)>{import.file_name}</a>
                <br/>
                <small class="muted">{import.source}</small>
            </th>
            <td><StateTag state=import.state dry_run=import.dry_run nothing/></td>
            <td class="n">{new}</td>
            <td class="n only-wide">{grouped(import.tally.rows_rejected)}</td>
            <td class="only-wide">{format::moment(import.created_at)}</td>
        </tr>
    }
}

/// Where an import is, in a word.
#[component]
fn StateTag(state: State, dry_run: bool, #[prop(optional)] nothing: bool) -> impl IntoView {
    let (tone, word) = match (state, dry_run) {
        (State::Waiting, _) => (Tone::Line, "Not started"),
        (State::Queued, _) => (Tone::Plain, "Starting"),
        (State::Running, true) => (Tone::Plain, "Being tried"),
        (State::Running, false) => (Tone::Plain, "Running"),
        (State::Done, true) => (Tone::Line, "Tried"),
        (State::Done, false) if nothing => (Tone::Warn, "Nothing imported"),
        (State::Done, false) => (Tone::On, "Imported"),
        (State::Failed, _) => (Tone::Bad, "Not finished"),
        (State::Cancelled, _) => (Tone::Warn, "Stopped"),
    };
    view! { <Tag tone>{word}</Tag> }
}
