//! Activity, month by month.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    layout::{MemberLayout, Place},
    ledger::Ledger,
};
use crate::{
    domain::points::grouped,
    rpc::activity::{ActivityView, load_activity},
    ui::{
        components::{ButtonLink, Empty, Kind, Panel},
        failure::answered,
        format::{day, month, signed},
        href,
    },
};

#[component]
pub fn ActivityPage() -> impl IntoView {
    let month =
        use_query_map().read_untracked().get("month").and_then(|month| format!("{month}-01").parse().ok());
    view! {
        <MemberLayout title="Activity" at=Place::Home>
            {Suspend::new(async move { answered(load_activity(month).await, activity) })}
        </MemberLayout>
    }
}

fn activity(page: ActivityView) -> impl IntoView {
    let (shown, today) = (page.month, page.today);
    let came: i64 = page.lines.iter().map(|line| line.points.max(0)).sum();
    let went: i64 = page.lines.iter().map(|line| line.points.min(0)).sum();
    let sums = format!("{} in, {} out", signed(came), if went == 0 { "0".to_owned() } else { grouped(went) });
    let balances = view! { <Balances page=page.clone()/> };
    let lines = if page.lines.is_empty() {
        view! { <Empty title="A quiet month"><p class="muted">"No points came or went."</p></Empty> }
            .into_any()
    } else {
        view! { <Ledger lines=page.lines currency=page.currency today/> }.into_any()
    };
    let cut =
        page.is_cut.then(|| view! { <p class="note-foot">"Only the newest 200 lines of this month."</p> });
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1>"Activity"</h1>
                <p>
                    "Every point that came and went, and why. Nothing here is ever rewritten; "
                    "a correction is a new line."
                </p>
            </div>
            <div class="split">
                <div class="stack">
                    <section class="panel" aria-labelledby="h-month">
                        <div class="panel__head">
                            <h2 id="h-month">{month(shown, today)}</h2>
                            <span class="muted">{sums}</span>
                        </div>
                        {lines}
                        {cut}
                    </section>
                    <Months earlier=page.earlier later=page.later today/>
                </div>
                <aside class="stack">{balances}</aside>
            </div>
        </div>
    }
    .into_any()
}

/// The ways to the months before and after.
#[component]
fn Months(earlier: Option<Date>, later: Option<Date>, today: Date) -> impl IntoView {
    let link = |date: Date| {
        view! {
            <ButtonLink href=href::activity_in(date) kind=Kind::Quiet small=true>
                "See "{month(date, today)}
            </ButtonLink>
        }
    };
    view! {
        <nav class="row row--apart" aria-label="Months">
            <span>{earlier.map(link)}</span>{later.map(link)}
        </nav>
    }
    .into_any()
}

#[component]
fn Balances(page: ActivityView) -> impl IntoView {
    let today = page.today;
    let coming = page.coming.map(|due| {
        view! {
            <li>
                <b>"On the way"</b>
                <span class="amount is-wait">{grouped(due.points)}</span>
                <span class="meta">"from "{day(due.on, today)}</span>
            </li>
        }
    });
    let expiring = page.expiring.map(|due| {
        view! {
            <li>
                <b>"Expire next"</b>
                <span class="amount">{grouped(due.points)}</span>
                <span class="meta">"on "{day(due.on, today)}</span>
            </li>
        }
    });
    view! {
        <Panel id="balance" title="Your points">
            <ol class="ledger" role="list">
                <li><b>"To spend now"</b><span class="amount is-in">{grouped(page.available)}</span></li>
                {coming}
                {expiring}
            </ol>
        </Panel>
    }
    .into_any()
}
