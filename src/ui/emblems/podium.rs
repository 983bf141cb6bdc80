//! The first three of a board: each in a closed wreath, on a step.

use leptos::prelude::*;

use super::wreath::Wreath;

/// One who stands on the podium. Ties share a rank, so the place (1 is the middle step) is not the rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodiumStep {
    pub rank: i64,
    pub name: String,
    pub score: String,
    /// What the score is: points.
    pub unit: String,
    pub is_me: bool,
}

/// Draws up to three steps, the first in the middle. Put it on a `section.stage.on-grove`.
#[component]
pub fn Podium(steps: Vec<PodiumStep>) -> impl IntoView {
    let steps = steps.into_iter().take(3).enumerate();
    let steps = steps.map(|(index, step)| {
        let size = if index == 0 { 112 } else { 88 };
        view! {
            <li class=format!("p{}", index + 1) aria-current=step.is_me.then_some("true")>
                <div class="wreath-box">
                    <Wreath leaves=16 filled=16 size=size goal=false/>
                    <span class="sum">{step.rank}</span>
                </div>
                <b>{step.name}{step.is_me.then_some(" (you)")}</b>
                <span class="step">{step.score}<span class="only-wide">" "{step.unit}</span></span>
            </li>
        }
    });
    view! { <ol class="podium" role="list">{steps.collect_view()}</ol> }
}
