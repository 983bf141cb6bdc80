//! The fields that make the rule of a badge.

use leptos::prelude::*;

use crate::{
    domain::{
        badge::form::{BadgeForm, METRIC},
        form::field,
    },
    ui::{
        components::{Field, Select},
        staff::{
            fields::{Audience, Filters, KINDS, Typed, options},
            measures::{bys, of_badge, repeats, windows},
        },
    },
};

/// Everything but the name. `badges` are the others that it can ask for, `code` is the currency.
#[component]
pub fn RuleFields(
    form: BadgeForm,
    errors: Typed,
    badges: Vec<(String, String)>,
    tiers: Vec<(String, String)>,
    code: String,
) -> impl IntoView {
    view! {
        <Counted form=form.clone() errors=errors.clone()/>
        <Levels form=form.clone() errors=errors.clone()/>
        <Filters form=form.metric.filter.clone() at="metric][filter][" errors=errors.clone() code/>
        <Others form=form.clone() errors=errors.clone() badges/>
        <Who form errors tiers/>
    }
}

#[component]
fn Counted(form: BadgeForm, errors: Typed) -> impl IntoView {
    let name = |part: &str| field(&format!("{METRIC}{part}"));
    let error = |part: &str| errors.error(&format!("{METRIC}{part}"));
    let wins = options(&[("metric", "something that is counted"), ("badges", "having other badges")]);
    let metric = form.metric;
    view! {
        <section class="panel stack" aria-labelledby="h-counted">
            <h2 id="h-counted">"What is counted"</h2>
            <div class="form-grid">
                <Select name=field("wins") label="It is won by" value=form.wins options=wins
                    hint="Other badges are chosen below." error=errors.error("wins")/>
                <Select name=name("measure") label="Counted" value=metric.measure options=of_badge()
                    error=error("measure")/>
                <Field name=name("kinds") label="Of which activities"
                    hint="visit, review, referral …; empty: purchases." value=metric.kinds
                    list=KINDS error=error("kinds")/>
                <Field name=name("attribute") label="Which attribute" hint="Where one is counted: stars."
                    value=metric.attribute error=error("attribute")/>
                <Select name=name("window") label="Within" value=metric.window options=windows()
                    error=error("window")/>
                <Field name=name("days") label="How many days in a row" inputmode="numeric"
                    hint="For “any so many days in a row”." value=metric.days error=error("days")/>
                <Select name=name("by") label="Each by itself?" value=metric.by options=bys()
                    error=error("by")/>
            </div>
            <div class="form-grid">
                <Field name=name("first") label="First day that counts" kind="date"
                    hint="Empty: from the beginning." value=metric.first error=error("first")/>
                <Field name=name("last") label="Last day that counts" kind="date" hint="Empty: no end."
                    value=metric.last error=error("last")/>
            </div>
        </section>
    }
}

#[component]
fn Levels(form: BadgeForm, errors: Typed) -> impl IntoView {
    let revoke = options(&[
        ("never", "it is kept"),
        ("on_reversal", "it is taken back when a return takes away what it was for"),
        ("while_true", "it is taken back as soon as it does not hold any more"),
    ]);
    view! {
        <section class="panel stack" aria-labelledby="h-levels">
            <h2 id="h-levels">"How much of it"</h2>
            <p class="muted">"A number; of money, an amount. Empty: there is no such level."</p>
            <div class="form-grid">
                <Field name=field("bronze") label="Bronze from" inputmode="decimal" value=form.bronze
                    error=errors.error("bronze")/>
                <Field name=field("silver") label="Silver from" inputmode="decimal" value=form.silver
                    error=errors.error("silver")/>
                <Field name=field("gold") label="Gold from" inputmode="decimal" value=form.gold
                    error=errors.error("gold")/>
                <Select name=field("repeat") label="How often it can be had" value=form.repeat
                    options=repeats() error=errors.error("repeat")/>
                <Select name=field("revoke") label="Once it is had" value=form.revoke options=revoke
                    error=errors.error("revoke")/>
            </div>
        </section>
    }
}

#[component]
fn Others(form: BadgeForm, errors: Typed, badges: Vec<(String, String)>) -> impl IntoView {
    view! {
        <section class="panel stack" aria-labelledby="h-others">
            <h2 id="h-others">"Other badges"</h2>
            <p class="muted">"For a badge that is won by others, the levels say how many it takes."</p>
            <Needs name="all_of" label="It takes" rows=form.all_of errors=errors.clone()
                badges=badges.clone()/>
            <Needs name="requires" label="Not without" rows=form.requires errors badges/>
        </section>
    }
}

/// A row for each badge.
#[component]
fn Needs(
    name: &'static str,
    label: &'static str,
    rows: Vec<String>,
    errors: Typed,
    badges: Vec<(String, String)>,
) -> impl IntoView {
    let row = |(place, value): (usize, String)| {
        let row = format!("{name}][{place}");
        let error = errors.error(&row);
        let mut options = vec![(String::new(), "none".to_owned())];
        // What is not there any more stays until somebody chooses another.
        if !badges.iter().any(|(known, _)| *known == value) {
            options.push((value.clone(), value.clone()));
        }
        options.extend(badges.iter().cloned());
        let label = format!("{label}, {}", place + 1);
        view! { <Select name=field(&row) label value options error/> }
    };
    let rows: Vec<_> = rows.into_iter().enumerate().map(row).collect();
    view! { <div class="form-grid">{rows}</div> }
}

#[component]
fn Who(form: BadgeForm, errors: Typed, tiers: Vec<(String, String)>) -> impl IntoView {
    let visibility = options(&[
        ("public", "everybody"),
        ("hidden", "everybody sees that there is one, and not which"),
        ("secret", "nobody but those who have it"),
    ]);
    view! {
        <section class="panel stack" aria-labelledby="h-who">
            <h2 id="h-who">"For whom"</h2>
            <Select name=field("visibility") label="Who sees it before having it" value=form.visibility
                options=visibility/>
            <Audience tiers chosen=form.tier tag=form.tag errors/>
        </section>
    }
}
