//! A ruled sheet with a heading: the unit that pages are made of. Never a panel inside a panel.

use leptos::prelude::*;

use super::button::More;

/// A section named by its heading. `id` is the section's own, unique on the page; `more` a link beside the
/// heading; `class` a width such as `w5`.
#[component]
pub fn Panel(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] more: Option<(String, &'static str)>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let heading = format!("h-{id}");
    let head = view! {
        <div class="panel__head">
            <h2 id=heading.clone()>{title}</h2>
            {more.map(|(href, words)| view! { <More href words/> })}
        </div>
    };
    view! {
        <section class=format!("panel {class}") id=id aria-labelledby=heading>
            {head}
            {children()}
        </section>
    }
}
