//! Where members and staff sign in.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::fields::EmailField;
use crate::{
    rpc::accounts::{SignInPage as Page, TryOut, load_sign_in},
    ui::{
        components::{Button, Field, Notice, Tone},
        failure::answered,
        href,
        outcome::Outcome,
        visitor::layout::VisitorLayout,
    },
};

#[component]
pub fn SignInPage() -> impl IntoView {
    let next = use_query_map().with_untracked(|query| query.get("next"));
    view! {
        <VisitorLayout title="Sign in">
            {Suspend::new(async move {
                answered(load_sign_in(next).await, |page| view! { <Content page/> })
            })}
        </VisitorLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let flash = page.flash;
    let next = page.next.map(|next| view! { <input type="hidden" name="next" value=next/> });
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <h1>"Sign in"</h1>
                <p>"To your points, your card and your rewards at "{page.program}"."</p>
            </div>
            <TryOuts people=page.try_out/>
            <form class="stack gap5" method="post" action=href::send_sign_in() novalidate>
                <Outcome flash=flash.clone()/>
                {next}
                <EmailField flash=flash.clone() autocomplete="username"/>
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    error=flash.error("password")
                    autocomplete="current-password"
                />
                <Button>"Sign in"</Button>
                <p class="muted">
                    <a href=href::forgot_password()>"Choose a new password"</a>
                    ", or "
                    <a href=href::join()>"join"</a>
                    " if you are new here."
                </p>
            </form>
        </div>
    }
}

/// Tells visitors of a demonstration whom they can be.
#[component]
fn TryOuts(people: Vec<TryOut>) -> impl IntoView {
    let people: Vec<_> = people
        .into_iter()
        .map(|person| {
            view! {
                <p>
                    <b>{person.name}</b>", "{person.role}": "<code>{person.email}</code>", password "
                    <code>{person.password}</code>
                </p>
            }
        })
        .collect();
    (!people.is_empty()).then(
        || view! { <Notice tone=Tone::Warn title="This is a demonstration. Try it as:">{people}</Notice> },
    )
}
