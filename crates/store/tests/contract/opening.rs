//! URLs, migrations, and what is refused.

use std::sync::Barrier;
use std::thread;

use store::migrations::{MIGRATIONS, Migration};
use store::testing::{Place, on_both_places};
use store::{Db, EngineKind, StoreError, Value, params};

const STEPS: [Migration; 3] = [
    Migration { number: 1, name: "one", sql: "CREATE TABLE one (id BIGINT NOT NULL PRIMARY KEY, body {bytes}) {strict};" },
    Migration {
        number: 2,
        name: "two",
        sql: "-- a comment;\nCREATE {unlogged} TABLE two (org {text} NOT NULL, id BIGINT NOT NULL,\n  PRIMARY KEY (org, id)) {strict_without_rowid};\nINSERT INTO one (id) VALUES (2);\n{sqlite} INSERT INTO one (id) VALUES (20);\n{postgres} INSERT INTO one (id) VALUES (20);",
    },
    Migration { number: 3, name: "three", sql: "INSERT INTO one (id) VALUES (3);" },
];

#[test]
fn urls() {
    for url in
        ["", "muster.db", "mysql://x", "sqlite:", "postgres://host:port", "postgres://u:secret@h/n?sslmode=require", "mysql://u:secret@h"]
    {
        let error = Db::open(url).unwrap_err();
        assert!(matches!(error, StoreError::WrongUrl { .. }), "{url}: {error}");
        assert!(error.is_user_fault());
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let not_a_database = folder.path().join("text");
    std::fs::write(&not_a_database, "this is no database, only a text that is long enough to have a header".repeat(20)).unwrap();
    for url in [
        "sqlite:/nowhere/at/all/muster.db".to_owned(),
        format!("sqlite:{}", not_a_database.display()),
        "postgres://u:secret@%2Fnowhere/n".to_owned(),
    ] {
        let error = Db::open(&url).unwrap_err();
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{url}: {error:?}");
        assert!(error.is_user_fault() && !error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_sqlite_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file with spaces?.db");
    let db = Db::open(&format!("sqlite:{}", path.display())).unwrap();
    assert_eq!(db.kind(), EngineKind::Sqlite);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
    }
    assert!(path.exists());
}

#[test]
fn migrations_are_applied_once() {
    on_both_places(|place| {
        let db = Db::open_with(place.url(), &STEPS[..2]).unwrap();
        assert_eq!(db.schema_version().unwrap(), 2);
        let db = Db::open_with(place.url(), &STEPS).unwrap();
        assert_eq!(db.schema_version().unwrap(), 3);
        let again = Db::open_with(place.url(), &STEPS).unwrap();
        let ids = again.read(|c| c.query_map("SELECT id FROM one ORDER BY id", &[], |row| row.int(0))).unwrap();
        assert_eq!(ids, [2, 3, 20]);
    });
}

#[test]
fn muster_s_own_migrations_apply() {
    on_both_places(|place| {
        let db = Db::open(place.url()).unwrap();
        assert_eq!(db.schema_version().unwrap(), MIGRATIONS.last().unwrap().number);
    });
}

#[test]
fn a_failed_migration_leaves_the_step_before() {
    on_both_places(|place| {
        let broken = Migration { number: 2, name: "broken", sql: "INSERT INTO one (id) VALUES (1);\nINSERT INTO nowhere VALUES (1);" };
        let error = Db::open_with(place.url(), &[STEPS[0], broken]).unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{error}");
        let db = Db::open_with(place.url(), &STEPS[..1]).unwrap();
        assert_eq!(db.schema_version().unwrap(), 1);
        assert_eq!(db.read(|c| c.query_one("SELECT COUNT(*) FROM one", &[])?.int(0)).unwrap(), 0);
    });
}

#[test]
fn a_newer_schema_is_refused() {
    on_both_places(|place| {
        drop(Db::open_with(place.url(), &STEPS).unwrap());
        let error = Db::open_with(place.url(), &STEPS[..1]).unwrap_err();
        assert_eq!(error.to_string(), "database was written by a newer Muster (schema 3, this one knows 1)");
        assert!(error.is_user_fault());
    });
}

#[test]
fn many_open_an_empty_database_at_once() {
    on_both_places(|place| {
        let together = Barrier::new(6);
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    together.wait();
                    let db = Db::open_with(place.url(), &STEPS).unwrap();
                    assert_eq!(db.read(|c| c.query_one("SELECT COUNT(*) FROM one", &[])?.int(0)).unwrap(), 3);
                });
            }
        });
    });
}

#[test]
fn types_are_strict_on_both() {
    on_both_places(|place| {
        let db = Db::open_with(place.url(), &STEPS).unwrap();
        assert!(db.write(|tx| tx.execute("INSERT INTO one (id) VALUES ($1)", params!["word"])).is_err());
        assert!(db.write(|tx| tx.execute("INSERT INTO one (id, body) VALUES (9, $1)", params!["word"])).is_err());
        assert!(db.write(|tx| tx.execute("INSERT INTO two (org, id) VALUES ('o', $1)", &[Value::Null])).is_err());
        assert!(db.write(|tx| tx.execute("INSERT INTO two (org, id) VALUES ($1, 1)", &[Value::Null])).is_err());
        let error = db.write(|tx| tx.execute("INSERT INTO one (id, body) VALUES (9, $1)", &[Value::list([1])])).unwrap_err();
        assert!(matches!(error, StoreError::Statement(_)), "{error}");
    });
}

#[test]
fn each_place_is_empty_and_goes_away() {
    let place = Place::sqlite();
    let path = place.url().strip_prefix("sqlite:").unwrap().to_owned();
    drop(Db::open(place.url()).unwrap());
    assert!(std::path::Path::new(&path).exists());
    drop(place);
    assert!(!std::path::Path::new(&path).exists());
}
