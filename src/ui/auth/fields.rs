//! The fields that the ways in share.

use leptos::prelude::*;

use crate::{rpc::forms::Flash, ui::components::Field};

/// Where somebody's address goes; `autocomplete` tells the browser whether it is known here.
#[component]
pub fn EmailField(flash: Flash, autocomplete: &'static str) -> impl IntoView {
    view! {
        <Field
            name="email"
            label="E-mail"
            kind="email"
            value=flash.value("email", "")
            error=flash.error("email")
            autocomplete
            maxlength=254
        />
    }
}

/// Where somebody thinks of a password.
#[component]
pub fn NewPasswordField(flash: Flash, label: &'static str) -> impl IntoView {
    view! {
        <Field
            name="password"
            label
            kind="password"
            hint="At least 8 characters. A few words in a row are easy to keep and hard to guess."
            error=flash.error("password")
            autocomplete="new-password"
        />
    }
}
