//! Issues that are ranked again by what is kept of them stand as if they had been made again from their findings.

use std::path::Path;

use model::Timestamp;
use operations::Muster;
use store::queries::events::{self, EventRow};
use store::queries::issues::{self, IssueRow, Narrow, Page, SEARCHED, TEXTS};
use store::testing::on_both_places;
use store::{Db, Row, params};

use crate::support::open;

/// After all steps of the example.
fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap().0
}

/// The organisation of `support::open`.
const ORG: i64 = 1;

/// All that is stored of issues: rows, what is only searched, histories.
#[derive(Debug, PartialEq)]
struct Stored {
    rows: Vec<IssueRow>,
    searched: Vec<String>,
    events: Vec<EventRow>,
}

fn stored(db: &Db) -> Stored {
    db.read(|conn| {
        let mut rows = Vec::new();
        issues::in_order(conn, ORG, &Narrow::default(), &Page::default(), |row| {
            rows.push(row);
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        let (searched, texts) = (SEARCHED.join(", "), TEXTS.join(", "));
        let from = "issue JOIN issue_search ON issue_search.number = issue.number";
        let columns = format!("SELECT id, {searched}, {texts} FROM {from} WHERE org = $1 ORDER BY id");
        let searched = conn.query(&columns, params![ORG])?.iter().map(|row: &Row| format!("{row:?}")).collect();
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        Ok(Stored { events: events::of_issues(conn, ORG, &ids)?, rows, searched })
    })
    .unwrap()
}

/// The example programme. Reports that repeat others touch no issue, so that the day on which one was last seen is that of its making: all
/// are made once more, for two ways to the same end to be compared.
fn example(url: &str) -> (Muster, Db) {
    let muster = open(url);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    muster.replay(&folder, now(), |_| {}).unwrap();
    let db = Db::open(url).unwrap();
    forget_what_was_kept(&db, "");
    let yaml = muster.risk_model(None, now()).unwrap().yaml;
    muster.risk_apply("same.yaml", &format!("{yaml}\n# settled\n"), "Ada", now(), |_, _| {}).unwrap();
    (muster, db)
}

/// Of the issues with an identifier that has this text in it: they have to be made again from their findings.
fn forget_what_was_kept(db: &Db, named: &str) {
    let sql = "UPDATE issue_rank SET input = NULL WHERE number IN (SELECT issue.number FROM issue \
               JOIN issue_search ON issue_search.number = issue.number WHERE org = $1 AND ($2 = '' OR instr(identifiers, $2) > 0))";
    db.write(|tx| tx.execute(sql, params![ORG, named])).unwrap();
}

/// The shipped model with other weights.
fn other_weights(muster: &Muster) -> String {
    let yaml = muster.risk_model(None, now()).unwrap().yaml;
    let weight = yaml.lines().find(|line| line.starts_with("cvss:")).unwrap();
    yaml.replace(weight, "cvss: {neutral: 5.0, per_point: 9}")
}

#[test]
fn another_model_moves_issues_as_if_they_were_made_again() {
    on_both_places(|place| {
        let (muster, db) = example(place.url());
        let before = stored(&db);
        let kept = before.rows.iter().filter(|row| row.input.is_some()).count();
        assert!(kept * 10 > before.rows.len() * 9, "{kept} of {}", before.rows.len());
        let other = other_weights(&muster);
        let answer = muster.risk_apply("other.yaml", &other, "Ada", now(), |_, _| {}).unwrap();
        assert_eq!(answer.issues_ranked, before.rows.len() as u64);
        let after = stored(&db);
        assert!(after.rows.iter().filter(|row| !before.rows.contains(row)).count() > 20, "the weights matter");
        assert!(after.events.len() > before.events.len());
        let bodies = |stored: &Stored| {
            stored.rows.iter().map(|row| (row.id.clone(), row.body.clone())).collect::<std::collections::BTreeMap<_, _>>()
        };
        assert_eq!(bodies(&after), bodies(&before), "only ranks are written");

        forget_what_was_kept(&db, "");
        muster.risk_apply("other.yaml", &format!("{other}\n# again\n"), "Ada", now(), |_, _| {}).unwrap();
        assert_eq!(stored(&db), after);
    });
}

#[test]
fn feeds_move_issues_as_if_they_were_made_again() {
    on_both_places(|place| {
        let (muster, db) = example(place.url());
        let mut names: Vec<String> = stored(&db).rows.iter().flat_map(|row| row.issue().unwrap().identifiers).collect();
        names.retain(|name| name.starts_with("CVE-"));
        names.sort();
        names.dedup();
        let scores: String = names.iter().zip(1..).map(|(cve, n)| format!("{cve},0.{:05},0.5\n", n * 617 % 99_000)).collect();
        let file = format!("#model_version:v2025.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\n{scores}").into_bytes();
        let load = || muster.load_intel(&[("epss.csv".to_owned(), file.clone())], now()).unwrap().remove(0).issues_ranked;
        let before = stored(&db);
        let ranked = load();
        let after = stored(&db);
        assert!(ranked > 20 && after.rows != before.rows, "{ranked}");
        forget_what_was_kept(&db, "cve-");
        assert_eq!(load(), ranked);
        assert_eq!(stored(&db), after);
    });
}

#[test]
fn what_an_older_version_stored_is_read_and_ranked() {
    on_both_places(|place| {
        let (muster, db) = example(place.url());
        let new = stored(&db);
        let list = muster.issues(&operations::IssueQuery::default(), now()).unwrap();
        // As it was before ranks had a table of their own.
        db.write(|tx| {
            for row in &new.rows {
                let whole = serde_json::to_vec(&row.issue()?).unwrap();
                let body = store::Packed::of(&whole).into_bytes();
                tx.execute("UPDATE issue_body SET body = $2 WHERE number = $1", params![row.number, body])?;
            }
            tx.execute("DELETE FROM issue_rank", &[])
        })
        .unwrap();
        assert_eq!(muster.issues(&operations::IssueQuery::default(), now()).unwrap().issues, list.issues);
        assert!(!muster.fixes(&operations::IssueQuery::default(), now()).unwrap().fixes.is_empty());
        let yaml = muster.risk_model(None, now()).unwrap().yaml;
        muster.risk_apply("same.yaml", &format!("{yaml}\n# again\n"), "Ada", now(), |_, _| {}).unwrap();
        assert_eq!(stored(&db), new);
    });
}
