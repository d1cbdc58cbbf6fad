//! Organisations.

use model::Timestamp;

use crate::{Conn, Result, params};

/// The number of the organisation of that name; it is made when there is none.
///
/// # Errors
/// Whatever the database says.
pub fn find_or_make(conn: &mut Conn, name: &str, now: Timestamp) -> Result<i64> {
    if let Some(row) = conn.query_opt("SELECT org FROM organisation WHERE name = $1", params![name])? {
        return row.int(0);
    }
    let next = conn.query_one("SELECT COALESCE(MAX(org), 0) + 1 FROM organisation", &[])?.int(0)?;
    conn.execute("INSERT INTO organisation (org, name, created) VALUES ($1, $2, $3)", params![next, name, now])?;
    Ok(next)
}

/// The number of the organisation of that name.
///
/// # Errors
/// Whatever the database says.
pub fn find(conn: &mut Conn, name: &str) -> Result<Option<i64>> {
    conn.query_opt("SELECT org FROM organisation WHERE name = $1", params![name])?.map(|row| row.int(0)).transpose()
}
