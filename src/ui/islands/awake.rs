//! Marks the page once its islands are awake, so that a test can wait for it.

use leptos::prelude::*;

/// Sets `data-hydrated` on `<html>` when the browser has woken the islands.
#[island]
pub fn Awake() -> impl IntoView {
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-hydrated", "true");
        }
    });
}
