//! Says something to screen readers once the page is awake: a live region speaks only of what comes into it.

use leptos::prelude::*;

#[island]
pub fn Announce(text: String) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move || said.set(text.clone()));
    view! { <p class="visually-hidden" role="status" aria-live="polite">{said}</p> }
}
