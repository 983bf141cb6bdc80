//! Medals tell their level three ways: silhouette (plain, reeded, scalloped), pips (1, 2, 3) and metal.

use std::{f64::consts::PI, fmt::Write};

use leptos::prelude::*;

use super::{
    icons::glyph_or_star,
    leaf::{Place, coordinate},
};

/// The field in the middle with its low side and its shine.
const FIELD: &str = concat!(
    r#"<circle class="m-field" cx="48" cy="48" r="28.500"/>"#,
    r#"<path class="m-low" d="M74.600 40A27.800 27.800 0 1 1 30 69 33 33 0 0 0 74.600 40Z"/>"#,
    r#"<path class="m-shine" d="M23.800 35A27 27 0 0 1 61 24.300A33 33 0 0 0 23.800 35Z"/>"#,
);

/// The edge of silver.
const REEDED: &str = concat!(
    r#"<circle class="m-reed" cx="48" cy="48" r="43.6" fill="none" stroke-width="5" "#,
    r#"stroke-dasharray="2.283 2.283"/><circle class="m-rim" cx="48" cy="48" r="42.4"/>"#,
);

/// What a medal or a tier plate is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metal {
    #[default]
    Bronze,
    Silver,
    Gold,
}

impl Metal {
    /// The metal of that name; bronze for a name that is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "gold" => Self::Gold,
            "silver" => Self::Silver,
            _ => Self::Bronze,
        }
    }

    /// The class that brings the colours.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Bronze => "is-bronze",
            Self::Silver => "is-silver",
            Self::Gold => "is-gold",
        }
    }

    const fn pips(self) -> u8 {
        match self {
            Self::Bronze => 1,
            Self::Silver => 2,
            Self::Gold => 3,
        }
    }
}

/// Draws a medal. `locked` is how many of how many are done: an engraved outline with the arc of progress. 96
/// px in grids, 80 in rows, never under 32. A medal never stands without its name.
#[component]
pub fn Medal(
    #[prop(into)] glyph: String,
    metal: Metal,
    #[prop(default = 96)] size: u32,
    #[prop(optional, into)] locked: Option<(i64, i64)>,
) -> impl IntoView {
    let class = if locked.is_some() { "is-locked" } else { metal.class() };
    let drawing =
        locked.map_or_else(|| struck(&glyph, metal), |(done, of)| engraved(&glyph, metal, done, of));
    view! {
        <svg class=format!("medal {class}") viewBox="0 0 96 96" width=size height=size aria-hidden="true"
            focusable="false" inner_html=drawing></svg>
    }
}

/// A medal that was earned.
fn struck(glyph: &str, metal: Metal) -> String {
    let mut svg = edge(metal);
    svg.push_str(r#"<circle class="m-groove" cx="48" cy="48" r="41.200"/>"#);
    laurel(&mut svg, 36.2, 0.5, "leaf");
    pips(&mut svg, metal, "85.2");
    svg.push_str(FIELD);
    let glyph = glyph_or_star(glyph);
    let _ = write!(svg, r##"<use class="m-glyph" href="#g-{glyph}" x="32" y="32" width="32" height="32"/>"##);
    svg
}

/// A medal that is still to earn.
fn engraved(glyph: &str, metal: Metal, done: i64, of: i64) -> String {
    let mut svg = r#"<circle class="m-track" cx="48" cy="48" r="44.5"/>"#.to_owned();
    let percent = hundredths(done, of);
    if percent > 0.0 {
        let _ = write!(svg, r#"<circle class="m-arc" cx="48" cy="48" r="44.5" pathLength="100" "#);
        let percent = coordinate(percent);
        let _ = write!(svg, r#"stroke-dasharray="{percent} 100" transform="rotate(-90 48 48)"/>"#);
    }
    svg.push_str(r#"<circle class="m-line" cx="48" cy="48" r="28"/>"#);
    laurel(&mut svg, 35.6, 0.4, "leaf-o");
    pips(&mut svg, metal, "84.2");
    let glyph = glyph_or_star(glyph);
    let _ = write!(svg, r##"<use class="m-glyph" href="#g-{glyph}" x="33" y="33" width="30" height="30"/>"##);
    svg
}

#[expect(clippy::cast_precision_loss, reason = "an arc has far fewer pixels than a float has digits")]
fn hundredths(done: i64, of: i64) -> f64 {
    if of <= 0 { 0.0 } else { (100.0 * done as f64 / of as f64).clamp(0.0, 100.0) }
}

/// The silhouette.
fn edge(metal: Metal) -> String {
    match metal {
        Metal::Bronze => r#"<circle class="m-rim" cx="48" cy="48" r="44.5"/>"#.to_owned(),
        Metal::Silver => REEDED.to_owned(),
        Metal::Gold => scalloped(),
    }
}

fn scalloped() -> String {
    const SCALLOPS: u32 = 18;
    const RADIUS: f64 = 43.2;
    let at = |index: u32| {
        let angle = 2.0 * PI * f64::from(index) / f64::from(SCALLOPS) - PI / 2.0;
        (coordinate(48.0 + RADIUS * angle.cos()), coordinate(48.0 + RADIUS * angle.sin()))
    };
    let bow = coordinate(RADIUS * PI / f64::from(SCALLOPS) * 1.12);
    let (x, y) = at(0);
    let mut path = format!("M{x} {y}");
    for index in 1..=SCALLOPS {
        let (x, y) = at(index);
        let _ = write!(path, "A{bow} {bow} 0 0 1 {x} {y}");
    }
    format!(r#"<path class="m-rim" d="{path}Z"/>"#)
}

/// The small laurel around the rim: seven leaves on each side.
fn laurel(svg: &mut String, radius: f64, scale: f64, symbol: &str) {
    svg.push_str(r#"<g class="m-laurel">"#);
    for mirrored in [false, true] {
        for step in 0..7_u32 {
            let turn = (18.0 + 132.0 * f64::from(step) / 6.0).to_radians();
            let x = 48.0 - radius * turn.sin();
            let flare = if step % 2 == 1 { -13.0 } else { 13.0 };
            let degrees = (-turn.sin()).atan2(-turn.cos()).to_degrees() + flare;
            let y = 48.0 + radius * turn.cos();
            let place = if mirrored {
                Place { x: 96.0 - x, y, degrees: 180.0 - degrees, scale, mirrored }
            } else {
                Place { x, y, degrees, scale, mirrored }
            };
            let place = place.transform();
            let _ =
                write!(svg, r##"<use href="#{symbol}" width="24" height="12" y="-6" transform="{place}"/>"##);
        }
    }
    svg.push_str("</g>");
}

fn pips(svg: &mut String, metal: Metal, y: &str) {
    let count = metal.pips();
    for index in 0..count {
        let x = coordinate(48.0 + (f64::from(index) - f64::from(count - 1) / 2.0) * 5.4);
        let _ = write!(svg, r#"<circle class="m-pip" cx="{x}" cy="{y}" r="2"/>"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medals_are_drawn_as_designed() {
        assert_eq!(struck("cup", Metal::Gold), include_str!("drawn/medal-gold.txt").trim_end());
        assert_eq!(struck("cup", Metal::Silver), include_str!("drawn/medal-silver.txt").trim_end());
        assert_eq!(struck("cup", Metal::Bronze), include_str!("drawn/medal-bronze.txt").trim_end());
        let locked = include_str!("drawn/medal-locked.txt").trim_end();
        assert_eq!(engraved("calendar", Metal::Silver, 22, 25), locked);
        let untouched = include_str!("drawn/medal-locked-0.txt").trim_end();
        assert_eq!(engraved("calendar", Metal::Gold, 0, 25), untouched);
    }

    #[test]
    fn an_arc_never_leaves_its_circle() {
        assert!(engraved("cup", Metal::Gold, 40, 25).contains(r#"stroke-dasharray="100 100""#));
        assert!(!engraved("cup", Metal::Gold, 4, 0).contains("m-arc"));
    }

    #[test]
    fn a_name_that_is_no_glyph_is_never_drawn_into_the_page() {
        assert!(struck("\"><script>", Metal::Gold).contains("#g-star"));
    }
}
