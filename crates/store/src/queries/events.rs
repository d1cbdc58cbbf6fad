//! What happened to issues.

use model::Timestamp;

use crate::{Conn, Result, params};

/// One entry of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    pub id: i64,
    pub issue: String,
    pub happened: Timestamp,
    pub recorded: Timestamp,
    /// `opened`, `fixed`, `reopened`, `merged`, `decided` …
    pub what: String,
    pub by: String,
    pub detail: String,
}

/// Adds entries.
///
/// # Errors
/// Whatever the database says.
pub fn insert(conn: &mut Conn, org: i64, rows: &[EventRow]) -> Result<()> {
    let columns = ["org", "id", "issue", "happened", "recorded", "what", "by_whom", "detail"];
    let rows = rows.iter().map(|e| params![org, e.id, &e.issue, e.happened, e.recorded, &e.what, &e.by, &e.detail].to_vec());
    conn.insert_many("event", &columns, rows)?;
    Ok(())
}

/// The history of an issue, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn of_issue(conn: &mut Conn, org: i64, issue: &str) -> Result<Vec<EventRow>> {
    let sql = "SELECT id, issue, happened, recorded, what, by_whom, detail FROM event WHERE org = $1 AND issue = $2 ORDER BY happened, id";
    conn.query_map(sql, params![org, issue], |row| {
        Ok(EventRow {
            id: row.int(0)?,
            issue: row.text(1)?,
            happened: row.time(2)?,
            recorded: row.time(3)?,
            what: row.text(4)?,
            by: row.text(5)?,
            detail: row.text(6)?,
        })
    })
}
