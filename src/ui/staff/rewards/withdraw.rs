//! Withdrawing a reward: asks first, and says what will happen.

use leptos::prelude::*;

use super::editor::asked_reward;
use crate::{
    rpc::{
        catalogue::{EditorPage as Page, load_editor},
        nothing::nothing,
    },
    ui::{
        components::{Button, ButtonLink, Kind, TextArea},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn WithdrawRewardPage() -> impl IntoView {
    let reward_id = asked_reward();
    view! {
        <StaffLayout title="Withdraw a reward" at=Desk::Rewards>
            {Suspend::new(async move {
                let page = match reward_id {
                    Ok(reward_id) => load_editor(Some(reward_id)).await,
                    Err(_) => nothing("This reward").await,
                };
                answered(page, |page| view! { <Ask page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Ask(page: Page) -> impl IntoView {
    let Some(reward) = page.reward else { return ().into_any() };
    let (id, flash) = (reward.reward_id, page.flash);
    let open = page.reach.map_or(0, |reach| reach.open_vouchers);
    let vouchers = match open {
        0 => "No voucher for it is open.".to_owned(),
        open => format!(
            "{} that can still be used: they stay good.",
            format::counted(open, "voucher", "vouchers")
        ),
    };
    let log = href::staff_audit_of(Some(&format!("reward {id}")));
    view! {
        <p><a href=href::staff_reward(id)>{reward.terms.name.clone()}</a></p>
        <h1>"Withdraw "{reward.terms.name}"?"</h1>
        <Outcome flash=flash.clone()/>
        <section class="panel stack" aria-label="What will happen">
            <ul class="happens">
                <li>"Members no longer see it, and nobody can redeem it."</li>
                <li>{vouchers}</li>
                <li>"Nobody loses points."</li>
                <li>"You can publish it again. What you do stands in the "<a href=log>"audit log"</a>"."</li>
            </ul>
            <form class="stack" method="post" action=href::withdraw_reward() novalidate>
                <input type="hidden" name="reward_id" value=id.to_string()/>
                <input type="hidden" name="version" value=reward.version.to_string()/>
                <TextArea name="reason" label="Why?" hint="Only staff see it." rows=2
                    value=flash.value("reason", "") error=flash.error("reason") maxlength=300/>
                <div class="row">
                    <Button kind=Kind::Bad>"Yes, withdraw it"</Button>
                    <ButtonLink href=href::staff_reward(id) kind=Kind::Quiet>"Keep it"</ButtonLink>
                </div>
            </form>
        </section>
    }
    .into_any()
}
