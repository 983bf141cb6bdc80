//! What stands around every page of every area: the title, the brand, the foot with the theme switch.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{emblems::LeafIcon, escape::escaped, islands::theme::ThemeSwitch};
use crate::{
    rpc::{
        Failure,
        program::{Frame, Who, load_frame},
        theme::Theme,
    },
    ui::failure::Failed,
};

/// Awaits the frame and draws `draw(frame)`, or says why there is none.
pub(super) fn framed<V: IntoView + 'static>(draw: impl FnOnce(Frame) -> V + Send + 'static) -> impl IntoView {
    Suspend::new(async move {
        match load_frame().await {
            Ok(frame) => draw(frame).into_any(),
            Err(failure) => unframed(failure).into_any(),
        }
    })
}

fn unframed(failure: Failure) -> impl IntoView {
    view! { <main id="main"><Failed failure/></main> }
}

/// "Rewards · Juniper & Rye" in the browser's tab.
#[component]
pub(super) fn PageTitle(title: String, program: String) -> impl IntoView {
    let text = if title.is_empty() { program } else { format!("{title} · {program}") };
    view! { <Title text=escaped(&text)/> }
}

/// The program's name with its leaf, leading home.
#[component]
pub(super) fn Brand(program: String, href: String) -> impl IntoView {
    view! { <a class="brand" href=href><LeafIcon/>{program}</a> }
}

/// The foot of every page.
#[component]
pub(super) fn Foot(frame: Frame) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default();
    let place = if frame.address.is_empty() {
        frame.program
    } else {
        format!("{}, {}", frame.program, frame.address)
    };
    let promise = match frame.who {
        Who::Staff { .. } => "Everything that staff change is recorded.",
        _ => "Your data stays on our own server.",
    };
    let demo = frame.is_demo.then_some(" This is a demonstration: the shop and its members are made up.");
    view! {
        <footer class="foot">
            <div class="wrap row row--apart">
                <span>{place}". "{promise}{demo}" Runs on Laurel, open source."</span>
                <ThemeSwitch theme/>
            </div>
        </footer>
    }
}
