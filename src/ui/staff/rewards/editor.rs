//! Making a reward, and changing one, with what a member sees beside it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{State, stock::Stock};
use crate::{
    domain::{
        catalogue::{CATEGORIES, Listed, PICTURES, RewardForm, RewardState},
        ids::RewardId,
        points::grouped,
        refusal::Refusal,
    },
    rpc::{
        Failure,
        badges::Currency,
        catalogue::{EditorPage as Page, ReachView, load_editor},
        forms::Flash,
        nothing::nothing,
    },
    ui::{
        components::{Button, ButtonLink, Field, Kind, Notice, Select, TextArea, Tone},
        failure::answered,
        format, href,
        islands::reward_preview::{Preview, RewardPreview},
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

/// The id in the URL.
pub fn asked_reward() -> Result<RewardId, Failure> {
    let id = use_params_map().with_untracked(|params| params.get("reward")).unwrap_or_default();
    id.parse().map_err(|_| Failure::Refused(Refusal::not_found("This reward")))
}

#[component]
pub fn NewRewardPage() -> impl IntoView {
    view! {
        <StaffLayout title="New reward" at=Desk::Rewards>
            {Suspend::new(async move { answered(load_editor(None).await, |page| view! { <New page/> }) })}
        </StaffLayout>
    }
}

#[component]
pub fn StaffRewardPage() -> impl IntoView {
    let reward_id = asked_reward();
    view! {
        <StaffLayout title="Reward" at=Desk::Rewards>
            {Suspend::new(async move {
                let page = match reward_id {
                    Ok(reward_id) => load_editor(Some(reward_id)).await,
                    Err(_) => nothing("This reward").await,
                };
                answered(page, |page| view! { <Change page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn New(page: Page) -> impl IntoView {
    let blank = RewardForm {
        category: "drink".into(),
        picture: "coffee".into(),
        voucher_days: "30".into(),
        ..RewardForm::default()
    };
    let form = as_typed(&page.flash, blank);
    let preview = preview(&form, None);
    view! {
        <p><a href=href::staff_rewards()>"All rewards"</a></p>
        <h1>"New reward"</h1>
        <Outcome flash=page.flash.clone()/>
        <section class="panel" aria-label="New reward">
            <div class="edit">
                <form class="stack" method="post" action=href::create_reward() novalidate>
                    <input type="hidden" name="request_id" value=page.request_id.to_string()/>
                    <Fields form flash=page.flash tiers=page.tiers/>
                    <div class="row">
                        <Button>"Make a draft"</Button>
                        <ButtonLink href=href::staff_rewards() kind=Kind::Quiet>"Cancel"</ButtonLink>
                    </div>
                    <p class="note-foot">"A draft is seen by staff only, until you publish it."</p>
                </form>
                <RewardPreview preview/>
            </div>
        </section>
    }
}

#[component]
fn Change(page: Page) -> impl IntoView {
    let Some(reward) = page.reward else { return ().into_any() };
    let form = as_typed(&page.flash.of("reward"), RewardForm::of(&reward.terms));
    let preview = preview(&form, reward.stock);
    let id = reward.reward_id;
    let undo = href::staff_reward(id);
    let log = href::staff_audit_of(Some(&format!("reward {id}")));
    let meaning =
        page.reach.map(|reach| view! { <Meaning reach currency=page.currency price=reward.terms.price/> });
    let stale_tells = page.flash.clone();
    view! {
        <p><a href=href::staff_rewards()>"All rewards"</a></p>
        <div class="row row--apart">
            <h1>{reward.terms.name.clone()}</h1>
            <State state=reward.state/>
        </div>
        <Outcome flash=stale_tells/>
        <section class="panel" aria-label="The reward">
            <div class="edit">
                <form class="stack" method="post" action=href::edit_reward() novalidate>
                    <input type="hidden" name="reward_id" value=id.to_string()/>
                    <input type="hidden" name="version" value=reward.version.to_string()/>
                    <Fields form flash=page.flash.of("reward") tiers=page.tiers/>
                    {meaning}
                    <div class="row">
                        <Button>"Save changes"</Button>
                        <ButtonLink href=undo kind=Kind::Quiet>"Undo"</ButtonLink>
                    </div>
                    <p class="note-foot">
                        "Last changed "{format::moment(reward.updated_at)}". "<a href=log>"Audit log"</a>
                    </p>
                </form>
                <RewardPreview preview/>
            </div>
        </section>
        <Shelf reward flash=page.flash/>
    }
    .into_any()
}

/// Whether members see it, and how many there are.
#[component]
fn Shelf(reward: Listed, flash: Flash) -> impl IntoView {
    let id = reward.reward_id;
    let is_hidden = matches!(reward.state, RewardState::Draft | RewardState::Withdrawn);
    let shown = if is_hidden {
        view! {
            <form method="post" action=href::publish_reward()>
                <input type="hidden" name="reward_id" value=id.to_string()/>
                <input type="hidden" name="version" value=reward.version.to_string()/>
                <p class="muted">"Members do not see this reward."</p>
                <Button>"Publish"</Button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p class="muted">"Members see this reward."</p>
            <div class="row">
                <ButtonLink href=href::staff_withdraw_reward(id) kind=Kind::Bad>"Withdraw…"</ButtonLink>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel stack" aria-labelledby="h-stock">
            <h2 id="h-stock">"Stock"</h2>
            <Stock reward flash=flash.of("stock")/>
        </section>
        <section class="panel stack" aria-labelledby="h-shown">
            <h2 id="h-shown">"In the catalogue"</h2>
            {shown}
        </section>
    }
}

/// What was typed before the form came back, else what the reward is.
fn as_typed(flash: &Flash, before: RewardForm) -> RewardForm {
    RewardForm {
        name: flash.value("name", before.name),
        description: flash.value("description", before.description),
        category: flash.value("category", before.category),
        picture: flash.value("picture", before.picture),
        price: flash.value("price", before.price),
        limit_per_member: flash.value("limit_per_member", before.limit_per_member),
        minimum_tier: flash.value("minimum_tier", before.minimum_tier),
        voucher_days: flash.value("voucher_days", before.voucher_days),
        public_from: flash.value("public_from", before.public_from),
    }
}

fn preview(form: &RewardForm, stock: Option<(i64, i64)>) -> Preview {
    Preview {
        name: form.name.clone(),
        description: form.description.clone(),
        picture: form.picture.clone(),
        price: form.price.clone(),
        stock,
    }
}

fn owned(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

#[component]
fn Fields(form: RewardForm, flash: Flash, tiers: Vec<(String, String)>) -> impl IntoView {
    let mut who = vec![(String::new(), "Everyone".to_owned())];
    who.extend(tiers.into_iter().skip(1).map(|(tier, name)| (tier, format!("{name} and above"))));
    let error = |field: &str| flash.error(field);
    view! {
        <div class="form-grid">
            <div class="full">
                <Field name="name" label="Name" value=form.name error=error("name") maxlength=80/>
            </div>
            <div class="full">
                <TextArea name="description" label="Description" hint="One sentence. Shown on the card."
                    rows=2 value=form.description error=error("description") maxlength=300/>
            </div>
            <Field name="price" label="Price" value=form.price error=error("price") inputmode="numeric"
                unit="points"/>
            <Field name="limit_per_member" label="Most for one member" hint="Empty: no limit"
                value=form.limit_per_member error=error("limit_per_member") inputmode="numeric" unit="times"/>
            <Select name="category" label="Kind" value=form.category options=owned(&CATEGORIES)
                error=error("category")/>
            <Select name="picture" label="Picture" value=form.picture options=owned(&PICTURES)
                error=error("picture")/>
            <Select name="minimum_tier" label="Who may redeem" value=form.minimum_tier options=who
                error=error("minimum_tier")/>
            <Field name="voucher_days" label="Voucher good for" value=form.voucher_days
                error=error("voucher_days") inputmode="numeric" unit="days"/>
            <Field name="public_from" label="Open to all from" kind="datetime-local" value=form.public_from
                hint="Empty: at once. Tiers with early access can have it some days before."
                error=error("public_from")/>
        </div>
    }
}

/// What the price means, and what does not change with it.
#[component]
fn Meaning(reach: ReachView, currency: Currency, price: i64) -> impl IntoView {
    let price = format::points(price);
    let title = match reach.spend {
        Some(spend) => {
            let spend = format::money(spend, &currency.code, currency.digits);
            format!("{price} is what {spend} of purchases earn")
        }
        None => format!("{price} is its price"),
    };
    let members = format::counted(reach.members_with_enough, "member has", "members have");
    let vouchers = match reach.open_vouchers {
        0 => "No voucher for it is open.".to_owned(),
        1 => "One voucher for it is open; it stays good whatever you change.".to_owned(),
        open => format!("{} vouchers for it are open; they stay good whatever you change.", grouped(open)),
    };
    view! { <Notice tone=Tone::Warn title><p>{members}" enough points today. "{vouchers}</p></Notice> }
}
