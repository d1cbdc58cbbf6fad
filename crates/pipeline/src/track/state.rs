//! The state of an issue from the presence of its findings and the decisions on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Decision, DecisionKind, Finding, Kind, Presence, State, Timestamp};

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

/// An open finding of an issue, as decisions look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFinding {
    pub identity: String,
    /// Kinds of evidence that it gives now: [`evidence_of`] it, and what is known of it beside.
    pub evidence: BTreeSet<String>,
    /// Hash of the code or value that it is about; empty where the report shows none.
    pub content: String,
}

/// The word for a vulnerability that is known to be exploited, as a kind of evidence.
pub const KNOWN_EXPLOITED: &str = "known exploited";

/// The kinds of evidence that a finding gives: its kind, and a proof beside it where the tool has one.
#[must_use]
pub fn evidence_of(finding: &Finding) -> BTreeSet<String> {
    let mut words = BTreeSet::from([finding.kind.word().to_owned()]);
    if finding.verified == Some(true) {
        words.insert(match finding.kind {
            Kind::Secret => "live secret".to_owned(),
            kind => format!("{} proof", kind.word()),
        });
    }
    words
}

/// The state of an issue: what scanners see, then what people decided. The newest decision on a finding that was not taken back counts
/// for it, and only while it shows what the decision's author saw. An issue leaves the queue only while every open finding is covered;
/// where one is not, the issue is open and the second value says why (*outgrown*). Several decisions that together cover everything: the
/// least suppressive counts.
///
/// Decisions that ended do not count; one whose term is over at `now` leaves its findings open.
#[must_use]
pub fn effective_state(seen: SeenState, open: &[OpenFinding], decisions: &[Decision], now: Timestamp) -> (State, Option<String>) {
    if seen == SeenState::Fixed {
        return (State::Fixed, None);
    }
    let newest = newest_by_finding(decisions, now);
    // Least suppressive first.
    const OUT_OF_QUEUE: [State; 5] = [State::Deferred, State::AcceptedRisk, State::NotAffected, State::FalsePositive, State::Fixed];
    let mut least: Option<usize> = None;
    let mut in_progress = false;
    let mut holding: Option<&Decision> = None;
    let mut gained: Option<String> = None;
    let mut uncovered = 0;
    for finding in open {
        let decision = newest.get(finding.identity.as_str()).copied().filter(|decision| decision.until.is_none_or(|until| until > now));
        let state = decision.and_then(|decision| suppressed(decision.kind));
        in_progress |= decision.is_some_and(|d| matches!(d.kind, DecisionKind::InProgress | DecisionKind::ExpectedFixed));
        let (Some(decision), Some(state)) = (decision, state) else {
            uncovered += 1;
            continue;
        };
        match outgrown(decision, finding) {
            Some(reason) => {
                gained.get_or_insert(reason);
                uncovered += 1;
            }
            None => {
                let rank = OUT_OF_QUEUE.iter().position(|known| *known == state);
                least = least.map_or(rank, |known| rank.map(|rank| rank.min(known)));
                holding = holding.or(Some(decision));
            }
        }
    }
    match least.and_then(|rank| OUT_OF_QUEUE.get(rank)) {
        Some(state) if uncovered == 0 => (*state, None),
        _ => {
            let reason = gained.or_else(|| {
                let decision = holding?;
                let noun = if uncovered == 1 { "finding" } else { "findings" };
                let word = decision.kind.word();
                Some(format!("the decision “{word}” by {} does not cover {uncovered} open {noun} that it was not about", decision.author))
            });
            (if in_progress { State::InProgress } else { State::Open }, reason)
        }
    }
}

/// The newest decision about the state of each finding.
fn newest_by_finding(decisions: &[Decision], now: Timestamp) -> HashMap<&str, &Decision> {
    let mut counted: Vec<&Decision> = decisions
        .iter()
        .filter(|decision| decision.kind.is_about_state() && decision.at <= now && decision.ended.is_none_or(|ended| ended > now))
        .collect();
    counted.sort_by_key(|decision| decision.order());
    counted.into_iter().flat_map(|decision| decision.covers.iter().map(move |identity| (identity.as_str(), decision))).collect()
}

/// The state out of the queue that a decision gives to what it covers.
fn suppressed(kind: DecisionKind) -> Option<State> {
    match kind {
        DecisionKind::Defer => Some(State::Deferred),
        DecisionKind::Accept => Some(State::AcceptedRisk),
        DecisionKind::NotAffected => Some(State::NotAffected),
        DecisionKind::FalsePositive => Some(State::FalsePositive),
        DecisionKind::ClosedByHand => Some(State::Fixed),
        _ => None,
    }
}

/// Why a decision no longer covers a finding that it named: it shows what the author did not see.
fn outgrown(decision: &Decision, finding: &OpenFinding) -> Option<String> {
    let word = decision.kind.word();
    if let Some(more) = finding.evidence.iter().find(|evidence| !decision.evidence.contains(evidence)) {
        return Some(format!("the decision “{word}” by {} was made before there was this evidence: {more}", decision.author));
    }
    let at = decision.covers.iter().position(|identity| *identity == finding.identity)?;
    let before = decision.contents.get(at).map_or("", String::as_str);
    let other =
        decision.kind == DecisionKind::FalsePositive && !before.is_empty() && !finding.content.is_empty() && before != finding.content;
    other.then(|| format!("the decision “{word}” by {} was about other code than is there now", decision.author))
}

/// The state where trusted VEX statements take findings out of the queue. `gated` has those findings with the date of the statement. A
/// person's word stands over a statement: a decision that takes the issue out keeps its own state, and who opened the issue or took it up
/// after the statement was made keeps it open. What remains open is for decisions to cover.
#[must_use]
pub fn state_with_vex(
    seen: SeenState,
    open: &[OpenFinding],
    gated: &BTreeMap<&str, Timestamp>,
    decisions: &[Decision],
    now: Timestamp,
) -> (State, Option<String>) {
    let by_people = effective_state(seen, open, decisions, now);
    if seen == SeenState::Fixed || !by_people.0.in_queue() || gated.is_empty() {
        return by_people;
    }
    let newest = newest_by_finding(decisions, now);
    let stays = |finding: &&OpenFinding| {
        let identity = finding.identity.as_str();
        let said = newest.get(identity).filter(|decision| suppressed(decision.kind).is_none());
        gated.get(identity).is_none_or(|made| said.is_some_and(|decision| decision.at >= *made))
    };
    let rest: Vec<OpenFinding> = open.iter().filter(stays).cloned().collect();
    if rest.is_empty() { (State::NotAffected, None) } else { effective_state(seen, &rest, decisions, now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(kind: DecisionKind, covers: &[&str]) -> Decision {
        Decision {
            id: "D-1".into(),
            kind,
            author: "ana".into(),
            reason: "r".into(),
            at: Timestamp(1),
            until: None,
            covers: covers.iter().map(|text| (*text).to_owned()).collect(),
            contents: Vec::new(),
            left: 0,
            evidence: vec!["sast".into()],
            ended: None,
            ended_by: None,
            approved_without_policy: false,
            team: None,
            not_team: None,
        }
    }

    fn later(decision: Decision) -> Decision {
        Decision { id: "D-10".into(), ..decision }
    }

    fn shows(identity: &str, evidence: &[&str]) -> OpenFinding {
        OpenFinding {
            identity: identity.to_owned(),
            evidence: evidence.iter().map(|word| (*word).to_owned()).collect(),
            content: String::new(),
        }
    }

    fn state(open: &[&str], decisions: &[Decision]) -> (State, bool) {
        let open: Vec<OpenFinding> = open.iter().map(|identity| shows(identity, &["sast"])).collect();
        let (state, outgrown) = effective_state(SeenState::Open, &open, decisions, Timestamp(10));
        (state, outgrown.is_some())
    }

    #[test]
    fn a_decision_covers_what_its_author_saw() {
        let accept = decision(DecisionKind::Accept, &["a"]);
        assert_eq!(state(&["a"], std::slice::from_ref(&accept)), (State::AcceptedRisk, false));
        assert_eq!(state(&["a", "b"], std::slice::from_ref(&accept)), (State::Open, true));
        let proven = [shows("a", &["sast", "sast proof"])];
        let (state, reason) = effective_state(SeenState::Open, &proven, &[accept], Timestamp(10));
        assert_eq!(state, State::Open);
        assert!(reason.is_some_and(|reason| reason.contains("sast proof")));
    }

    #[test]
    fn a_false_positive_ends_when_the_code_changes() {
        let decided = Decision { contents: vec!["1".into()], ..decision(DecisionKind::FalsePositive, &["a"]) };
        let now = |content: &str| {
            let finding = OpenFinding { content: content.into(), ..shows("a", &["sast"]) };
            effective_state(SeenState::Open, &[finding], std::slice::from_ref(&decided), Timestamp(10)).0
        };
        assert_eq!([now("1"), now(""), now("2")], [State::FalsePositive, State::FalsePositive, State::Open]);
    }

    #[test]
    fn the_least_suppressive_of_what_covers_all_wins() {
        let (wrong, put_off) = (decision(DecisionKind::FalsePositive, &["a"]), decision(DecisionKind::Defer, &["b"]));
        assert_eq!(state(&["a", "b"], &[wrong.clone(), put_off]), (State::Deferred, false));
        assert_eq!(state(&["a", "b"], &[wrong.clone(), decision(DecisionKind::Accept, &["b"])]), (State::AcceptedRisk, false));
        assert_eq!(state(&["a", "b"], &[wrong]), (State::Open, true));
    }

    #[test]
    fn the_newest_on_a_finding_counts_and_leaves_the_others_alone() {
        let both = decision(DecisionKind::Accept, &["a", "b"]);
        let reopened = later(decision(DecisionKind::Reopen, &["a"]));
        let decided = [reopened, both];
        assert_eq!((state(&["a"], &decided), state(&["b"], &decided)), ((State::Open, false), (State::AcceptedRisk, false)));
        assert_eq!(state(&["a", "b"], &decided), (State::Open, true));
    }

    #[test]
    fn terms_end_and_nothing_older_comes_back() {
        let over = Decision { until: Some(Timestamp(5)), ..decision(DecisionKind::Defer, &["a"]) };
        let ended = Decision { ended: Some(Timestamp(5)), ..decision(DecisionKind::Accept, &["a"]) };
        assert_eq!(state(&["a"], &[over.clone(), ended]), (State::Open, false));
        assert_eq!(state(&["a"], &[later(over), decision(DecisionKind::Accept, &["a"])]), (State::Open, false));
    }

    #[test]
    fn vex_covers_what_it_names_and_people_stand_over_it() {
        let state = |gated: &[(&str, i64)], decisions: &[Decision]| {
            let gated = gated.iter().map(|(identity, at)| (*identity, Timestamp(*at))).collect();
            let open = ["a", "b"].map(|identity| shows(identity, &["sast"]));
            state_with_vex(SeenState::Open, &open, &gated, decisions, Timestamp(10)).0
        };
        assert_eq!(state(&[], &[]), State::Open);
        assert_eq!(state(&[("a", 1)], &[]), State::Open, "one of two is not enough");
        assert_eq!(state(&[("a", 1), ("b", 1)], &[]), State::NotAffected);
        let accept = decision(DecisionKind::Accept, &["b"]);
        assert_eq!(state(&[("a", 1)], std::slice::from_ref(&accept)), State::AcceptedRisk, "each covers its part");
        let whole = decision(DecisionKind::FalsePositive, &["a", "b"]);
        assert_eq!(state(&[("a", 1), ("b", 1)], &[whole]), State::FalsePositive);
        let reopened = Decision { at: Timestamp(5), ..decision(DecisionKind::Reopen, &["a", "b"]) };
        assert_eq!(state(&[("a", 1), ("b", 1)], std::slice::from_ref(&reopened)), State::Open);
        assert_eq!(state(&[("a", 6), ("b", 6)], std::slice::from_ref(&reopened)), State::NotAffected, "a newer statement counts again");
        let undone = Decision { ended: Some(Timestamp(7)), ..reopened };
        assert_eq!(state(&[("a", 1), ("b", 1)], &[undone]), State::NotAffected);
        let taken_up = Decision { at: Timestamp(5), ..decision(DecisionKind::InProgress, &["a", "b"]) };
        assert_eq!(state(&[("a", 1), ("b", 1)], &[taken_up]), State::InProgress);
    }

    #[test]
    fn tracked_refs_decide() {
        let on = |reference: &str, tracked, presence| RefPresence { reference: reference.into(), tracked, presence };
        assert_eq!(presence_state(&[on("", true, Presence::Closed), on("feature", false, Presence::Open)]), SeenState::Fixed);
        assert_eq!(presence_state(&[on("feature", false, Presence::Open)]), SeenState::Open);
        assert_eq!(presence_state(&[on("", true, Presence::Held)]), SeenState::Open);
    }
}
