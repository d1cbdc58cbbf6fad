//! Another version of the matching: what it made stands until a person applies the new one.

use model::issue_code;
use operations::Muster;
use store::queries::settings;
use store::testing::on_both_places;
use store::{Db, params};

use crate::reports::{EVAL, SQL, bandit, semgrep};
use crate::support::{day, every_issue, ids, import, now, open, scan};

const ORG: i64 = 1;

/// Lets the stored issues be those of a version before this one.
fn of_an_older_version(url: &str) -> Db {
    let db = Db::open(url).unwrap();
    db.write(|tx| settings::set(tx, ORG, "matching", day(1), "\"matching 0\"")).unwrap();
    db
}

/// Moves a finding into an issue, as the older version might have done.
fn put(db: &Db, identity: &str, issue: &str) {
    let sql = "UPDATE finding SET issue = $3 WHERE org = $1 AND identity = $2";
    assert_eq!(db.write(|tx| tx.execute(sql, params![ORG, identity, issue])).unwrap(), 1);
}

fn identity_of(muster: &Muster, tool: &str, path: &str) -> String {
    let issues = every_issue(muster);
    let mut all = issues.iter().flat_map(|issue| issue.findings.iter().flatten());
    let found = all.find(|found| found.finding.tool == tool && found.finding.location.path.as_deref() == Some(path));
    found.unwrap_or_else(|| panic!("no finding of {tool} in {path}")).finding.identity.clone().unwrap()
}

#[test]
fn nothing_differs_where_this_version_made_the_issues() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        import(&muster, "bandit.json", &bandit(&[SQL]), &scan(1));
        let diff = muster.identity_diff(now()).unwrap();
        assert_eq!((diff.merged, diff.split, diff.findings, diff.issues, diff.issues_after), (0, 0, 3, 2, 2));
        let before = every_issue(&muster);
        let answer = muster.identity_apply("ada", now()).unwrap();
        assert_eq!((answer.changed, answer.redirected), (0, 0));
        assert_eq!(every_issue(&muster), before);
    });
}

#[test]
fn issues_of_an_older_version_stand_until_the_new_one_is_applied() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        import(&muster, "bandit.json", &bandit(&[SQL]), &scan(1));
        let db = of_an_older_version(place.url());
        // The older version kept the two tools apart, and took the other weakness for the same.
        let (left, right) = (identity_of(&muster, "Semgrep", SQL.path), identity_of(&muster, "Bandit", SQL.path));
        let other = identity_of(&muster, "Semgrep", EVAL.path);
        put(&db, &left, &issue_code(&left));
        put(&db, &other, &issue_code(&left));
        put(&db, &right, &issue_code(&right));

        import(&muster, "semgrep.json", &semgrep(&[SQL.at(50), EVAL.at(13)]), &scan(2));
        import(&muster, "bandit.json", &bandit(&[SQL.at(50), EVAL.at(13)]), &scan(2));
        let new = identity_of(&muster, "Bandit", EVAL.path);
        let issues = every_issue(&muster);
        let company = |identity: &str| {
            let issue =
                issues.iter().find(|issue| issue.findings.iter().flatten().any(|f| f.finding.identity.as_deref() == Some(identity)));
            issue.unwrap().findings.iter().flatten().filter_map(|found| found.finding.identity.clone()).collect::<Vec<_>>()
        };
        assert!(company(&left).contains(&other), "an import parts nothing that an older version joined");
        assert_eq!(company(&right), std::slice::from_ref(&right), "and joins nothing that it kept apart");
        assert_eq!(
            company(&new),
            std::slice::from_ref(&new),
            "a new finding joins no issue with a finding that it has nothing in common with"
        );

        let diff = muster.identity_diff(now()).unwrap();
        assert_eq!((diff.stored.as_str(), diff.merged, diff.split), ("matching 0", 2, 1), "{diff:?}");
        let merge = diff.merges.iter().find(|merge| merge.from.contains(&issue_code(&right))).unwrap();
        assert!(merge.because.iter().any(|fact| fact.weight > 0 && !fact.fields.is_empty()), "the facts are named: {merge:?}");
        assert_eq!(diff.splits[0].parts.len(), 2);
        assert_eq!(ids(&every_issue(&muster)), ids(&issues), "a diff changes nothing");

        let answer = muster.identity_apply("ada", now()).unwrap();
        assert_eq!((answer.before.as_str(), answer.now.as_str()), ("matching 0", diff.program.as_str()));
        let after = muster.identity_diff(now()).unwrap();
        assert_eq!((after.stored, after.merged, after.split, after.issues), (diff.program, 0, 0, 2));
        for identity in [&left, &right, &other, &new] {
            let view = muster.issue(&issue_code(identity), now());
            assert!(view.is_ok() || !ids(&issues).contains(&issue_code(identity)), "old ids lead on");
        }
    });
}

#[test]
fn a_persons_word_counts_whatever_version_made_the_issues() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        of_an_older_version(place.url());
        let (sql, eval) = (identity_of(&muster, "Semgrep", SQL.path), identity_of(&muster, "Semgrep", EVAL.path));
        let merged = muster.merge(&issue_code(&sql), &[issue_code(&eval)], "one change", "ada", now()).unwrap();
        assert_eq!(merged.issue.findings.unwrap().len(), 2);
        import(&muster, "semgrep.json", &semgrep(&[SQL.at(70), EVAL]), &scan(2));
        assert_eq!(every_issue(&muster).len(), 1);
        muster.identity_apply("ada", now()).unwrap();
        assert_eq!(every_issue(&muster).len(), 1, "and no new version overrules it");
        muster.undo(&issue_code(&sql), "ada", now()).unwrap();
        assert_eq!(every_issue(&muster).len(), 2);
        for identity in [&sql, &eval] {
            assert_eq!(muster.issue(&issue_code(identity), now()).unwrap().issue.id, issue_code(identity), "each has its id again");
        }
    });
}
