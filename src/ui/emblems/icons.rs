//! Icons of the interface and glyphs of the medals: symbols of one sprite that stands at the top of `<body>`,
//! so that a page says only their names.

use leptos::prelude::*;

/// The symbols, one a line; the shell puts them into every page.
pub const SPRITE: &str = include_str!("sprite.html");

/// The glyphs that a badge may carry.
pub const GLYPHS: [&str; 16] = [
    "cup",
    "bag",
    "star",
    "flame",
    "leaf",
    "calendar",
    "people",
    "pen",
    "heart",
    "recycle",
    "mountain",
    "gift",
    "ticket",
    "crown",
    "lightning",
    "map-pin",
];

macro_rules! icons {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// An icon of the interface: 24 by 24, one line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $($variant),+
        }

        impl Icon {
            /// Every icon there is.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id of its symbol.
            #[must_use]
            pub const fn symbol(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("#i-", $name)),+
                }
            }
        }
    };
}

icons! {
    Home "home", Flag "flag", Gift "gift", Podium "podium", Person "person", Search "search",
    Check "check", Lock "lock", Next "next", Arrow "arrow", Down "down", Clock "clock", Info "info",
    Alert "alert", Plus "plus", Close "close", Rules "rules", Medal "medal", Log "log", People "people",
    Chart "chart", Sun "sun", Moon "moon", Screen "screen", More "more", Mail "mail", Upload "upload",
    Download "download", Bell "bell",
}

/// The name of a glyph as it is, or the star for a name that is none.
pub(super) fn glyph_or_star(name: &str) -> &'static str {
    GLYPHS.iter().find(|glyph| **glyph == name).copied().unwrap_or("star")
}

/// Draws an icon. It is decoration: the words beside it, or a `visually-hidden` span, carry the meaning.
#[component]
pub fn Symbol(icon: Icon, #[prop(optional, into)] class: String) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"
            focusable="false">
            <use href=icon.symbol()></use>
        </svg>
    }
}

/// Draws the glyph of a badge without its medal.
#[component]
pub fn Glyph(#[prop(into)] name: String) -> impl IntoView {
    let href = format!("#g-{}", glyph_or_star(&name));
    view! {
        <svg class="glyph" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <use href=href></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_and_glyph_is_in_the_sprite() {
        for icon in Icon::ALL {
            assert!(SPRITE.contains(&format!("id=\"{}\"", &icon.symbol()[1..])), "{icon:?}");
        }
        for glyph in GLYPHS {
            assert!(SPRITE.contains(&format!("id=\"g-{glyph}\"")), "{glyph}");
        }
    }
}
