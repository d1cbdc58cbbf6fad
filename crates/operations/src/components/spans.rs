//! From what each report listed to when each package was there. Pure.

use std::collections::BTreeMap;

use model::Timestamp;
use store::queries::components::SpanRow;

/// A package as one report lists it: everything of a span but its times.
pub(super) type Listed = SpanRow;

/// What reports of one time listed.
pub(super) struct Snapshot {
    pub(super) at: Timestamp,
    /// What is left out is gone.
    pub(super) complete: bool,
    pub(super) packages: Vec<Listed>,
}

fn key(span: &SpanRow) -> (String, String, String) {
    (span.purl.clone(), span.version.clone(), span.file.clone())
}

/// One row for each package, version and file; of two the one that says more counts.
pub(super) fn distinct(packages: Vec<Listed>) -> BTreeMap<(String, String, String), Listed> {
    let says = |span: &SpanRow| {
        (span.listed == "sbom", span.direct.is_some(), !span.chain.is_empty(), !span.licenses.is_empty(), !span.origin.is_empty())
    };
    let mut out: BTreeMap<_, Listed> = BTreeMap::new();
    for package in packages {
        let key = key(&package);
        match out.get(&key) {
            Some(known) if says(known) >= says(&package) => {}
            _ => drop(out.insert(key, package)),
        }
    }
    out
}

/// What changes when a newer snapshot comes: spans to write, those that end and those that begin.
pub(super) fn advance(open: Vec<SpanRow>, snapshot: Snapshot) -> Vec<SpanRow> {
    let mut now = distinct(snapshot.packages);
    let mut out = Vec::new();
    for span in open {
        match now.remove(&key(&span)) {
            // The same package with other words: they hold for the whole span.
            Some(listed) => {
                let said = SpanRow { since: span.since, until: None, ..listed };
                if said != span {
                    out.push(said);
                }
            }
            None if snapshot.complete && span.since < snapshot.at => out.push(SpanRow { until: Some(snapshot.at), ..span }),
            None => {}
        }
    }
    out.extend(now.into_values().map(|listed| SpanRow { since: snapshot.at, until: None, ..listed }));
    out
}

/// All spans of a stream from all its snapshots, in any order.
pub(super) fn replay(snapshots: Vec<Snapshot>) -> Vec<SpanRow> {
    let mut by_time: BTreeMap<Timestamp, Snapshot> = BTreeMap::new();
    for snapshot in snapshots {
        match by_time.get_mut(&snapshot.at) {
            // Reports of one time are one snapshot.
            Some(known) => {
                known.complete |= snapshot.complete;
                known.packages.extend(snapshot.packages);
            }
            None => drop(by_time.insert(snapshot.at, snapshot)),
        }
    }
    let mut open: BTreeMap<(String, String, String), SpanRow> = BTreeMap::new();
    let mut done = Vec::new();
    for snapshot in by_time.into_values() {
        for span in advance(open.values().cloned().collect(), snapshot) {
            match span.until {
                Some(_) => {
                    open.remove(&key(&span));
                    done.push(span);
                }
                None => drop(open.insert(key(&span), span)),
            }
        }
    }
    done.extend(open.into_values());
    done.sort();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(names: &[&str]) -> Vec<Listed> {
        names.iter().map(|name| SpanRow { purl: format!("pkg:npm/{name}"), version: "1".into(), ..SpanRow::default() }).collect()
    }

    fn snapshot(at: i64, complete: bool, names: &[&str]) -> Snapshot {
        Snapshot { at: Timestamp(at), complete, packages: listed(names) }
    }

    fn times(spans: &[SpanRow]) -> Vec<(String, i64, Option<i64>)> {
        spans.iter().map(|s| (s.purl.trim_start_matches("pkg:npm/").to_owned(), s.since.0, s.until.map(|at| at.0))).collect()
    }

    #[test]
    fn packages_come_and_go() {
        let spans = replay(vec![snapshot(1, true, &["a", "b"]), snapshot(2, true, &["a"]), snapshot(3, true, &["a", "b"])]);
        assert_eq!(times(&spans), [("a".into(), 1, None), ("b".into(), 1, Some(2)), ("b".into(), 3, None)]);
    }

    #[test]
    fn order_of_arrival_plays_no_part() {
        let forward = replay(vec![snapshot(1, true, &["a"]), snapshot(2, true, &["b"]), snapshot(3, true, &["a"])]);
        let back = replay(vec![snapshot(3, true, &["a"]), snapshot(2, true, &["b"]), snapshot(1, true, &["a"])]);
        assert_eq!(forward, back);
        // Step by step, as reports come.
        let mut open = advance(Vec::new(), snapshot(1, true, &["a"]));
        let changes = advance(open.clone(), snapshot(2, true, &["b"]));
        open = changes.iter().filter(|span| span.until.is_none()).cloned().collect();
        assert_eq!(times(&changes), [("a".into(), 1, Some(2)), ("b".into(), 2, None)]);
        assert!(advance(open, snapshot(3, true, &["b"])).is_empty(), "nothing changed, nothing is written");
    }

    #[test]
    fn partial_reports_end_nothing() {
        let spans = replay(vec![snapshot(1, true, &["a"]), snapshot(2, false, &["b"])]);
        assert_eq!(times(&spans), [("a".into(), 1, None), ("b".into(), 2, None)]);
    }

    #[test]
    fn reports_of_one_time_are_one_snapshot() {
        let spans =
            replay(vec![snapshot(1, true, &["a"]), snapshot(1, true, &["b"]), snapshot(2, true, &["a"]), snapshot(2, true, &["b"])]);
        assert_eq!(times(&spans), [("a".into(), 1, None), ("b".into(), 1, None)]);
    }
}
