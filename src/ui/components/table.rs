//! Tables and bits of them.

use leptos::prelude::*;

use super::button::{ButtonLink, Kind};
use crate::ui::emblems::{Icon, Symbol};

/// A table that may be wider than its page: `heads` are the `th` of its one row of heads, the children its
/// rows. The caption is for those who do not see that it stands under a heading.
#[component]
pub fn IndexTable<H: IntoView + 'static>(
    #[prop(into)] caption: String,
    heads: H,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// The head of a column that can be sorted. `sorted` is `Some(true)` when it is sorted downwards now; a
/// `wide` one is left out on phones.
#[component]
pub fn SortHead(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] sorted: Option<bool>,
    #[prop(optional)] number: bool,
    #[prop(optional)] wide: bool,
) -> impl IntoView {
    let order = match sorted {
        None => "none",
        Some(true) => "descending",
        Some(false) => "ascending",
    };
    let class = match (number, wide) {
        (true, true) => Some("n only-wide"),
        (true, false) => Some("n"),
        (false, true) => Some("only-wide"),
        (false, false) => None,
    };
    let arrow = sorted.map(|down| if down { "↓" } else { "↑" });
    view! {
        <th scope="col" class=class aria-sort=order>
            <a href=href>{label}<span aria-hidden="true">{arrow}</span></a>
        </th>
    }
}

/// Says what part is shown and leads to the next and the first; there are no page numbers in keyset paging.
#[component]
pub fn Pager(
    #[prop(into)] words: String,
    #[prop(optional_no_strip)] first: Option<String>,
    #[prop(optional_no_strip)] next: Option<String>,
) -> impl IntoView {
    let first = first
        .map(|href| view! { <ButtonLink href kind=Kind::Quiet small=true>"Back to the start"</ButtonLink> });
    let next = next.map(|href| {
        view! {
            <ButtonLink href kind=Kind::Quiet
                small=true>"Next"<Symbol icon=Icon::Next class="flip"/></ButtonLink>
        }
    });
    view! {
        <nav class="row row--apart" aria-label="Pages">
            <span class="muted">{words}</span>
            <span class="row tight">{first}{next}</span>
        </nav>
    }
}
