//! All settings of a campaign.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{
        earning::campaign_form::CampaignForm,
        form::{field, typed},
    },
    rpc::campaigns::{CampaignPage as Page, load_campaign},
    ui::{
        components::{Field, Notice, Select},
        failure::answered,
        format::{ended, sentence},
        href,
        outcome::Outcome,
        staff::{
            fields::{Audience, Typed, Weekdays, options},
            layout::{Desk, StaffLayout},
            rules::Endings,
        },
    },
};

#[component]
pub fn CampaignEditPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let campaign = query.get("campaign").unwrap_or_default();
    let typed =
        typed::read::<CampaignForm>(query.into_iter().map(|(name, value)| (name.into_owned(), value)));
    view! {
        <StaffLayout title="Campaign" at=Desk::Campaigns>
            {Suspend::new(async move {
                answered(load_campaign(campaign, typed).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let mut flash = page.flash.clone();
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let errors = Typed(flash.clone());
    let title =
        if page.form.campaign.is_empty() { "New campaign".to_owned() } else { page.form.name.clone() };
    let says = page.says.clone().map(|says| {
        view! { <Notice title="What it says"><p>{ended(&sentence(&says))}</p></Notice> }
    });
    let form = page.form.clone();
    view! {
        <p><a href=href::staff_campaigns()>"All campaigns"</a></p>
        <h1>{title}</h1>
        <Outcome flash/>
        {says}
        <form class="stack" method="post" action=href::save_campaign() novalidate>
            <input type="hidden" name="page" value="edit"/>
            <input type="hidden" name=field("campaign") value=form.campaign.clone()/>
            <Gives form=form.clone() errors=errors.clone() rules=page.rules/>
            <Schedule form=form.clone() errors=errors.clone() zone=page.zone/>
            <section class="panel stack" aria-labelledby="h-audience">
                <h2 id="h-audience">"For whom"</h2>
                <Audience tiers=page.tiers chosen=form.tier.clone() tag=form.tag.clone()
                    errors=errors.clone()/>
            </section>
            <Together form errors/>
            <Endings look=href::staff_campaign_edit("")/>
        </form>
    }
}

#[component]
fn Gives(form: CampaignForm, errors: Typed, rules: Vec<(String, String, String)>) -> impl IntoView {
    let add = (!form.campaign.is_empty()).then(|| {
        let link = href::staff_rule_edit("", &form.campaign);
        view! { <p><a href=link>"Add a rule to this campaign"</a></p> }
    });
    let has_rules = !rules.is_empty();
    let rules = rules.into_iter().map(|(rule, name, does)| {
        view! { <li><a href=href::staff_rule_edit(&rule, "")>{name}</a>": "{does}</li> }
    });
    let rules: Vec<_> = rules.collect();
    let rules = has_rules.then(|| view! { <ul>{rules}</ul> });
    view! {
        <section class="panel stack" aria-labelledby="h-gives">
            <h2 id="h-gives">"What it gives"</h2>
            <div class="form-grid">
                <Field name=field("name") label="Name" hint="Members read it." maxlength=80 value=form.name
                    error=errors.error("name")/>
                <Field name=field("percent") label="Points are multiplied to"
                    hint="200 doubles them; empty leaves the rules below as they are." inputmode="numeric"
                    value=form.percent error=errors.error("percent") unit="percent"/>
            </div>
            {rules}
            {add}
        </section>
    }
}

#[component]
fn Schedule(form: CampaignForm, errors: Typed, zone: String) -> impl IntoView {
    let local = format!("Local time in {zone}; empty: it has no beginning.");
    view! {
        <section class="panel stack" aria-labelledby="h-runs">
            <h2 id="h-runs">"When it runs"</h2>
            <div class="form-grid">
                <Field name=field("from") label="From" hint=local kind="datetime-local" value=form.from
                    error=errors.error("from")/>
                <Field name=field("until") label="Until" hint="From then on it is over; empty: it has no end."
                    kind="datetime-local" value=form.until error=errors.error("until")/>
            </div>
            <Weekdays chosen=form.weekdays/>
            <div class="form-grid">
                <Field name=field("hours_from") label="From hour" kind="time" value=form.hours_from
                    error=errors.error("hours_from")/>
                <Field name=field("hours_until") label="Until hour"
                    hint="Earlier than “from”: past midnight." kind="time"
                    value=form.hours_until error=errors.error("hours_until")/>
            </div>
        </section>
    }
}

#[component]
fn Together(form: CampaignForm, errors: Typed) -> impl IntoView {
    let policies = options(&[
        ("add", "What it gives is added"),
        ("best", "Of several such, the best counts"),
        ("exclusive", "No other campaign counts beside it"),
    ]);
    view! {
        <section class="panel stack" aria-labelledby="h-together">
            <h2 id="h-together">"With how much, and beside what"</h2>
            <div class="form-grid">
                <Field name=field("budget") label="Budget"
                    hint="What it gives at most in all; empty: no limit."
                    inputmode="numeric" value=form.budget error=errors.error("budget") unit="points"/>
                <Select name=field("stacking") label="Beside other campaigns" value=form.stacking
                    options=policies/>
                <Field name=field("priority") label="Priority" hint="The higher wins; empty is 0."
                    inputmode="numeric" value=form.priority error=errors.error("priority")/>
            </div>
        </section>
    }
}
