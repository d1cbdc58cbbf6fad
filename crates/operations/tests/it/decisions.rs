//! What people decide, and when it no longer holds.

use std::collections::BTreeSet;

use model::{Issue, State};
use operations::{IssueView, Muster, StateChange};
use store::testing::on_both_places;

use crate::reports::{EVAL, MD5, SQL, bandit, semgrep};
use crate::support::{day, every_issue, ids, import, now, open, queue, scan};

fn one(muster: &Muster, path: &str) -> Issue {
    queue(muster).into_iter().find(|issue| issue.place.starts_with(path)).unwrap_or_else(|| panic!("no open issue in {path}"))
}

fn set(muster: &Muster, id: &str, state: State, until: Option<i64>) -> IssueView {
    let until = until.map(|days| now().plus_days(days));
    muster.set_state(id, &StateChange { state, reason: "agreed with the owner".into(), until }, "ada", now()).unwrap()
}

fn identities(view: &IssueView) -> Vec<String> {
    view.issue.findings.iter().flatten().filter_map(|found| found.finding.identity.clone()).collect()
}

#[test]
fn an_accepted_risk_is_outgrown_by_another_tools_finding() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        let id = one(&muster, SQL.path).id;
        assert_eq!(set(&muster, &id, State::AcceptedRisk, Some(30)).issue.state, State::AcceptedRisk);
        assert!(!ids(&queue(&muster)).contains(&id), "it left the queue");
        import(&muster, "semgrep.json", &semgrep(&[SQL.at(50), EVAL]), &scan(2));
        assert_eq!(muster.issue(&id, now()).unwrap().issue.state, State::AcceptedRisk, "what it covers may move");

        import(&muster, "bandit.json", &bandit(&[SQL.at(50)]), &scan(3));
        let joined = muster.issue(&id, now()).unwrap();
        assert_eq!(identities(&joined).len(), 2, "the second tool's finding joins the issue");
        assert_eq!(joined.issue.state, State::Open);
        assert!(joined.issue.outgrown.is_some(), "and says why it is open again");
        assert!(ids(&queue(&muster)).contains(&id));
    });
}

#[test]
fn a_deferral_ends_by_itself() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        let id = one(&muster, SQL.path).id;
        let change = |until| StateChange { state: State::Deferred, reason: "next quarter".into(), until };
        assert!(muster.set_state(&id, &change(None), "ada", now()).is_err(), "a deferral needs an end");
        assert!(muster.set_state(&id, &change(Some(day(50))), "ada", now()).is_err(), "which lies ahead");
        assert_eq!(set(&muster, &id, State::Deferred, Some(10)).issue.state, State::Deferred);
        let state = |days| muster.issue(&id, now().plus_days(days)).unwrap().issue.state;
        assert_eq!(state(9), State::Deferred);
        assert_eq!(state(11), State::Open);
    });
}

#[test]
fn a_decision_is_taken_back_and_kept_in_history() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        let id = one(&muster, SQL.path).id;
        assert!(muster.undo(&id, "ada", now()).is_err(), "there is nothing to take back");
        set(&muster, &id, State::FalsePositive, None);
        let back = muster.undo(&id, "bob", now()).unwrap();
        assert_eq!(back.issue.state, State::Open);
        let decided = back.history.iter().filter(|entry| entry.what == "decided").count();
        assert_eq!(decided, 2, "both stay in history: {:?}", back.history);
    });
}

#[test]
fn issues_merge_split_and_are_found_under_their_old_ids() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL, MD5]), &scan(1));
        let (sql, md5) = (one(&muster, SQL.path).id, one(&muster, MD5.path).id);
        let apart: BTreeSet<String> = ids(&every_issue(&muster)).into_iter().collect();
        let merged = muster.merge(&sql, std::slice::from_ref(&md5), "one change ends both", "ada", now()).unwrap();
        assert_eq!(identities(&merged).len(), 2);
        assert_eq!(every_issue(&muster).len(), 2);
        let (first, second) = (muster.issue(&sql, now()).unwrap().issue.id, muster.issue(&md5, now()).unwrap().issue.id);
        assert_eq!(first, second, "both ids lead to it");

        let later = import(&muster, "semgrep.json", &semgrep(&[SQL.at(60), EVAL, MD5.at(70)]), &scan(2));
        assert_eq!((later.issues.new, later.issues.open), (0, 2), "a later report keeps what a person said");

        muster.undo(&first, "ada", now()).unwrap();
        let again: BTreeSet<String> = ids(&every_issue(&muster)).into_iter().collect();
        assert_eq!(again, apart, "taken back, each has its id again");
        assert!(muster.merge(&sql, std::slice::from_ref(&sql), "", "ada", now()).is_err(), "an issue does not merge with itself");
    });
}

#[test]
fn a_split_holds_against_the_matching() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        import(&muster, "bandit.json", &bandit(&[SQL]), &scan(1));
        let joined = muster.issue(&one(&muster, SQL.path).id, now()).unwrap();
        let findings = identities(&joined);
        assert_eq!((findings.len(), every_issue(&muster).len()), (2, 1));
        assert!(muster.split(&joined.issue.id, &findings, "", "ada", now()).is_err(), "something has to stay");
        muster.split(&joined.issue.id, &findings[1..], "two places", "ada", now()).unwrap();
        assert_eq!(every_issue(&muster).len(), 2);
        import(&muster, "bandit.json", &bandit(&[SQL.at(55)]), &scan(2));
        assert_eq!(every_issue(&muster).len(), 2, "the next report does not join them again");
    });
}
