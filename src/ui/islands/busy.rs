//! Shows that a form was sent and keeps it from being sent twice. The forms themselves are plain: a form with
//! `data-busy="Redeeming…"` has its button say so until the server's answer is there.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlFormElement};

/// Once on a page that has such forms.
#[island]
pub fn Busy() -> impl IntoView {
    Effect::new(|| {
        let handle = window_event_listener(ev::submit, |event| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let Some((form, words)) =
                form.and_then(|form| Some((form.clone(), form.get_attribute("data-busy")?)))
            else {
                return;
            };
            if form.has_attribute("aria-busy") {
                event.prevent_default();
                return;
            }
            let _ = form.set_attribute("aria-busy", "true");
            if let Ok(Some(button)) = form.query_selector("button[type=submit]") {
                say(&button, &words);
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn say(button: &Element, words: &str) {
    let _ = button.set_attribute("aria-busy", "true");
    button.set_text_content(Some(words));
}
