//! The landing page.

use leptos::prelude::*;

#[component]
pub fn LandingPage() -> impl IntoView {
    view! { <h1>"Laurel"</h1> }
}
