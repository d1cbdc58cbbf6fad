//! Issues as they are stored.

use model::Timestamp;
use store::Value;
use store::queries::issues::{self, IssueRow, SEARCHED};
use store::testing::on_both_engines;

const ORG: i64 = 1;

fn searched(score: i64) -> Vec<Value> {
    let numbers = ["criticality", "exploit", "exposed", "kev", "loaded", "production", "reachable", "vex"];
    let value = |column: &&str| match *column {
        "score" => Value::Int(score),
        "confidence" => Value::Real(1.0),
        "epss" => Value::Null,
        column if numbers.contains(&column) => Value::Int(0),
        _ => Value::Text(String::new()),
    };
    SEARCHED.iter().map(value).collect()
}

fn issue(id: &str) -> IssueRow {
    IssueRow {
        id: id.into(),
        order_key: 7,
        queued: true,
        state: "open".into(),
        tracked: true,
        tier: "next".into(),
        kind: "sast".into(),
        team: Some("blue".into()),
        first_seen: Timestamp(100),
        last_seen: Timestamp(200),
        severity: 3,
        searched: searched(1),
        body: store::Packed::of(b"{}"),
        ..IssueRow::default()
    }
}

#[test]
fn an_update_writes_what_differs_and_leaves_the_rest() {
    on_both_engines(|db| {
        let before = ["a", "b", "c"].map(issue);
        db.write(|tx| issues::upsert(tx, ORG, before.to_vec())).unwrap();
        let ranked = IssueRow { order_key: -5, searched: searched(50), body: store::Packed::of(b"{\"score\":50}"), ..before[0].clone() };
        let moved = IssueRow { team: None, due: Some(Timestamp(900)), severity: 5, ..before[1].clone() };
        let changes = vec![(ranked.clone(), before[0].clone()), (moved.clone(), before[1].clone())];
        db.write(|tx| issues::update(tx, ORG, changes)).unwrap();
        let stored = db.read(|c| issues::by_ids(c, ORG, &["a", "b", "c"].map(str::to_owned))).unwrap();
        for (stored, expected) in stored.iter().zip([&ranked, &moved, &before[2]]) {
            assert!(stored.says_what(expected), "{stored:?} is not {expected:?}");
        }
        let scores = db.read(|c| c.query_map("SELECT score FROM issue WHERE org = 1 ORDER BY id", &[], |row| row.int(0))).unwrap();
        assert_eq!(scores, [50, 1, 1]);
    });
}

#[test]
fn two_rows_say_the_same_only_where_nothing_but_the_search_differs() {
    let one = issue("a");
    assert!(one.says_what(&IssueRow { searched: Vec::new(), ..one.clone() }));
    let others = [
        IssueRow { order_key: 8, ..one.clone() },
        IssueRow { queued: false, ..one.clone() },
        IssueRow { state: "fixed".into(), ..one.clone() },
        IssueRow { due: Some(Timestamp(1)), ..one.clone() },
        IssueRow { team: None, ..one.clone() },
        IssueRow { next_change: Some(Timestamp(1)), ..one.clone() },
        IssueRow { severity: 4, ..one.clone() },
        IssueRow { suggestions: 1, ..one.clone() },
        IssueRow { body: store::Packed::of(b"{ }"), ..one.clone() },
    ];
    assert!(others.iter().all(|other| !one.says_what(other)));
}
