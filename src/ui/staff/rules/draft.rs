//! A draft of the rules: what it changes, what a basket would earn, what it would have given, and its end.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::basket::{BasketForms, basket_typed};
use crate::{
    domain::{points::grouped, replay::Report},
    rpc::{
        drafts::{DraftPage as Page, ReplayView, load_draft},
        nothing::nothing,
    },
    ui::{
        components::{Button, Empty, Kind, Notice, Tone},
        failure::answered,
        format::{counted, ended, points, signed},
        href,
        islands::replay_progress::ReplayProgress,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn DraftPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("draft")).unwrap_or_default();
    let id = id.parse::<Uuid>();
    let typed = use_query_map().with_untracked(basket_typed);
    view! {
        <StaffLayout title="Draft" at=Desk::Rules>
            {Suspend::new(async move {
                let page = match id {
                    Ok(id) => load_draft(id, typed).await,
                    Err(_) => nothing("This draft").await,
                };
                answered(page, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let id = page.id;
    let changes = page.changes.iter().map(|change| view! { <li>{ended(change)}</li> });
    let changes: Vec<_> = changes.collect();
    let stale = page.refusal.map(|refusal| {
        view! {
            <Notice tone=Tone::Bad title="It no longer fits the rules that are live">
                <p>{refusal.in_full()}</p>
            </Notice>
        }
    });
    view! {
        <p><a href=href::staff_rules()>"All rules"</a></p>
        <h1>{page.title}</h1>
        <p class="muted">"A draft, saved by "{page.saved}". Nothing of it counts yet."</p>
        <Outcome flash=page.flash/>
        {stale}
        <section class="panel stack" aria-labelledby="h-changes">
            <h2 id="h-changes">"What it changes"</h2>
            <ul>{changes}</ul>
            <p class="muted">
                "What was earned before stays, and purchases from before are judged as before."
            </p>
            <div class="row">
                <form method="post" action=href::apply_draft()>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button>"Make it live now"</Button>
                </form>
                <form method="post" action=href::discard_draft()>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button kind=Kind::Bad>"Throw the draft away"</Button>
                </form>
            </div>
        </section>
        <BasketForms basket=page.basket action=href::staff_draft(id)/>
        <Replay id replay=page.replay/>
    }
}

#[component]
fn Replay(id: Uuid, replay: Option<ReplayView>) -> impl IntoView {
    let under_way = replay.as_ref().is_some_and(|replay| !replay.is_over);
    let again = if replay.is_some() { "Run it again" } else { "Run it over the history" };
    let ask = (!under_way).then(|| {
        view! {
            <form method="post" action=href::ask_replay()>
                <input type="hidden" name="id" value=id.to_string()/>
                <Button kind=Kind::Quiet>{again}</Button>
            </form>
        }
    });
    let content = match replay {
        None => view! {
            <p class="muted">
                "What this draft would have given for everything that was ever bought and done. "
                "Nothing is written."
            </p>
        }
        .into_any(),
        Some(replay) => view! { <Came replay/> }.into_any(),
    };
    view! {
        <section class="panel stack" id="replay" aria-labelledby="h-replay">
            <h2 id="h-replay">"Over the whole history"</h2>
            {content}
            {ask}
        </section>
    }
}

/// How far it is, or what came of it.
#[component]
fn Came(replay: ReplayView) -> impl IntoView {
    if !replay.is_over {
        let page = href::staff_draft(replay.draft);
        return view! {
            <ReplayProgress replay/>
            <p><a href=format!("{page}#replay")>"Look again"</a></p>
        }
        .into_any();
    }
    match (replay.report, replay.failure) {
        (Some(report), _) => view! { <Told report/> }.into_any(),
        (None, failure) => {
            let failure = failure.unwrap_or_default();
            view! { <Notice tone=Tone::Bad title="It did not come to its end"><p>{failure}</p></Notice> }
                .into_any()
        }
    }
}

#[component]
fn Told(report: Report) -> impl IntoView {
    let change = report.points_after - report.points_before;
    let documents = counted(i64::try_from(report.documents).unwrap_or(i64::MAX), "document", "documents");
    let members = counted(i64::try_from(report.members).unwrap_or(i64::MAX), "member", "members");
    view! {
        <dl class="facts">
            <dt>"Looked at"</dt>
            <dd>{documents}" of "{members}</dd>
            <dt>"As it was"</dt>
            <dd>{points(report.points_before)}</dd>
            <dt>"With this draft"</dt>
            <dd>{points(report.points_after)}" ("{signed(change)}")"</dd>
            <dt>"Liability"</dt>
            <dd>{signed(report.liability_change)}" points that would not have expired yet"</dd>
        </dl>
        <ByTier report=report.clone()/>
        <MostChanged report/>
    }
}

#[component]
fn ByTier(report: Report) -> impl IntoView {
    let many = |count: u64| grouped(i64::try_from(count).unwrap_or(i64::MAX));
    let rows = report.tiers.into_iter().map(|tier| {
        view! {
            <tr>
                <th scope="row">{tier.tier}</th>
                <td class="n">{many(tier.members)}</td>
                <td class="n">{many(tier.members_after)}</td>
                <td class="n">{grouped(tier.points_before)}</td>
                <td class="n">{grouped(tier.points_after)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
            <table class="table">
                <caption>"By tier"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Tier"</th>
                        <th scope="col" class="n">"Members"</th>
                        <th scope="col" class="n">"With the draft"</th>
                        <th scope="col" class="n">"Points"</th>
                        <th scope="col" class="n">"With the draft"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn MostChanged(report: Report) -> impl IntoView {
    if report.most_changed.is_empty() {
        return view! {
            <Empty title="Nobody would have more or less">
                <p>"The draft changes nothing that was earned."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = report.most_changed.into_iter().map(|one| {
        let name = one.name.clone();
        let name = match one.member.parse() {
            Ok(member) => view! { <a href=href::staff_member(member)>{name}</a> }.into_any(),
            Err(_) => name.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="n">{grouped(one.before)}</td>
                <td class="n">{grouped(one.after)}</td>
                <td class="n">{signed(one.after - one.before)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
            <table class="table">
                <caption>"Who changes most"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Member"</th>
                        <th scope="col" class="n">"Points"</th>
                        <th scope="col" class="n">"With the draft"</th>
                        <th scope="col" class="n">"Change"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
