//! Settings of an organisation, each with its history.

use model::Timestamp;

use crate::{Conn, Result, params};

/// Sets a value from that time on.
///
/// # Errors
/// Whatever the database says.
pub fn set(conn: &mut Conn, org: i64, name: &str, since: Timestamp, value_json: &str) -> Result<()> {
    let row = params![org, name, since, value_json].to_vec();
    conn.upsert_many("setting", &["org", "name", "since", "value_json"], &["org", "name", "since"], [row])?;
    Ok(())
}

/// The value in force at that time. The first version holds from the beginning.
///
/// # Errors
/// Whatever the database says.
pub fn get(conn: &mut Conn, org: i64, name: &str, at: Timestamp) -> Result<Option<String>> {
    let newest = "SELECT value_json FROM setting WHERE org = $1 AND name = $2 AND since <= $3 ORDER BY since DESC LIMIT 1";
    if let Some(row) = conn.query_opt(newest, params![org, name, at])? {
        return Ok(Some(row.text(0)?));
    }
    let first = "SELECT value_json FROM setting WHERE org = $1 AND name = $2 ORDER BY since LIMIT 1";
    conn.query_opt(first, params![org, name])?.map(|row| row.text(0)).transpose()
}
