//! Where a password is chosen through a link. The token travels in the form's body from here on.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{fields::NewPasswordField, spent::SpentLink};
use crate::{
    domain::refusal::Code,
    rpc::{
        Failure,
        accounts::{ResetPage as Page, load_reset},
    },
    ui::{components::Button, failure::Failed, href, outcome::Outcome, visitor::layout::VisitorLayout},
};

#[component]
pub fn ResetPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    view! {
        <VisitorLayout title="Choose a password">
            {Suspend::new(async move {
                match load_reset(token.clone()).await {
                    Ok(page) => view! { <Content page token/> }.into_any(),
                    Err(Failure::Refused(refusal)) if refusal.code == Code::LinkExpired => {
                        let way_on = (href::forgot_password(), "Mail me a new link");
                        view! { <SpentLink message=refusal.message way_on/> }.into_any()
                    }
                    Err(failure) => view! { <Failed failure/> }.into_any(),
                }
            })}
        </VisitorLayout>
    }
}

#[component]
fn Content(page: Page, token: String) -> impl IntoView {
    let heading = if page.first { "Choose your password" } else { "Choose a new password" };
    let after = if page.first {
        "You sign in with it afterwards."
    } else {
        "Every device that is signed in now will be signed out."
    };
    let flash = page.flash;
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <h1>{heading}</h1>
                <p>"For "<b>{page.email.clone()}</b>". "{after}</p>
            </div>
            <form class="stack gap5" method="post" action=href::choose_password() novalidate>
                <Outcome flash=flash.clone()/>
                <input type="hidden" name="token" value=token/>
                <input class="visually-hidden" type="email" value=page.email autocomplete="username" readonly
                    tabindex="-1" aria-hidden="true"/>
                <NewPasswordField flash label="New password"/>
                <Button>"Keep this password"</Button>
            </form>
        </div>
    }
}
