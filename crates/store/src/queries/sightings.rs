//! How endpoints are known: documented, in code, seen in traffic, tested.

use model::Timestamp;

use crate::{Conn, Result, params};

/// One source's word on an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SightingRow {
    pub service: String,
    /// Upper case; `*` for any.
    pub method: String,
    pub pattern: String,
    /// `documented`, `code`, `seen` or `tested`.
    pub how: String,
    /// The file or the tool.
    pub source: String,
    pub first: Timestamp,
    pub last: Timestamp,
    pub calls: i64,
    /// `none`, `required` or `unknown`.
    pub auth: String,
    pub deprecated: bool,
    /// Classes of data.
    pub data: Vec<String>,
}

/// Puts what a file says of endpoints of a service. A description replaces what it said before; traffic and tests add to it.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, service: &str, source: &str, rows: &[SightingRow]) -> Result<()> {
    let replaces = "DELETE FROM endpoint_sighting WHERE org = $1 AND service = $2 AND source = $3 AND how IN ('documented', 'code')";
    conn.execute(replaces, params![org, service, source])?;
    let columns = ["org", "service", "method", "pattern", "how", "source", "first_at", "last_at", "calls", "auth", "deprecated", "data"];
    let keys = ["org", "service", "method", "pattern", "how", "source"];
    let rows = rows.iter().map(|s| {
        let data = s.data.join("\n");
        params![org, &s.service, &s.method, &s.pattern, &s.how, &s.source, s.first, s.last, s.calls, &s.auth, s.deprecated, data].to_vec()
    });
    conn.upsert_many("endpoint_sighting", &columns, &keys, rows)?;
    Ok(())
}

/// All of them, by service, pattern, method.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<SightingRow>> {
    let sql = "SELECT service, method, pattern, how, source, first_at, last_at, calls, auth, deprecated, data FROM endpoint_sighting \
               WHERE org = $1 ORDER BY service, pattern, method, how, source";
    conn.query_map(sql, params![org], |row| {
        Ok(SightingRow {
            service: row.text(0)?,
            method: row.text(1)?,
            pattern: row.text(2)?,
            how: row.text(3)?,
            source: row.text(4)?,
            first: row.time(5)?,
            last: row.time(6)?,
            calls: row.int(7)?,
            auth: row.text(8)?,
            deprecated: row.bool(9)?,
            data: row.text(10)?.split('\n').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        })
    })
}
