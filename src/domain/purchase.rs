//! A purchase as its source tells it, and what makes it acceptable.

mod flags;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::MemberId,
    points::Money,
    refusal::{FieldError, Refusal},
    text::is_plain,
};

pub use flags::{Flag, Flags};

/// The most that one purchase may cost, in minor units: a hundred million whole ones. Above that it is a
/// typing error.
pub const MAX_AMOUNT: i64 = 10_000_000_000;
/// The first instant that anything may be dated: 1990 has begun nowhere before it. No till's history that is
/// brought in is older, and a till whose clock has stopped says 1970 or 1980.
pub const EARLIEST: Timestamp = Timestamp::constant(631_065_600, 0);
pub const MAX_LINES: usize = 500;
pub const MAX_QUANTITY: i64 = 1_000_000;

/// Who a document speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRef {
    Id(MemberId),
    /// The source's own id of the customer; an unknown one makes a member who can be claimed later.
    ExternalId(String),
    Card(String),
    Email(String),
}

impl MemberRef {
    /// Refuses an outside id that turns the line in which people see it, or that can't be shown.
    pub fn check(&self, errors: &mut Vec<FieldError>) {
        if let Self::ExternalId(id) = self
            && (id.chars().any(char::is_control) || !is_plain(id))
        {
            let why = "There is a character in it that can't be shown";
            errors.push(FieldError::new("member/external_id", why));
        }
    }
}

/// What was bought, by whom, when. `purchased_at` is not when we heard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// The till, shop or script; the name space of its document ids.
    pub source: String,
    /// One effect per (source, document id), for ever.
    pub document_id: String,
    pub member: MemberRef,
    pub store: Option<String>,
    pub purchased_at: Timestamp,
    /// Net of discounts, tax and what was paid with points; minor units.
    pub amount: Money,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub sku: Option<String>,
    pub category: Option<String>,
    pub quantity: i64,
    /// Net of discounts and of what was paid with points; minor units.
    pub amount: Money,
    /// Why it earns nothing, if it does not. An ordinary line has none.
    #[serde(default, skip_serializing_if = "Flags::is_empty")]
    pub flags: Flags,
}

/// Why a document can't be of this instant, if it can't. `noun` is what it is of: "purchase".
#[must_use]
pub fn misdated(noun: &str, at: Timestamp, now: Timestamp) -> Option<String> {
    if at < EARLIEST {
        return Some(format!("The {noun} is dated before 1990; check the date, and the clock of the till"));
    }
    let ahead = at > now + jiff::SignedDuration::from_hours(24);
    ahead.then(|| format!("The {noun} lies more than a day in the future; check the date"))
}

impl Purchase {
    /// The part of the amount that can earn points, minor units: all of it but the lines with a flag.
    #[must_use]
    pub fn eligible(&self) -> i64 {
        let flagged = self.lines.iter().filter(|line| !line.flags.is_empty());
        self.amount.0 - flagged.map(|line| line.amount.0).sum::<i64>()
    }

    /// How many things were bought.
    #[must_use]
    pub fn quantity(&self) -> i64 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Refuses what no shop would send, naming the field and what to do.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        self.member.check(&mut errors);
        let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
        if self.source.is_empty() || self.source.len() > 60 {
            wrong("source", "Name the source in 1 to 60 characters");
        }
        if self.document_id.trim().is_empty() || self.document_id.len() > 200 {
            wrong("id", "Give the document an id of 1 to 200 characters");
        }
        if self.store.as_ref().is_some_and(|store| store.len() > 80) {
            wrong("store", "Name the store in 80 characters or fewer");
        }
        if self.amount.0 < 0 {
            wrong("amount", "The amount can't be negative; send a return instead");
        }
        if self.amount.0 > MAX_AMOUNT {
            wrong("amount", "The amount is over 100,000,000.00; check the decimal point");
        }
        if let Some(why) = misdated("purchase", self.purchased_at, now) {
            wrong("purchased_at", &why);
        }
        if self.lines.len() > MAX_LINES {
            wrong("lines", "A purchase has at most 500 lines");
        }
        let line_is_wrong = |line: &Line| line.amount.0 < 0 || !(0..=MAX_QUANTITY).contains(&line.quantity);
        if self.lines.iter().any(line_is_wrong) {
            wrong("lines", "Each line needs an amount of 0 or more and a quantity of 0 to 1,000,000");
        }
        let too_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > 120);
        if self.lines.iter().any(|line| too_long(&line.sku) || too_long(&line.category)) {
            wrong("lines", "An item code or category has at most 120 characters");
        }
        if !self.lines.is_empty() && self.lines.iter().map(|line| line.amount.0).sum::<i64>() != self.amount.0
        {
            wrong("amount", "The lines don't add up to the amount");
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors)) }
    }
}
