//! Where somebody becomes a member: a name, an address, a password.

use leptos::prelude::*;

use super::fields::{EmailField, NewPasswordField};
use crate::{
    domain::points::grouped,
    rpc::accounts::{JoinPage as Page, load_join},
    ui::{
        components::{Button, Field},
        failure::answered,
        href,
        outcome::Outcome,
        visitor::layout::VisitorLayout,
    },
};

#[component]
pub fn JoinPage() -> impl IntoView {
    view! {
        <VisitorLayout title="Join">
            {Suspend::new(async move { answered(load_join().await, |page| view! { <Content page/> }) })}
        </VisitorLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let (start, press) = match page.welcome_points {
        0 => (".".to_owned(), "Join".to_owned()),
        points => {
            let points = grouped(points);
            (format!(", and you start with {points} points."), format!("Join and get {points} points"))
        }
    };
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <h1>"Join "{page.program}</h1>
                <p>"Free. A name, an e-mail address and a password are enough"{start}</p>
            </div>
            <JoinForm flash=page.flash.of("join") request_id=page.request_id.to_string() press/>
        </div>
    }
}

#[component]
fn JoinForm(flash: crate::rpc::forms::Flash, request_id: String, press: String) -> impl IntoView {
    view! {
        <form class="stack gap5" method="post" action=href::join_program() novalidate>
            <Outcome flash=flash.clone()/>
            <input type="hidden" name="request_id" value=request_id/>
            <Field
                name="display_name"
                label="What should we call you?"
                hint="On your card and in mails. Leaderboards use a made-up name."
                value=flash.value("display_name", "")
                error=flash.error("display_name")
                autocomplete="given-name"
                maxlength=80
            />
            <EmailField flash=flash.clone() autocomplete="email"/>
            <NewPasswordField flash=flash.clone() label="Password"/>
            <Field
                name="card"
                label="Card number (optional)"
                hint="If a shop gave you a card: its nine digits bring everything that you collected on it."
                value=flash.value("card", "")
                error=flash.error("card")
                inputmode="numeric"
                maxlength=20
            />
            <Button>{press}</Button>
            <p class="muted">"Already a member? "<a href=href::sign_in()>"Sign in"</a></p>
        </form>
    }
}
