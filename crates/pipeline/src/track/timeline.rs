//! The history of a stream: when each finding was there. Pure, and the same whether reports are appended one by one or replayed in
//! the order of their scans.

use std::collections::{BTreeMap, BTreeSet};

use model::{ClosureCause, Timestamp};
use serde::{Deserialize, Serialize};

/// Findings that one report would close at once before a change of tool, rules or roots makes it wait (import rule 5).
const MANY: usize = 20;

/// A time during which a finding was there. `until` is open while it still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interval {
    pub since: Timestamp,
    pub until: Option<(Timestamp, ClosureCause)>,
    /// True while a closure waits for confirmation; only on an open interval.
    pub held: bool,
}

/// One report of a snapshot as the timeline sees it.
pub struct ReportView<'a> {
    pub complete: bool,
    pub failed: bool,
    pub seen: &'a BTreeSet<u64>,
    /// Whether the absence of a finding from this report means that it is gone.
    pub covers: &'a dyn Fn(u64) -> bool,
    /// What may change between reports without the code changing: tool version, active rules, roots. Equal texts: nothing changed.
    pub tooling: &'a str,
}

/// All reports of a stream with one scan time.
pub struct Snapshot<'a> {
    pub at: Timestamp,
    pub reports: Vec<ReportView<'a>>,
    /// A person confirmed the closures that wait.
    pub confirmed: bool,
}

/// What is open, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub since: Timestamp,
    pub held: bool,
}

/// Something that a person should know about an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineWarning {
    /// So many closures wait for the next complete report (import rule 5).
    Held(usize),
}

/// The state of a stream after its last snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    pub open: BTreeMap<u64, Opening>,
    /// Tooling of the last complete report.
    pub tooling: Option<String>,
}

/// What one snapshot changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub opened: Vec<u64>,
    pub closed: Vec<u64>,
    pub held: Vec<u64>,
    /// Closures that had waited and are off: the finding was seen again.
    pub released: Vec<u64>,
    pub warning: Option<TimelineWarning>,
}

/// Appends a snapshot that is newer than all before it.
pub fn append(timeline: &mut Timeline, snapshot: &Snapshot<'_>) -> Step {
    let mut step = Step::default();
    let seen: BTreeSet<u64> = snapshot.reports.iter().flat_map(|report| report.seen.iter().copied()).collect();
    for finding in &seen {
        match timeline.open.get_mut(finding) {
            Some(opening) if opening.held => {
                opening.held = false;
                step.released.push(*finding);
            }
            Some(_) => {}
            None => {
                timeline.open.insert(*finding, Opening { since: snapshot.at, held: false });
                step.opened.push(*finding);
            }
        }
    }
    let any_failed = snapshot.reports.iter().any(|report| report.failed);
    let complete: Vec<_> = snapshot.reports.iter().filter(|report| report.complete && !any_failed).collect();
    let Some(first) = complete.first() else { return step };
    let before: BTreeSet<u64> =
        timeline.open.iter().filter(|(_, opening)| opening.since < snapshot.at).map(|(finding, _)| *finding).collect();
    let gone: Vec<u64> = before
        .iter()
        .copied()
        .filter(|finding| !seen.contains(finding) && complete.iter().any(|report| (report.covers)(*finding)))
        .collect();
    let changed = timeline.tooling.as_deref().is_some_and(|tooling| tooling != first.tooling);
    let fresh = gone.iter().filter(|finding| timeline.open.get(finding).is_some_and(|opening| !opening.held)).count();
    let wait = changed && !snapshot.confirmed && fresh >= MANY && gone.len() * 2 > before.len();
    for finding in gone {
        let Some(opening) = timeline.open.get_mut(&finding) else { continue };
        if wait && !opening.held {
            opening.held = true;
            step.held.push(finding);
        } else {
            timeline.open.remove(&finding);
            step.closed.push(finding);
        }
    }
    if !step.held.is_empty() {
        step.warning = Some(TimelineWarning::Held(step.held.len()));
    }
    timeline.tooling = Some(first.tooling.to_owned());
    step
}

/// The history of a stream from all its snapshots, which must be sorted by time and hold one entry a time.
#[must_use]
pub fn replay(snapshots: &[Snapshot<'_>]) -> (BTreeMap<u64, Vec<Interval>>, Timeline) {
    let mut timeline = Timeline::default();
    let mut history: BTreeMap<u64, Vec<Interval>> = BTreeMap::new();
    for snapshot in snapshots {
        let step = append(&mut timeline, snapshot);
        for finding in step.opened {
            history.entry(finding).or_default().push(Interval { since: snapshot.at, until: None, held: false });
        }
        for finding in step.closed {
            if let Some(last) = history.get_mut(&finding).and_then(|intervals| intervals.last_mut()) {
                last.until = Some((snapshot.at, ClosureCause::Gone));
            }
        }
    }
    for (finding, opening) in &timeline.open {
        if let Some(last) = history.get_mut(finding).and_then(|intervals| intervals.last_mut()) {
            last.held = opening.held;
        }
    }
    (history, timeline)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: fn(u64) -> bool = |_| true;
    const NONE: fn(u64) -> bool = |_| false;

    struct Report {
        at: i64,
        seen: BTreeSet<u64>,
        complete: bool,
        failed: bool,
        tooling: &'static str,
    }

    fn report(at: i64, seen: impl IntoIterator<Item = u64>) -> Report {
        Report { at, seen: seen.into_iter().collect(), complete: true, failed: false, tooling: "1" }
    }

    fn run(reports: &[Report]) -> BTreeMap<u64, Vec<Interval>> {
        let mut times: Vec<i64> = reports.iter().map(|report| report.at).collect();
        times.sort_unstable();
        times.dedup();
        let snapshots: Vec<_> = times
            .into_iter()
            .map(|at| Snapshot {
                at: Timestamp(at),
                confirmed: false,
                reports: reports
                    .iter()
                    .filter(|report| report.at == at)
                    .map(|report| ReportView {
                        complete: report.complete,
                        failed: report.failed,
                        seen: &report.seen,
                        covers: if report.complete { &ALL } else { &NONE },
                        tooling: report.tooling,
                    })
                    .collect(),
            })
            .collect();
        replay(&snapshots).0
    }

    fn spans(history: &BTreeMap<u64, Vec<Interval>>, finding: u64) -> Vec<(i64, Option<i64>)> {
        history.get(&finding).into_iter().flatten().map(|i| (i.since.0, i.until.map(|(at, _)| at.0))).collect()
    }

    #[test]
    fn gone_and_back() {
        let history = run(&[report(1, [1, 2]), report(2, [1]), report(3, [1, 2])]);
        assert_eq!(spans(&history, 1), [(1, None)]);
        assert_eq!(spans(&history, 2), [(1, Some(2)), (3, None)]);
    }

    #[test]
    fn partial_and_failed_reports_close_nothing() {
        let partial = Report { complete: false, ..report(2, [1]) };
        assert_eq!(spans(&run(&[report(1, [1, 2]), partial]), 2), [(1, None)]);
        let failed = Report { complete: false, failed: true, ..report(2, []) };
        // A failed report hides what the complete one of the same time leaves out.
        assert_eq!(spans(&run(&[report(1, [1, 2]), failed, report(2, [1])]), 2), [(1, None)]);
    }

    #[test]
    fn reports_of_one_time_are_one_snapshot() {
        let history = run(&[report(1, [1, 2, 3]), report(2, [1]), report(2, [2])]);
        assert_eq!((spans(&history, 1), spans(&history, 2), spans(&history, 3)), (vec![(1, None)], vec![(1, None)], vec![(1, Some(2))]));
    }

    #[test]
    fn many_closures_after_a_tool_update_wait_for_the_next_report() {
        let updated = |at, seen: std::ops::Range<u64>| Report { tooling: "2", ..report(at, seen) };
        let held = run(&[report(1, 0..40), updated(2, 0..5)]);
        assert!(held[&30][0].held && held[&30][0].until.is_none());
        let confirmed = run(&[report(1, 0..40), updated(2, 0..5), updated(3, 0..5)]);
        assert_eq!(spans(&confirmed, 30), [(1, Some(3))]);
        let back = run(&[report(1, 0..40), updated(2, 0..5), updated(3, 0..40)]);
        assert_eq!((spans(&back, 30), back[&30][0].held), (vec![(1, None)], false));
        // The same update with few closures, or the same closures without one, close at once.
        assert_eq!(spans(&run(&[report(1, 0..40), updated(2, 0..39)]), 39), [(1, Some(2))]);
        assert_eq!(spans(&run(&[report(1, 0..40), report(2, 0..5)]), 30), [(1, Some(2))]);
    }

    #[test]
    fn a_late_report_changes_history_between_its_neighbours_only() {
        let before = run(&[report(1, [1, 2]), report(5, [1])]);
        let with_late = run(&[report(1, [1, 2]), report(3, [1]), report(5, [1])]);
        assert_eq!(spans(&before, 2), [(1, Some(5))]);
        assert_eq!(spans(&with_late, 2), [(1, Some(3))]);
        assert_eq!(spans(&with_late, 1), [(1, None)]);
    }

    proptest::proptest! {
        /// Appending one by one ends in the state that a replay of everything gives, and no finding of the last complete report is closed.
        #[test]
        fn appended_equals_replayed(sets in proptest::collection::vec((proptest::collection::btree_set(0u64..30, 0..30), 0u8..3), 1..8)) {
            let reports: Vec<Report> = sets.iter().zip(1..).map(|((seen, kind), at)| Report {
                complete: *kind == 0, failed: *kind == 2, ..report(at, seen.iter().copied())
            }).collect();
            let history = run(&reports);
            let last = reports.last().unwrap();
            for finding in &last.seen {
                proptest::prop_assert!(history[finding].last().unwrap().until.is_none());
            }
            for intervals in history.values() {
                for pair in intervals.windows(2) {
                    proptest::prop_assert!(pair[0].until.is_some_and(|(until, _)| until <= pair[1].since));
                }
            }
        }
    }
}
