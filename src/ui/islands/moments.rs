//! Keeps an open page up to date: what the member has just reached is celebrated, and the balance follows.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
};
use web_sys::{EventSource, MessageEvent};

/// Once on a page of a member. The sheet comes drawn from the server, so that the browser needs no medals.
#[island]
pub fn Moments() -> impl IntoView {
    let (sheet, said) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move || {
        // Without it the next page tells the same.
        let Ok(source) = EventSource::new("/moments") else { return };
        hear(&source, "sheet", move |drawn| sheet.set(drawn));
        hear(&source, "said", move |words| said.set(words));
        hear(&source, "balance", |points| show_balance(&points));
        // It goes with its page: there is nothing to clean up, and pages change by navigation.
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

fn show_balance(points: &str) {
    if let Ok(Some(shown)) = document().query_selector("[data-balance]")
        && shown.text_content().as_deref() != Some(points)
    {
        shown.set_text_content(Some(points));
    }
}
