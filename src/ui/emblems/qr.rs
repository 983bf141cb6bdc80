//! A QR code as one path of horizontal bars, dark on white in both themes, quiet zone included.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;

/// The modules of a code: its size and the path that draws it. `None` when the text is too long for any code.
fn modules(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let start = x;
            while x < code.size && code[y][x].value() {
                x += 1;
            }
            if x > start {
                let width = x - start;
                let _ = write!(path, "M{start} {y}h{width}v1h-{width}z");
            }
            x += 1;
        }
    }
    Some((code.size, path))
}

/// Draws a QR code; `label` says what it holds. Nothing is drawn for a text that no code can hold.
#[component]
pub fn QrCode(#[prop(into)] text: String, #[prop(into)] label: String) -> impl IntoView {
    modules(&text).map(|(size, path)| {
        let frame = format!("-2 -2 {0} {0}", size + 4);
        view! {
            <svg class="qr" viewBox=frame width="112" height="112" shape-rendering="crispEdges" role="img"
                aria-label=label>
                <path d=path></path>
            </svg>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders() {
        let (size, path) = modules("482109375").expect("nine digits fit");
        assert_eq!(size, 21);
        let far = size - 7;
        for finder in ["M0 0h7v1h-7z".to_owned(), format!("M{far} 0h7v1h-7z"), format!("M0 {far}h7v1h-7z")] {
            assert!(path.contains(&finder), "{finder} is missing in {path}");
        }
    }

    #[test]
    fn a_text_that_no_code_can_hold_draws_nothing() {
        assert!(modules(&"x".repeat(10_000)).is_none());
    }
}
