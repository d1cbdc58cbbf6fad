//! States of an issue, presence of a finding, causes of closure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// State of an issue; derived from what scanners see and what people decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Open,
    InProgress,
    Fixed,
    AcceptedRisk,
    Deferred,
    FalsePositive,
    NotAffected,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::InProgress, Self::Fixed, Self::AcceptedRisk, Self::Deferred, Self::FalsePositive, Self::NotAffected];

    /// The word that JSON, filters and people use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Fixed => "fixed",
            Self::AcceptedRisk => "accepted_risk",
            Self::Deferred => "deferred",
            Self::FalsePositive => "false_positive",
            Self::NotAffected => "not_affected",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// True while the issue belongs in the queue.
    #[must_use]
    pub fn in_queue(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }
}

/// Whether a finding is there on a ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Open,
    /// Absent from a complete scan, but the closure waits for confirmation (import rule 5).
    Held,
    Closed,
}

/// Why a finding closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosureCause {
    Gone,
    RuleRetired,
    TargetDeleted,
    RefDeleted,
    Rotated,
    ByHand,
}

impl ClosureCause {
    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::RuleRetired => "rule_retired",
            Self::TargetDeleted => "target_deleted",
            Self::RefDeleted => "ref_deleted",
            Self::Rotated => "rotated",
            Self::ByHand => "by_hand",
        }
    }
}
