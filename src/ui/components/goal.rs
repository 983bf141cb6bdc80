//! Progress towards something: a label, a native bar, and words, which say the number that is missing.

use leptos::prelude::*;

/// Few steps are drawn as steps rather than as one bar.
const STEPPED: [i64; 7] = [1, 2, 3, 4, 5, 7, 10];

/// The words are the children: "320 of 500 points, **180 to go**". `stepped` draws up to ten single steps;
/// `label_hidden` keeps the label for screen readers where a heading already says it.
#[component]
pub fn Goal(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: i64,
    max: i64,
    #[prop(optional)] stepped: bool,
    #[prop(optional)] label_hidden: bool,
    children: Children,
) -> impl IntoView {
    let id = format!("p-{id}");
    let class = (stepped && STEPPED.contains(&max)).then(|| format!("steps-{max}"));
    let (value, max) = (value.clamp(0, max.max(1)), max.max(1));
    let label = if label_hidden {
        view! { <label class="visually-hidden" for=id.clone()>{label}</label> }.into_any()
    } else {
        view! { <div class="goal__top"><label for=id.clone()>{label}</label></div> }.into_any()
    };
    view! {
        <div class="goal">
            {label}
            <progress id=id class=class value=value.to_string() max=max.to_string()>
                {format!("{value} of {max}")}
            </progress>
            <p class="goal__words">{children()}</p>
        </div>
    }
}
