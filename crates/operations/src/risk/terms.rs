//! Which terms of a score changed.

use std::collections::BTreeMap;

use model::{RankTerm, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A term of a score before and after; one of the two is absent where there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TermChange {
    pub signal: String,
    /// Tenths of a deciban.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i32>,
    /// The sentence that a person reads: of the term as it is now, else as it was.
    pub fact: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl TermChange {
    /// What it adds to the score, in tenths of a deciban.
    #[must_use]
    pub fn points(&self) -> i32 {
        self.after.unwrap_or(0).saturating_sub(self.before.unwrap_or(0))
    }
}

/// The terms whose points differ, the weightiest first.
pub(crate) fn changes(before: &[RankTerm], after: &[RankTerm]) -> Vec<TermChange> {
    let mut by_signal: BTreeMap<&str, (Option<&RankTerm>, Option<&RankTerm>)> = BTreeMap::new();
    for term in before {
        by_signal.entry(&term.signal).or_default().0 = Some(term);
    }
    for term in after {
        by_signal.entry(&term.signal).or_default().1 = Some(term);
    }
    let differs = |pair: &(Option<&RankTerm>, Option<&RankTerm>)| pair.0.map(|term| term.points) != pair.1.map(|term| term.points);
    let mut out: Vec<TermChange> = by_signal
        .into_values()
        .filter(differs)
        .filter_map(|(was, is)| {
            let told = is.or(was)?;
            Some(TermChange {
                signal: told.signal.clone(),
                before: was.map(|term| term.points),
                after: is.map(|term| term.points),
                fact: told.fact.clone(),
                source: told.source.clone(),
                at: told.at,
            })
        })
        .collect();
    out.sort_by_key(|change| std::cmp::Reverse(change.points().unsigned_abs()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(signal: &str, points: i32) -> RankTerm {
        RankTerm { signal: signal.into(), points, fact: format!("{signal} says {points}"), ..RankTerm::default() }
    }

    #[test]
    fn the_weightiest_difference_comes_first() {
        let before = [term("epss", -20), term("exposed", 52), term("production", 10)];
        let after = [term("epss", -20), term("exposed", 10), term("known_exploited", 55)];
        let found: Vec<(String, i32)> = changes(&before, &after).into_iter().map(|change| (change.fact.clone(), change.points())).collect();
        assert_eq!(
            found,
            [("known_exploited says 55".into(), 55), ("exposed says 10".into(), -42), ("production says 10".into(), -10)],
            "what is gone speaks as it was"
        );
        assert!(changes(&after, &after).is_empty());
    }
}
