//! The schema, as an ordered list of steps. Each is one file and one transaction, and is never changed once it was published.
//!
//! The files are SQL that both engines take, with these words for what they spell differently:
//! `BIGINT` (integers, truth as 0 or 1, instants in milliseconds), `DOUBLE PRECISION`, `{text}` (compared byte by byte),
//! `{bytes}`, `{strict}` at the end of a CREATE TABLE, or `{strict_without_rowid}` for a narrow table with a primary key of
//! several columns, and `CREATE {unlogged} TABLE` for a staging table. A statement that starts with `{sqlite}` or `{postgres}`
//! is for that engine alone. A table whose primary key is one `BIGINT` has it for its row's number on SQLite, which then makes
//! one up for a null instead of refusing it. A statement ends with `;` at the end of a line.

use crate::{Conn, Db, Result, StoreError, params};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// 1 and up, without gaps.
    pub number: i64,
    /// The rest of the file's name.
    pub name: &'static str,
    /// The file.
    pub sql: &'static str,
}

/// All steps, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "start", sql: include_str!("0001_start.sql") },
    Migration { number: 2, name: "intel", sql: include_str!("0002_intel.sql") },
    Migration { number: 3, name: "words", sql: include_str!("0003_words.sql") },
    Migration { number: 4, name: "vex", sql: include_str!("0004_vex.sql") },
    Migration { number: 5, name: "stream_form", sql: include_str!("0005_stream_form.sql") },
    Migration { number: 6, name: "components", sql: include_str!("0006_components.sql") },
    Migration { number: 7, name: "inventory", sql: include_str!("0007_inventory.sql") },
    Migration { number: 8, name: "risk", sql: include_str!("0008_risk.sql") },
    Migration { number: 9, name: "search_and_gates", sql: include_str!("0009_search_and_gates.sql") },
    Migration { number: 10, name: "notifications", sql: include_str!("0010_notifications.sql") },
    Migration { number: 11, name: "packed", sql: include_str!("0011_packed.sql") },
    Migration { number: 12, name: "ranks", sql: include_str!("0012_ranks.sql") },
    Migration { number: 13, name: "feed_lists", sql: include_str!("0013_feed_lists.sql") },
    Migration { number: 14, name: "finding_words", sql: include_str!("0014_finding_words.sql") },
    Migration { number: 15, name: "numbers", sql: include_str!("0015_numbers.sql") },
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT NOT NULL PRIMARY KEY, name {text} NOT NULL) {strict};";

/// Applies the steps that the database lacks, one transaction each. Several processes may do so at once: the write lock lets
/// one in, and the others find the step done.
pub(crate) fn apply(db: &Db, migrations: &[Migration]) -> Result<()> {
    let known = migrations.last().map_or(0, |last| last.number);
    let mut version = current(db)?;
    while version < known {
        version = db.write(|tx| {
            tx.script(TABLE)?;
            let version = newest(tx)?;
            let Some(next) = migrations.iter().find(|step| step.number > version) else { return Ok(version) };
            tx.script(next.sql)?;
            tx.execute("INSERT INTO schema_version (number, name) VALUES ($1, $2)", params![next.number, next.name])?;
            Ok(next.number)
        })?;
    }
    if version > known { Err(StoreError::NewerSchema { found: version, known }) } else { Ok(()) }
}

/// The newest step in the database; 0 in an empty one.
pub(crate) fn current(db: &Db) -> Result<i64> {
    db.read(|conn| if conn.engine.has_table("schema_version")? { newest(conn) } else { Ok(0) })
}

fn newest(conn: &mut Conn) -> Result<i64> {
    conn.query_one("SELECT COALESCE(MAX(number), 0) FROM schema_version", &[])?.int(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_once_and_in_order() {
        let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        files.sort();
        let listed: Vec<String> = MIGRATIONS.iter().map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(files, listed);
        assert!(MIGRATIONS.iter().zip(1..).all(|(step, number)| step.number == number));
    }
}
