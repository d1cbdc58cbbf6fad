//! Facts about running software: packages loaded, routes.

use model::{Endpoint, Timestamp};

use crate::{Conn, Result, Row, Value, params};

/// What a runtime sensor saw of a package of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeFactRow {
    pub service: String,
    /// Package URL without version.
    pub purl: String,
    pub version: String,
    pub source: String,
    pub loaded: bool,
    pub occurrences: Option<i64>,
    pub seen: Timestamp,
}

/// Adds what a sensor saw at one time.
///
/// # Errors
/// Whatever the database says.
pub fn insert_runtime(conn: &mut Conn, org: i64, rows: &[RuntimeFactRow]) -> Result<()> {
    let columns = ["org", "service", "purl", "version", "source", "loaded", "occurrences", "seen"];
    let keys = ["org", "service", "purl", "version", "source", "seen"];
    let rows = rows.iter().map(|f| params![org, &f.service, &f.purl, &f.version, &f.source, f.loaded, f.occurrences, f.seen].to_vec());
    conn.upsert_many("runtime_fact", &columns, &keys, rows)?;
    Ok(())
}

fn read_runtime(row: &Row) -> Result<RuntimeFactRow> {
    Ok(RuntimeFactRow {
        service: row.text(0)?,
        purl: row.text(1)?,
        version: row.text(2)?,
        source: row.text(3)?,
        loaded: row.bool(4)?,
        occurrences: row.opt_int(5)?,
        seen: row.time(6)?,
    })
}

/// What sensors saw of packages of services up to a time, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn runtime_of(conn: &mut Conn, org: i64, services: &[String], until: Timestamp) -> Result<Vec<RuntimeFactRow>> {
    let sql = "SELECT service, purl, version, source, loaded, occurrences, seen FROM runtime_fact \
               WHERE org = $1 AND seen <= $2 AND service = ANY($3) ORDER BY seen";
    let rows = conn.query_in(sql, params![org, until], services.iter().map(|s| Value::Text(s.clone())).collect())?;
    rows.iter().map(read_runtime).collect()
}

/// Replaces the routes that a file states for a service.
///
/// # Errors
/// Whatever the database says.
pub fn set_endpoints(conn: &mut Conn, org: i64, service: &str, source: &str, endpoints: &[Endpoint], recorded: Timestamp) -> Result<()> {
    conn.execute("DELETE FROM endpoint WHERE org = $1 AND service = $2 AND source = $3", params![org, service, source])?;
    let columns = ["org", "service", "method", "pattern", "source", "path", "symbol", "recorded"];
    let rows = endpoints
        .iter()
        .map(|e| params![org, service, &e.method, &e.pattern, source, e.path.as_deref(), e.symbol.as_deref(), recorded].to_vec());
    conn.upsert_many("endpoint", &columns, &["org", "service", "method", "pattern", "source"], rows)?;
    Ok(())
}

/// All routes.
///
/// # Errors
/// Whatever the database says.
pub fn endpoints(conn: &mut Conn, org: i64) -> Result<Vec<Endpoint>> {
    let sql =
        "SELECT service, method, pattern, path, symbol, source FROM endpoint WHERE org = $1 ORDER BY service, pattern, method, source";
    conn.query_map(sql, params![org], |row| {
        Ok(Endpoint {
            service: row.text(0)?,
            method: row.text(1)?,
            pattern: row.text(2)?,
            path: row.opt_text(3)?,
            symbol: row.opt_text(4)?,
            source: row.text(5)?,
        })
    })
}
