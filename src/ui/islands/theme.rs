//! The switch between light, dark and the system's own. Without scripts it is a form; with them it acts at
//! once.

use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast};
use web_sys::HtmlDocument;

use crate::{
    rpc::theme::Theme,
    ui::{
        emblems::{Icon, Symbol},
        href,
    },
};

/// Three buttons; the chosen one is pressed.
#[island]
pub fn ThemeSwitch(theme: Theme) -> impl IntoView {
    let chosen = RwSignal::new(theme);
    let buttons = Theme::ALL.map(|theme| {
        let choose = move |event: MouseEvent| {
            event.prevent_default();
            wear(theme);
            chosen.set(theme);
        };
        let (icon, words) = sign(theme);
        view! {
            <button type="submit" name="theme" value=theme.name() on:click=choose
                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }>
                <Symbol icon/>
                <span class="visually-hidden">{words}</span>
            </button>
        }
    });
    view! {
        <form class="themes" method="post" action=href::choose_theme()>
            <fieldset>
                <legend class="visually-hidden">"Colours of the pages"</legend>
                {buttons.into_iter().collect_view()}
            </fieldset>
        </form>
    }
}

const fn sign(theme: Theme) -> (Icon, &'static str) {
    match theme {
        Theme::System => (Icon::Screen, "As the system has it"),
        Theme::Light => (Icon::Sun, "Light"),
        Theme::Dark => (Icon::Moon, "Dark"),
    }
}

/// Dresses this page, and the next ones through the cookie.
fn wear(theme: Theme) {
    let document = document();
    if let Some(root) = document.document_element() {
        let _ = match theme.attribute() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Ok(document) = document.dyn_into::<HtmlDocument>() {
        let _ = document.set_cookie(&theme.cookie());
    }
}
