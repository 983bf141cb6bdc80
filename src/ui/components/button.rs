//! What is pressed. One primary button per view; everything else is quiet.

use leptos::prelude::*;

use crate::ui::emblems::{Icon, Symbol};

/// How loud a button is. The grove ones stand on the dark green field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Primary,
    Quiet,
    /// Takes something away: asks or says what will happen.
    Bad,
    Grove,
    GhostGrove,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn",
            Self::Quiet => "btn btn--quiet",
            Self::Bad => "btn btn--bad",
            Self::Grove => "btn btn--grove",
            Self::GhostGrove => "btn btn--ghost-grove",
        }
    }
}

fn class(kind: Kind, small: bool) -> String {
    format!("{}{}", kind.class(), if small { " btn--sm" } else { "" })
}

/// A button that sends its form; with `name` and `value` it says which of several was pressed.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] small: bool,
    #[prop(optional)] disabled: bool,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <button class=class(kind, small) type="submit" disabled=disabled name=name
            value=value>{children()}</button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] small: bool,
    children: Children,
) -> impl IntoView {
    view! { <a class=class(kind, small) href=href>{children()}</a> }
}

/// A small link to the whole of what is shown in part.
#[component]
pub fn More(#[prop(into)] href: String, #[prop(into)] words: String) -> impl IntoView {
    view! { <a class="more" href=href>{words}<Symbol icon=Icon::Next/></a> }
}
