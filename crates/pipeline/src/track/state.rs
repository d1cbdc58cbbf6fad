//! The state of an issue from the presence of its findings and the decisions on it.

use std::collections::BTreeSet;

use model::{Decision, DecisionKind, Presence, State, Timestamp};

/// Presence of one finding on one ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefPresence {
    pub reference: String,
    /// Tracked refs decide the state (contract, fine print).
    pub tracked: bool,
    pub presence: Presence,
}

/// What the scanners see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenState {
    Open,
    Fixed,
}

/// Whether scanners still see a finding: on tracked refs; where it was never seen on one, on those it was seen on.
#[must_use]
pub fn presence_state(refs: &[RefPresence]) -> SeenState {
    let any_tracked = refs.iter().any(|presence| presence.tracked);
    let open = refs.iter().any(|p| (p.tracked || !any_tracked) && p.presence != Presence::Closed);
    if open { SeenState::Open } else { SeenState::Fixed }
}

/// The state of an issue: what scanners see, then what people decided. A decision takes the issue out of the queue only while it covers
/// every open finding; where it does not, the issue is open and the second value says why (*outgrown*). Several decisions that cover
/// everything: the least suppressive counts.
///
/// `open` are the identities of the open findings. Decisions that ended, or whose term is over at `now`, do not count.
#[must_use]
pub fn effective_state(seen: SeenState, open: &BTreeSet<&str>, decisions: &[Decision], now: Timestamp) -> (State, Option<String>) {
    let live = || {
        decisions.iter().filter(|decision| {
            decision.ended.is_none_or(|ended| ended > now) && decision.until.is_none_or(|until| until > now) && decision.at <= now
        })
    };
    if seen == SeenState::Fixed {
        return (State::Fixed, None);
    }
    let covers_all = |decision: &Decision| {
        let covered: BTreeSet<&str> = decision.covers.iter().map(String::as_str).collect();
        open.iter().all(|identity| covered.contains(identity))
    };
    // Least suppressive first.
    const OUT_OF_QUEUE: [(DecisionKind, State); 5] = [
        (DecisionKind::Defer, State::Deferred),
        (DecisionKind::Accept, State::AcceptedRisk),
        (DecisionKind::NotAffected, State::NotAffected),
        (DecisionKind::FalsePositive, State::FalsePositive),
        (DecisionKind::ClosedByHand, State::Fixed),
    ];
    let in_progress = live().any(|d| matches!(d.kind, DecisionKind::InProgress | DecisionKind::ExpectedFixed));
    let otherwise = if in_progress { State::InProgress } else { State::Open };
    let mut uncovered = None;
    let mut found = None;
    for (kind, state) in OUT_OF_QUEUE {
        for decision in live().filter(|decision| decision.kind == kind) {
            if covers_all(decision) {
                found = found.or(Some(state));
            } else {
                let missing = open.iter().filter(|identity| !decision.covers.iter().any(|covered| covered == **identity)).count();
                uncovered.get_or_insert_with(|| {
                    let noun = if missing == 1 { "finding" } else { "findings" };
                    format!("the decision “{}” by {} does not cover {missing} open {noun} that came after it", kind.word(), decision.author)
                });
            }
        }
    }
    match (found, uncovered) {
        (Some(state), _) => (state, None),
        (None, reason) => (otherwise, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(kind: DecisionKind, covers: &[&str]) -> Decision {
        Decision {
            id: "d".into(),
            kind,
            author: "ana".into(),
            reason: "r".into(),
            at: Timestamp(1),
            until: None,
            covers: covers.iter().map(|text| (*text).to_owned()).collect(),
            left: 0,
            evidence: Vec::new(),
            ended: None,
            approved_without_policy: false,
        }
    }

    fn state(open: &[&str], decisions: &[Decision]) -> (State, bool) {
        let (state, outgrown) = effective_state(SeenState::Open, &open.iter().copied().collect(), decisions, Timestamp(10));
        (state, outgrown.is_some())
    }

    #[test]
    fn a_decision_covers_what_its_author_saw() {
        let accept = decision(DecisionKind::Accept, &["a"]);
        assert_eq!(state(&["a"], std::slice::from_ref(&accept)), (State::AcceptedRisk, false));
        assert_eq!(state(&["a", "b"], &[accept]), (State::Open, true));
    }

    #[test]
    fn the_least_suppressive_wins() {
        let both = [decision(DecisionKind::FalsePositive, &["a"]), decision(DecisionKind::Defer, &["a"])];
        assert_eq!(state(&["a"], &both), (State::Deferred, false));
    }

    #[test]
    fn terms_end() {
        let over = Decision { until: Some(Timestamp(5)), ..decision(DecisionKind::Defer, &["a"]) };
        let ended = Decision { ended: Some(Timestamp(5)), ..decision(DecisionKind::Accept, &["a"]) };
        assert_eq!(state(&["a"], &[over, ended]), (State::Open, false));
    }

    #[test]
    fn tracked_refs_decide() {
        let on = |reference: &str, tracked, presence| RefPresence { reference: reference.into(), tracked, presence };
        assert_eq!(presence_state(&[on("", true, Presence::Closed), on("feature", false, Presence::Open)]), SeenState::Fixed);
        assert_eq!(presence_state(&[on("feature", false, Presence::Open)]), SeenState::Open);
        assert_eq!(presence_state(&[on("", true, Presence::Held)]), SeenState::Open);
    }
}
