//! Typed ids, so that a member can never be passed where a reward is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A member of the program; the ledger knows them by nothing else.
    MemberId,
    /// A sign-in: of a member or of staff.
    AccountId,
    /// One purchase, as stored.
    PurchaseId,
    /// A reward of the catalogue.
    RewardId,
    /// One redemption of a reward by a member.
    RedemptionId,
    /// Points that are set aside for something.
    HoldId,
    /// One run of an import.
    ImportId,
    /// A queued mail.
    MailId,
}
