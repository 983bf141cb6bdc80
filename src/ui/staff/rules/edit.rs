//! The form of a rule: what triggers it, what it gives, when it counts and up to what.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Endings;
use crate::{
    domain::{
        earning::{
            Period, Rounding,
            form::{FILTER, LimitForm, RuleForm},
        },
        form::{field, typed},
    },
    rpc::rules::{RulePage as Page, load_rule},
    ui::{
        components::{Check, Field, Notice, Select},
        failure::answered,
        format::{ended, sentence},
        href,
        outcome::Outcome,
        staff::{
            fields::{Audience, Filters, KINDS, KnownWords, Typed, options},
            layout::{Desk, StaffLayout},
        },
    },
};

#[component]
pub fn RuleEditPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let (rule, campaign) = (query.get("rule").unwrap_or_default(), query.get("campaign").unwrap_or_default());
    let typed = typed::read::<RuleForm>(query.into_iter().map(|(name, value)| (name.into_owned(), value)));
    view! {
        <StaffLayout title="Earning rule" at=Desk::Rules>
            {Suspend::new(async move {
                answered(load_rule(rule, campaign, typed).await, |page| view! { <Content page/> })
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
    let is_new = page.form.rule.is_empty();
    let title = if is_new { "New rule".to_owned() } else { page.form.name.clone() };
    let says = page.says.clone().map(|says| {
        view! { <Notice title="What it says"><p>{ended(&sentence(&says))}</p></Notice> }
    });
    let form = page.form.clone();
    let code = page.currency.code.clone();
    view! {
        <p><a href=href::staff_rules()>"All rules"</a></p>
        <h1>{title}</h1>
        <Outcome flash/>
        {says}
        <form class="stack" method="post" action=href::save_rule() novalidate>
            <input type="hidden" name=field("rule") value=form.rule.clone()/>
            <Subject form=form.clone() errors=errors.clone() campaigns=page.campaigns/>
            <Gives form=form.clone() errors=errors.clone() code=code.clone()/>
            <Filters form=form.filter.clone() at=FILTER errors=errors.clone() code/>
            <Who form=form.clone() errors=errors.clone() tiers=page.tiers/>
            <Limits form errors/>
            <KnownWords known=page.known/>
            <Endings look=href::staff_rule_edit("", "")/>
        </form>
    }
}

#[component]
fn Subject(form: RuleForm, errors: Typed, campaigns: Vec<(String, String)>) -> impl IntoView {
    let none = (String::new(), "None: it stands by itself".to_owned());
    let campaigns: Vec<_> = std::iter::once(none).chain(campaigns).collect();
    let triggers = options(&[
        ("purchase", "A purchase as a whole"),
        ("line", "Each line of a purchase by itself"),
        ("activity", "Something else a member does"),
    ]);
    view! {
        <section class="panel stack" aria-labelledby="h-subject">
            <h2 id="h-subject">"What it is"</h2>
            <Field name=field("name") label="Name" hint="Members read it at “Why did I get this?”."
                maxlength=80
                value=form.name error=errors.error("name")/>
            <div class="form-grid">
                <Select name=field("on") label="It looks at" value=form.on options=triggers
                    error=errors.error("on")/>
                <Field name=field("kinds") label="Which activities"
                    hint="For something else: review, recycling." value=form.kinds
                    list=KINDS error=errors.error("kinds")/>
                <Select name=field("campaign") label="Campaign" value=form.campaign options=campaigns
                    error=errors.error("campaign")/>
            </div>
        </section>
    }
}

#[component]
fn Gives(form: RuleForm, errors: Typed, code: String) -> impl IntoView {
    let effects = options(&[
        ("per_money", "Points for money spent"),
        ("per_item", "Points for each thing"),
        ("per_visit", "Points once a day"),
        ("fixed", "Points once"),
        ("multiplier", "Multiplies the points"),
        ("cap", "No more points than"),
    ]);
    let stages = options(&[("base", "Yes"), ("bonus", "No, they are a bonus")]);
    view! {
        <section class="panel stack" aria-labelledby="h-gives">
            <h2 id="h-gives">"What it gives"</h2>
            <div class="form-grid">
                <Select name=field("effect") label="It gives" value=form.effect options=effects/>
                <Field name=field("points") label="Points" hint="How many; not for a multiplier."
                    inputmode="numeric" value=form.points error=errors.error("points") unit="points"/>
                <Field name=field("per") label="For every" hint="For money; empty is a whole one."
                    inputmode="decimal" value=form.per error=errors.error("per") unit=code/>
                <Field name=field("percent") label="Multiplied to" hint="For a multiplier; 200 doubles."
                    inputmode="numeric" value=form.percent error=errors.error("percent") unit="percent"/>
                <Select name=field("cap_per") label="The most counts" value=form.cap_per options=periods()/>
                <Select name=field("stage") label="Do multipliers multiply it?" value=form.stage
                    options=stages/>
            </div>
        </section>
    }
}

fn periods() -> Vec<(String, String)> {
    let words = |period: Period| match period {
        Period::Purchase => "for one purchase",
        Period::Day => "in a day",
        Period::Week => "in a week",
        Period::Month => "in a month",
        Period::Year => "in a year",
        Period::Ever => "in all",
    };
    Period::ALL.map(|period| (period.word().to_owned(), words(period).to_owned())).into()
}

#[component]
fn Who(form: RuleForm, errors: Typed, tiers: Vec<(String, String)>) -> impl IntoView {
    view! {
        <section class="panel stack" aria-labelledby="h-who">
            <h2 id="h-who">"For whom"</h2>
            <Audience tiers chosen=form.tier tag=form.tag errors=errors.clone()/>
            <Check name=field("first_purchase") label="Only on the first purchase"
                checked=form.first_purchase == "true"/>
            <div class="form-grid">
                <Field name=field("birthday_before") label="Days before the birthday" inputmode="numeric"
                    hint="Empty in both: the birthday does not matter." value=form.birthday_before
                    error=errors.error("birthday_before") unit="days"/>
                <Field name=field("birthday_after") label="Days after the birthday" inputmode="numeric"
                    hint="0 in both: the day itself." value=form.birthday_after
                    error=errors.error("birthday_after") unit="days"/>
            </div>
        </section>
    }
}

#[component]
fn Limits(form: RuleForm, errors: Typed) -> impl IntoView {
    let rows = form.limits.into_iter().enumerate().map(|(place, limit)| {
        let error = errors.error(&format!("limits][{place}][number"));
        view! { <LimitRow place limit error/> }
    });
    let rows: Vec<_> = rows.collect();
    let rounding = options(&Rounding::ALL.map(|(_, word, words)| (word, words)));
    view! {
        <section class="panel stack" aria-labelledby="h-limits">
            <h2 id="h-limits">"Up to what"</h2>
            <p class="muted">"What a member gets by this rule at most. Returns free it again."</p>
            {rows}
            <Field name=field("priority") label="Priority" inputmode="numeric"
                hint="The higher comes first among limits on everything; empty is 0." value=form.priority
                error=errors.error("priority")/>
            <Select name=field("rounding") label="Points are rounded" value=form.rounding options=rounding
                hint="Once, when everything is added up. It holds for all rules of the program."/>
        </section>
    }
}

#[component]
fn LimitRow(place: usize, limit: LimitForm, error: Option<String>) -> impl IntoView {
    let name = |part: &str| field(&format!("limits][{place}][{part}"));
    let number = place + 1;
    let of = options(&[("points", "points"), ("times", "times")]);
    view! {
        <div class="form-grid">
            <Field name=name("number") label=format!("Limit {number}: at most") inputmode="numeric"
                value=limit.number error/>
            <Select name=name("of") label=format!("Limit {number}: of what") value=limit.of options=of/>
            <Select name=name("per") label=format!("Limit {number}: counted") value=limit.per
                options=periods()/>
        </div>
    }
}
