//! Keeps an open page up to date: what the member has just reached is celebrated, the balance follows, and on
//! a home page everything else with it. A page that nobody sees does not listen: what is celebrated once is
//! celebrated where somebody looks.

use std::cell::RefCell;

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
};
use web_sys::{Element, EventSource, HtmlElement, MessageEvent, NodeList};

/// Once on a page of a member. The sheet comes drawn from the server, so that the browser needs no medals.
#[island]
pub fn Moments() -> impl IntoView {
    let (sheet, said) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // It goes with its page: there is nothing to clean up, and pages change by navigation.
    Effect::new(move || {
        let open = RefCell::new(None::<EventSource>);
        let listen = move |address: &str| {
            // Without it the next page tells the same.
            let source = EventSource::new(address).ok()?;
            hear(&source, "sheet", move |drawn| sheet.set(drawn));
            hear(&source, "said", move |words| said.set(words));
            hear(&source, "balance", |points| show_balance(&points));
            hear(&source, "home", |drawn| show_home(&drawn));
            Some(source)
        };
        if !document().hidden() {
            open.replace(listen(&address()));
        }
        let turned = Closure::<dyn Fn()>::new(move || {
            if !document().hidden() {
                open.replace(listen(&address_of_return()));
            } else if let Some(source) = open.take() {
                source.close();
            }
        });
        let turned = turned.into_js_value();
        let _ = document().add_event_listener_with_callback("visibilitychange", turned.unchecked_ref());
    });
    view! {
        <div inner_html=sheet></div>
        <p class="visually-hidden" role="status" aria-live="polite">{said}</p>
    }
}

fn hear(source: &EventSource, name: &str, act: impl Fn(String) + 'static) {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(data) = event.data().as_string() {
            act(data);
        }
    });
    let _ = source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// A home page says so, and what it shows: anything else is news for it.
fn address() -> String {
    let shown = one("[data-balance]").and_then(|shown| shown.text_content()).unwrap_or_default();
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() { "/moments".to_owned() } else { format!("/moments?home={digits}") }
}

/// Whatever a home page showed when it was left, it asks what there is now.
fn address_of_return() -> String {
    if one("[data-now]").is_some() { "/moments?home=-1".to_owned() } else { "/moments".to_owned() }
}

fn one(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn show_balance(points: &str) {
    if let Some(shown) = one("[data-balance]")
        && shown.text_content().as_deref() != Some(points)
    {
        shown.set_text_content(Some(points));
    }
}

/// Takes over the parts that differ, so that nothing else moves.
fn show_home(drawn: &str) {
    let (Some(shown), Ok(fresh)) = (one("[data-now]"), document().create_element("div")) else { return };
    fresh.set_inner_html(drawn);
    let (Some(old), Some(new)) = (parts(&shown), parts(&fresh)) else { return };
    let focused = document().active_element().and_then(|at| at.get_attribute("href"));
    if old.length() == new.length() {
        for place in 0..old.length() {
            if let (Some(old), Some(new)) = (part(&old, place), part(&new, place))
                && old.outer_html() != new.outer_html()
                // Nor is an answer taken away that somebody reads.
                && !matches!(old.query_selector("details[open]"), Ok(Some(_)))
            {
                old.set_outer_html(&new.outer_html());
            }
        }
    } else {
        shown.set_inner_html(drawn);
    }
    // Who stood on a link that was drawn anew stands on it still.
    if let Some(href) = focused
        && let Ok(Some(link)) = shown.query_selector(&format!("a[href='{href}']"))
        && let Ok(link) = link.dyn_into::<HtmlElement>()
        && document().active_element().is_none_or(|at| at.tag_name() == "BODY")
    {
        let _ = link.focus();
    }
}

fn parts(page: &Element) -> Option<NodeList> {
    page.query_selector_all(".hero, .home > *").ok()
}

fn part(parts: &NodeList, place: u32) -> Option<Element> {
    parts.item(place)?.dyn_into().ok()
}
