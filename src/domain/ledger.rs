//! The arithmetic of a wallet: every change is one immutable entry, and nothing is ever negative.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::earning::Trace;

/// What a wallet holds. None is ever negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// Can be spent now.
    pub available: i64,
    /// Set aside for a spend that is under way.
    pub held: i64,
    /// Earned, spendable once the time for returns is over.
    pub pending: i64,
    /// Owed after a return of what was already spent.
    pub debt: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Accrual,
    Activation,
    /// Points are set aside.
    Hold,
    /// Points that were set aside can be spent again.
    Release,
    Redemption,
    Expiration,
    Reversal,
    Adjustment,
    Transfer,
    Forfeiture,
}

/// The other side of an entry: where points came from or went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contra {
    Issued,
    Spent,
    Expired,
    /// Taken back, because what earned them was returned.
    Revoked,
    Adjusted,
    /// Moved to or from another wallet of the member.
    Moved,
    /// Moved within the wallet, such as from pending to available.
    Own,
}

macro_rules! words {
    ($kind:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $kind {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Kind {
    Accrual = "accrual",
    Activation = "activation",
    Hold = "hold",
    Release = "release",
    Redemption = "redemption",
    Expiration = "expiration",
    Reversal = "reversal",
    Adjustment = "adjustment",
    Transfer = "transfer",
    Forfeiture = "forfeiture",
});
words!(Contra {
    Issued = "issued",
    Spent = "spent",
    Expired = "expired",
    Revoked = "revoked",
    Adjusted = "adjusted",
    Moved = "moved",
    Own = "own",
});

/// A change to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub kind: Kind,
    pub delta: Balances,
    pub contra: Contra,
    pub effective_at: Timestamp,
    /// sha256 of the source and id of the document that caused it.
    pub document: Option<[u8; 32]>,
    pub reason: Option<String>,
    pub trace: Option<Trace>,
}

/// A change as posted: numbered without gaps, with what the wallet held after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub entry_no: i64,
    pub draft: Draft,
    pub after: Balances,
    pub recorded_at: Timestamp,
}

/// One member's wallet, as read under its lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    pub balances: Balances,
    /// All accruals less what was reversed.
    pub earned: i64,
    /// The number of the newest entry.
    pub version: i64,
    pub last_recorded_at: Timestamp,
    /// When the next lot activates or expires, a hold ends, or all points lapse.
    pub next_due: Option<Timestamp>,
    /// Where points lapse by inactivity: when they will, if nothing happens before.
    pub lapses_at: Option<Timestamp>,
}

/// An entry would have made a balance negative. Nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entry would make a balance negative")]
pub struct Negative;

impl Balances {
    #[must_use]
    pub fn available(points: i64) -> Self {
        Self { available: points, ..Self::default() }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            available: self.available + other.available,
            held: self.held + other.held,
            pending: self.pending + other.pending,
            debt: self.debt + other.debt,
        }
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        self.available < 0 || self.held < 0 || self.pending < 0 || self.debt < 0
    }

    /// What the program owes the member in points: everything not yet spent, less what the member owes.
    #[must_use]
    pub fn outstanding(self) -> i64 {
        self.available + self.held + self.pending - self.debt
    }
}

impl Wallet {
    #[must_use]
    pub fn empty(at: Timestamp) -> Self {
        Self {
            balances: Balances::default(),
            earned: 0,
            version: 0,
            last_recorded_at: at,
            next_due: None,
            lapses_at: None,
        }
    }

    /// Posts one change, or refuses it whole. The time of recording never goes backwards.
    pub fn post(&mut self, draft: Draft, now: Timestamp) -> Result<Entry, Negative> {
        let after = self.balances.plus(draft.delta);
        if after.is_negative() {
            return Err(Negative);
        }
        self.balances = after;
        self.version += 1;
        self.last_recorded_at = self.last_recorded_at.max(now);
        if matches!(draft.contra, Contra::Issued | Contra::Revoked) {
            self.earned += draft.delta.outstanding();
        }
        Ok(Entry { entry_no: self.version, draft, after, recorded_at: self.last_recorded_at })
    }
}
