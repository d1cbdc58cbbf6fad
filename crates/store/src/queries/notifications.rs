//! Who has to be told of a vulnerability.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// A team and a vulnerability of packages that it owns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationRow {
    pub vulnerability: String,
    /// `affected` or `exploited`.
    pub kind: String,
    /// Empty: places that nobody owns.
    pub owner: String,
    pub first: Timestamp,
    pub changed: Timestamp,
    pub body_json: String,
}

const COLUMNS: [&str; 6] = ["vulnerability", "kind", "owner", "first", "changed", "body_json"];

fn read(row: &Row) -> Result<NotificationRow> {
    Ok(NotificationRow {
        vulnerability: row.text(0)?,
        kind: row.text(1)?,
        owner: row.text(2)?,
        first: row.time(3)?,
        changed: row.time(4)?,
        body_json: row.text(5)?,
    })
}

/// Adds rows or overwrites them.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, rows: &[NotificationRow]) -> Result<()> {
    let columns: Vec<&str> = std::iter::once("org").chain(COLUMNS).collect();
    let rows = rows.iter().map(|r| params![org, &r.vulnerability, &r.kind, &r.owner, r.first, r.changed, &r.body_json].to_vec());
    conn.upsert_many("notification", &columns, &["org", "vulnerability", "kind", "owner"], rows)?;
    Ok(())
}

/// All rows of these vulnerabilities.
///
/// # Errors
/// Whatever the database says.
pub fn of_vulnerabilities(conn: &mut Conn, org: i64, names: &[String]) -> Result<Vec<NotificationRow>> {
    let sql = format!("SELECT {} FROM notification WHERE org = $1 AND vulnerability = ANY($2)", COLUMNS.join(", "));
    let rows = conn.query_in(&sql, params![org], names.iter().map(|name| Value::Text(name.clone())).collect())?;
    rows.iter().map(read).collect()
}

/// Rows that changed at a time or later, the newest first, at most so many; of one owner (empty: nobody) where one is named. Served by
/// `notification_by_time`.
///
/// # Errors
/// Whatever the database says.
pub fn list(conn: &mut Conn, org: i64, since: Timestamp, owner: Option<&str>, most: i64) -> Result<Vec<NotificationRow>> {
    let of = if owner.is_some() { " AND owner = $4" } else { "" };
    let sql = format!(
        "SELECT {} FROM notification WHERE org = $1 AND changed >= $2{of} ORDER BY changed DESC, vulnerability, kind, owner LIMIT $3",
        COLUMNS.join(", ")
    );
    match owner {
        Some(owner) => conn.query_map(&sql, params![org, since, most, owner], read),
        None => conn.query_map(&sql, params![org, since, most], read),
    }
}
