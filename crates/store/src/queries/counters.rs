//! Numbers for new rows.

use crate::{Conn, Result, params};

/// The first of `count` numbers of a series that nobody else gets.
///
/// # Errors
/// Whatever the database says.
pub fn take(conn: &mut Conn, org: i64, series: &str, count: i64) -> Result<i64> {
    let changed = conn.execute("UPDATE counter SET next = next + $3 WHERE org = $1 AND series = $2", params![org, series, count])?;
    if changed == 0 {
        conn.execute("INSERT INTO counter (org, series, next) VALUES ($1, $2, $3)", params![org, series, 1 + count])?;
        return Ok(1);
    }
    let next = conn.query_one("SELECT next FROM counter WHERE org = $1 AND series = $2", params![org, series])?.int(0)?;
    Ok(next - count)
}
