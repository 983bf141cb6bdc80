//! An empty place is an outline of what it will become, with one thing that can be done now.

use leptos::prelude::*;

use crate::ui::emblems::Wreath;

/// The children are a sentence and, at best, one button.
#[component]
pub fn Empty(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <Wreath leaves=12 filled=0 size=96/>
            <h2 class="like-h3">{title}</h2>
            {children()}
        </div>
    }
}
