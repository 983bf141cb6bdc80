//! Cancelling a redemption: asks first, and says what will happen.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::one::asked_member;
use crate::{
    domain::{ids::RedemptionId, refusal::Refusal},
    rpc::{
        Failure,
        members::{MemberPage as Page, load_member},
        nothing::nothing,
    },
    ui::{
        components::{Button, ButtonLink, Kind, TextArea},
        failure::{Failed, answered},
        format::points,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn CancelRedemptionPage() -> impl IntoView {
    let member = asked_member();
    let redemption = use_params_map().with_untracked(|params| params.get("redemption")).unwrap_or_default();
    let redemption: Option<RedemptionId> = redemption.parse().ok();
    view! {
        <StaffLayout title="Cancel a redemption" at=Desk::Members>
            {Suspend::new(async move {
                let page = match member {
                    Ok(member) => load_member(member).await,
                    Err(_) => nothing("This member").await,
                };
                answered(page, move |page| view! { <Ask page redemption/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Ask(page: Page, redemption: Option<RedemptionId>) -> impl IntoView {
    let found = page.redemptions.into_iter().find(|found| Some(found.redemption_id) == redemption);
    let Some(found) = found else {
        let failure = Failure::Refused(Refusal::not_found("This redemption"));
        return view! { <Failed failure/> }.into_any();
    };
    let (member, name, flash) = (page.person.member_id, page.person.display_name, page.flash);
    let voucher = found.voucher;
    view! {
        <p><a href=href::staff_member(member)>{name.clone()}</a></p>
        <h1>"Cancel "{voucher.reward_name.clone()}"?"</h1>
        <Outcome flash=flash.clone()/>
        <section class="panel stack" aria-label="What will happen">
            <ul class="happens">
                <li>{name}" gets "{points(voucher.price)}" back."</li>
                <li>"The voucher "<code>{voucher.code}</code>" can no longer be used."</li>
                <li>"What was taken from the stock goes back to it."</li>
                <li>"This can't be undone; the member can redeem it again."</li>
            </ul>
            <form class="stack" method="post" action=href::cancel_redemption() novalidate>
                <input type="hidden" name="member_id" value=member.to_string()/>
                <input type="hidden" name="redemption_id" value=found.redemption_id.to_string()/>
                <TextArea name="reason" label="Why?" hint="The member sees it." rows=2
                    value=flash.value("reason", "") error=flash.error("reason") maxlength=300/>
                <div class="row">
                    <Button kind=Kind::Bad>"Yes, cancel it"</Button>
                    <ButtonLink href=href::staff_member(member) kind=Kind::Quiet>"Keep it"</ButtonLink>
                </div>
            </form>
        </section>
    }
    .into_any()
}
