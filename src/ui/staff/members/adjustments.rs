//! Adjustments that wait for a second person.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::points::grouped,
    rpc::{
        forms::Flash,
        wallets::{AdjustmentView, AdjustmentsPage as Page, load_adjustments},
    },
    ui::{
        components::{Button, Empty, Field, Kind},
        failure::answered,
        format::day,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn AdjustmentsPage() -> impl IntoView {
    view! {
        <StaffLayout title="Adjustments" at=Desk::Members>
            {Suspend::new(async move {
                answered(load_adjustments().await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let today = page.today;
    let list = if page.waiting.is_empty() {
        view! {
            <Empty title="Nothing waits">
                <p>"An adjustment of many points waits here until somebody else approves it."</p>
            </Empty>
        }
        .into_any()
    } else {
        let rows = page.waiting.into_iter().map(|wanted| view! { <Wanted wanted today/> });
        let rows: Vec<_> = rows.collect();
        view! { <div class="stack">{rows}</div> }.into_any()
    };
    view! {
        <p><a href=href::staff_members()>"All members"</a></p>
        <h1>"Adjustments that wait"</h1>
        <Outcome flash=page.flash.clone()/>
        {list}
        <Limit limit=page.limit own=page.own_limit flash=page.flash.of("limit")/>
    }
}

/// From how many points on a second person is needed.
#[component]
fn Limit(limit: i64, own: Option<i64>, flash: Flash) -> impl IntoView {
    let raised = own.map(|own| {
        let own = grouped(own);
        let told = format!("You raised it yourself: for you it is {own} until somebody else sets it too.");
        view! { <p class="muted">{told}</p> }
    });
    view! {
        <section class="panel" aria-labelledby="h-limit">
            <form class="stack" method="post" action=href::set_adjustment_limit() novalidate>
                <h2 id="h-limit">"Four eyes"</h2>
                <Field name="limit" label="More points than this need a second person"
                    hint="At once, or together within a day; 0: every adjustment does."
                    inputmode="numeric" unit="points"
                    value=flash.value("limit", limit.to_string()) error=flash.error("limit")/>
                {raised}
                <div class="row"><Button kind=Kind::Quiet>"Save"</Button></div>
            </form>
        </section>
    }
}

#[component]
fn Wanted(wanted: AdjustmentView, today: Date) -> impl IntoView {
    let (member, request) = (wanted.member_id.to_string(), wanted.request_id.to_string());
    let decide = if wanted.is_mine {
        view! { <p class="muted">"You asked for it; somebody else has to decide."</p> }.into_any()
    } else {
        view! {
            <div class="row">
                <form method="post" action=href::approve_adjustment()>
                    <input type="hidden" name="member_id" value=member.clone()/>
                    <input type="hidden" name="request_id" value=request.clone()/>
                    <Button>"Approve"</Button>
                </form>
                <form method="post" action=href::decline_adjustment()>
                    <input type="hidden" name="member_id" value=member/>
                    <input type="hidden" name="request_id" value=request/>
                    <Button kind=Kind::Quiet>"Decline"</Button>
                </form>
            </div>
        }
        .into_any()
    };
    let name = format!("{} for {}", wanted.points, wanted.member_name);
    let page = href::staff_member(wanted.member_id);
    view! {
        <section class="panel stack" aria-label=name>
            <h2>{wanted.points}" for "<a href=page>{wanted.member_name}</a></h2>
            <p>{wanted.reason}</p>
            <p class="muted">"Asked for by "{wanted.asked_by}", "{day(wanted.asked_on, today)}"."</p>
            {decide}
        </section>
    }
}
