//! A badge while staff type it: what it says, what is wrong, and how a few made-up purchases would count. The
//! same rules as on the server, in the browser.

use leptos::{ev, prelude::*};

use crate::{
    domain::{
        badge::{
            Badge,
            example::{Bought, progress},
            form::BadgeForm,
            words::says,
        },
        catalogue::whole_number,
        points::{Money, grouped},
        words::Currency,
    },
    ui::format::{ended, sentence},
};

/// The field of that name: `metric][measure`.
fn slot<'a>(form: &'a mut BadgeForm, name: &str) -> Option<&'a mut String> {
    let (metric, row) = (&mut form.metric, |rows: &'a mut Vec<String>, place: &str| {
        place.parse().ok().and_then(|place: usize| rows.get_mut(place))
    });
    Some(match name {
        "badge" => &mut form.badge,
        "name" => &mut form.name,
        "description" => &mut form.description,
        "wins" => &mut form.wins,
        "bronze" => &mut form.bronze,
        "silver" => &mut form.silver,
        "gold" => &mut form.gold,
        "repeat" => &mut form.repeat,
        "revoke" => &mut form.revoke,
        "visibility" => &mut form.visibility,
        "tag" => &mut form.tag,
        "metric][kinds" => &mut metric.kinds,
        "metric][measure" => &mut metric.measure,
        "metric][attribute" => &mut metric.attribute,
        "metric][window" => &mut metric.window,
        "metric][days" => &mut metric.days,
        "metric][by" => &mut metric.by,
        "metric][first" => &mut metric.first,
        "metric][last" => &mut metric.last,
        _ => match name.rsplit_once("][")? {
            ("metric][filter", part) => {
                let filter = &mut metric.filter;
                match part {
                    "category" => &mut filter.category,
                    "sku" => &mut filter.sku,
                    "except_category" => &mut filter.except_category,
                    "except_sku" => &mut filter.except_sku,
                    "store" => &mut filter.store,
                    "amount_min" => &mut filter.amount_min,
                    "amount_max" => &mut filter.amount_max,
                    "quantity_min" => &mut filter.quantity_min,
                    "quantity_max" => &mut filter.quantity_max,
                    "attributes" => &mut filter.attributes,
                    "hours_from" => &mut filter.hours_from,
                    "hours_until" => &mut filter.hours_until,
                    _ => return None,
                }
            }
            ("all_of", place) => row(&mut form.all_of, place)?,
            ("requires", place) => row(&mut form.requires, place)?,
            _ => return None,
        },
    })
}

/// Takes what was typed, chosen or ticked.
fn take(form: &mut BadgeForm, name: &str, value: String, is_ticked: bool) {
    let ticks = match name.rsplit_once("][") {
        Some(("tier", _)) => Some(&mut form.tier),
        Some(("metric][filter][weekdays", _)) => Some(&mut form.metric.filter.weekdays),
        _ => None,
    };
    if let Some(ticks) = ticks {
        ticks.retain(|known| *known != value);
        if is_ticked {
            ticks.push(value);
        }
    } else if let Some(slot) = slot(form, name) {
        *slot = value;
    }
}

/// `days` are the days and times of the made-up purchases. Without scripts it says what the page was made
/// with.
#[island]
pub fn BadgePreview(form: BadgeForm, currency: Currency, days: Vec<String>) -> impl IntoView {
    let first = |list: &str| list.split(',').next().unwrap_or_default().trim().to_owned();
    let filter = &form.metric.filter;
    let (category, store) = (first(&filter.category), first(&filter.store));
    let one = |at: String| Bought {
        at,
        category: category.clone(),
        store: store.clone(),
        quantity: 2,
        amount: Money(10 * currency.unit()),
    };
    let bought: Vec<Bought> = days.into_iter().map(one).collect();
    let rows = bought.len();
    let (form, bought) = (RwSignal::new(form), RwSignal::new(bought));
    Effect::new(move || {
        let typing = window_event_listener(ev::input, move |event| {
            let name = event_target::<web_sys::Element>(&event).get_attribute("name").unwrap_or_default();
            let Some(name) = name.strip_prefix("form[").and_then(|rest| rest.strip_suffix(']')) else {
                return;
            };
            let (value, is_ticked) = (event_target_value(&event), event_target_checked(&event));
            form.update(|form| take(form, name, value, is_ticked));
        });
        on_cleanup(move || typing.remove());
    });
    let digits = currency.digits;
    let read = Memo::new(move |_| form.with(|form| form.read(digits)));
    let after = move || read.get().ok().map(|badge: Badge| bought.with(|all| progress(&badge.rule, all)));
    let told = move || match read.get() {
        Ok(badge) => view! { <p>{ended(&sentence(&says(&badge.rule, &currency)))}</p> }.into_any(),
        Err(refusal) => {
            let link = |error: crate::domain::refusal::FieldError| {
                view! { <li><a href=format!("#{}", error.field)>{error.message}</a></li> }
            };
            let fields: Vec<_> = refusal.fields.into_iter().map(link).collect();
            view! { <ul>{fields}</ul> }.into_any()
        }
    };
    let rows: Vec<_> = (0..rows).map(|place| row(place, bought, digits, after)).collect();
    view! {
        <section class="panel stack" aria-labelledby="h-words">
            <h2 id="h-words">"What it says"</h2>
            <div aria-live="polite">{told}</div>
            <h3>"How a few purchases would count"</h3>
            {rows}
        </section>
    }
}

/// One made-up purchase, and how far a member would be after it.
fn row(
    place: usize,
    bought: RwSignal<Vec<Bought>>,
    digits: u32,
    after: impl Fn() -> Option<Vec<Option<(i64, Option<crate::domain::badge::Level>)>>>
    + Copy
    + Send
    + Sync
    + 'static,
) -> impl IntoView {
    let one = bought.with_untracked(|all| all.get(place).cloned().unwrap_or_default());
    let change = move |part: usize, value: String| {
        bought.update(|all| {
            let Some(one) = all.get_mut(place) else { return };
            match part {
                0 => one.at = value,
                1 => one.category = value,
                2 => one.store = value,
                3 => one.quantity = whole_number(&value).unwrap_or(0),
                _ => one.amount = Money::parse(value.trim(), digits).unwrap_or_default(),
            }
        });
    };
    let number = place + 1;
    let input = |part: usize, label: &'static str, kind: &'static str, value: String| {
        view! {
            <label class="field">
                {label}" "{number}
                <input class="input" type=kind value=value
                    on:input=move |event| change(part, event_target_value(&event))/>
            </label>
        }
    };
    let words = move || match after().and_then(|all| all.get(place).copied().flatten()) {
        Some((reached, Some(level))) => format!("{}, {}", grouped(reached), level.as_str()),
        Some((reached, None)) => grouped(reached),
        None => String::new(),
    };
    view! {
        <div class="form-grid">
            {input(0, "When", "datetime-local", one.at)}
            {input(1, "Category", "text", one.category)}
            {input(2, "Store", "text", one.store)}
            {input(3, "Things", "text", one.quantity.to_string())}
            {input(4, "Amount", "text", one.amount.decimal(digits))}
            <p>"Reached after it: "<b>{words}</b></p>
        </div>
    }
}
