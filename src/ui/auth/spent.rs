//! A mailed link that was used or is too old, with the way on.

use leptos::prelude::*;

use crate::ui::{components::ButtonLink, emblems::Wreath};

#[component]
pub fn SpentLink(#[prop(into)] message: String, way_on: (String, &'static str)) -> impl IntoView {
    view! {
        <div class="wrap narrow">
            <div class="empty">
                <Wreath leaves=12 filled=0 size=120/>
                <h1>"This link has done its work"</h1>
                <p>{message}</p>
                <ButtonLink href=way_on.0>{way_on.1}</ButtonLink>
            </div>
        </div>
    }
}
