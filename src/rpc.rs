//! Server functions: who is asking, what they ask, one verb. Their bodies exist on the server only.
//!
//! Every answer is public: it crosses the wire as JSON, so answers are view structs and nothing else.

pub mod accounts;
pub mod activity;
pub mod api_keys;
pub mod api_reference;
pub mod audit;
pub mod badges;
pub mod campaigns;
pub mod catalogue;
pub mod challenges;
pub mod drafts;
pub mod forms;
pub mod home;
pub mod imports;
pub mod landing;
pub mod leaderboards;
pub mod leaving;
pub mod mails;
pub mod members;
pub mod moments;
pub mod nothing;
pub mod profile;
pub mod program;
pub mod reports;
pub mod rewards;
pub mod rules;
pub mod staff_badges;
pub mod staff_challenges;
pub mod streak;
pub mod tags;
pub mod theme;
pub mod tiers;
pub mod vouchers;
pub mod wallets;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::domain::refusal::Refusal;

/// Why a server function gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// For the person: says what to do.
    #[error("{0}")]
    Refused(Refusal),
    /// For us: it was logged under this reference.
    #[error("Something broke on our side. Nothing was changed. Reference {reference}")]
    Broken { reference: String },
    /// The question or answer got lost on the way, or can't be read.
    #[error("The connection was interrupted. Try again")]
    Wire(String),
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // What can't be read came from outside; what can't be answered is ours.
        #[cfg(feature = "ssr")]
        if !matches!(error, ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_)) {
            return crate::server::error::Error::broken(error).into();
        }
        Self::Wire(error.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<crate::server::error::Error> for Failure {
    fn from(error: crate::server::error::Error) -> Self {
        let error = error.told();
        crate::server::http::mark(&error);
        match error {
            crate::server::error::Error::Refused(refusal) => Self::Refused(refusal),
            crate::server::error::Error::Broken(broken) => Self::Broken { reference: broken.log() },
        }
    }
}
