//! What a badge says while staff type it. Drawn as the server sees it; where there are scripts,
//! `src/preview.rs` keeps it true with every key, by the same rules.

use jiff::civil::Date;
use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    domain::{
        badge::{
            example::{Bought, reached},
            form::BadgeForm,
            words::says,
        },
        words::Currency,
    },
    ui::{built::built, components::IndexTable},
};

/// `days` are those of the made-up purchases.
#[component]
pub fn BadgePreview(form: BadgeForm, currency: Currency, days: Vec<Date>) -> impl IntoView {
    let bought = Bought::on(&form.metric.filter, &days, &currency);
    let (told, after) = match form.sound_rule(currency.digits) {
        Ok(rule) => (says(&rule, &currency), reached(&rule, &bought, &currency)),
        Err(_) => ("What is typed above says nothing yet.".to_owned(), vec![String::new(); bought.len()]),
    };
    let digits = currency.digits;
    let rows: Vec<_> = (1..)
        .zip(bought.into_iter().zip(after))
        .map(|(at, (one, after))| row(at, one, after, digits))
        .collect();
    let heads = view! {
        <th scope="col">"When"</th>
        <th scope="col">"Category"</th>
        <th scope="col">"Store"</th>
        <th scope="col">"Things"</th>
        <th scope="col">"Amount"</th>
        <th scope="col">"Reached after it"</th>
    };
    let script =
        built("preview.js").map(|src| view! { <script type="module" src=src nonce=use_nonce()></script> });
    view! {
        <section class="panel stack" id="preview" aria-labelledby="h-preview"
            data-currency=currency.code data-digits=digits.to_string()>
            <h2 id="h-preview">"What it says"</h2>
            <div data-says aria-live="polite"><p>{told}</p></div>
            <div class="stack example" data-example hidden>
                <h3>"How a few purchases would count"</h3>
                <IndexTable caption="Made-up purchases" heads>{rows}</IndexTable>
            </div>
            {script}
        </section>
    }
}

/// One made-up purchase, and how far a member would be after it. Its fields have no names: they are not sent.
fn row(at: usize, one: Bought, after: String, digits: u32) -> impl IntoView {
    let field = |part: &'static str, label: &'static str, kind: &'static str, value: String| {
        let label = format!("{label} {at}");
        view! { <td><input class="input" type=kind value=value data-part=part aria-label=label/></td> }
    };
    view! {
        <tr data-row>
            {field("at", "When", "datetime-local", one.at)}
            {field("category", "Category", "text", one.category)}
            {field("store", "Store", "text", one.store)}
            {field("quantity", "Things", "text", one.quantity.to_string())}
            {field("amount", "Amount", "text", one.amount.decimal(digits))}
            <td><b data-reached>{after}</b></td>
        </tr>
    }
}
