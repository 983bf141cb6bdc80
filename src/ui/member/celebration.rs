//! What was just earned, said once: a sheet that is not modal, leaves by itself and never moves the focus.

use leptos::prelude::*;

use super::{badges::title, home::metal};
use crate::{
    rpc::badges::BadgeView,
    ui::{
        emblems::{LeafIcon, Medal, Wreath},
        islands::announce::Announce,
    },
};

/// Several awards are one sheet: the highest on top, the others as lines.
#[component]
pub fn Celebration(badges: Vec<BadgeView>) -> impl IntoView {
    let mut earned: Vec<_> =
        badges.into_iter().filter_map(|badge| Some((badge.best.clone()?.level, badge))).collect();
    earned.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    let said: Vec<String> = earned.iter().map(|(level, badge)| title(&badge.name, Some(*level))).collect();
    let mut earned = earned.into_iter();
    let (level, first) = earned.next()?;
    let heading = title(&first.name, Some(level));
    let others: Vec<_> = earned
        .map(|(level, badge)| view! { <li><LeafIcon/>{title(&badge.name, Some(level))}</li> })
        .collect();
    let others = (!others.is_empty()).then(|| view! { <ul role="list">{others}</ul> });
    Some(view! {
        <aside class="unlock" aria-label="New badges">
            <div class="unlock__main">
                <div class="wreath-box">
                    <Wreath leaves=20 filled=20 size=136 fresh=4/>
                    <Medal glyph=first.glyph metal=metal(level) size=72/>
                </div>
                <div class="stack gap2">
                    <p class="muted"><small>"New badge"</small></p>
                    <h2>{heading}</h2>
                    <p>{first.description}</p>
                </div>
            </div>
            {others}
        </aside>
        <Announce text=format!("New: {}.", said.join("; "))/>
    })
}
