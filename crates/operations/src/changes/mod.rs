//! What moved and why: entries of histories that say from where to where, and the answers made of them.

mod list;
mod record;
mod since;

use model::{Issue, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use list::{ChangeCause, ChangedIssue, ChangedQuery};
pub(crate) use record::{Entry, Noted, Pending, noted, noted_rank};
pub use since::{SinceGroup, SinceSummary};

use crate::risk::TermChange;

/// Places of the queue that are counted. Beyond them a place is absent: nobody works there, and counting a million takes long.
const COUNTED: i64 = 10_000;

/// Where an issue stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    pub state: State,
    /// 1 is first in the queue; absent where it is not in it, or beyond the places that are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u64>,
    /// Id of the tier.
    pub tier: String,
    pub label: String,
    /// Tenths of a deciban.
    pub score: i32,
    /// Whether a ref on which it was seen feeds the queue; absent where that did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracked: Option<bool>,
}

impl Standing {
    pub(crate) fn of(issue: &Issue, place: Option<u64>) -> Self {
        Self { state: issue.state, place, tier: issue.tier.id.clone(), label: issue.tier.label.clone(), score: issue.score, tracked: None }
    }
}

/// What an entry of a history moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) from: Standing,
    pub(crate) to: Standing,
    /// Terms of the score whose points differ, the weightiest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) because: Vec<TermChange>,
}

impl Change {
    /// By how many places it moved up; negative for down. None where one of the places is not known.
    pub(crate) fn places(&self) -> Option<i64> {
        places_up(&self.from, &self.to)
    }
}

/// By how many places up from one standing to the other; negative for down.
fn places_up(from: &Standing, to: &Standing) -> Option<i64> {
    Some(from.place?.cast_signed().saturating_sub(to.place?.cast_signed()))
}
