//! Something that the person should know, said where it matters.

use leptos::prelude::*;

use super::tag::Tone;
use crate::ui::emblems::{Icon, Symbol};

/// `Tone::Plain` for what went well, `Warn` for what to mind, `Bad` for what did not work. The title is
/// optional.
#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    children: Children,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Warn => ("notice notice--warn", Icon::Info, None),
        Tone::Bad => ("notice notice--bad", Icon::Alert, Some("alert")),
        _ => ("notice", Icon::Check, Some("status")),
    };
    view! {
        <div class=class role=role>
            <Symbol icon/>
            {title.map(|title| view! { <h2 class="like-h3">{title}</h2> })}
            <div>{children()}</div>
        </div>
    }
}
