//! What came of an import: the numbers, and the rows that could not be taken.

use leptos::prelude::*;

use crate::{
    domain::{ids::ImportId, points::grouped},
    rpc::imports::{ImportLine, RejectLine},
    ui::{
        components::{ButtonLink, Kind, Notice, Panel},
        href,
    },
};

#[component]
pub fn Result(import: ImportLine) -> impl IntoView {
    let tally = import.tally;
    let verdict = import.dry_run.then(|| {
        view! { <Notice><p>"This was a trial: nothing was written. Press Import to do it."</p></Notice> }
    });
    let (new, members) = if import.dry_run {
        ("Purchases that would be new", "Members who would be new")
    } else {
        ("New purchases", "New members")
    };
    let points = (!import.dry_run).then(|| {
        view! { <dt>"Points earned"</dt><dd>{grouped(tally.points)}</dd> }
    });
    let took = import.seconds.map(|seconds| {
        let words = match seconds {
            0 => "Under a second".to_owned(),
            1 => "1 second".to_owned(),
            seconds => format!("{} seconds", grouped(seconds)),
        };
        view! { <dt>"Took"</dt><dd>{words}</dd> }
    });
    view! {
        <Panel id="result" title="What came of it">
            {verdict}
            <dl class="facts">
                <dt>"Rows read"</dt>
                <dd>{grouped(tally.rows)}</dd>
                <dt>{new}</dt>
                <dd>{grouped(tally.purchases_new)}</dd>
                <dt>"Purchases known before"</dt>
                <dd>{grouped(tally.purchases_known)}</dd>
                <dt>"Their amount"</dt>
                <dd>{import.amount}</dd>
                {points}
                <dt>{members}</dt>
                <dd>{grouped(tally.members_new)}</dd>
                <dt>"Rejected rows"</dt>
                <dd>{grouped(tally.rows_rejected)}</dd>
                {took}
            </dl>
        </Panel>
    }
}

#[component]
pub fn Rejects(import_id: ImportId, count: i64, rejects: Vec<RejectLine>) -> impl IntoView {
    let shown = i64::try_from(rejects.len()).unwrap_or(i64::MAX);
    let words = if shown < count {
        format!("{} rows were rejected; these are the first {}.", grouped(count), grouped(shown))
    } else {
        "Put these right in the file and import it again: what has landed is not counted twice.".to_owned()
    };
    let rows: Vec<_> = rejects.into_iter().map(|reject| view! { <Reject reject/> }).collect();
    view! {
        <Panel id="rejects" title="Rows that could not be imported">
            <div class="row row--apart">
                <p>{words}</p>
                <ButtonLink href=href::import_rejects(import_id) kind=Kind::Quiet small=true>
                    "Download as CSV"
                </ButtonLink>
            </div>
            <div class="scroll rejects" tabindex="0" role="group" aria-label="Table, scrolls sideways">
                <table class="table">
                    <caption class="visually-hidden">"Rejected rows"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="n">"Line"</th>
                            <th scope="col">"Why, and the row"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Panel>
    }
}

#[component]
fn Reject(reject: RejectLine) -> impl IntoView {
    let row: String = reject.row.chars().take(200).collect();
    view! {
        <tr>
            <th scope="row" class="n">{reject.line.to_string()}</th>
            <td>{reject.reason}<br/><code>{row}</code></td>
        </tr>
    }
}
