//! When findings were there.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// One time during which a finding was there, on one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceRow {
    pub finding: i64,
    pub stream: i64,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
    pub held: bool,
    pub cause: Option<String>,
}

const COLUMNS: [&str; 7] = ["org", "finding", "stream", "since", "until", "held", "cause"];

fn read(row: &Row) -> Result<PresenceRow> {
    Ok(PresenceRow {
        finding: row.int(1)?,
        stream: row.int(2)?,
        since: row.time(3)?,
        until: row.opt_time(4)?,
        held: row.bool(5)?,
        cause: row.opt_text(6)?,
    })
}

fn values(org: i64, p: &PresenceRow) -> Vec<Value> {
    params![org, p.finding, p.stream, p.since, p.until, p.held, p.cause.as_deref()].to_vec()
}

/// Adds times.
///
/// # Errors
/// Whatever the database says.
pub fn insert(conn: &mut Conn, org: i64, rows: &[PresenceRow]) -> Result<()> {
    conn.insert_many("presence", &COLUMNS, rows.iter().map(|row| values(org, row)))?;
    Ok(())
}

/// Writes the end, or the waiting, of times that are there.
///
/// # Errors
/// Whatever the database says.
pub fn update(conn: &mut Conn, org: i64, rows: &[PresenceRow]) -> Result<()> {
    let rows = rows.iter().map(|p| params![org, p.finding, p.stream, p.since, p.until, p.held, p.cause.as_deref()].to_vec());
    conn.update_many("presence", &["org", "finding", "stream", "since"], &["until", "held", "cause"], rows)?;
    Ok(())
}

/// Removes all times of a stream, before they are written again from its reports.
///
/// # Errors
/// Whatever the database says.
pub fn delete_of_stream(conn: &mut Conn, org: i64, stream: i64) -> Result<()> {
    conn.execute("DELETE FROM presence WHERE org = $1 AND stream = $2", params![org, stream])?;
    Ok(())
}

fn select(rest: &str) -> String {
    format!("SELECT {} FROM presence WHERE org = $1 {rest}", COLUMNS.join(", "))
}

/// All times of a stream.
///
/// # Errors
/// Whatever the database says.
pub fn of_stream(conn: &mut Conn, org: i64, stream: i64) -> Result<Vec<PresenceRow>> {
    conn.query_map(&select("AND stream = $2 ORDER BY finding, since"), params![org, stream], read)
}

/// All times of findings, on every stream.
///
/// # Errors
/// Whatever the database says.
pub fn of_findings(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<PresenceRow>> {
    let ids = ids.iter().map(|id| Value::Int(*id)).collect();
    conn.query_in_map(&select("AND finding = ANY($2) ORDER BY finding, stream, since"), params![org], ids, read)
}

/// All times of all findings.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<PresenceRow>> {
    conn.query_map(&select("ORDER BY finding, stream, since"), params![org], read)
}
