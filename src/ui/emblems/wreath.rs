//! The wreath: two branches rise from the tie at the bottom, and leaves fill in pairs, left then right, from
//! the tie up.
//! It closes at the top, where the goal, a berry, waits. A closed wreath always means *yours*.

use std::fmt::Write;

use leptos::prelude::*;

use super::leaf::{LeafState, Place, coordinate};

const RADIUS: f64 = 80.0;
const CENTRE: f64 = 100.0;
/// Degrees from the tie to the root of the first leaf.
const FIRST_LEAF: f64 = 10.0;

/// How many of `leaves` have grown: rounded down, so that a full wreath is never shown too early.
#[must_use]
pub fn grown(value: i64, goal: i64, leaves: usize) -> usize {
    let total = i64::try_from(leaves).unwrap_or(0);
    if goal <= 0 || value >= goal {
        return leaves;
    }
    let filled = i128::from(value.max(0)) * i128::from(total) / i128::from(goal);
    usize::try_from(filled).unwrap_or(0)
}

/// What is drawn: how many leaves there are, have grown and are fresh, and whether the goal is shown.
#[derive(Debug, Clone, Copy)]
struct Growth {
    leaves: usize,
    filled: usize,
    fresh: usize,
    goal: bool,
}

impl Growth {
    fn new(leaves: usize, filled: usize, fresh: usize, goal: bool) -> Self {
        let leaves = (leaves - leaves % 2).max(10);
        Self { leaves, filled: filled.min(leaves), fresh: fresh.min(filled), goal }
    }

    /// Small wreaths have one row of broad leaves; in large ones leaves alternate out and in.
    const fn is_small(self) -> bool {
        self.leaves <= 16
    }

    /// Degrees from the tie to the root of the last leaf.
    const fn last_leaf(self) -> f64 {
        if self.is_small() { 151.0 } else { 158.0 }
    }

    const fn state(self, index: usize) -> LeafState {
        if index < self.filled {
            if index >= self.filled - self.fresh { LeafState::New } else { LeafState::On }
        } else if index == self.filled {
            LeafState::Next
        } else {
            LeafState::Off
        }
    }

    fn draw(self) -> String {
        let mut svg = String::with_capacity(120 * self.leaves + 400);
        for right in [false, true] {
            let (x0, y0) = on_branch(-7.0, right);
            let (x1, y1) = on_branch(self.last_leaf(), right);
            let _ = write!(
                svg,
                r#"<path class="stem" d="M{} {}A80 80 0 0 {} {} {}"/>"#,
                coordinate(x0),
                coordinate(y0),
                u8::from(!right),
                coordinate(x1),
                coordinate(y1)
            );
        }
        svg.push_str(r#"<path class="tie" d="M90 184c4-5 16-5 20 0M92 189l8-9 8 9"/>"#);
        for index in 0..self.leaves {
            let state = self.state(index);
            let _ = write!(
                svg,
                r##"<use href="#{}" class="lf is-{}" width="24" height="12" y="-6" transform="{}"/>"##,
                state.symbol(),
                state.class(),
                self.place(index).transform()
            );
        }
        if self.goal {
            let won = if self.filled >= self.leaves { " is-won" } else { "" };
            let size = if self.is_small() { "7" } else { "5.5" };
            let _ = write!(svg, r#"<circle class="berry{won}" cx="100" cy="19" r="{size}"/>"#);
        }
        svg
    }

    /// Where the leaf stands: even ones on the left branch, odd ones on the right.
    fn place(self, index: usize) -> Place {
        let (right, step, last) = (index % 2 == 1, index / 2, self.leaves / 2 - 1);
        let degrees = FIRST_LEAF + (self.last_leaf() - FIRST_LEAF) * number(step) / number(last);
        let (x, y) = on_branch(degrees, false);
        let along = (-degrees.to_radians().sin()).atan2(-degrees.to_radians().cos()).to_degrees();
        let (flare, scale) = self.shape(step, last);
        if right {
            Place { x: 200.0 - x, y, degrees: 180.0 - (along + flare), scale, mirrored: true }
        } else {
            Place { x, y, degrees: along + flare, scale, mirrored: false }
        }
    }

    /// How far the leaf turns away from its branch, and its size.
    fn shape(self, step: usize, last: usize) -> (f64, f64) {
        let is_last = step == last;
        let outward = (last - step) % 2 == 1;
        let (flare, scale) = if self.is_small() {
            let scale =
                2.05 * (12.0 / number(self.leaves)).sqrt() * (0.78 + 0.22 * (number(step) / 2.0).min(1.0));
            (if is_last { 2.0 } else { -20.0 }, scale * if is_last { 0.8 } else { 1.0 })
        } else {
            let scale = 1.5 * (28.0 / number(self.leaves)).powf(0.6) * if outward { 1.0 } else { 0.88 };
            let scale =
                scale * (0.84 + 0.16 * (number(step) / 3.0).min(1.0)) * if is_last { 0.86 } else { 1.0 };
            (
                if is_last {
                    6.0
                } else if outward {
                    -38.0
                } else {
                    31.0
                },
                scale,
            )
        };
        // The last two leaves stop short of the goal.
        let room = (RADIUS * (180.0 - self.last_leaf()).to_radians() - 7.0) / 24.0;
        (flare, if is_last { scale.min(room) } else { scale })
    }
}

/// A point of a branch, so many degrees from the tie.
fn on_branch(degrees: f64, right: bool) -> (f64, f64) {
    let (x, y) = (CENTRE - RADIUS * degrees.to_radians().sin(), CENTRE + RADIUS * degrees.to_radians().cos());
    (if right { 200.0 - x } else { x }, y)
}

#[expect(clippy::cast_precision_loss, reason = "a wreath has a few dozen leaves")]
const fn number(count: usize) -> f64 {
    count as f64
}

/// Draws a wreath. `leaves` is even and 10 or more: 16 or fewer under 120 px, 24 to 36 from 240 px. `fresh`
/// of the grown ones fade in. Put it into a `div.wreath-box` to set a number or picture in its middle.
#[component]
pub fn Wreath(
    leaves: usize,
    filled: usize,
    #[prop(default = 240)] size: u32,
    #[prop(default = true)] goal: bool,
    #[prop(default = 0)] fresh: usize,
) -> impl IntoView {
    let growth = Growth::new(leaves, filled, fresh, goal);
    let class = if growth.is_small() { "wreath wreath--s" } else { "wreath" };
    view! {
        <svg class=class viewBox="0 0 200 200" width=size height=size aria-hidden="true" focusable="false"
            inner_html=growth.draw()></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wreaths_are_drawn_as_designed() {
        let drawn = [
            (Growth::new(24, 9, 0, true), include_str!("drawn/wreath-24-9.txt")),
            (Growth::new(12, 12, 0, false), include_str!("drawn/wreath-12-12-bare.txt")),
            (Growth::new(10, 0, 0, true), include_str!("drawn/wreath-10-0.txt")),
            (Growth::new(32, 25, 5, true), include_str!("drawn/wreath-32-25-5.txt")),
        ];
        for (growth, expected) in drawn {
            assert_eq!(growth.draw(), expected.trim_end(), "{growth:?}");
        }
    }

    #[test]
    fn a_wreath_closes_only_when_the_goal_is_reached() {
        assert_eq!(grown(499, 500, 32), 31);
        assert_eq!(grown(500, 500, 32), 32);
        assert_eq!(grown(0, 500, 32), 0);
        assert_eq!(grown(-20, 500, 32), 0);
        assert_eq!(grown(i64::MAX - 1, i64::MAX, 32), 31);
    }
}
