//! What was just reached, said once: a sheet that is not modal, leaves by itself and never moves the focus.

use leptos::prelude::*;

use super::home::metal;
use crate::{
    rpc::moments::MomentView,
    ui::{
        emblems::{LeafIcon, Medal, Wreath},
        islands::announce::Announce,
    },
};

/// The sheet, and the same in a sentence for screen readers. Draws nothing when there is nothing to tell.
#[component]
pub fn Celebration(moments: Vec<MomentView>) -> impl IntoView {
    (!moments.is_empty()).then(|| {
        let text = said(&moments);
        view! { <Sheet moments/><Announce text/> }
    })
}

/// Several moments are one sheet: the highest on top, the others as lines.
#[component]
pub fn Sheet(moments: Vec<MomentView>) -> impl IntoView {
    let mut moments = highest_first(moments).into_iter();
    let first = moments.next()?;
    let others: Vec<_> = moments.map(|moment| view! { <li><LeafIcon/>{moment.heading}</li> }).collect();
    let others = (!others.is_empty()).then(|| view! { <ul role="list">{others}</ul> });
    Some(view! {
        <aside class="unlock" aria-label="News for you">
            <div class="unlock__main">
                <div class="wreath-box">
                    <Wreath leaves=20 filled=20 size=136 fresh=4/>
                    <Medal glyph=first.glyph metal=metal(first.metal) size=72/>
                </div>
                <div class="stack gap2">
                    <p class="muted"><small>{first.about}</small></p>
                    <h2>{first.heading}</h2>
                    <p>{first.words}</p>
                </div>
            </div>
            {others}
        </aside>
    })
}

/// The sheet in a sentence.
pub fn said(moments: &[MomentView]) -> String {
    let headings: Vec<String> =
        highest_first(moments.to_vec()).into_iter().map(|moment| moment.heading).collect();
    format!("New: {}.", headings.join("; "))
}

fn highest_first(mut moments: Vec<MomentView>) -> Vec<MomentView> {
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.metal));
    moments
}
