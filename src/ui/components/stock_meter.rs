//! How much of something is left, in words and as a native meter; little left turns persimmon.

use leptos::prelude::*;

#[component]
pub fn StockMeter(#[prop(into)] id: String, left: i64, capacity: i64) -> impl IntoView {
    let id = format!("s-{id}");
    let words = format!("{left} of {capacity} left");
    let max = capacity.max(1);
    view! {
        <div class="stock">
            <label for=id.clone()>{words.clone()}</label>
            <meter id=id value=left.to_string() min="0" max=max.to_string() low=(max / 4).to_string()
                high=(max / 2).to_string() optimum=max.to_string()>
                {words}
            </meter>
        </div>
    }
}
