//! What a page shows in place of what could not be had.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    components::{ButtonLink, Kind},
    emblems::Wreath,
    href,
    visitor::layout::VisitorLayout,
};
use crate::{domain::refusal::Code, rpc::Failure};

/// Draws `draw(answer)`, or says in words why there is no answer. For use inside a layout:
/// `Suspend::new(async move { answered(load_rewards().await, |page| view! { … }) })`.
pub fn answered<T, V: IntoView>(answer: Result<T, Failure>, draw: impl FnOnce(T) -> V) -> AnyView {
    match answer {
        Ok(answer) => draw(answer).into_any(),
        Err(failure) => view! { <Failed failure/> }.into_any(),
    }
}

/// The heading and the sentence of a failure.
fn words(failure: &Failure) -> (&'static str, String) {
    let heading = match failure {
        Failure::Refused(refusal) => match refusal.code {
            Code::NotFound | Code::MemberNotFound => "Not found",
            Code::SignInRequired => "Sign in first",
            Code::Forbidden => "Not for this account",
            _ => "That did not work",
        },
        Failure::Broken { .. } => "Something broke",
        // On the server, where pages are made: a form without one of its fields, or with one that can't be
        // read.
        Failure::Wire(_) => {
            let sentence = "What was sent did not arrive whole. Open the page again and try once more.";
            return ("That did not work", sentence.to_owned());
        }
    };
    (heading, failure.to_string())
}

/// A failure as the content of a page.
#[component]
pub fn Failed(failure: Failure) -> impl IntoView {
    let (heading, sentence) = words(&failure);
    let sign_in = matches!(&failure, Failure::Refused(refusal) if refusal.code == Code::SignInRequired);
    let way_on = if sign_in { (href::sign_in(), "Sign in") } else { (href::landing(), "To the start page") };
    view! {
        <Title text=heading/>
        <div class="wrap narrow">
            <div class="empty">
                <Wreath leaves=12 filled=0 size=120/>
                <h1>{heading}</h1>
                <p>{sentence}</p>
                <ButtonLink href=way_on.0 kind=Kind::Quiet>{way_on.1}</ButtonLink>
            </div>
        </div>
    }
}

/// A URL that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <VisitorLayout title="Not found">
            <div class="wrap narrow">
                <div class="empty">
                    <Wreath leaves=12 filled=0 size=120/>
                    <h1>"No page grows here"</h1>
                    <p>"The link may be old, or a letter of the address is missing."</p>
                    <ButtonLink href=href::landing() kind=Kind::Quiet>"To the start page"</ButtonLink>
                </div>
            </div>
        </VisitorLayout>
    }
}
