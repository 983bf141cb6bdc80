//! Erasing a member: asks first, and says what will happen.

use leptos::prelude::*;

use super::one::asked_member;
use crate::{
    rpc::{
        leaving::{ErasePage as Page, load_erase},
        nothing::nothing,
    },
    ui::{
        components::{Button, ButtonLink, Kind, Notice, Select},
        failure::answered,
        format::{counted, day},
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn EraseMemberPage() -> impl IntoView {
    let member = asked_member();
    view! {
        <StaffLayout title="Erase a member" at=Desk::Members>
            {Suspend::new(async move {
                let page = match member {
                    Ok(member) => load_erase(member).await,
                    Err(_) => nothing("This member").await,
                };
                answered(page, |page| view! { <Ask page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Ask(page: Page) -> impl IntoView {
    let member = page.member_id;
    let name = page.display_name.clone();
    let body = match page.erased_on {
        Some(on) => {
            let on = day(on, page.today);
            view! { <Notice><p>"This member was erased on "{on}". Nothing is left to erase."</p></Notice> }
                .into_any()
        }
        None => view! { <Confirm page/> }.into_any(),
    };
    view! {
        <p><a href=href::staff_member(member)>{name.clone()}</a></p>
        <h1>"Erase "{name}"?"</h1>
        {body}
    }
}

#[component]
fn Confirm(page: Page) -> impl IntoView {
    let Page { flash, member_id, display_name, email, points, vouchers, reasons, .. } = page;
    let whom = email.map_or(display_name.clone(), |email| format!("{display_name}, {email}"));
    let given_up = if points.is_empty() { "No points".to_owned() } else { points.join(", ") };
    let vouchers = (vouchers > 0).then(|| {
        let many = counted(vouchers, "voucher stays", "vouchers stay");
        view! { <li>{many}" good until it is used or runs out; cancel it first if it should not."</li> }
    });
    let first = reasons.first().map(|(reason, _)| reason.clone()).unwrap_or_default();
    view! {
        <Outcome flash=flash.clone()/>
        <section class="panel stack" aria-label="What will happen">
            <p>"Make sure that this is who you mean: "<b>{whom}</b>"."</p>
            <ul class="happens">
                <li>
                    "Name, e-mail address, password, birthday, cards, outside ids, segments, inbox and mails \
                     are deleted."
                </li>
                <li>{given_up}" are given up, as an entry in the ledger."</li>
                <li>"Purchases and the ledger stay, under a number that leads to nobody."</li>
                <li>"A till that sends the card or the outside id is told that nobody goes by it."</li>
                {vouchers}
                <li>"This can't be undone."</li>
            </ul>
            <form class="stack" method="post" action=href::erase_member() novalidate>
                <input type="hidden" name="member_id" value=member_id.to_string()/>
                <Select name="reason" label="Why?" hint="It stands in the audit log, which keeps no name."
                    value=flash.value("reason", first) error=flash.error("reason") options=reasons/>
                <div class="row">
                    <Button kind=Kind::Bad>"Yes, erase this member"</Button>
                    <ButtonLink href=href::staff_member(member_id) kind=Kind::Quiet>"Keep them"</ButtonLink>
                </div>
            </form>
        </section>
    }
}
