//! A number of points with its leaf: the price of a reward.

use leptos::prelude::*;

use super::leaf::LeafIcon;
use crate::domain::points::grouped;

#[component]
pub fn PointsPill(points: i64) -> impl IntoView {
    let unit = if points == 1 { "point" } else { "points" };
    view! { <span class="price"><LeafIcon/>{grouped(points)}" "<small>{unit}</small></span> }
}
