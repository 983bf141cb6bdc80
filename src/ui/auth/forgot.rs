//! Where somebody who lost their password asks for a link.

use leptos::prelude::*;

use super::fields::EmailField;
use crate::{
    rpc::forms::{Flash, take_flash},
    ui::{components::Button, failure::answered, href, outcome::Outcome, visitor::layout::VisitorLayout},
};

#[component]
pub fn ForgotPage() -> impl IntoView {
    view! {
        <VisitorLayout title="Choose a new password">
            {Suspend::new(async move { answered(take_flash().await, |flash| view! { <Content flash/> }) })}
        </VisitorLayout>
    }
}

#[component]
fn Content(flash: Flash) -> impl IntoView {
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <h1>"Choose a new password"</h1>
                <p>"Tell us your e-mail address, and we mail you a link where you choose it."</p>
            </div>
            <form class="stack gap5" method="post" action=href::ask_for_link() novalidate>
                <Outcome flash=flash.clone()/>
                <EmailField flash autocomplete="username"/>
                <Button>"Mail me a link"</Button>
                <p class="muted">"Remembered it? "<a href=href::sign_in()>"Sign in"</a></p>
            </form>
        </div>
    }
}
