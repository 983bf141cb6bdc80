//! One import: its columns to choose, its progress, or what came of it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    StateTag,
    columns::Columns,
    report::{Rejects, Result},
};
use crate::{
    domain::{ids::ImportId, import::progress::State},
    rpc::{
        imports::{ImportLine, ImportPage as Page, load_import},
        nothing::nothing,
    },
    ui::{
        components::{Button, Kind, Notice, Panel, Tone},
        failure::answered,
        format, href,
        islands::import_progress::ImportProgress,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn ImportPage() -> impl IntoView {
    let import_id = use_params_map().with_untracked(|params| params.get("import")).unwrap_or_default();
    let import_id = import_id.parse::<ImportId>();
    view! {
        <StaffLayout title="Import" at=Desk::Imports>
            {Suspend::new(async move {
                let page = match import_id {
                    Ok(import_id) => load_import(import_id).await,
                    Err(_) => nothing("This import").await,
                };
                answered(page, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let Page { flash, import, draft, rejects } = page;
    let state = import.state;
    let failure = import.failure.clone().map(|failure| {
        view! { <Notice tone=Tone::Bad title="This import did not come to its end"><p>{failure}</p></Notice> }
    });
    let came_of_it =
        (import.tally.rows > 0 && !state.is_under_way()).then(|| view! { <Result import=import.clone()/> });
    let under_way = state.is_under_way().then(|| view! { <UnderWay import=import.clone()/> });
    let columns = draft.map(|draft| view! { <Columns import=import.clone() draft/> });
    let rejects = (!state.is_under_way() && !rejects.is_empty())
        .then(|| view! { <Rejects import_id=import.import_id count=import.tally.rows_rejected rejects/> });
    view! {
        <Heading import/>
        <Outcome flash/>
        {failure}
        {under_way}
        {came_of_it}
        {columns}
        {rejects}
    }
}

#[component]
fn Heading(import: ImportLine) -> impl IntoView {
    let from =
        format!("From {}, {}, by {}", import.source, format::moment(import.created_at), import.started_by);
    let nothing = import.is_for_nothing();
    view! {
        <p><a href=href::staff_imports()>"All imports"</a></p>
        <div class="row row--apart">
            <h1>{import.file_name}</h1>
            <StateTag state=import.state dry_run=import.dry_run nothing/>
        </div>
        <p class="muted">{from}</p>
    }
}

#[component]
fn UnderWay(import: ImportLine) -> impl IntoView {
    let title = match (import.state, import.dry_run) {
        (State::Queued, _) => "It starts in a moment",
        (_, true) => "Being tried: nothing is written",
        (_, false) => "Being imported",
    };
    let import_id = import.import_id;
    view! {
        <Panel id="progress" title>
            <div class="stack gap5">
                <ImportProgress import/>
                <div class="row">
                    <form method="post" action=href::stop_import()>
                        <input type="hidden" name="import_id" value=import_id.to_string()/>
                        <Button kind=Kind::Quiet>"Stop"</Button>
                    </form>
                    <a href=href::staff_import(import_id)>"Look again"</a>
                </div>
                <p class="note-foot">
                    "You can leave this page: the import goes on. When it is stopped, what landed stays."
                </p>
            </div>
        </Panel>
    }
}
