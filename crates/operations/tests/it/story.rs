//! A repository over time: what is found, gone, back, moved, late, taken back.

use std::collections::BTreeSet;

use model::{Issue, State};
use operations::{ImportFlags, IssueQuery, Muster};
use serde_json::Value;
use store::testing::{Place, on_both_places};

use crate::reports::{EVAL, MD5, SQL, bandit, npm_audit, osv, semgrep, semgrep_result, semgrep_with, snyk, trivy, trivy_sbom};
use crate::support::{day, every_issue, ids, import, moves, now, open, queue, scan, try_import};

fn at_path<'a>(issues: &'a [Issue], path: &str) -> &'a Issue {
    issues.iter().find(|issue| issue.place.starts_with(path)).unwrap_or_else(|| panic!("no issue in {path}: {issues:?}"))
}

fn state_on(muster: &Muster, id: &str, n: i64) -> Option<State> {
    let query = IssueQuery { any_state: true, as_of: Some(day(n)), ..IssueQuery::default() };
    muster.issues(&query, now()).unwrap().issues.into_iter().find(|issue| issue.id == id).map(|issue| issue.state)
}

fn commit(n: i64, sha: &str) -> ImportFlags {
    ImportFlags { commit: Some(sha.into()), ..scan(n) }
}

#[test]
fn two_commits_fix_one_bring_one_and_reopen_one() {
    on_both_places(|place| {
        let muster = open(place.url());
        let first = import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &commit(1, "a1"));
        assert_eq!((moves(&first), first.issues.new, first.issues.open), ([2, 0, 0, 0], 2, 2));
        let sql = at_path(&queue(&muster), SQL.path).id.clone();

        let second = import(&muster, "semgrep.json", &semgrep(&[EVAL.at(19), MD5]), &commit(2, "b2"));
        assert_eq!((moves(&second), second.issues.fixed, second.issues.new), ([1, 0, 1, 0], 1, 1));
        assert_eq!(state_on(&muster, &sql, 2), Some(State::Fixed));
        assert!(!ids(&queue(&muster)).contains(&sql));

        let third = import(&muster, "semgrep.json", &semgrep(&[EVAL.at(19), MD5, SQL.at(44)]), &commit(3, "c3"));
        assert_eq!((moves(&third), third.issues.reopened, third.issues.new), ([0, 1, 0, 0], 1, 0));
        assert_eq!(at_path(&queue(&muster), SQL.path).id, sql, "what is back is the same issue");
        let view = muster.issue(&sql, now()).unwrap();
        assert_eq!(view.issue.first_seen, day(1), "with its history");
        let happened: Vec<_> = view.history.iter().map(|entry| (entry.at, entry.what.as_str())).collect();
        assert_eq!(happened.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [day(1), day(2), day(3)], "{happened:?}");
    });
}

#[test]
fn the_counts_of_an_import_speak_of_the_queue() {
    on_both_places(|place| {
        let muster = open(place.url());
        let on = |n: i64, branch: &str| ImportFlags { branch: Some(branch.into()), ..scan(n) };
        let counts =
            |answer: &operations::ImportAnswer| [answer.issues.new, answer.issues.reopened, answer.issues.fixed, answer.issues.open];
        assert_eq!(counts(&import(&muster, "semgrep.json", &semgrep(&[SQL]), &on(1, "main"))), [1, 0, 0, 1]);
        let branch = import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &on(2, "feature/x"));
        assert_eq!((moves(&branch)[0], counts(&branch)), (1, [0, 0, 0, 1]), "the report has a new finding, the queue nothing");
        let mended = import(&muster, "semgrep.json", &semgrep(&[SQL]), &on(3, "feature/x"));
        assert_eq!((moves(&mended)[2], counts(&mended)), (1, [0, 0, 0, 1]), "and where it goes again, the queue lost nothing");
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &on(4, "feature/x"));
        let merged = import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &on(5, "main"));
        assert_eq!(counts(&merged), [1, 0, 0, 2], "on the default branch it is new in the queue");
        assert_eq!(counts(&import(&muster, "semgrep.json", &semgrep(&[SQL]), &on(6, "main"))), [0, 0, 1, 1]);
    });
}

#[test]
fn the_past_is_answered_as_it_was() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(10));
        let sql = at_path(&queue(&muster), SQL.path).id.clone();
        import(&muster, "semgrep.json", &semgrep(&[EVAL]), &scan(20));
        assert_eq!(state_on(&muster, &sql, 9), None, "before it was seen");
        assert_eq!(state_on(&muster, &sql, 10), Some(State::Open));
        assert_eq!(state_on(&muster, &sql, 19), Some(State::Open), "before the fix");
        assert_eq!(state_on(&muster, &sql, 20), Some(State::Fixed));
        let ahead = ImportFlags { at: Some(now().plus_days(1)), ..scan(1) };
        let refused = try_import(&muster, "semgrep.json", &semgrep(&[SQL]), &ahead);
        assert!(refused.is_err_and(|error| error.is_user_fault() && error.to_string().contains("--at")), "a scan in the future is refused");
    });
}

#[test]
fn lines_that_move_keep_their_issues() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL, MD5]), &scan(1));
        let before = ids(&queue(&muster));
        let moved = import(&muster, "semgrep.json", &semgrep(&[MD5.at(400), SQL.at(7), EVAL.at(130)]), &scan(2));
        assert_eq!(moves(&moved), [0; 4]);
        assert_eq!(ids(&queue(&muster)), before);
        assert!(at_path(&queue(&muster), "shop/orders.py:7").id.starts_with("MST-"), "the place is the newest");
    });
}

#[test]
fn a_late_report_changes_history_between_its_neighbours_alone() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(10));
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(30));
        let before = queue(&muster);
        let sql = at_path(&before, SQL.path).id.clone();
        let late = import(&muster, "late.json", &semgrep(&[EVAL]), &scan(20));
        assert_eq!(late.issues.fixed, 0, "the present stays");
        assert_eq!(ids(&queue(&muster)), ids(&before));
        let states: Vec<_> = [15, 20, 25, 30, 40].map(|n| state_on(&muster, &sql, n)).into_iter().flatten().collect();
        assert_eq!(states, [State::Open, State::Fixed, State::Fixed, State::Open, State::Open]);
    });
}

#[test]
fn a_report_taken_back_is_as_if_it_had_not_come() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(10));
        let before = every_issue(&muster);
        let wrong = import(&muster, "wrong.json", &semgrep(&[EVAL, MD5]), &scan(20));
        assert_eq!(moves(&wrong), [1, 0, 1, 0]);
        let id = wrong.reports[0].id.clone().unwrap();
        assert!(muster.retract(&id, " ", "ada", now()).is_err(), "a reason is needed");
        muster.retract(&id, "of another repository", "ada", now()).unwrap();
        let after = every_issue(&muster);
        assert_eq!(ids(&after), ids(&before));
        for (old, new) in before.iter().zip(&after) {
            assert_eq!((new.state, new.first_seen, new.last_seen, &new.place), (old.state, old.first_seen, old.last_seen, &old.place));
        }
        assert!(muster.retract(&id, "again", "ada", now()).is_err());
    });
}

fn many(count: u32) -> Vec<Value> {
    let result = |n: u32| semgrep_result("python.lang.audit", &format!("shop/part_{n}.py"), 10 + n, &format!("call_{n}(request)"), 20);
    (0..count).map(result).collect()
}

#[test]
fn closures_are_held_while_the_tool_changes() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep_with("1.118.0", &many(25)), &scan(1));
        let changed = import(&muster, "semgrep.json", &semgrep_with("1.119.0", &many(5)), &scan(2));
        assert_eq!((moves(&changed), changed.issues.open), ([0, 0, 0, 20], 25));
        assert!(changed.reports[0].warnings.iter().any(|warning| warning.message.contains("20 closures wait")));
        let agreed = import(&muster, "semgrep.json", &semgrep_with("1.119.0", &many(5)), &scan(3));
        assert_eq!((moves(&agreed), agreed.issues.open), ([0, 0, 20, 0], 5));
    });
}

#[test]
fn nothing_is_held_while_the_tool_stays() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep_with("1.118.0", &many(25)), &scan(1));
        let fixed = import(&muster, "semgrep.json", &semgrep_with("1.118.0", &many(5)), &scan(2));
        assert_eq!((moves(&fixed), fixed.issues.open), ([0, 0, 20, 0], 5));
    });
}

/// Issue ids with the findings of each.
fn partition(issues: &[Issue]) -> BTreeSet<(String, BTreeSet<String>)> {
    let identities = |issue: &Issue| issue.findings.iter().flatten().filter_map(|found| found.finding.identity.clone()).collect();
    issues.iter().map(|issue| (issue.id.clone(), identities(issue))).collect()
}

#[test]
fn the_order_of_imports_does_not_matter() {
    let reports: [(&str, Vec<u8>); 4] = [
        ("semgrep.json", semgrep(&[SQL, EVAL, MD5])),
        ("bandit.json", bandit(&[SQL, MD5])),
        ("trivy.json", trivy(&[("CVE-2023-45803", "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")])),
        ("osv.json", osv(&[("GHSA-g4mx-q9vg-27p4", "CVE-2023-45803", "urllib3", "1.26.5")])),
    ];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 0, 3, 1], [1, 3, 0, 2], [3, 0, 2, 1]];
    let outcome = |place: &Place, order: [usize; 4]| {
        let muster = open(place.url());
        for at in order {
            import(&muster, reports[at].0, &reports[at].1, &scan(1));
        }
        partition(&every_issue(&muster))
    };
    let expected = outcome(&Place::sqlite(), orders[0]);
    let of_several = expected.iter().filter(|(_, findings)| findings.len() > 1).count();
    assert!(of_several >= 2, "tools that see one weakness give one issue: {expected:?}");
    assert_eq!(expected.iter().map(|(_, findings)| findings.len()).sum::<usize>(), 8);
    for order in &orders[1..] {
        assert_eq!(outcome(&Place::sqlite(), *order), expected, "{order:?}");
    }
    if let Some(place) = Place::postgres() {
        assert_eq!(outcome(&place, orders[1]), expected, "on PostgreSQL");
    }
}

#[test]
fn a_bill_of_materials_closes_what_it_showed_and_not_what_the_report_alone_shows() {
    let (requests, urllib3) = (("CVE-2023-32681", "requests", "2.30.0"), ("CVE-2019-11324", "urllib3", "1.24.1"));
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[requests, urllib3]), &scan(1));
        let both = ids(&queue(&muster));
        let answer = import(&muster, "bom.cdx.json", &trivy_sbom(&[requests]), &scan(2));
        assert_eq!(moves(&answer), [0, 0, 0, 0], "known by the same identity, and nothing closes");
        assert_eq!(ids(&queue(&muster)), both);
        assert_eq!(reports_of(&muster, "CVE-2023-32681"), ["bom.cdx.json", "trivy.json"], "the newest first, and each once");
        assert_eq!(reports_of(&muster, "CVE-2019-11324"), ["trivy.json"]);
        let answer = import(&muster, "trivy.json", &trivy(&[]), &scan(3));
        assert_eq!(moves(&answer)[2], 1, "what only the report showed");
        let left = queue(&muster);
        assert_eq!(left.len(), 1, "the bill of materials still names it");
        assert_eq!(reports_of(&muster, "CVE-2023-32681"), ["bom.cdx.json"], "the report does not have it any more");
        assert_eq!(state_on(&muster, &left[0].id, 3), Some(State::Open));
        let answer = import(&muster, "bom.cdx.json", &trivy_sbom(&[urllib3]), &scan(4));
        assert_eq!((moves(&answer)[1], moves(&answer)[2]), (0, 1), "gone from both now; urllib3 was never in a bill of materials");
        assert_eq!(state_on(&muster, &left[0].id, 4), Some(State::Fixed));
    });
}

/// The reports that show the findings of the issue of a vulnerability, as its findings name them.
fn reports_of(muster: &Muster, vulnerability: &str) -> Vec<String> {
    let query = IssueQuery { with_findings: true, ..IssueQuery::default() };
    let issue = muster
        .issues(&query, now())
        .unwrap()
        .issues
        .into_iter()
        .find(|issue| issue.identifiers.iter().any(|id| id == vulnerability))
        .unwrap();
    let findings = issue.findings.unwrap();
    assert!(findings.windows(2).all(|pair| pair[0].finding.identity == pair[1].finding.identity));
    findings.into_iter().map(|shown| shown.finding.report).collect()
}

#[test]
fn a_report_of_one_manifest_closes_nothing_of_another() {
    let (web, worker) = ("services/web/package-lock.json", "services/worker/package-lock.json");
    let (merge, logger) = (("SNYK-JS-MERGE-1", "merge", "1.0.0"), ("SNYK-JS-LOGGER-2", "logger", "2.0.0"));
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "web.json", &snyk(web, &[merge, logger]), &scan(1));
        let answer = import(&muster, "worker.json", &snyk(worker, &[logger]), &scan(2));
        assert_eq!(moves(&answer), [1, 0, 0, 0]);
        assert_eq!(moves(&import(&muster, "worker.json", &snyk(worker, &[]), &scan(3))), [0, 0, 1, 0]);
        assert_eq!(moves(&import(&muster, "web.json", &snyk(web, &[merge]), &scan(4))), [0, 0, 1, 0]);
    });
}

#[test]
fn a_report_of_one_service_closes_nothing_of_another_where_it_cannot_say_what_it_is_of() {
    let (merge, logger) = (("GHSA-77PQ-G9VX-CHHX", "merge"), ("GHSA-X5RQ-J2XG-H7QM", "logger"));
    let of = |service: &str, n| ImportFlags { service: Some(service.to_owned()), ..scan(n) };
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "web.json", &npm_audit(&[merge, logger]), &of("web", 1));
        assert_eq!(moves(&import(&muster, "worker.json", &npm_audit(&[logger]), &of("worker", 2))), [1, 0, 0, 0]);
        let mut services: Vec<String> = queue(&muster).into_iter().flat_map(|issue| issue.services).collect();
        services.sort();
        assert_eq!(services, ["web", "web", "worker"], "the same flaw in two services is two issues");
        assert_eq!(moves(&import(&muster, "worker.json", &npm_audit(&[]), &of("worker", 3))), [0, 0, 1, 0]);
        assert_eq!(moves(&import(&muster, "web.json", &npm_audit(&[merge]), &of("web", 4))), [0, 0, 1, 0]);
        // What says itself which files it is of is one stream, whatever service it is filed under.
        let semgrep = semgrep(&[SQL]);
        import(&muster, "semgrep.json", &semgrep, &of("web", 5));
        assert_eq!(moves(&import(&muster, "semgrep.json", &semgrep, &of("worker", 6)))[0], 0);
    });
}

#[test]
fn what_a_tool_calls_fixed_is_printed_and_not_stored() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../formats/fixtures/dependabot/rest.json");
    let parsed = operations::parse(vec![operations::Upload::Path(fixture.into())], &ImportFlags::default());
    let (fixed, found): (Vec<&model::Finding>, Vec<_>) = parsed[0].findings.iter().partition(|finding| finding.resolved.is_some());
    assert!(!fixed.is_empty() && !found.is_empty(), "{} and {}", fixed.len(), found.len());
    let muster = open("sqlite::memory:");
    let answer = import(&muster, "rest.json", &std::fs::read(fixture).unwrap(), &scan(1));
    assert_eq!(answer.reports[0].findings, found.len() as u64);
}
