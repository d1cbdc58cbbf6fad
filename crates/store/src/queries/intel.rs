//! What the world knows of vulnerabilities.

use model::Timestamp;

use crate::{Conn, Result, Value, params};

/// A feed file that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    pub feed: String,
    /// Whose list it is, where a feed has several: `CISA KEV`. Empty of the others, and of lists that an older version loaded.
    pub list: String,
    pub dated: Timestamp,
    pub loaded: Timestamp,
    pub file: String,
    pub version: String,
    pub rows: i64,
}

/// Notes that a feed file was loaded.
///
/// # Errors
/// Whatever the database says.
pub fn note_feed(conn: &mut Conn, feed: &FeedRow) -> Result<()> {
    let row = params![&feed.feed, &feed.list, feed.dated, feed.loaded, &feed.file, &feed.version, feed.rows].to_vec();
    let columns = ["feed", "list", "dated", "loaded", "file", "version", "rows_loaded"];
    conn.upsert_many("feed", &columns, &["feed", "list", "dated"], [row])?;
    Ok(())
}

/// The feeds that were loaded, by name, list and date. What an older version loaded of a feed of several lists is left out where one of them is
/// known by its name.
///
/// # Errors
/// Whatever the database says.
pub fn feeds(conn: &mut Conn) -> Result<Vec<FeedRow>> {
    let sql = "SELECT feed, list, dated, loaded, file, version, rows_loaded FROM feed WHERE list <> '' \
               OR NOT EXISTS (SELECT 1 FROM feed AS named WHERE named.feed = feed.feed AND named.list <> '') ORDER BY feed, list, dated";
    conn.query_map(sql, &[], |row| {
        Ok(FeedRow {
            feed: row.text(0)?,
            list: row.text(1)?,
            dated: row.time(2)?,
            loaded: row.time(3)?,
            file: row.text(4)?,
            version: row.text(5)?,
            rows: row.int(6)?,
        })
    })
}

/// Adds or overwrites KEV entries: (CVE, day added, JSON).
///
/// # Errors
/// Whatever the database says.
pub fn put_kev(conn: &mut Conn, rows: impl IntoIterator<Item = (String, Timestamp, String)>) -> Result<u64> {
    let rows = rows.into_iter().map(|(cve, added, json)| params![cve, added, json].to_vec());
    conn.upsert_many("kev", &["cve", "added", "row_json"], &["cve"], rows)
}

/// Adds or overwrites EPSS scores: (CVE, day, score, percentile).
///
/// # Errors
/// Whatever the database says.
pub fn put_epss(conn: &mut Conn, rows: impl IntoIterator<Item = (String, Timestamp, f64, f64)>) -> Result<u64> {
    let rows = rows.into_iter().map(|(cve, dated, score, percentile)| params![cve, dated, score, percentile].to_vec());
    conn.upsert_many("epss", &["cve", "dated", "score", "percentile"], &["cve", "dated"], rows)
}

/// One fact of a CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    pub cve: String,
    pub kind: String,
    pub source: String,
    pub dated: Timestamp,
    pub row_json: String,
}

/// Adds or overwrites facts.
///
/// # Errors
/// Whatever the database says.
pub fn put_facts(conn: &mut Conn, rows: impl IntoIterator<Item = FactRow>) -> Result<u64> {
    let columns = ["cve", "kind", "source", "dated", "row_json"];
    let rows = rows.into_iter().map(|f| params![f.cve, f.kind, f.source, f.dated, f.row_json].to_vec());
    conn.upsert_many("vulnerability_fact", &columns, &["cve", "kind", "source", "dated"], rows)
}

/// Adds or overwrites alias pairs of a feed: (a, b, source, since).
///
/// # Errors
/// Whatever the database says.
pub fn put_aliases(conn: &mut Conn, rows: impl IntoIterator<Item = (String, String, String, Timestamp)>) -> Result<u64> {
    let rows = rows.into_iter().map(|(a, b, source, since)| params![a, b, source, since].to_vec());
    conn.upsert_many("alias", &["a", "b", "source", "since"], &["a", "b"], rows)
}

/// Replaces the rows of a feed that is read whole.
///
/// # Errors
/// Whatever the database says.
pub fn replace_reference(conn: &mut Conn, feed: &str, rows: impl IntoIterator<Item = String>) -> Result<u64> {
    conn.execute("DELETE FROM reference_row WHERE feed = $1", params![feed])?;
    let rows = (0i64..).zip(rows).map(|(position, json)| params![feed, position, json].to_vec());
    conn.insert_many("reference_row", &["feed", "position", "row_json"], rows)
}

/// The rows of a feed that is read whole.
///
/// # Errors
/// Whatever the database says.
pub fn reference(conn: &mut Conn, feed: &str) -> Result<Vec<String>> {
    conn.query_map("SELECT row_json FROM reference_row WHERE feed = $1 ORDER BY position", params![feed], |row| row.text(0))
}

/// What reference feeds say of these keys: (key, JSON), by key. See [`replace_reference`].
///
/// # Errors
/// Whatever the database says.
pub fn references_of(conn: &mut Conn, keys: &[String]) -> Result<Vec<(String, String)>> {
    let rows = conn.query_in("SELECT feed, row_json FROM reference_row WHERE feed = ANY($1) ORDER BY feed, position", &[], list(keys))?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// What reference feeds say under all keys that begin so: (key, JSON), by key. See [`replace_reference`].
///
/// # Errors
/// Whatever the database says.
pub fn references_under(conn: &mut Conn, prefix: &str) -> Result<Vec<(String, String)>> {
    let sql = "SELECT feed, row_json FROM reference_row WHERE feed LIKE $1 ORDER BY feed, position";
    conn.query_map(sql, params![format!("{prefix}%")], |row| Ok((row.text(0)?, row.text(1)?)))
}

/// KEV entries of these CVEs that were added by then: JSON rows.
///
/// # Errors
/// Whatever the database says.
pub fn kev_of(conn: &mut Conn, cves: &[String], at: Timestamp) -> Result<Vec<String>> {
    let rows = conn.query_in("SELECT row_json FROM kev WHERE added <= $1 AND cve = ANY($2)", params![at], list(cves))?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// EPSS of these CVEs on each day up to that time: (CVE, day, score, percentile), oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn epss_of(conn: &mut Conn, cves: &[String], at: Timestamp) -> Result<Vec<(String, Timestamp, f64, f64)>> {
    epss(conn, "SELECT cve, dated, score, percentile FROM epss WHERE dated <= $1 AND cve = ANY($2) ORDER BY dated", cves, at)
}

/// The newest EPSS of these CVEs up to that time: (CVE, day, score, percentile). Of the days before only the key is looked at.
///
/// # Errors
/// Whatever the database says.
pub fn newest_epss_of(conn: &mut Conn, cves: &[String], at: Timestamp) -> Result<Vec<(String, Timestamp, f64, f64)>> {
    let sql = "SELECT epss.cve, epss.dated, score, percentile FROM epss JOIN \
               (SELECT cve, MAX(dated) AS dated FROM epss WHERE dated <= $1 AND cve = ANY($2) GROUP BY cve) AS newest \
               ON newest.cve = epss.cve AND newest.dated = epss.dated";
    epss(conn, sql, cves, at)
}

fn epss(conn: &mut Conn, sql: &str, cves: &[String], at: Timestamp) -> Result<Vec<(String, Timestamp, f64, f64)>> {
    let rows = conn.query_in(sql, params![at], list(cves))?;
    rows.iter().map(|row| Ok((row.text(0)?, row.time(1)?, row.real(2)?, row.real(3)?))).collect()
}

/// Facts of these CVEs up to that time: JSON rows.
///
/// # Errors
/// Whatever the database says.
pub fn facts_of(conn: &mut Conn, cves: &[String], at: Timestamp) -> Result<Vec<(String, String)>> {
    let sql = "SELECT cve, row_json FROM vulnerability_fact WHERE dated <= $1 AND cve = ANY($2) ORDER BY dated";
    let rows = conn.query_in(sql, params![at], list(cves))?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Alias pairs that name one of these identifiers, by feeds and by the organisation's own reports.
///
/// # Errors
/// Whatever the database says.
pub fn aliases_of(conn: &mut Conn, org: i64, names: &[String]) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for sql in ["SELECT a, b FROM alias WHERE a = ANY($1)", "SELECT a, b FROM alias WHERE b = ANY($1)"] {
        for row in conn.query_in(sql, &[], list(names))? {
            out.push((row.text(0)?, row.text(1)?));
        }
    }
    let stated =
        ["SELECT a, b FROM stated_alias WHERE org = $1 AND a = ANY($2)", "SELECT a, b FROM stated_alias WHERE org = $1 AND b = ANY($2)"];
    for sql in stated {
        for row in conn.query_in(sql, params![org], list(names))? {
            out.push((row.text(0)?, row.text(1)?));
        }
    }
    Ok(out)
}

/// Adds alias pairs that a report states; returns those that were not known.
///
/// # Errors
/// Whatever the database says.
pub fn state_aliases(
    conn: &mut Conn,
    org: i64,
    pairs: &[(String, String)],
    source: &str,
    since: Timestamp,
) -> Result<Vec<(String, String)>> {
    let names: Vec<String> = pairs.iter().map(|(a, _)| a.clone()).collect();
    let rows = conn.query_in("SELECT a, b FROM stated_alias WHERE org = $1 AND a = ANY($2)", params![org], list(&names))?;
    let mut known = std::collections::HashSet::new();
    for row in rows {
        known.insert((row.text(0)?, row.text(1)?));
    }
    let mut new: Vec<(String, String)> = pairs.iter().filter(|pair| !known.contains(*pair)).cloned().collect();
    new.sort();
    new.dedup();
    let columns = ["org", "a", "b", "source", "since"];
    conn.insert_many("stated_alias", &columns, new.iter().map(|(a, b)| params![org, a, b, source, since].to_vec()))?;
    Ok(new)
}

fn list(names: &[String]) -> Vec<Value> {
    names.iter().map(|name| Value::Text(name.clone())).collect()
}
