//! A tier is a leaf-shaped plate of its metal with one, two or three leaves: told apart without colour, and
//! never to be confused with a medal.

use std::fmt::Write;

use leptos::prelude::*;

use super::medal::Metal;

/// The leaves of a plate: direction and size.
const fn leaves(rank: u8) -> (Metal, &'static [(i16, f64)]) {
    match rank {
        0 | 1 => (Metal::Bronze, &[(-90, 1.1)]),
        2 => (Metal::Silver, &[(-122, 0.95), (-58, 0.95)]),
        _ => (Metal::Gold, &[(-90, 1.05), (-147, 0.82), (-33, 0.82)]),
    }
}

fn plate(rank: u8) -> String {
    let mut svg = r#"<path class="plate" d="M2 2H30A16 16 0 0 1 46 18V46H18A16 16 0 0 1 2 30Z"/>"#.to_owned();
    for (degrees, scale) in leaves(rank).1 {
        let _ = write!(
            svg,
            r##"<use href="#leaf" class="lf" width="24" height="12" y="-6" transform="{}"/>"##,
            format_args!("translate(24 36)rotate({degrees})scale({scale})")
        );
    }
    svg
}

/// Draws the plate of a tier; rank 1 is where everybody starts.
#[component]
pub fn TierMark(rank: u8, #[prop(default = 52)] size: u32) -> impl IntoView {
    let class = format!("tier-mark {}", leaves(rank).0.class());
    view! {
        <svg class=class viewBox="0 0 48 48" width=size height=size aria-hidden="true" focusable="false"
            inner_html=plate(rank)></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_are_drawn_as_designed() {
        assert_eq!(plate(1), include_str!("drawn/tier-1.txt").trim_end());
        assert_eq!(plate(2), include_str!("drawn/tier-2.txt").trim_end());
        assert_eq!(plate(3), include_str!("drawn/tier-3.txt").trim_end());
    }
}
