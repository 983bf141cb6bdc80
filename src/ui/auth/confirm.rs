//! Where an address is confirmed through a mailed link. A button does it: programs that look through mails
//! open every link, and they are not the owner.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::spent::SpentLink;
use crate::{
    domain::refusal::Code,
    rpc::{
        Failure,
        accounts::{ConfirmPage as Page, load_confirm},
    },
    ui::{components::Button, failure::Failed, href, visitor::layout::VisitorLayout},
};

#[component]
pub fn ConfirmPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let address = use_query_map().with_untracked(|query| query.get("address"));
    view! {
        <VisitorLayout title="Confirm your address">
            {Suspend::new(async move {
                match load_confirm(token.clone(), address).await {
                    Ok(page) => view! { <Content page token/> }.into_any(),
                    Err(Failure::Refused(refusal)) if refusal.code == Code::LinkExpired => {
                        let message = "This link was used or is too old. If there is anything left to \
                                       confirm, your home page says so and mails you a new one.";
                        view! { <SpentLink message way_on=(href::home(), "To your home page")/> }.into_any()
                    }
                    Err(failure) => view! { <Failed failure/> }.into_any(),
                }
            })}
        </VisitorLayout>
    }
}

#[component]
fn Content(page: Page, token: String) -> impl IntoView {
    let email = page.email.clone();
    let (asks, address) = if page.is_new {
        let asks = view! {
            "A member of "{page.program}" wants to sign in with "<b>{page.email}</b>
            " from now on. If it is you, say so."
        };
        let address = view! { <input type="hidden" name="address" value=email/> };
        (asks.into_any(), Some(address))
    } else {
        let asks = view! {
            "Somebody is a member of "{page.program}" with "<b>{page.email}</b>
            ". If it is you, say so: points for what you buy under it can then be spent, by you."
        };
        (asks.into_any(), None)
    };
    let take_over = (!page.is_new).then(|| {
        view! {
            <p class="gap-top">
                "It was not you who joined? Leave it, or "
                <a href=href::forgot_password()>"choose a new password"</a>" and take the account over."
            </p>
        }
    });
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <h1>"Is this your address?"</h1>
                <p>{asks}</p>
            </div>
            <form class="stack gap5" method="post" action=href::confirm_address()>
                <input type="hidden" name="token" value=token/>
                {address}
                <Button>"Yes, it is mine"</Button>
            </form>
            {take_over}
        </div>
    }
}
