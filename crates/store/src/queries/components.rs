//! Packages of targets over time.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// What one report listed of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    pub report: i64,
    pub scanned: Timestamp,
    /// What it leaves out is gone.
    pub complete: bool,
    /// Hash of the list.
    pub list: String,
    pub flags_json: String,
}

/// A package of a stream while it was listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanRow {
    pub stream: i64,
    /// Without version and qualifiers.
    pub purl: String,
    pub version: String,
    pub file: String,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
    pub direct: Option<bool>,
    /// `sbom` or `report`.
    pub listed: String,
    /// Source package of a distribution, as a package URL; else empty.
    pub origin: String,
    /// `debian-12`; else empty.
    pub distro: String,
    pub licenses: Vec<String>,
    /// From the root down, without the package itself.
    pub chain: Vec<String>,
}

const COLUMNS: &str = "stream, purl, version, file, since, until, direct, listed, origin, distro, licenses, chain";
const KEYS: [&str; 6] = ["org", "stream", "purl", "version", "file", "since"];

/// Keeps a list of packages by its hash, and says that a report listed it.
///
/// # Errors
/// Whatever the database says.
pub fn put_snapshot(conn: &mut Conn, org: i64, stream: i64, row: &SnapshotRow, body: &[u8]) -> Result<()> {
    let columns = ["org", "stream", "report", "scanned", "complete", "list", "flags_json"];
    let values = params![org, stream, row.report, row.scanned, row.complete, &row.list, &row.flags_json].to_vec();
    conn.upsert_many("component_snapshot", &columns, &["org", "stream", "report"], [values])?;
    conn.upsert_many("component_list", &["org", "hash", "body"], &["org", "hash"], [params![org, &row.list, body.to_vec()].to_vec()])?;
    Ok(())
}

/// What reports listed of a stream, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn snapshots(conn: &mut Conn, org: i64, stream: i64) -> Result<Vec<SnapshotRow>> {
    let sql = "SELECT report, scanned, complete, list, flags_json FROM component_snapshot \
               WHERE org = $1 AND stream = $2 ORDER BY scanned, report";
    conn.query_map(sql, params![org, stream], |row| {
        Ok(SnapshotRow { report: row.int(0)?, scanned: row.time(1)?, complete: row.bool(2)?, list: row.text(3)?, flags_json: row.text(4)? })
    })
}

/// The flags of the newest import of each of these streams.
///
/// # Errors
/// Whatever the database says.
pub fn flags_of(conn: &mut Conn, org: i64, streams: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT stream, flags_json FROM component_snapshot WHERE org = $1 AND stream = ANY($2) ORDER BY scanned, report";
    let rows = conn.query_in(sql, params![org], streams.iter().map(|id| Value::from(*id)).collect())?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

/// A kept list.
///
/// # Errors
/// Whatever the database says.
pub fn list(conn: &mut Conn, org: i64, hash: &str) -> Result<Option<Vec<u8>>> {
    let row = conn.query_opt("SELECT body FROM component_list WHERE org = $1 AND hash = $2", params![org, hash])?;
    row.map(|row| row.bytes(0)).transpose()
}

/// Forgets what a report listed. Answers whether it had listed anything.
///
/// # Errors
/// Whatever the database says.
pub fn drop_snapshot(conn: &mut Conn, org: i64, stream: i64, report: i64) -> Result<bool> {
    let sql = "DELETE FROM component_snapshot WHERE org = $1 AND stream = $2 AND report = $3";
    Ok(conn.execute(sql, params![org, stream, report])? > 0)
}

/// The spans of a stream that have no end.
///
/// # Errors
/// Whatever the database says.
pub fn open_spans(conn: &mut Conn, org: i64, stream: i64) -> Result<Vec<SpanRow>> {
    let sql = format!("SELECT {COLUMNS} FROM component_span WHERE org = $1 AND stream = $2 AND until IS NULL");
    conn.query_map(&sql, params![org, stream], read)
}

/// Adds spans or overwrites them, and the names of their packages.
///
/// # Errors
/// Whatever the database says.
pub fn put_spans(conn: &mut Conn, org: i64, spans: &[SpanRow]) -> Result<()> {
    let columns: Vec<&str> = std::iter::once("org").chain(COLUMNS.split(", ")).collect();
    let rows = spans.iter().map(|s| {
        params![
            org,
            s.stream,
            &s.purl,
            &s.version,
            &s.file,
            s.since,
            s.until,
            s.direct,
            &s.listed,
            &s.origin,
            &s.distro,
            s.licenses.join("\n"),
            s.chain.join("\n")
        ]
        .to_vec()
    });
    conn.upsert_many("component_span", &columns, &KEYS, rows)?;
    let purls: std::collections::BTreeSet<&str> = spans.iter().map(|span| span.purl.as_str()).collect();
    let names = purls.into_iter().map(|purl| params![org, purl, searched(purl)].to_vec());
    conn.upsert_many("package_name", &["org", "purl", "name"], &["org", "purl"], names)?;
    Ok(())
}

/// What a search by name looks at: group and name in lower case.
fn searched(purl: &str) -> String {
    purl.trim_start_matches("pkg:").replace("%40", "@").to_ascii_lowercase()
}

/// Forgets all spans of a stream.
///
/// # Errors
/// Whatever the database says.
pub fn delete_spans(conn: &mut Conn, org: i64, stream: i64) -> Result<()> {
    conn.execute("DELETE FROM component_span WHERE org = $1 AND stream = $2", params![org, stream])?;
    Ok(())
}

fn read(row: &Row) -> Result<SpanRow> {
    let list = |text: String| text.split('\n').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Ok(SpanRow {
        stream: row.int(0)?,
        purl: row.text(1)?,
        version: row.text(2)?,
        file: row.text(3)?,
        since: row.time(4)?,
        until: row.opt_time(5)?,
        direct: row.opt_int(6)?.map(|direct| direct != 0),
        listed: row.text(7)?,
        origin: row.text(8)?,
        distro: row.text(9)?,
        licenses: list(row.text(10)?),
        chain: list(row.text(11)?),
    })
}

/// The spans of these packages, or of packages made from these source packages, at a time.
///
/// # Errors
/// Whatever the database says.
pub fn of_packages(conn: &mut Conn, org: i64, purls: &[String], at: Timestamp) -> Result<Vec<SpanRow>> {
    of_versions(conn, org, purls, at, |_, _| true)
}

/// Of those, the spans of versions that are wanted: `wanted` is asked once for each package asked for and version that it ever had.
///
/// Served by `component_span_by_purl` and `component_span_by_origin`, which hold the whole key, so that rows are read only of what is in the
/// answer. The keys are a table of their own in the statement: without it the planner of SQLite reads all rows of the organisation.
///
/// # Errors
/// Whatever the database says.
pub fn of_versions(
    conn: &mut Conn,
    org: i64,
    purls: &[String],
    at: Timestamp,
    wanted: impl Fn(&str, &str) -> bool,
) -> Result<Vec<SpanRow>> {
    let columns = COLUMNS.split(", ").map(|column| format!("s.{column}")).collect::<Vec<_>>().join(", ");
    let mut out = Vec::new();
    // One package at a time: for a list the planner of SQLite reads the whole table, for one it takes the index.
    for purl in purls {
        // Only packages of a distribution are made from one of another name.
        let made = ["pkg:deb/", "pkg:rpm/", "pkg:apk/", "pkg:alpm/"].iter().any(|start| purl.starts_with(start));
        let conditions: &[&str] = if made { &["purl = $2", "origin = $2 AND origin <> ''"] } else { &["purl = $2"] };
        for condition in conditions {
            let sql = format!("SELECT DISTINCT version FROM component_span WHERE org = $1 AND {condition}");
            let known: Vec<String> = conn.query_map(&sql, params![org, purl], |row| row.text(0))?;
            let all = known.len();
            let kept: Vec<Value> = known.into_iter().filter(|version| wanted(purl, version)).map(Value::Text).collect();
            if kept.is_empty() {
                continue;
            }
            let some = if kept.len() < all { " AND version = ANY($4)" } else { "" };
            let sql = format!(
                "SELECT {columns} FROM \
                 (SELECT stream, purl, version, file, since FROM component_span WHERE org = $1 AND {condition} AND since <= $3{some}) k \
                 JOIN component_span s ON s.org = $1 AND s.stream = k.stream AND s.purl = k.purl AND s.version = k.version \
                 AND s.file = k.file AND s.since = k.since WHERE s.until IS NULL OR s.until > $3"
            );
            let mut given = params![org, purl, at].to_vec();
            if !some.is_empty() {
                given.push(Value::List(kept));
            }
            out.extend(conn.query_map(&sql, &given, read)?);
        }
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// What these streams list at a time, by package.
///
/// # Errors
/// Whatever the database says.
pub fn of_streams(conn: &mut Conn, org: i64, streams: &[i64], at: Timestamp) -> Result<Vec<SpanRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM component_span WHERE org = $1 AND since <= $2 AND (until IS NULL OR until > $2) AND stream = ANY($3) \
         ORDER BY purl, version, stream, file"
    );
    let rows = conn.query_in(&sql, params![org, at], streams.iter().map(|id| Value::from(*id)).collect())?;
    rows.iter().map(read).collect()
}

/// Packages whose group and name hold a text (lower case), by package URL, at most so many.
///
/// # Errors
/// Whatever the database says.
pub fn named(conn: &mut Conn, org: i64, text: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT purl FROM package_name WHERE org = $1 AND instr(name, $2) > 0 ORDER BY purl LIMIT $3";
    conn.query_map(sql, params![org, text, limit], |row| row.text(0))
}

/// The same behind a package URL, for the next page; all where the text is empty.
///
/// # Errors
/// Whatever the database says.
pub fn named_after(conn: &mut Conn, org: i64, text: &str, after: &str, limit: i64) -> Result<Vec<String>> {
    if text.is_empty() {
        let sql = "SELECT purl FROM package_name WHERE org = $1 AND purl > $2 ORDER BY purl LIMIT $3";
        return conn.query_map(sql, params![org, after, limit], |row| row.text(0));
    }
    let sql = "SELECT purl FROM package_name WHERE org = $1 AND instr(name, $2) > 0 AND purl > $3 ORDER BY purl LIMIT $4";
    conn.query_map(sql, params![org, text, after, limit], |row| row.text(0))
}

/// Every span at a time, handed over one by one.
///
/// # Errors
/// Whatever the database or `each` says.
pub fn each_at(conn: &mut Conn, org: i64, at: Timestamp, mut each: impl FnMut(SpanRow)) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM component_span WHERE org = $1 AND since <= $2 AND (until IS NULL OR until > $2)");
    conn.query_each(&sql, params![org, at], |row| {
        each(read(row)?);
        Ok(std::ops::ControlFlow::Continue(()))
    })
}

/// How many packages are listed now.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM component_span WHERE org = $1 AND until IS NULL", params![org])?.int(0)
}
