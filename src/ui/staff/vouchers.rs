//! The till: a voucher's code is typed or scanned, staff see what it is and whose, and take it.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    rpc::{
        rewards::VoucherState,
        vouchers::{TillPage as Page, TillView, load_till},
    },
    ui::{
        components::{Button, Empty, Field, Kind, Tag, Tone},
        emblems::{Icon, Picture, Symbol},
        failure::answered,
        format::{day, points, when},
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn VouchersPage() -> impl IntoView {
    let code = use_query_map().with_untracked(|query| query.get("code")).unwrap_or_default();
    view! {
        <StaffLayout title="Vouchers" at=Desk::Vouchers>
            {Suspend::new(async move { answered(load_till(code).await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let today = page.today;
    let content = match page.found {
        Some(found) => view! { <Found found today/> }.into_any(),
        None if page.code.is_empty() => {
            view! { <p class="muted">"The code stands on the voucher, below its name."</p> }.into_any()
        }
        None => view! {
            <Empty title="No voucher has this code">
                <p>"Compare it letter by letter. There is no 0, 1, I or O after the first dash."</p>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <h1>"Vouchers"</h1>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Voucher">
            <form class="tools" method="get" action=href::staff_vouchers() role="search">
                <div class="grow">
                    <Field name="code" label="Code of the voucher" value=page.code maxlength=40
                        autocomplete="off" placeholder="COF-7KQ4-M2XP-9R"/>
                </div>
                <Button kind=Kind::Quiet><Symbol icon=Icon::Search/>"Look it up"</Button>
            </form>
            {content}
        </section>
    }
}

#[component]
fn Found(found: TillView, today: Date) -> impl IntoView {
    let TillView { voucher, picture, member_id, member_name, used_at } = found;
    let (tone, state) = match &voucher.state {
        VoucherState::Ready => (Tone::On, format!("Good until {}", day(voucher.expires_on, today))),
        VoucherState::Used { on } => {
            let at = used_at.map_or_else(|| day(*on, today), |at| when(at, today));
            (Tone::Plain, format!("Used: {at}"))
        }
        VoucherState::Cancelled { on, .. } => (Tone::Bad, format!("Cancelled {}", day(*on, today))),
        VoucherState::Expired => (Tone::Line, format!("Expired {}", day(voucher.expires_on, today))),
    };
    let reason = match &voucher.state {
        VoucherState::Cancelled { reason, .. } => Some(view! { <dt>"Why"</dt><dd>{reason.clone()}</dd> }),
        _ => None,
    };
    let story = format!("{}, for {}", day(voucher.issued_on, today), points(voucher.price));
    let take = (voucher.state == VoucherState::Ready).then(|| {
        view! {
            <form method="post" action=href::take_voucher()>
                <input type="hidden" name="code" value=voucher.code.clone()/>
                <Button>"Take it"</Button>
            </form>
        }
    });
    view! {
        <div class="row">
            <div class="thumb"><Picture name=picture/></div>
            <div class="stack">
                <h2>{voucher.reward_name}</h2>
                <p><Tag tone>{state}</Tag></p>
            </div>
        </div>
        <dl class="facts">
            <dt>"Code"</dt>
            <dd><code>{voucher.code}</code></dd>
            <dt>"Member"</dt>
            <dd><a href=href::staff_member(member_id)>{member_name}</a></dd>
            <dt>"Redeemed"</dt>
            <dd>{story}</dd>
            {reason}
        </dl>
        {take}
    }
}
