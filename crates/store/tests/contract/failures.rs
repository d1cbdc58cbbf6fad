//! Lost connections and killed processes.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use store::testing::{Place, on_both_places};
use store::{Conn, Db, Result, StoreError, params};

use crate::{count, make_things};

const COLUMNS: &[&str] = &["org", "id", "name"];

fn row(id: i64) -> Vec<store::Value> {
    params!["o", id, "n".repeat(200)].to_vec()
}

/// The number by which the server knows the connection of a transaction.
fn backend(conn: &mut Conn) -> Result<i64> {
    conn.query_one("SELECT pg_backend_pid()", &[])?.int(0)
}

/// Ends a connection as an administrator would, and waits until it is gone.
fn terminate(db: &Db, backend: i64) {
    db.read(|c| c.query("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 10000)", params![backend])).unwrap();
}

fn postgres(test: impl FnOnce(&Db)) {
    if let Some(place) = Place::postgres() {
        let db = Db::open(place.url()).unwrap();
        db.write(make_things).unwrap();
        test(&db);
    }
}

#[test]
fn a_connection_lost_between_statements_is_an_error() {
    postgres(|db| {
        let error = db
            .write(|tx| {
                tx.execute("INSERT INTO thing (org, id) VALUES ('o', 1)", &[])?;
                let backend = backend(tx)?;
                terminate(db, backend);
                tx.execute("INSERT INTO thing (org, id) VALUES ('o', 2)", &[])
            })
            .unwrap_err();
        assert!(matches!(error, StoreError::ConnectionLost(_)), "{error:?}");
        assert!(error.is_passing() && !error.is_user_fault());
        assert_eq!(db.read(count).unwrap(), 0);
        assert_eq!(db.write(|tx| tx.insert_many("thing", COLUMNS, [row(1)])).unwrap(), 1);
    });
}

#[test]
fn a_connection_lost_in_the_middle_of_copy_is_an_error() {
    postgres(|db| {
        // At the start, in the middle, and after the last row was handed over.
        for lost_at in [70, 5_000, 9_999] {
            let error = db
                .write(|tx| {
                    let backend = backend(tx)?;
                    let rows = (0..10_000).map(|id| {
                        if id == lost_at {
                            terminate(db, backend);
                        }
                        row(id)
                    });
                    tx.insert_many("thing", COLUMNS, rows)
                })
                .unwrap_err();
            assert!(matches!(error, StoreError::ConnectionLost(_)), "{lost_at}: {error:?}");
            assert_eq!(db.read(count).unwrap(), 0);
        }
    });
}

#[test]
fn a_connection_lost_before_commit_is_an_error() {
    postgres(|db| {
        let error = db
            .write(|tx| {
                tx.insert_many("thing", COLUMNS, (0..1000).map(row))?;
                let backend = backend(tx)?;
                terminate(db, backend);
                Ok(())
            })
            .unwrap_err();
        assert!(matches!(error, StoreError::CommitUnknown(_)), "{error:?}");
        assert!(!error.is_passing());
        assert_eq!(db.read(count).unwrap(), 0);
    });
}

#[test]
fn a_connection_lost_in_the_middle_of_an_answer_is_an_error() {
    postgres(|db| {
        db.write(|tx| tx.insert_many("thing", COLUMNS, (0..100_000).map(row))).unwrap();
        let mut seen = 0;
        let outcome = db.read(|c| {
            let backend = backend(c)?;
            c.query_each("SELECT id, name FROM thing", &[], |_| {
                seen += 1;
                if seen == 10 {
                    terminate(db, backend);
                }
                Ok(std::ops::ControlFlow::Continue(()))
            })
        });
        assert!(matches!(outcome, Err(StoreError::ConnectionLost(_))), "{outcome:?} after {seen}");
        assert!(seen < 100_000);
    });
}

#[test]
fn an_idle_connection_that_was_cut_is_replaced() {
    postgres(|db| {
        let reader = db.read(backend).unwrap();
        let writer = db.write(backend).unwrap();
        // From a second pool: the first one's connections lie idle.
        let other = Db::open(&current_url(db)).unwrap();
        terminate(&other, reader);
        terminate(&other, writer);
        assert_eq!(db.read(count).unwrap(), 0);
        assert_eq!(db.write(|tx| tx.insert_many("thing", COLUMNS, [row(1)])).unwrap(), 1);
    });
}

/// The URL of the database that a test was given.
fn current_url(db: &Db) -> String {
    let (name, socket, user) = db
        .read(|c| {
            let row = c.query_one("SELECT current_database(), current_setting('unix_socket_directories'), current_user", &[])?;
            Ok((row.text(0)?, row.text(1)?, row.text(2)?))
        })
        .unwrap();
    format!("postgres://{user}@{}/{name}", socket.replace('/', "%2F"))
}

/// Not a test: what the next one kills. It writes, tells so, and waits inside the transaction.
#[test]
#[ignore = "is run by killed_in_the_middle_of_a_transaction"]
fn child_that_is_killed() {
    let Ok(url) = std::env::var("MUSTER_TEST_CHILD_URL") else { return };
    let db = Db::open(&url).unwrap();
    db.write(|tx| {
        tx.execute("UPDATE thing SET name = 'changed'", &[])?;
        tx.insert_many("thing", COLUMNS, (10..20_000).map(row))?;
        eprintln!("written");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        Ok(())
    })
    .unwrap();
}

#[test]
fn killed_in_the_middle_of_a_transaction() {
    on_both_places(|place| {
        let before = |c: &mut Conn| c.query("SELECT id, name FROM thing ORDER BY id", &[]);
        let db = Db::open(place.url()).unwrap();
        db.write(make_things).unwrap();
        db.write(|tx| tx.insert_many("thing", COLUMNS, (0..5).map(row))).unwrap();
        let wanted: Vec<_> = db.read(before).unwrap().into_iter().map(store::Row::into_values).collect();
        drop(db);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "failures::child_that_is_killed", "--ignored", "--nocapture"])
            .env("MUSTER_TEST_CHILD_URL", place.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(std::result::Result::ok).find(|line| line == "written");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(said.is_some(), "the child did not come as far as writing");
        let db = Db::open(place.url()).unwrap();
        let found: Vec<_> = db.read(before).unwrap().into_iter().map(store::Row::into_values).collect();
        assert_eq!(found, wanted);
        // And its lock died with it.
        assert_eq!(db.write(|tx| tx.insert_many("thing", COLUMNS, [row(100)])).unwrap(), 1);
        if place.url().starts_with("sqlite:") {
            assert_eq!(db.read(|c| c.query_one("PRAGMA integrity_check", &[])?.text(0)).unwrap(), "ok");
        }
    });
}
