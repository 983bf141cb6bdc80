//! Where an import is, and what it has come to so far.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ids::ImportId, import::Mapping};

/// One import, as it is known while it runs and afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub import_id: ImportId,
    pub file_name: String,
    pub source: String,
    pub mapping: Mapping,
    pub dry_run: bool,
    pub state: State,
    pub bytes_total: Option<i64>,
    pub bytes_read: i64,
    pub tally: Tally,
    pub failure: Option<String>,
    pub started_by: String,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

impl Import {
    /// Whether it can be started, or started again: a trial that is over can, and what did not come to its
    /// end.
    #[must_use]
    pub fn may_start(&self) -> bool {
        match self.state {
            State::Waiting | State::Failed | State::Cancelled => true,
            State::Done => self.dry_run,
            State::Queued | State::Running => false,
        }
    }
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The file is here; its columns are to be chosen.
    Waiting,
    /// It is started as soon as the server gets to it.
    Queued,
    Running,
    Done,
    /// It stopped before its end; what had landed stays.
    Failed,
    Cancelled,
}

impl State {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Self {
        let all = [Self::Waiting, Self::Queued, Self::Running, Self::Done, Self::Cancelled];
        all.into_iter().find(|state| state.name() == name).unwrap_or(Self::Failed)
    }

    /// Whether it goes on by itself.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows of the file, without its header and empty lines.
    pub rows: i64,
    pub purchases_new: i64,
    /// Recorded before, with the same content.
    pub purchases_known: i64,
    pub rows_rejected: i64,
    pub members_new: i64,
    pub points: i64,
    /// Minor units, of all purchases that landed now or before.
    pub amount: i64,
}

impl Tally {
    #[must_use]
    pub fn purchases(&self) -> i64 {
        self.purchases_new + self.purchases_known
    }
}
