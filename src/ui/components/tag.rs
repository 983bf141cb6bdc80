//! A word or two in a small field: a state, a date, a gain.

use leptos::prelude::*;

use crate::ui::emblems::{Icon, Symbol};

/// What a tag or a notice means. `Gain` is only for what can be won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    On,
    Gain,
    Warn,
    Bad,
    /// Outlined: a draft, a name.
    Line,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::On => "tag tag--on",
            Self::Gain => "tag tag--gain",
            Self::Warn => "tag tag--warn",
            Self::Bad => "tag tag--bad",
            Self::Line => "tag tag--line",
        }
    }
}

#[component]
pub fn Tag(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    view! { <span class=tone.class()>{icon.map(|icon| view! { <Symbol icon/> })}{children()}</span> }
}
