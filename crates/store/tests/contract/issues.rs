//! Issues as they are stored.

use model::Timestamp;
use store::migrations::{MIGRATIONS, Migration};
use store::queries::issue_indexes::{IndexesAside, Rewriting};
use store::queries::issues::{self, IssueChange, IssueRow, Narrow, SEARCHED, TEXTS, Texts};
use store::queries::ranks::{self, RankChange, RankColumns, RankUpdate};
use store::testing::{on_both_engines, on_both_places};
use store::{Db, EngineKind, Packed, Value};

const ORG: i64 = 1;

fn searched(score: i64) -> Vec<Value> {
    let value = |column: &&str| match *column {
        "score" => Value::Int(score),
        "confidence" => Value::Real(1.0),
        "epss" => Value::Null,
        _ => Value::Int(0),
    };
    SEARCHED.iter().map(value).collect()
}

/// All texts the same.
fn texts(text: &str) -> Texts {
    Texts::of(TEXTS.iter().map(|_| text.into()).collect())
}

/// What is stored of these issues.
fn stored(db: &Db, ids: &[&str]) -> Vec<IssueRow> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    db.read(|c| issues::by_ids(c, ORG, &ids)).unwrap()
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
        texts: texts("before"),
        body: Packed::of(b"{}"),
        ..IssueRow::default()
    }
}

#[test]
fn an_update_writes_what_differs_and_leaves_the_rest() {
    on_both_engines(|db| {
        db.write(|tx| issues::upsert(tx, ORG, ["a", "b", "c"].map(issue).to_vec())).unwrap();
        let before = stored(db, &["a", "b", "c"]);
        let ranked = IssueRow { order_key: -5, searched: searched(50), rank: Packed::of(b"{\"score\":50}"), ..before[0].clone() };
        let moved = IssueRow {
            team: None,
            due: Some(Timestamp(900)),
            severity: 5,
            searched: searched(1),
            texts: texts("after"),
            ..before[1].clone()
        };
        let changes = [(&ranked, &before[0]), (&moved, &before[1])].map(|(new, old)| IssueChange::between(new.clone(), old.clone()));
        db.write(|tx| issues::update(tx, changes.to_vec())).unwrap();
        for (stored, expected) in stored(db, &["a", "b", "c"]).iter().zip([&ranked, &moved, &before[2]]) {
            assert!(stored.says_what(expected), "{stored:?} is not {expected:?}");
        }
        let scores = db.read(|c| c.query_map("SELECT score FROM issue WHERE org = 1 ORDER BY id", &[], |row| row.int(0))).unwrap();
        assert_eq!(scores, [50, 1, 1]);
        let found = |text: &str| {
            let condition = Some(("instr(search, $2) > 0".to_owned(), vec![text.into()]));
            db.read(|c| issues::count_to(c, ORG, &Narrow { condition, ..Narrow::default() }, 9)).unwrap()
        };
        assert_eq!((found("before"), found("after")), (2, 1));
    });
}

#[test]
fn an_issue_keeps_its_number_and_each_organisation_has_its_own() {
    on_both_engines(|db| {
        let put = |org, ids: &[&str]| db.write(|tx| issues::upsert(tx, org, ids.iter().map(|id| issue(id)).collect())).unwrap();
        put(ORG, &["b", "a"]);
        let before = stored(db, &["a", "b"]);
        put(2, &["a"]);
        put(ORG, &["c", "a", "c"]);
        let after = stored(db, &["a", "b", "c"]);
        assert_eq!((after[0].number, after[1].number), (before[0].number, before[1].number));
        let others = db.read(|c| issues::by_ids(c, 2, &["a".to_owned()])).unwrap();
        let mut numbers: Vec<i64> = after.iter().chain(&others).map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 4);
        db.write(|tx| issues::delete(tx, ORG, &["a".to_owned()])).unwrap();
        assert_eq!(db.read(|c| issues::ids(c, 2)).unwrap(), ["a"], "of another organisation nothing is removed");
        let ranks = |org| db.read(|c| ranks::behind(c, org, 0, false, 9)).unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!((ranks(ORG), ranks(2)), (vec!["b".to_owned(), "c".to_owned()], vec!["a".to_owned()]));
    });
}

#[test]
fn two_rows_say_the_same_only_where_nothing_but_the_search_differs() {
    let with = |texts: [&str; 2]| IssueRow { texts: Texts::of(texts.map(Value::from).to_vec()), ..issue("a") };
    assert!(!with(["a\n", "b"]).says_what(&with(["a", "\nb"])), "what moves from one text to the next");
    let one = issue("a");
    assert!(one.says_what(&IssueRow { searched: Vec::new(), number: 7, ..one.clone() }));
    let others = [
        IssueRow { order_key: 8, ..one.clone() },
        IssueRow { queued: false, ..one.clone() },
        IssueRow { state: "fixed".into(), ..one.clone() },
        IssueRow { due: Some(Timestamp(1)), ..one.clone() },
        IssueRow { team: None, ..one.clone() },
        IssueRow { next_change: Some(Timestamp(1)), ..one.clone() },
        IssueRow { severity: 4, ..one.clone() },
        IssueRow { suggestions: 1, ..one.clone() },
        IssueRow { exposure: "internet".into(), ..one.clone() },
        IssueRow { services: "cart".into(), ..one.clone() },
        IssueRow { texts: texts("after"), ..one.clone() },
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
        db.write(|tx| tx.execute("UPDATE issue SET cve = 1 WHERE id <> 'b'", &[])).unwrap();
        let number = |id: &str| stored(db, &[id])[0].number;
        let read = |after: i64, only_cves, most| db.read(|c| ranks::behind(c, ORG, after, only_cves, most)).unwrap();
        let ids = |rows: Vec<ranks::RankRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(read(0, false, 2)), ["a", "b"]);
        assert_eq!(ids(read(0, true, 2)), ["a", "c"]);
        assert_eq!(ids(read(number("c"), true, 2)), ["d"]);

        let rows = db.read(|c| ranks::by_ids(c, ORG, &["d", "a"].map(str::to_owned))).unwrap();
        assert_eq!(rows[1].input.as_deref(), Some(b"d".as_slice()));
        let change = |row: &ranks::RankRow, columns: RankColumns| RankChange {
            number: row.number,
            before: row.columns.clone(),
            after: columns,
            searched: ranks::SEARCHED.iter().map(|column| if *column == "epss" { Value::Real(0.5) } else { Value::Int(2) }).collect(),
            rank: Packed::of(b"{\"score\":2}"),
        };
        let due = RankColumns { due: Some(Timestamp(5)), tier: "3d".into(), tier_days: Some(3), ..rows[0].columns.clone() };
        let moved = RankColumns { order_key: -2, next_change: Some(Timestamp(6)), ..rows[1].columns.clone() };
        let update = || RankUpdate::of(vec![change(&rows[0], due.clone()), change(&rows[1], moved.clone())]);
        let counts = [("order_key", 1), ("tier", 1), ("tier_days", 1), ("due", 1), ("next_change", 1)];
        assert_eq!(update().moved().collect::<Vec<_>>(), counts);
        db.write(|tx| ranks::update(tx, update())).unwrap();

        let after = read(0, false, 9);
        assert_eq!((&after[0].columns, &after[3].columns), (&due, &moved));
        assert_eq!(after[0].rank.open().unwrap(), b"{\"score\":2}".as_slice());
        assert_eq!((&after[1].columns, &after[1].rank), (&rows[0].columns, &Packed::of(b"{}")), "others stay");
        assert_eq!(after[0].input, rows[0].input);
        let asked = "SELECT score, kev FROM issue WHERE epss = 0.5 ORDER BY id";
        assert_eq!(db.read(|c| c.query_map(asked, &[], |row| Ok((row.int(0)?, row.int(1)?)))).unwrap(), [(2, 2), (2, 2)]);

        db.write(|tx| issues::delete(tx, ORG, &["a".to_owned()])).unwrap();
        for table in ["issue", "issue_search", "issue_body", "issue_rank"] {
            assert_eq!(db.read(|c| c.query_one(&format!("SELECT COUNT(*) FROM {table}"), &[])?.int(0)).unwrap(), 3, "{table}");
        }
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
        for columns in [&["order_key"][..], &["tier", "due"]] {
            db.write(|tx| {
                let aside = IndexesAside::put(tx, columns)?;
                let head = issues::queue_head(tx, ORG, 9)?;
                assert_eq!(head.len(), 2, "answers stay the same");
                aside.back(tx)
            })
            .unwrap();
            assert_eq!(indexes(), before);
        }
        // What is aside at the end of a transaction that fails was never away.
        let failed: store::Result<()> = db.write(|tx| {
            let _aside = IndexesAside::put(tx, &["order_key"])?;
            Err(store::StoreError::Other("stop".into()))
        });
        assert!(failed.is_err());
        assert_eq!(indexes(), before);
    });
}

#[test]
fn indexes_of_which_most_issues_move_are_put_aside() {
    on_both_engines(|db| {
        db.write(|tx| issues::upsert(tx, ORG, ["a", "b"].map(issue).to_vec())).unwrap();
        let before = stored(db, &["a", "b"]);
        let moved = IssueRow { team: Some("green".into()), searched: searched(1), ..before[0].clone() };
        let change = IssueChange::between(moved, before[0].clone());
        let there = |tx: &mut store::Conn| {
            let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name IN ('issue_queue_of_team', 'issue_facets', 'issue_queue')";
            if db.kind() == EngineKind::Sqlite { tx.query_one(sql, &[])?.int(0) } else { Ok(3) }
        };
        // (all issues, those that move among those that are looked at, how many of the three indexes are there then)
        let only_the_queue = if db.kind() == EngineKind::Sqlite { 1 } else { 3 };
        for (all, of_them, left) in [(40_000, 6_000, only_the_queue), (40_000, 2_000, 3), (20_000, 6_000, 3)] {
            let seen = db.write(|tx| {
                let mut rewriting = Rewriting::of(all, all);
                rewriting.before(tx, 6_000, change.moved().map(|column| (column, of_them)))?;
                issues::update(tx, vec![change.clone()])?;
                let during = there(tx)?;
                rewriting.finish(tx)?;
                Ok((during, there(tx)?))
            });
            assert_eq!(seen.unwrap(), (left, 3), "{of_them} of {all}");
        }
        let narrow = Narrow { queued: true, team: Some(Some("green")), ..Narrow::default() };
        assert_eq!(db.read(|c| issues::count_to(c, ORG, &narrow, 9)).unwrap(), 1);
    });
}

#[test]
fn issues_of_an_older_version_get_numbers_and_keep_what_is_said_of_them() {
    on_both_places(|place| {
        let before: Vec<Migration> = MIGRATIONS.iter().filter(|step| step.number < 15).copied().collect();
        let db = Db::open_with(place.url(), &before).unwrap();
        let row = "INSERT INTO issue (org, id, order_key, queued, state, tracked, tier, kind, first_seen, last_seen, suggestions, severity, \
                   severity_by, criticality, exposure, score, confidence, exploit, exposed, kev, loaded, production, reachable, vex, compliance, \
                   cwes, data, identifiers, kinds, packages, paths, refs, services, tools, search) VALUES ($1, $2, 5, 1, 'open', 1, '3d', 'sca', \
                   100, 200, 0, 3, 'trivy', 0, 'internet', 12, 0.5, 0, 0, 0, 0, 0, 0, 0, '', '', '', $3, '', '', '', '', 'cart', '', $4)";
        db.write(|tx| {
            for (org, id, identifiers) in [(1, "b", "\u{1f}cve-2026-1\u{1f}"), (2, "a", ""), (1, "a", "")] {
                tx.execute(row, &[org.into(), id.into(), identifiers.into(), format!("title of {id}").into()])?;
                let said = |text: String| Value::from(Packed::of(text.as_bytes()));
                let words = [org.into(), id.into(), said(format!("{{\"body\":\"{org}{id}\"}}"))];
                tx.execute("INSERT INTO issue_body (org, issue, body) VALUES ($1, $2, $3)", &words)?;
                if id == "b" {
                    let rank = [org.into(), id.into(), said("{}".to_owned()), Value::Bytes(vec![7])];
                    tx.execute("INSERT INTO issue_rank (org, issue, rank, input) VALUES ($1, $2, $3, $4)", &rank)?;
                }
            }
            Ok(())
        })
        .unwrap();
        drop(db);
        let db = Db::open(place.url()).unwrap();
        let rows = stored(&db, &["a", "b"]);
        let told: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.services.as_str(), row.input.clone())).collect();
        assert_eq!(told, [("a", "cart", None), ("b", "cart", Some(vec![7]))]);
        assert_eq!(rows[1].body.open().unwrap(), b"{\"body\":\"1b\"}".as_slice());
        let named = |only| db.read(|c| ranks::behind(c, ORG, 0, only, 9)).unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!((named(false), named(true)), (vec!["a".to_owned(), "b".to_owned()], vec!["b".to_owned()]));
        let condition = Some(("instr(search, $2) > 0".to_owned(), vec!["title of b".into()]));
        let narrow = Narrow { condition, queued: true, ..Narrow::default() };
        assert_eq!(db.read(|c| issues::count_to(c, ORG, &narrow, 9)).unwrap(), 1);

        db.write(|tx| issues::upsert(tx, ORG, vec![issue("c"), issue("a")])).unwrap();
        let after = stored(&db, &["a", "b", "c"]);
        assert_eq!((after[0].number, after[1].number), (rows[0].number, rows[1].number));
        assert!(after[2].number > after[1].number, "a number that nobody has");
    });
}
