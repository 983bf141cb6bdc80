//! Parts of the forms that staff have on several pages: how something is called, which activities count, when
//! and for whom.

use leptos::prelude::*;

use crate::{
    domain::{
        earning::words::day_name,
        form::{FilterForm, Known, field},
    },
    rpc::forms::Flash,
    ui::{
        components::{Field, Select, TextArea},
        emblems::GLYPHS,
    },
};

/// What is wrong with what was typed, by the names of the fields.
#[derive(Clone)]
pub struct Typed(pub Flash);

impl Typed {
    pub fn error(&self, name: &str) -> Option<String> {
        self.0.error(&field(name))
    }
}

/// Values and their words, for a select.
pub fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// What the fields of a form offer to choose from, as categories, articles, stores and kinds of activities:
/// `list` of a field is one of these.
pub const CATEGORIES: &str = "known-categories";
pub const SKUS: &str = "known-skus";
pub const STORES: &str = "known-stores";
pub const KINDS: &str = "known-kinds";

/// The words that were sent lately, once on a page, for the fields that name them.
#[component]
pub fn KnownWords(known: Known) -> impl IntoView {
    let Known { categories, skus, stores, kinds } = known;
    let lists = [(CATEGORIES, categories), (SKUS, skus), (STORES, stores), (KINDS, kinds)];
    let lists = lists.map(|(id, words)| {
        let words: Vec<_> = words.into_iter().map(|word| view! { <option value=word></option> }).collect();
        view! { <datalist id=id>{words}</datalist> }
    });
    Vec::from(lists)
}

/// What a rule names that nothing sent lately does: a word may be misspelt.
#[component]
pub fn Unheard(sentences: Vec<String>) -> impl IntoView {
    let told: Vec<_> = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect();
    (!told.is_empty()).then(|| {
        view! {
            <div>
                <p><b>"Check the spelling, unless it is new:"</b></p>
                <ul class="happens">{told}</ul>
            </div>
        }
    })
}

/// The names, the picture and the sentence of a badge or a challenge. `noun` is what its short name is typed
/// into.
#[component]
pub fn Named(
    noun: &'static str,
    slug: String,
    name: String,
    glyph: String,
    description: String,
    /// What the sentence says.
    about: &'static str,
    errors: Typed,
) -> impl IntoView {
    let glyphs = GLYPHS.iter().map(|glyph| ((*glyph).to_owned(), glyph.replace('-', " "))).collect();
    view! {
        <section class="panel stack" aria-labelledby="h-about">
            <h2 id="h-about">"What it is"</h2>
            <div class="form-grid">
                <Field name=field("name") label="Name" hint="Members read it." value=name
                    error=errors.error("name") maxlength=60/>
                <Field name=field(noun) label="Short name"
                    hint="Lower case letters, digits and dashes; stays for ever." value=slug
                    error=errors.error(noun) maxlength=60/>
                <Select name=field("glyph") label="Picture" value=glyph options=glyphs
                    error=errors.error("glyph")/>
            </div>
            <Field name=field("description") label=about hint="Members read it." value=description
                error=errors.error("description") maxlength=200/>
        </section>
    }
}

/// What narrows down which activities count. `at` is what the names of the fields begin with; `code` is the
/// currency.
#[component]
pub fn Filters(form: FilterForm, at: &'static str, errors: Typed, code: String) -> impl IntoView {
    let name = |part: &str| field(&format!("{at}{part}"));
    let error = |part: &str| errors.error(&format!("{at}{part}"));
    view! {
        <section class="panel stack" aria-labelledby="h-items">
            <h2 id="h-items">"Which purchases count"</h2>
            <p class="muted">
                "Everything may stay empty. Several words have commas between; one of them is enough."
            </p>
            <div class="form-grid">
                <Field name=name("category") label="Categories" value=form.category list=CATEGORIES
                    error=error("category")/>
                <Field name=name("sku") label="Items" value=form.sku list=SKUS error=error("sku")/>
                <Field name=name("except_category") label="Categories that do not count" list=CATEGORIES
                    value=form.except_category error=error("except_category")/>
                <Field name=name("except_sku") label="Items that do not count" value=form.except_sku
                    list=SKUS error=error("except_sku")/>
                <Field name=name("amount_min") label="Amount from" inputmode="decimal" value=form.amount_min
                    error=error("amount_min") unit=code.clone()/>
                <Field name=name("amount_max") label="Amount up to" inputmode="decimal" value=form.amount_max
                    error=error("amount_max") unit=code/>
                <Field name=name("quantity_min") label="Things from" inputmode="numeric"
                    value=form.quantity_min error=error("quantity_min")/>
                <Field name=name("quantity_max") label="Things up to" inputmode="numeric"
                    value=form.quantity_max error=error("quantity_max")/>
            </div>
            <Field name=name("store") label="Stores" value=form.store list=STORES error=error("store")/>
            <TextArea name=name("attributes") label="Attributes of an activity" rows=2
                hint="A line for each: material: glass, tin" value=form.attributes
                error=error("attributes")/>
        </section>
        <section class="panel stack" aria-labelledby="h-moment">
            <h2 id="h-moment">"When it counts"</h2>
            <Weekdays chosen=form.weekdays at/>
            <div class="form-grid">
                <Field name=name("hours_from") label="From" kind="time" value=form.hours_from
                    error=error("hours_from")/>
                <Field name=name("hours_until") label="Until" hint="Earlier than “from”: past midnight."
                    kind="time" value=form.hours_until error=error("hours_until")/>
            </div>
        </section>
    }
}

/// Days of the week to be ticked.
#[component]
pub fn Weekdays(chosen: Vec<String>, #[prop(optional)] at: &'static str) -> impl IntoView {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let ticks = days.map(|day| (day.to_owned(), day_name(day).to_owned())).into();
    view! {
        <Ticks name=format!("{at}weekdays") legend="Days of the week" hint="None is every day." ticks chosen/>
    }
}

/// For whom something is: tiers to be ticked, and segments.
#[component]
pub fn Audience(
    tiers: Vec<(String, String)>,
    chosen: Vec<String>,
    tag: String,
    errors: Typed,
) -> impl IntoView {
    view! {
        <Ticks name="tier" legend="Tiers" hint="None is everybody." ticks=tiers chosen/>
        <Field name=field("tag") label="Segments" value=tag error=errors.error("tag")
            hint="Tags that members carry, with commas between; empty: everybody."/>
    }
}

/// Several of a list, each with its value and its words.
#[component]
fn Ticks(
    #[prop(into)] name: String,
    legend: &'static str,
    hint: &'static str,
    ticks: Vec<(String, String)>,
    chosen: Vec<String>,
) -> impl IntoView {
    let ticks = ticks.into_iter().enumerate().map(|(place, (value, words))| {
        let checked = chosen.contains(&value);
        let name = field(&format!("{name}][{place}"));
        view! { <label><input type="checkbox" name=name value=value checked=checked/>{words}</label> }
    });
    let ticks: Vec<_> = ticks.collect();
    view! {
        <fieldset class="field" id=field(&name)>
            <legend>{legend}</legend>
            <p class="hint">{hint}</p>
            <div class="chips">{ticks}</div>
        </fieldset>
    }
}
