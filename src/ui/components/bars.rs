//! A row of bars, drawn: decoration beside the table that says the same in numbers.

use leptos::prelude::*;

const HEIGHT: i64 = 120;
const STEP: i64 = 40;

/// Labels and values, the first one on the left. The last one is unfinished and drawn lighter.
#[component]
pub fn Bars(bars: Vec<(String, i64)>) -> impl IntoView {
    let most = bars.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    let last = bars.len().saturating_sub(1);
    let width = STEP * i64::try_from(bars.len()).unwrap_or(1);
    let drawn: Vec<_> = bars
        .into_iter()
        .zip(0_i64..)
        .map(|((label, value), place)| {
            let height = (value * HEIGHT / most).max(i64::from(value > 0));
            let class = if usize::try_from(place) == Ok(last) { "bar is-open" } else { "bar" };
            let left = place * STEP;
            view! {
                <rect class=class x=(left + 6).to_string() y=(HEIGHT - height).to_string()
                    width=(STEP - 12).to_string() height=height.to_string() rx="2"></rect>
                <text x=(left + STEP / 2).to_string() y=(HEIGHT + 18).to_string()
                    text-anchor="middle">{label}</text>
            }
        })
        .collect();
    let frame = format!("0 0 {width} {}", HEIGHT + 26);
    view! {
        <svg class="bars" viewBox=frame aria-hidden="true" focusable="false">
            <line x1="0" x2=width.to_string() y1=HEIGHT.to_string() y2=HEIGHT.to_string()></line>
            {drawn}
        </svg>
    }
}
