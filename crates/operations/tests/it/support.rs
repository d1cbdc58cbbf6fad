//! A Muster on an empty database, and what tests ask of it.

use model::{Issue, ReportRow, Timestamp};
use operations::{ImportAnswer, ImportFlags, IssueQuery, Muster, OperationError, SecretKey, Upload};

/// When every test is run: after all its scans.
pub(crate) fn now() -> Timestamp {
    day(100)
}

/// Noon of the n-th day of the story, which begins on 2026-01-01.
pub(crate) fn day(n: i64) -> Timestamp {
    Timestamp::parse("2026-01-01T12:00:00Z").unwrap().0.plus_days(n)
}

pub(crate) fn open(url: &str) -> Muster {
    Muster::open(url, "default", SecretKey::new([7; 32]), day(0)).expect("an empty database opens")
}

/// The flags of a scan of a repository on a day.
pub(crate) fn scan(n: i64) -> ImportFlags {
    ImportFlags { repo: Some("github.com/acme/shop".into()), at: Some(day(n)), ..ImportFlags::default() }
}

/// Imports one report under a name.
pub(crate) fn try_import(muster: &Muster, name: &str, bytes: &[u8], flags: &ImportFlags) -> Result<ImportAnswer, OperationError> {
    muster.import(vec![Upload::Bytes(name.to_owned(), bytes.to_vec())], flags, now(), |_| {})
}

/// Imports one report, which has to succeed.
pub(crate) fn import(muster: &Muster, name: &str, bytes: &[u8], flags: &ImportFlags) -> ImportAnswer {
    let answer = try_import(muster, name, bytes, flags).expect("the database works");
    for row in &answer.reports {
        assert_eq!(row.error, None, "{name} is read");
    }
    answer
}

/// New, reopened, fixed and held findings of all rows.
pub(crate) fn moves(answer: &ImportAnswer) -> [u64; 4] {
    let sum = |of: fn(&ReportRow) -> u64| answer.reports.iter().map(of).sum();
    [sum(|row| row.new), sum(|row| row.reopened), sum(|row| row.fixed), sum(|row| row.held)]
}

/// All issues in any state, with their findings, by id and without their place in the queue.
pub(crate) fn every_issue(muster: &Muster) -> Vec<Issue> {
    let query = IssueQuery { any_state: true, with_findings: true, ..IssueQuery::default() };
    by_id(muster.issues(&query, now()).unwrap().issues)
}

/// The queue, by id.
pub(crate) fn queue(muster: &Muster) -> Vec<Issue> {
    by_id(muster.issues(&IssueQuery::default(), now()).unwrap().issues)
}

pub(crate) fn ids(issues: &[Issue]) -> Vec<String> {
    issues.iter().map(|issue| issue.id.clone()).collect()
}

fn by_id(mut issues: Vec<Issue>) -> Vec<Issue> {
    issues.sort_by(|a, b| a.id.cmp(&b.id));
    for issue in &mut issues {
        issue.rank = None;
    }
    issues
}
