//! Issues as they are stored.

use model::Timestamp;
use store::queries::issue_indexes::Rewriting;
use store::queries::issues::{self, IssueChange, IssueRow, SEARCHED};
use store::queries::ranks::{self, IndexesAside, RankChange, RankColumns, RankUpdate};
use store::testing::on_both_engines;
use store::{EngineKind, Packed, Value};

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
        body: Packed::of(b"{}"),
        ..IssueRow::default()
    }
}

#[test]
fn an_update_writes_what_differs_and_leaves_the_rest() {
    on_both_engines(|db| {
        let before = ["a", "b", "c"].map(issue);
        db.write(|tx| issues::upsert(tx, ORG, before.to_vec())).unwrap();
        let ranked = IssueRow { order_key: -5, searched: searched(50), rank: Packed::of(b"{\"score\":50}"), ..before[0].clone() };
        let moved = IssueRow { team: None, due: Some(Timestamp(900)), severity: 5, ..before[1].clone() };
        let changes = [(&ranked, &before[0]), (&moved, &before[1])].map(|(new, old)| IssueChange::between(new.clone(), old.clone()));
        db.write(|tx| issues::update(tx, ORG, changes.to_vec())).unwrap();
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
        IssueRow { body: Packed::of(b"{ }"), ..one.clone() },
        IssueRow { rank: Packed::of(b"{ }"), ..one.clone() },
        IssueRow { input: Some(vec![1]), ..one.clone() },
    ];
    assert!(others.iter().all(|other| !one.says_what(other)));
}

#[test]
fn a_rank_is_written_apart_from_the_rest() {
    on_both_engines(|db| {
        let input = |id: &str| IssueRow { input: Some(id.as_bytes().to_vec()), rank: Packed::of(b"{}"), ..issue(id) };
        let before = ["a", "b", "c", "d"].map(input);
        db.write(|tx| issues::upsert(tx, ORG, before.to_vec())).unwrap();
        db.write(|tx| tx.execute("UPDATE issue SET identifiers = 'cve-1' WHERE id <> 'b'", &[])).unwrap();
        let read = |after: &str, named, most| db.read(|c| ranks::behind(c, ORG, after, named, most)).unwrap();
        let ids = |rows: Vec<ranks::RankRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(read("", None, 2)), ["a", "b"]);
        assert_eq!(ids(read("", Some("cve-"), 2)), ["a", "c"]);
        assert_eq!(ids(read("c", Some("cve-"), 2)), ["d"]);

        let rows = db.read(|c| ranks::by_ids(c, ORG, &["d", "a"].map(str::to_owned))).unwrap();
        assert_eq!(rows[1].input.as_deref(), Some(b"d".as_slice()));
        let change = |row: &ranks::RankRow, columns: RankColumns| RankChange {
            id: row.id.clone(),
            before: row.columns.clone(),
            after: columns,
            searched: ranks::SEARCHED.iter().map(|column| if *column == "epss" { Value::Real(0.5) } else { Value::Int(2) }).collect(),
            rank: Packed::of(b"{\"score\":2}"),
        };
        let due = RankColumns { due: Some(Timestamp(5)), tier: "3d".into(), tier_days: Some(3), ..rows[0].columns.clone() };
        let moved = RankColumns { order_key: -2, next_change: Some(Timestamp(6)), ..rows[1].columns.clone() };
        let update = || RankUpdate::of(ORG, vec![change(&rows[0], due.clone()), change(&rows[1], moved.clone())]);
        assert_eq!(update().moved(), (1, 2));
        db.write(|tx| ranks::update(tx, update())).unwrap();

        let after = read("", None, 9);
        assert_eq!((&after[0].columns, &after[3].columns), (&due, &moved));
        assert_eq!(after[0].rank.open().unwrap(), b"{\"score\":2}".as_slice());
        assert_eq!((&after[1].columns, &after[1].rank), (&rows[0].columns, &Packed::of(b"{}")), "others stay");
        assert_eq!(after[0].input, rows[0].input);
        let asked = "SELECT score, kev FROM issue WHERE epss = 0.5 ORDER BY id";
        assert_eq!(db.read(|c| c.query_map(asked, &[], |row| Ok((row.int(0)?, row.int(1)?)))).unwrap(), [(2, 2), (2, 2)]);

        db.write(|tx| issues::delete(tx, ORG, &["a".to_owned()])).unwrap();
        assert_eq!(
            db.read(|c| c.query_map("SELECT issue FROM issue_rank ORDER BY issue", &[], |row| row.text(0))).unwrap(),
            ["b", "c", "d"]
        );
    });
}

#[test]
fn indexes_that_were_put_aside_come_back() {
    on_both_engines(|db| {
        db.write(|tx| issues::upsert(tx, ORG, ["a", "b"].map(issue).to_vec())).unwrap();
        let indexes = || {
            let sql = if db.kind() == EngineKind::Sqlite {
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL ORDER BY name"
            } else {
                "SELECT indexdef FROM pg_indexes WHERE tablename = $1 ORDER BY indexname"
            };
            db.read(|c| c.query_map(sql, &["issue".into()], |row| row.text(0))).unwrap()
        };
        let before = indexes();
        for all in [false, true] {
            db.write(|tx| {
                let aside = IndexesAside::put(tx, all)?;
                let head = issues::queue_head(tx, ORG, 9)?;
                assert_eq!(head.len(), 2, "answers stay the same");
                aside.back(tx)
            })
            .unwrap();
            assert_eq!(indexes(), before);
        }
        // What is aside at the end of a transaction that fails was never away.
        let failed: store::Result<()> = db.write(|tx| {
            let _aside = IndexesAside::put(tx, true)?;
            Err(store::StoreError::Other("stop".into()))
        });
        assert!(failed.is_err());
        assert_eq!(indexes(), before);
    });
}

#[test]
fn indexes_of_which_most_issues_move_are_put_aside() {
    on_both_engines(|db| {
        let before = ["a", "b"].map(issue);
        db.write(|tx| issues::upsert(tx, ORG, before.to_vec())).unwrap();
        let moved = IssueRow { team: Some("green".into()), ..before[0].clone() };
        let change = IssueChange::between(moved, before[0].clone());
        let there = |tx: &mut store::Conn| {
            let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name IN ('issue_queue_of_team', 'issue_facets', 'issue_queue')";
            if db.kind() == EngineKind::Sqlite { tx.query_one(sql, &[])?.int(0) } else { Ok(3) }
        };
        // (all issues, those that move among those that are looked at, how many of the three indexes are there then)
        let only_the_queue = if db.kind() == EngineKind::Sqlite { 1 } else { 3 };
        for (all, of_them, left) in [(40_000, 6_000, only_the_queue), (40_000, 2_000, 3), (20_000, 6_000, 3)] {
            let seen = db.write(|tx| {
                let mut rewriting = Rewriting::of(all);
                rewriting.before(tx, 6_000, std::iter::repeat_n(&change, of_them))?;
                issues::update(tx, ORG, vec![change.clone()])?;
                let during = there(tx)?;
                rewriting.finish(tx)?;
                Ok((during, there(tx)?))
            });
            assert_eq!(seen.unwrap(), (left, 3), "{of_them} of {all}");
        }
        let narrow = issues::Narrow { queued: true, team: Some(Some("green")), ..issues::Narrow::default() };
        assert_eq!(db.read(|c| issues::count_to(c, ORG, &narrow, 9)).unwrap(), 1);
    });
}
