//! The pictures of the game, drawn by pure functions: the wreath that grows, medals, tier plates,
//! icons, QR codes.
//!
//! Colours come from classes (`style/components`), so both themes and a programme's brand work.
//! Pictures are decoration, hidden from screen readers: words and a real `<progress>` always stand
//! beside them.
//!
//! - `<Wreath leaves=32 filled=grown(320, 500, 32) size=320/>`
//! - `<Medal glyph="cup" metal=Metal::Gold/>`, locked: `<Medal glyph="cup" metal=Metal::Gold locked=(4,
//!   10)/>`
//! - `<TierMark rank=2/>`, `<LeafIcon/>`, `<Symbol icon=Icon::Clock/>`, `<Glyph name="cup"/>`
//! - `<Picture name="coffee"/>`, `<PointsPill points=80/>`, `<Podium steps/>`, `<QrCode text label/>`

pub mod icons;
pub mod leaf;
pub mod medal;
pub mod picture;
pub mod podium;
pub mod points_pill;
pub mod qr;
pub mod tier_mark;
pub mod wreath;

pub use icons::{GLYPHS, Glyph, Icon, SPRITE, Symbol};
pub use leaf::{LeafIcon, LeafState};
pub use medal::{Medal, Metal};
pub use picture::Picture;
pub use podium::{Podium, PodiumStep};
pub use points_pill::PointsPill;
pub use qr::QrCode;
pub use tier_mark::TierMark;
pub use wreath::{Wreath, grown};
