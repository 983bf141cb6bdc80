//! The frame of pages for visitors: a top bar on the grove with the way in.

use leptos::prelude::*;

use crate::{
    rpc::program::Who,
    ui::{
        components::{ButtonLink, Kind},
        href,
        layout::{Brand, Foot, PageTitle, framed},
    },
};

/// `<VisitorLayout title="Join">…</VisitorLayout>`: the children are the content of `<main>`, in a
/// `div.wrap`.
#[component]
pub fn VisitorLayout(#[prop(into)] title: String, children: Children) -> impl IntoView {
    framed(move |frame| {
        view! {
            <PageTitle title program=frame.program.clone()/>
            <header class="top on-grove">
                <div class="wrap">
                    <Brand program=frame.program.clone() href=href::landing()/>
                    <div class="row"><WayIn who=frame.who.clone()/></div>
                </div>
            </header>
            <main id="main">{children()}</main>
            <Foot frame/>
        }
    })
}

/// What the top bar offers: to sign in and join, or the way back to where one belongs.
#[component]
fn WayIn(who: Who) -> impl IntoView {
    match who {
        Who::Visitor => view! {
            <a href=href::sign_in()>"Sign in"</a>
            <ButtonLink href=href::join() kind=Kind::Grove small=true>"Join free"</ButtonLink>
        }
        .into_any(),
        Who::Member { .. } => view! {
            <ButtonLink href=href::home() kind=Kind::Grove small=true>"Your home page"</ButtonLink>
        }
        .into_any(),
        Who::Staff { .. } => view! {
            <ButtonLink href=href::staff() kind=Kind::Grove small=true>"To the staff pages"</ButtonLink>
        }
        .into_any(),
    }
}
