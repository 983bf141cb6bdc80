//! One leaf: root at 0,0 and tip at 24,0, in two halves, light above the midrib and shade below.

use leptos::prelude::*;

/// What a leaf says: earned, just earned, not yet, or the next one to earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeafState {
    #[default]
    On,
    New,
    Off,
    Next,
}

impl LeafState {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::New => "new",
            Self::Off => "off",
            Self::Next => "next",
        }
    }

    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::On | Self::New => "leaf",
            Self::Off | Self::Next => "leaf-o",
        }
    }
}

/// Where a leaf is put: its root, its direction in degrees, its size, and whether it is mirrored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub x: f64,
    pub y: f64,
    pub degrees: f64,
    pub scale: f64,
    pub mirrored: bool,
}

impl Place {
    pub(super) fn transform(self) -> String {
        let across = if self.mirrored { -self.scale } else { self.scale };
        format!(
            "translate({} {})rotate({})scale({} {})",
            coordinate(self.x),
            coordinate(self.y),
            coordinate(self.degrees),
            coordinate(self.scale),
            coordinate(across)
        )
    }
}

/// A number as a drawing wants it: two decimals at most, no zeros at the end.
pub(super) fn coordinate(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A single leaf the size of a letter, for lists, prices and the streak.
#[component]
pub fn LeafIcon(#[prop(optional)] state: LeafState, #[prop(optional, into)] class: String) -> impl IntoView {
    let leaf = format!(
        r##"<g transform="{}"><use href="#{}" class="lf is-{}" width="24" height="12" y="-6"/></g>"##,
        "translate(4.5 19.5)rotate(-45)scale(.9)",
        state.symbol(),
        state.class()
    );
    view! {
        <svg class=format!("leaf-icon {class}") width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"
            focusable="false" inner_html=leaf></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        for (number, text) in
            [(0.0, "0"), (-0.001, "0"), (12.0, "12"), (12.5, "12.5"), (100.0, "100"), (-3.456, "-3.46")]
        {
            assert_eq!(coordinate(number), text);
        }
    }
}
