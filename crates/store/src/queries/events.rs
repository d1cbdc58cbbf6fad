//! What happened to issues.

use model::Timestamp;

use super::numbers::{numbers_from, own_number};
use crate::{Conn, Result, Row, Value, params};

/// One entry of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its number among those of the organisation, in the order of writing.
    pub id: i64,
    pub issue: String,
    pub happened: Timestamp,
    pub recorded: Timestamp,
    /// `opened`, `fixed`, `reopened`, `merged`, `decided` …
    pub what: String,
    pub by: String,
    pub detail: String,
    /// What it moved; none where it moved nothing.
    pub change_json: Option<String>,
}

const COLUMNS: &str = "number, issue, happened, recorded, what, by_whom, detail, change_json";

fn read(row: &Row) -> Result<EventRow> {
    Ok(EventRow {
        id: own_number(row.int(0)?),
        issue: row.text(1)?,
        happened: row.time(2)?,
        recorded: row.time(3)?,
        what: row.text(4)?,
        by: row.text(5)?,
        detail: row.text(6)?,
        change_json: row.opt_text(7)?,
    })
}

/// Adds entries.
///
/// # Errors
/// Whatever the database says.
pub fn insert(conn: &mut Conn, org: i64, rows: &[EventRow]) -> Result<()> {
    let columns = ["number", "org", "issue", "happened", "recorded", "what", "by_whom", "detail", "change_json"];
    let rows = rows.iter().map(|e| {
        params![numbers_from(org) + e.id, org, &e.issue, e.happened, e.recorded, &e.what, &e.by, &e.detail, e.change_json.as_deref()]
            .to_vec()
    });
    conn.insert_many("event", &columns, rows)?;
    Ok(())
}

/// The history of an issue, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn of_issue(conn: &mut Conn, org: i64, issue: &str) -> Result<Vec<EventRow>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE org = $1 AND issue = $2 ORDER BY happened, number");
    conn.query_map(&sql, params![org, issue], read)
}

/// The histories of these issues, each oldest first, in no order of issues.
///
/// # Errors
/// Whatever the database says.
pub fn of_issues(conn: &mut Conn, org: i64, issues: &[String]) -> Result<Vec<EventRow>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE org = $1 AND issue = ANY($2) ORDER BY happened, number");
    let rows = conn.query_in(&sql, params![org], issues.iter().map(|id| Value::Text(id.clone())).collect())?;
    rows.iter().map(read).collect()
}

/// When the first entry of all histories happened. Served by `event_by_time`.
///
/// # Errors
/// Whatever the database says.
pub fn first(conn: &mut Conn, org: i64) -> Result<Option<Timestamp>> {
    let row = conn.query_opt("SELECT happened FROM event WHERE org = $1 ORDER BY happened, number LIMIT 1", params![org])?;
    row.map(|row| row.time(0)).transpose()
}

/// The newest entries of what happened since a time, at most so many, in the order in which they were written. Served by `event_by_time`.
///
/// # Errors
/// Whatever the database says.
pub fn since(conn: &mut Conn, org: i64, since: Timestamp, most: i64) -> Result<Vec<EventRow>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE org = $1 AND happened >= $2 ORDER BY happened DESC, number DESC LIMIT $3");
    let mut rows = conn.query_map(&sql, params![org, since, most], read)?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}
