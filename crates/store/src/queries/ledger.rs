//! Facts of any tool about packages, functions, routes and issues of services.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// What a tool says of one thing of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerRow {
    pub service: String,
    /// `package`, `function`, `route`, `issue` or `service`.
    pub scope: String,
    pub subject: String,
    /// The vulnerability or function that it is about; empty for the subject as a whole.
    pub about: String,
    pub version: String,
    pub source: String,
    pub seen: Timestamp,
    pub verdict: String,
    pub expires: Option<Timestamp>,
    pub calls: Option<i64>,
    pub environment: String,
    pub detail: String,
    /// The file that brought it.
    pub file: String,
}

const COLUMNS: &str = "service, scope, subject, about, version, source, seen, verdict, expires, calls, environment, detail, file";

/// Adds facts, or overwrites those of the same source, time and subject.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, rows: &[LedgerRow], recorded: Timestamp) -> Result<()> {
    let columns: Vec<&str> = ["org", "recorded"].into_iter().chain(COLUMNS.split(", ")).collect();
    let keys = ["org", "service", "scope", "subject", "about", "version", "source", "seen", "verdict"];
    let rows = rows.iter().map(|f| {
        params![
            org,
            recorded,
            &f.service,
            &f.scope,
            &f.subject,
            &f.about,
            &f.version,
            &f.source,
            f.seen,
            &f.verdict,
            f.expires,
            f.calls,
            &f.environment,
            &f.detail,
            &f.file
        ]
        .to_vec()
    });
    conn.upsert_many("fact", &columns, &keys, rows)?;
    Ok(())
}

/// The facts of services up to a time, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn of_services(conn: &mut Conn, org: i64, services: &[String], until: Timestamp) -> Result<Vec<LedgerRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM fact WHERE org = $1 AND seen <= $2 AND service = ANY($3) ORDER BY seen, service, scope, subject, about, source"
    );
    let rows = conn.query_in(&sql, params![org, until], services.iter().map(|s| Value::Text(s.clone())).collect())?;
    rows.iter().map(read).collect()
}

/// True where nothing was ever said.
///
/// # Errors
/// Whatever the database says.
pub fn is_empty(conn: &mut Conn, org: i64) -> Result<bool> {
    Ok(conn.query_opt("SELECT 1 FROM fact WHERE org = $1 LIMIT 1", params![org])?.is_none())
}

fn read(row: &Row) -> Result<LedgerRow> {
    Ok(LedgerRow {
        service: row.text(0)?,
        scope: row.text(1)?,
        subject: row.text(2)?,
        about: row.text(3)?,
        version: row.text(4)?,
        source: row.text(5)?,
        seen: row.time(6)?,
        verdict: row.text(7)?,
        expires: row.opt_time(8)?,
        calls: row.opt_int(9)?,
        environment: row.text(10)?,
        detail: row.text(11)?,
        file: row.text(12)?,
    })
}
