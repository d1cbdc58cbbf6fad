//! Versions of the risk model.

use model::Timestamp;

use crate::{Conn, Result, Row, params};

/// A version of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelRow {
    /// 1 and up.
    pub number: i64,
    /// As the file names itself.
    pub name: String,
    /// From when it holds; 0 for the first, which holds from the beginning.
    pub since: Timestamp,
    pub by: String,
    pub file: String,
    pub content_hash: String,
    pub yaml: String,
}

const COLUMNS: &str = "number, name, since, by_whom, file, content_hash, yaml";

fn read(row: &Row) -> Result<ModelRow> {
    Ok(ModelRow {
        number: row.int(0)?,
        name: row.text(1)?,
        since: row.time(2)?,
        by: row.text(3)?,
        file: row.text(4)?,
        content_hash: row.text(5)?,
        yaml: row.text(6)?,
    })
}

/// Adds a version.
///
/// # Errors
/// Whatever the database says; also when there is one of that number.
pub fn insert(conn: &mut Conn, org: i64, row: &ModelRow) -> Result<()> {
    let columns = ["org", "number", "name", "since", "by_whom", "file", "content_hash", "yaml"];
    let values = params![org, row.number, &row.name, row.since, &row.by, &row.file, &row.content_hash, &row.yaml].to_vec();
    conn.insert_many("risk_model", &columns, [values])?;
    Ok(())
}

/// The version that was added last. None where none was ever stored.
///
/// # Errors
/// Whatever the database says.
pub fn newest(conn: &mut Conn, org: i64) -> Result<Option<ModelRow>> {
    let sql = format!("SELECT {COLUMNS} FROM risk_model WHERE org = $1 ORDER BY number DESC LIMIT 1");
    conn.query_opt(&sql, params![org])?.map(|row| read(&row)).transpose()
}

/// True where the record has an issue, and so something that a model ranked.
///
/// # Errors
/// Whatever the database says.
pub fn anything_ranked(conn: &mut Conn, org: i64) -> Result<bool> {
    Ok(conn.query_opt("SELECT id FROM issue WHERE org = $1 LIMIT 1", params![org])?.is_some())
}

/// Takes all versions away, of a record in which nothing was ranked.
///
/// # Errors
/// Whatever the database says.
pub fn clear(conn: &mut Conn, org: i64) -> Result<()> {
    conn.execute("DELETE FROM risk_model WHERE org = $1", params![org])?;
    Ok(())
}

/// All versions, the first first.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<ModelRow>> {
    conn.query_map(&format!("SELECT {COLUMNS} FROM risk_model WHERE org = $1 ORDER BY number"), params![org], read)
}

/// The version in force at a time: the newest that held by then, else the first. None where none was ever stored.
///
/// # Errors
/// Whatever the database says.
pub fn in_force(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Option<ModelRow>> {
    let newest = format!("SELECT {COLUMNS} FROM risk_model WHERE org = $1 AND since <= $2 ORDER BY number DESC LIMIT 1");
    if let Some(row) = conn.query_opt(&newest, params![org, at])? {
        return read(&row).map(Some);
    }
    let first = format!("SELECT {COLUMNS} FROM risk_model WHERE org = $1 ORDER BY number LIMIT 1");
    conn.query_opt(&first, params![org])?.map(|row| read(&row)).transpose()
}
