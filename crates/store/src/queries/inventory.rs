//! Inventory files as they were read.

use model::Timestamp;

use crate::{Conn, Result, params};

/// Stores what a file declares, over what it declared before.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, repository: &str, path: &str, applied: Timestamp, declared_json: &str) -> Result<()> {
    let columns = ["org", "repository", "path", "applied", "declared_json"];
    let row = params![org, repository, path, applied, declared_json].to_vec();
    conn.upsert_many("inventory_file", &columns, &["org", "repository", "path"], [row])?;
    Ok(())
}

/// Forgets a file.
///
/// # Errors
/// Whatever the database says.
pub fn remove(conn: &mut Conn, org: i64, repository: &str, path: &str) -> Result<u64> {
    conn.execute("DELETE FROM inventory_file WHERE org = $1 AND repository = $2 AND path = $3", params![org, repository, path])
}

/// What all files declare, by repository and path.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    let sql = "SELECT declared_json FROM inventory_file WHERE org = $1 ORDER BY repository, path";
    conn.query_map(sql, params![org], |row| row.text(0))
}

/// From when each file is as it is, by its path as given.
///
/// # Errors
/// Whatever the database says.
pub fn applied(conn: &mut Conn, org: i64) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT path, applied FROM inventory_file WHERE org = $1";
    conn.query_map(sql, params![org], |row| Ok((row.text(0)?, row.time(1)?)))
}
