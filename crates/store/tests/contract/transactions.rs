//! All or nothing, one writer at a time, readers undisturbed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;

use store::testing::on_both_engines;
use store::{Conn, Db, Result, StoreError, params};

use crate::{count, make_things};

fn add(tx: &mut Conn, id: i64) -> Result<u64> {
    tx.execute("INSERT INTO thing (org, id) VALUES ('o', $1)", params![id])
}

fn ids(db: &Db) -> Vec<i64> {
    db.read(|c| c.query_map("SELECT id FROM thing ORDER BY id", &[], |row| row.int(0))).unwrap()
}

#[test]
fn an_error_leaves_nothing() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let outcome: Result<()> = db.write(|tx| {
            add(tx, 1)?;
            Err(StoreError::Other("changed my mind".into()))
        });
        assert_eq!(outcome.unwrap_err().to_string(), "the database failed: changed my mind");
        assert!(ids(db).is_empty());
        db.write(|tx| add(tx, 2)).unwrap();
        assert_eq!(ids(db), [2]);
    });
}

#[test]
fn an_error_of_another_type_passes_through() {
    #[derive(Debug)]
    enum Mine {
        No,
        Store,
    }
    impl From<StoreError> for Mine {
        fn from(_: StoreError) -> Self {
            Self::Store
        }
    }
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let outcome: Result<(), Mine> = db.write_in("org", |tx| {
            add(tx, 1)?;
            Err(Mine::No)
        });
        assert!(matches!(outcome, Err(Mine::No)));
        let outcome: Result<u64, Mine> = db.try_write(|tx| Ok(tx.execute("nonsense", &[])?));
        assert!(matches!(outcome, Err(Mine::Store)));
        assert!(ids(db).is_empty());
    });
}

#[test]
fn a_panic_leaves_nothing_and_blocks_nobody() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        for _ in 0..20 {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                db.write(|tx| -> Result<()> {
                    add(tx, 1)?;
                    tx.query_each("SELECT id FROM thing", &[], |_| panic!("in the middle of an answer"))
                })
            }));
            assert!(outcome.is_err());
            let outcome = catch_unwind(AssertUnwindSafe(|| db.read(|_| -> Result<()> { panic!("while reading") })));
            assert!(outcome.is_err());
        }
        assert!(ids(db).is_empty());
        db.write(|tx| add(tx, 1)).unwrap();
        assert_eq!(ids(db), [1]);
    });
}

#[test]
fn after_a_failed_statement_nothing_is_kept_even_if_the_failure_is_ignored() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let outcome = db.write(|tx| {
            add(tx, 1)?;
            assert!(matches!(add(tx, 1), Err(StoreError::Constraint(_))));
            assert!(add(tx, 2).is_err());
            Ok(())
        });
        assert!(outcome.is_err());
        assert!(ids(db).is_empty());
    });
}

#[test]
fn reading_does_not_write() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        let error = db.read(|c| add(c, 1)).unwrap_err();
        assert!(matches!(error, StoreError::Statement(_)), "{error:?}");
        assert!(ids(db).is_empty());
    });
    let memory = Db::open("sqlite::memory:").unwrap();
    memory.write(make_things).unwrap();
    assert!(memory.read(|c| add(c, 1)).is_err());
    memory.write(|tx| add(tx, 1)).unwrap();
    assert_eq!(ids(&memory), [1]);
}

#[test]
fn a_reader_keeps_its_snapshot_while_others_write() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        db.write(|tx| add(tx, 1)).unwrap();
        thread::scope(|scope| {
            let (to_writer, from_reader) = channel();
            let (to_reader, from_writer) = channel();
            scope.spawn(move || {
                from_reader.recv().unwrap();
                // Uncommitted: nobody sees it; nor is the reader kept waiting.
                db.write(|tx| {
                    tx.insert_many("thing", &["org", "id"], (2..5000_i64).map(|id| params!["o", id].to_vec()))?;
                    to_reader.send(()).unwrap();
                    from_reader.recv().unwrap();
                    Ok(())
                })
                .unwrap();
                to_reader.send(()).unwrap();
            });
            db.read(|c| {
                assert_eq!(count(c)?, 1);
                to_writer.send(()).unwrap();
                from_writer.recv().unwrap();
                assert_eq!(count(c)?, 1);
                assert_eq!(ids(db), [1], "another reader");
                to_writer.send(()).unwrap();
                from_writer.recv().unwrap();
                assert_eq!(count(c)?, 1, "after the commit, in the same snapshot");
                Ok(())
            })
            .unwrap();
        });
        assert_eq!(db.read(count).unwrap(), 4999);
    });
}

#[test]
fn writers_take_turns() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        db.write(|tx| tx.execute("INSERT INTO thing (org, id, weight) VALUES ('a', 0, 0), ('b', 0, 0)", &[])).unwrap();
        let step = |tx: &mut Conn, org: &str| -> Result<()> {
            let before = tx.query_one("SELECT weight FROM thing WHERE org = $1", params![org])?.real(0)?;
            thread::yield_now();
            tx.execute("UPDATE thing SET weight = $2 WHERE org = $1", params![org, before + 1.0])?;
            Ok(())
        };
        let together = Barrier::new(6);
        thread::scope(|scope| {
            for worker in 0..6 {
                let together = &together;
                scope.spawn(move || {
                    together.wait();
                    for _ in 0..25 {
                        match worker {
                            0 | 1 => db.write(|tx| step(tx, "a").and_then(|()| step(tx, "b"))).unwrap(),
                            2 | 3 => db.write_in::<_, StoreError>("a", |tx| step(tx, "a")).unwrap(),
                            _ => db.write_in::<_, StoreError>("b", |tx| step(tx, "b")).unwrap(),
                        }
                    }
                });
            }
        });
        let weights = db.read(|c| c.query_map("SELECT weight FROM thing ORDER BY org", &[], |row| row.real(0))).unwrap();
        assert_eq!(weights, [100.0, 100.0]);
    });
}

#[test]
fn many_readers_share_few_connections() {
    on_both_engines(|db| {
        db.write(make_things).unwrap();
        db.write(|tx| add(tx, 1)).unwrap();
        thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| (0..10).for_each(|_| assert_eq!(ids(db), [1])));
            }
        });
    });
}
