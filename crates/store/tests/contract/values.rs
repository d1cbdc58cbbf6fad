//! Values go in and come out the same, and sort the same.

use std::ops::ControlFlow;

use model::Timestamp;
use store::testing::on_both_engines;
use store::{Db, StoreError, Value, params};

use crate::make_things;

fn with_things(db: &Db) {
    db.write(make_things).unwrap();
}

#[test]
fn every_kind_round_trips() {
    on_both_engines(|db| {
        with_things(db);
        let large: Vec<u8> = (0..5_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let rows: Vec<Vec<Value>> = vec![
            vec!["o".into(), i64::MIN.into(), f64::MIN_POSITIVE.into(), "".into(), Value::Bytes(vec![])],
            vec!["o".into(), i64::MAX.into(), f64::MAX.into(), "日本語 \u{1f980} e\u{301} '\";--\\".into(), Value::Bytes(vec![0, 255, 0])],
            vec!["o".into(), 0.into(), (-0.1).into(), "tab\tline\r\n\u{feff}".into(), large.into()],
            vec!["o".into(), 1.into(), Value::Null, Value::Null, Value::Null],
            vec!["o".into(), 2.into(), f64::INFINITY.into(), "x".repeat(2_000_000).into(), Value::Null],
        ];
        db.write(|tx| {
            for row in &rows {
                assert_eq!(tx.execute("INSERT INTO thing (org, id, weight, name, body) VALUES ($1, $2, $3, $4, $5)", row)?, 1);
            }
            Ok(())
        })
        .unwrap();
        let mut found = db.read(|c| c.query("SELECT org, id, weight, name, body FROM thing ORDER BY id", &[])).unwrap();
        let mut wanted = rows.clone();
        wanted.sort_by_key(|row| match row[1] {
            Value::Int(id) => id,
            _ => unreachable!(),
        });
        assert_eq!(found.drain(..).map(store::Row::into_values).collect::<Vec<_>>(), wanted);
        // The same through bulk work, which writes another format.
        db.write(|tx| {
            tx.execute("DELETE FROM thing", &[])?;
            tx.insert_many("thing", &["org", "id", "weight", "name", "body"], wanted.clone())?;
            let filler = (10..200).map(|id| vec!["p".into(), Value::Int(id), Value::Null, Value::Null, Value::Null]);
            tx.insert_many(
                "thing",
                &["org", "id", "weight", "name", "body"],
                wanted
                    .iter()
                    .cloned()
                    .map(|mut row| {
                        row[0] = "p".into();
                        row
                    })
                    .chain(filler),
            )?;
            Ok(())
        })
        .unwrap();
        for org in ["o", "p"] {
            let found = db.read(|c| {
                c.query("SELECT $1, id, weight, name, body FROM thing WHERE org = $1 AND (id < 10 OR id > 200) ORDER BY id", params![org])
            });
            let found: Vec<_> = found.unwrap().into_iter().map(|row| row.into_values()[1..].to_vec()).collect();
            assert_eq!(found, wanted.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>());
        }
    });
}

#[test]
fn what_one_engine_lacks_neither_has() {
    on_both_engines(|db| {
        with_things(db);
        let row = || vec!["o".into(), 1.into(), Value::Real(f64::NAN), "a\0b\0".into(), Value::Null];
        for many in [1, 200] {
            db.write(|tx| {
                tx.execute("DELETE FROM thing", &[])?;
                tx.insert_many(
                    "thing",
                    &["org", "id", "weight", "name", "body"],
                    (0..many).map(|id| {
                        let mut row = row();
                        row[1] = Value::Int(id);
                        row
                    }),
                )
            })
            .unwrap();
            let found = db.read(|c| c.query_one("SELECT weight, name FROM thing WHERE id = 0", &[])).unwrap();
            assert_eq!(found.opt_real(0).unwrap(), None);
            assert_eq!(found.text(1).unwrap(), "a\u{fffd}b\u{fffd}");
            // What was stored is found again by what was asked to be stored, alone or in a list.
            for (sql, wanted) in [("name = $1", Value::from("a\0b\0")), ("name = ANY($1)", Value::list(["a\0b\0"]))] {
                let hits = db.read(|c| c.query_one(&format!("SELECT COUNT(*) FROM thing WHERE {sql}"), &[wanted])?.int(0)).unwrap();
                assert_eq!(hits, many);
            }
        }
    });
}

#[test]
fn parameters_repeat_and_stand_in_any_order() {
    on_both_engines(|db| {
        with_things(db);
        db.write(|tx| tx.execute("INSERT INTO thing (name, id, org) VALUES ($3, $1, $2)", params![7, "o", "n"])).unwrap();
        let row = db
            .read(|c| {
                c.query_one(
                    "SELECT id, name FROM thing WHERE name = $2 AND id = $1 AND (id = $1 OR name = $2) AND org = $3",
                    params![7, "n", "o"],
                )
            })
            .unwrap();
        assert_eq!((row.int(0).unwrap(), row.text(1).unwrap()), (7, "n".to_owned()));
        // Ten and one are two parameters.
        let sql = "SELECT CAST($10 AS BIGINT) - CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) + CAST($4 AS BIGINT) + CAST($5 AS BIGINT) + CAST($6 AS BIGINT) + CAST($7 AS BIGINT) + CAST($8 AS BIGINT) + CAST($9 AS BIGINT)";
        let row = db.read(|c| c.query_one(sql, params![1, 0, 0, 0, 0, 0, 0, 0, 0, 100])).unwrap();
        assert_eq!(row.int(0).unwrap(), 99);
        for wrong in [params![1], params![1, "n", "o", 4]] {
            let error = db.read(|c| c.query("SELECT 1 FROM thing WHERE id = $1 AND name = $2 AND org = $3", wrong)).unwrap_err();
            assert!(matches!(error, StoreError::Statement(_)), "{error}");
        }
    });
}

#[test]
fn text_sorts_and_compares_by_bytes() {
    on_both_engines(|db| {
        with_things(db);
        let mut names = ["a", "B", "_", "Z", "z", "é", "e", "-a", "a-b", "ab", "10", "9", "日", "\u{1f980}", "\u{ff00}", "", " x", "A"];
        db.write(|tx| {
            tx.insert_many("thing", &["org", "id", "name"], names.iter().zip(0_i64..).map(|(name, id)| params!["o", id, *name].to_vec()))
        })
        .unwrap();
        let found = db.read(|c| c.query_map("SELECT name FROM thing ORDER BY name", &[], |row| row.text(0))).unwrap();
        names.sort_unstable();
        assert_eq!(found, names);
        let after =
            db.read(|c| c.query_map("SELECT name FROM thing WHERE name > $1 ORDER BY name", params!["Z"], |row| row.text(0))).unwrap();
        assert_eq!(after, names.iter().filter(|name| **name > "Z").copied().collect::<Vec<_>>());
        let like = db.read(|c| c.query_map("SELECT name FROM thing WHERE name LIKE 'a%' ORDER BY name", &[], |row| row.text(0))).unwrap();
        assert_eq!(like, ["a", "a-b", "ab"]);
        let least = db.read(|c| c.query_one("SELECT MIN(name), MAX(name) FROM thing", &[])).unwrap();
        assert_eq!((least.text(0).unwrap().as_str(), least.text(1).unwrap().as_str()), ("", "\u{1f980}"));
    });
}

#[test]
fn sums_counts_and_truth_come_as_integers() {
    on_both_engines(|db| {
        with_things(db);
        let rows = [(1, 0.5), (2, 0.25), (40_000, 1.0)].map(|(id, weight)| params!["o", id, weight].to_vec());
        db.write(|tx| tx.insert_many("thing", &["org", "id", "weight"], rows)).unwrap();
        let sql = "SELECT SUM(id), AVG(id), SUM(weight), COUNT(*) FILTER (WHERE id > 1), MAX(id) > 2, SUM(id) - 40003, -SUM(id) * 100000000, 7 / 2, EXISTS (SELECT 1 FROM thing), NULL FROM thing";
        let row = db.read(|c| c.query_one(sql, &[])).unwrap();
        assert_eq!(row.int(0).unwrap(), 40_003);
        assert!((row.real(1).unwrap() - 40_003.0 / 3.0).abs() < 1e-9);
        assert!((row.real(2).unwrap() - 1.75).abs() < 1e-12);
        assert_eq!(row.int(3).unwrap(), 2);
        assert!(row.bool(4).unwrap());
        assert_eq!((row.int(5).unwrap(), row.int(6).unwrap(), row.int(7).unwrap(), row.int(8).unwrap()), (0, -4_000_300_000_000, 3, 1));
        assert_eq!(row.opt_int(9).unwrap(), None);
        let large = db.write(|tx| {
            tx.execute("UPDATE thing SET id = $1 WHERE id = 1", params![i64::MAX - 100_000])?;
            tx.query_one("SELECT SUM(id) FROM thing", &[])
        });
        assert_eq!(large.unwrap().int(0).unwrap(), i64::MAX - 100_000 + 40_002);
    });
}

#[test]
fn decimals_of_postgresql_are_read() {
    let Some(place) = store::testing::Place::postgres() else { return };
    let db = Db::open(place.url()).unwrap();
    let numbers =
        ["0", "0.0", "-12345.0678", "0.00000001", "100000000", "1e-30", "-99999999999999999999", "123456789012.5", "10000.0001", "1e40"];
    for number in numbers {
        let row = db.read(|c| c.query_one("SELECT CAST(CAST($1 AS TEXT) AS NUMERIC)", params![number])).unwrap();
        let wanted: f64 = number.parse().unwrap();
        assert_eq!(row.real(0).unwrap().to_bits(), wanted.to_bits(), "{number}");
    }
    let whole = db.read(|c| c.query_one("SELECT CAST(-100000000 AS NUMERIC), CAST('NaN' AS NUMERIC)", &[])).unwrap();
    assert_eq!((whole.int(0).unwrap(), whole.opt_real(1).unwrap()), (-100_000_000, None));
}

#[test]
fn lists_of_any_length() {
    on_both_engines(|db| {
        with_things(db);
        let row = |id: i64| vec!["o".into(), Value::Int(id), Value::Null, format!("n{id}").into(), Value::Bytes(id.to_be_bytes().to_vec())];
        db.write(|tx| tx.insert_many("thing", &["org", "id", "weight", "name", "body"], (0..1000).map(row))).unwrap();
        db.read(|c| {
            for length in [0, 1, 999, 100_000] {
                let ids: Vec<Value> = (0..length).map(Value::Int).collect();
                let found = c.query_in("SELECT id FROM thing WHERE org = $1 AND id = ANY($2) ORDER BY id DESC", params!["o"], ids)?;
                assert_eq!(found.len(), usize::try_from(length.min(1000)).unwrap());
                assert!(found.first().is_none_or(|row| row.int(0).unwrap() == length.min(1000) - 1));
            }
            let names = c.query_one(
                "SELECT COUNT(*) FROM thing WHERE name = ANY($1) AND id <> ALL($2)",
                &[Value::list(["n1", "n2", "x"]), Value::list([2])],
            )?;
            assert_eq!(names.int(0)?, 1);
            let none = c.query_one("SELECT COUNT(*) FROM thing WHERE name = ANY($1)", &[Value::List(vec![])])?;
            assert_eq!(none.int(0)?, 0);
            let bytes = c.query_one("SELECT COUNT(*) FROM thing WHERE body = ANY($1)", &[Value::list([5_i64.to_be_bytes().to_vec()])])?;
            assert_eq!(bytes.int(0)?, 1);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn rows_stream_and_may_be_left_early() {
    on_both_engines(|db| {
        with_things(db);
        db.write(|tx| {
            tx.insert_many("thing", &["org", "id", "name"], (0..50_000_i64).map(|id| params!["o", id, "n".repeat(100)].to_vec()))
        })
        .unwrap();
        db.read(|c| {
            let (mut seen, mut total) = (0, 0);
            c.query_each("SELECT id FROM thing", &[], |row| {
                seen += 1;
                total += row.int(0)?;
                Ok(ControlFlow::Continue(()))
            })?;
            assert_eq!((seen, total), (50_000, 50_000 * 49_999 / 2));
            c.query_each("SELECT id FROM thing ORDER BY id", &[], |row| {
                Ok(if row.int(0)? < 9 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            })?;
            assert_eq!(c.query_opt("SELECT id FROM thing ORDER BY id", &[])?.unwrap().int(0)?, 0);
            assert!(c.query_opt("SELECT id FROM thing WHERE id < 0", &[])?.is_none());
            assert_eq!(crate::count(c)?, 50_000);
            Ok(())
        })
        .unwrap();
        let error = db.read(|c| c.query_one("SELECT id FROM thing WHERE id < 0", &[])).unwrap_err();
        assert!(error.to_string().contains("no row"), "{error}");
        let error = db.read(|c| c.query_map("SELECT id, name FROM thing", &[], |row| row.int(1))).unwrap_err();
        assert_eq!(error.to_string(), "column 1 `name` holds a text, not an integer");
    });
}

#[test]
fn instants_keep_their_millisecond() {
    on_both_engines(|db| {
        with_things(db);
        let at = Timestamp(1_763_625_600_123);
        db.write(|tx| tx.insert_many("thing", &["org", "id"], [params!["o", at].to_vec()])).unwrap();
        assert_eq!(db.read(|c| c.query_one("SELECT id FROM thing WHERE id <= $1", params![at])?.time(0)).unwrap(), at);
    });
}
