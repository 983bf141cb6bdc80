//! Buttons, fields, tables: parts that know no noun of ours.
//!
//! - `<Button kind=Kind::Quiet>"Undo"</Button>`, `<ButtonLink href=href::join() kind=Kind::Grove>`
//! - `<Tag tone=Tone::Gain icon=Icon::Clock>"2 days left"</Tag>`
//! - `<Panel id="tier" title="Silver member" more=(href::tiers(), "What tiers give")>…</Panel>`
//! - `<Field name="email" label="E-mail" value=… error=flash.error("email")/>`; `<TextArea/>`,
//!   `<Select/>` and `<Check/>` have the same props; `ui::outcome::Outcome` above the form says how it ended.
//! - `<Goal id="gold" label="To Gold" value=740 max=1500>"740 of 1,500, "<b>"760 to Gold"</b></Goal>`
//! - `<StockMeter id="mug" left=3 capacity=40/>`, `<Notice tone=Tone::Warn title="…">…</Notice>`,
//!   `<Empty title="…">…</Empty>`, `<IndexTable/>`, `<SortHead/>`, `<Pager/>`, `<Avatar name="…"/>`

pub mod avatar;
pub mod bars;
pub mod button;
pub mod empty;
pub mod field;
pub mod goal;
pub mod notice;
pub mod panel;
pub mod stock_meter;
pub mod table;
pub mod tag;

pub use avatar::Avatar;
pub use bars::Bars;
pub use button::{Button, ButtonLink, Kind, More};
pub use empty::Empty;
pub use field::{Check, Field, Select, TextArea};
pub use goal::Goal;
pub use notice::Notice;
pub use panel::Panel;
pub use stock_meter::StockMeter;
pub use table::{IndexTable, Pager, SortHead};
pub use tag::{Tag, Tone};
