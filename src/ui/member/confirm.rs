//! The address that has to be confirmed before points can be spent.

use leptos::prelude::*;

use crate::ui::{
    components::{Button, Kind, Notice, Tone},
    href,
};

/// Draws nothing when there is nothing to confirm.
#[component]
pub fn ConfirmAddress(email: Option<String>) -> impl IntoView {
    let email = email?;
    Some(view! {
        <Notice tone=Tone::Warn title="Confirm your address to spend points">
            <p>
                "Points came to you for purchases made under "<b>{email}</b>
                ". Open the link that we mailed there, and they are yours to spend."
            </p>
            <form class="gap-top" method="post" action=href::ask_for_confirmation()>
                <Button kind=Kind::Quiet>"Mail the link again"</Button>
            </form>
        </Notice>
    })
}
