//! Bulk work with no row, one, some and many.

use std::collections::BTreeMap;

use store::testing::on_both_engines;
use store::{Conn, Result, StoreError, Value, params};

use crate::{count, make_things};

const COLUMNS: &[&str] = &["org", "id", "weight", "name"];
/// Below and above what each engine does in one statement.
const SIZES: [i64; 9] = [0, 1, 15, 16, 17, 63, 64, 65, 10_000];

fn row(id: i64, name: &str) -> Vec<Value> {
    params!["o", id, 1.5, name].to_vec()
}

fn names(conn: &mut Conn) -> Result<BTreeMap<i64, String>> {
    Ok(conn.query_map("SELECT id, name FROM thing", &[], |row| Ok((row.int(0)?, row.text(1)?)))?.into_iter().collect())
}

#[test]
fn insert() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        for size in SIZES {
            let found = db.write(|tx| {
                tx.execute("DELETE FROM thing", &[])?;
                assert_eq!(tx.insert_many("thing", COLUMNS, (0..size).map(|id| row(id, &id.to_string())))?, u64::try_from(size).unwrap());
                names(tx)
            });
            assert_eq!(found.unwrap(), (0..size).map(|id| (id, id.to_string())).collect());
        }
    });
}

#[test]
fn insert_refuses_a_key_that_is_there() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        db.write(|tx| tx.insert_many("thing", COLUMNS, [row(5000, "first")])).unwrap();
        for size in [5001, 10_000] {
            let error = db.write(|tx| tx.insert_many("thing", COLUMNS, (0..size).map(|id| row(id, "second")))).unwrap_err();
            assert!(matches!(error, StoreError::Constraint(_)), "{error}");
            assert_eq!(db.read(names).unwrap(), BTreeMap::from([(5000, "first".to_owned())]));
        }
    });
}

#[test]
fn upsert() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        for size in SIZES {
            let found = db.write(|tx| {
                tx.execute("DELETE FROM thing", &[])?;
                tx.insert_many("thing", COLUMNS, (0..size / 2).map(|id| row(id, "old")))?;
                assert_eq!(
                    tx.upsert_many("thing", COLUMNS, &["org", "id"], (0..size).map(|id| row(id, "new")))?,
                    u64::try_from(size).unwrap()
                );
                // Only the columns that are given change.
                tx.upsert_many("thing", &["org", "id", "weight"], &["org", "id"], (0..size).map(|id| params!["o", id, 2.5].to_vec()))?;
                assert_eq!(tx.query_one("SELECT COUNT(*) FROM thing WHERE weight = 2.5", &[])?.int(0)?, size);
                // A row that is all key is added or left alone.
                tx.upsert_many("thing", &["org", "id"], &["org", "id"], (0..=size).map(|id| params!["o", id].to_vec()))?;
                assert_eq!(count(tx)?, size + 1);
                tx.execute("DELETE FROM thing WHERE id = $1", params![size])?;
                names(tx)
            });
            assert_eq!(found.unwrap(), (0..size).map(|id| (id, "new".to_owned())).collect());
        }
    });
}

#[test]
fn the_last_of_two_rows_with_one_key_wins() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let found = db.write(|tx| {
            tx.upsert_many("thing", COLUMNS, &["org", "id"], (0..10_000).map(|n| row(n % 3, &n.to_string())))?;
            let upserted = names(tx)?;
            tx.update_many("thing", &["org", "id"], &["name"], (0..10_000_i64).map(|n| params!["o", n % 3, format!("u{n}")].to_vec()))?;
            Ok((upserted, names(tx)?))
        });
        let last = [(0, 9999), (1, 9997), (2, 9998)];
        let (upserted, updated) = found.unwrap();
        assert_eq!(upserted, last.map(|(id, n)| (id, n.to_string())).into());
        assert_eq!(updated, last.map(|(id, n)| (id, format!("u{n}"))).into());
    });
}

#[test]
fn update() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        for size in SIZES {
            let found = db.write(|tx| {
                tx.execute("DELETE FROM thing", &[])?;
                tx.insert_many("thing", COLUMNS, (0..size).map(|id| row(id, "old")).chain([params!["other", 0, 1.0, "kept"].to_vec()]))?;
                // Every second row, and some that are not there.
                let changes =
                    (0..size).filter(|id| id % 2 == 0).chain(size..size + 3).map(|id| params!["o", id, "new", Value::Null].to_vec());
                assert_eq!(tx.update_many("thing", &["org", "id"], &["name", "weight"], changes)?, u64::try_from((size + 1) / 2).unwrap());
                assert_eq!(tx.query_one("SELECT name FROM thing WHERE org = 'other'", &[])?.text(0)?, "kept");
                assert_eq!(tx.query_one("SELECT COUNT(*) FROM thing WHERE weight IS NULL", &[])?.int(0)?, (size + 1) / 2);
                tx.execute("DELETE FROM thing WHERE org = 'other'", &[])?;
                names(tx)
            });
            assert_eq!(found.unwrap(), (0..size).map(|id| (id, if id % 2 == 0 { "new" } else { "old" }.to_owned())).collect());
        }
    });
}

#[test]
fn delete() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        for size in SIZES {
            let left = db.write(|tx| {
                tx.execute("DELETE FROM thing", &[])?;
                tx.insert_many("thing", COLUMNS, (0..size).map(|id| row(id, "n")).chain([params!["other", 0, 1.0, "kept"].to_vec()]))?;
                let keys = (0..size).filter(|id| id % 3 == 0).chain(size..size + 3).map(|id| params!["o", id].to_vec());
                assert_eq!(tx.delete_many("thing", &["org", "id"], keys)?, u64::try_from((size + 2) / 3).unwrap());
                // Keys of more than one organisation.
                let both = [params!["other", 0].to_vec(), params!["nobody", 0].to_vec()];
                assert_eq!(tx.delete_many("thing", &["org", "id"], both)?, 1);
                count(tx)
            });
            assert_eq!(left.unwrap(), size - (size + 2) / 3);
        }
    });
}

#[test]
fn texts_as_keys_match_by_bytes() {
    on_both_engines(|db| {
        db.write(|tx| tx.script("CREATE TABLE word (word {text} NOT NULL PRIMARY KEY, n BIGINT NOT NULL) {strict};")).unwrap();
        let words = ["a", "A", "é", "e\u{301}", "ss", "ß"];
        db.write(|tx| {
            tx.insert_many("word", &["word", "n"], words.map(|word| params![word, 0].to_vec()))?;
            assert_eq!(tx.update_many("word", &["word"], &["n"], [params!["A", 1].to_vec(), params!["é", 2].to_vec()])?, 2);
            assert_eq!(tx.delete_many("word", &["word"], [params!["ß"].to_vec()])?, 1);
            tx.upsert_many("word", &["word", "n"], &["word"], [params!["ss", 3].to_vec(), params!["S", 4].to_vec()])?;
            let found = tx.query_map("SELECT word, n FROM word ORDER BY word", &[], |row| Ok((row.text(0)?, row.int(1)?)))?;
            let wanted = [("A", 1), ("S", 4), ("a", 0), ("e\u{301}", 0), ("ss", 3), ("é", 2)];
            assert_eq!(found, wanted.map(|(word, n)| (word.to_owned(), n)));
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn rows_and_names_that_do_not_fit() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let narrow = || (0..200).map(|id| if id == 150 { params!["o", id].to_vec() } else { row(id, "n") });
        let cases: [Result<u64>; 6] = [
            db.write(|tx| tx.insert_many("thing", COLUMNS, narrow())),
            db.write(|tx| tx.upsert_many("thing", COLUMNS, &["org", "id"], narrow())),
            db.write(|tx| tx.insert_many("thing; DROP TABLE thing", COLUMNS, [row(1, "n")])),
            db.write(|tx| tx.insert_many("thing", &["nowhere"], [params![1].to_vec()])),
            db.write(|tx| tx.delete_many("thing", &[], [vec![]])),
            db.write(|tx| tx.upsert_many("thing", &["id"], &["org"], [params![1].to_vec()])),
        ];
        for (case, outcome) in cases.into_iter().enumerate() {
            let error = outcome.unwrap_err();
            assert!(matches!(error, StoreError::Statement(_)), "{case}: {error}");
            assert!(!error.is_user_fault());
        }
        assert_eq!(db.read(count).unwrap(), 0);
    });
}
