//! What people decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What sort of decision it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    InProgress,
    Accept,
    Defer,
    FalsePositive,
    NotAffected,
    ExpectedFixed,
    /// Closed by a person because no scanner watches it.
    ClosedByHand,
    /// Ends the decisions before it.
    Reopen,
    Merge,
    Split,
    AcceptLink,
    RejectLink,
    Override,
    Assignment,
    Comment,
}

impl DecisionKind {
    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Accept => "accept",
            Self::Defer => "defer",
            Self::FalsePositive => "false_positive",
            Self::NotAffected => "not_affected",
            Self::ExpectedFixed => "expected_fixed",
            Self::ClosedByHand => "closed_by_hand",
            Self::Reopen => "reopen",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::AcceptLink => "accept_link",
            Self::RejectLink => "reject_link",
            Self::Override => "override",
            Self::Assignment => "assignment",
            Self::Comment => "comment",
        }
    }

    /// True where it says which findings are one issue.
    #[must_use]
    pub fn is_about_links(self) -> bool {
        matches!(self, Self::Merge | Self::Split | Self::AcceptLink | Self::RejectLink)
    }

    /// True where it says in which state findings are.
    #[must_use]
    pub fn is_about_state(self) -> bool {
        !self.is_about_links() && !matches!(self, Self::Comment | Self::Assignment | Self::Override)
    }
}

/// A decision covers the findings that its author saw, and no others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    pub id: String,
    pub kind: DecisionKind,
    pub author: String,
    pub reason: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Identities of the findings that it covers.
    pub covers: Vec<String>,
    /// Of a false positive: hashes of what those findings were about, in the same order; empty where the report showed nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// Of a merge, split, accepted or rejected link: how many of `covers` are the one side; the rest is the other.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left: usize,
    /// Kinds of evidence that those findings gave then (`sast`, `dast proof`, `live secret` …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Of an assignment: the team that it goes to. Without one it goes to triage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Of an assignment: the team that said it is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_team: Option<String>,
    /// Set when it was undone or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// The decision that took its place. When that one is undone, this one holds again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// Approved at once because no policy asks for an approver.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved_without_policy: bool,
}

impl Decision {
    /// Its place in the order in which decisions were given, which decides between two of one time: the number in `id` (`D-17`), else 0.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// Orders decisions by time; of one instant by number.
    #[must_use]
    pub fn order(&self) -> (Timestamp, u64) {
        (self.at, self.number())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
