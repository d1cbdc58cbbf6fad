//! Inventory files as they were read, and as they were before.

use model::Timestamp;

use crate::{Conn, Packed, Result, Row, Value, params};

/// What a file declares at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionRow {
    pub repository: String,
    pub path: String,
    /// From when it holds.
    pub since: Timestamp,
    /// When it was applied.
    pub recorded: Timestamp,
    /// `None`: the file is no longer part of the inventory.
    pub declared_json: Option<String>,
}

fn read(row: &Row) -> Result<VersionRow> {
    Ok(VersionRow {
        repository: row.text(0)?,
        path: row.text(1)?,
        since: row.time(2)?,
        recorded: row.time(3)?,
        declared_json: row.opt_text(4)?,
    })
}

/// Stores a version of a file; one of the same instant is replaced.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, version: &VersionRow) -> Result<()> {
    let columns = ["org", "repository", "path", "since", "recorded", "declared_json"];
    let v = version;
    let row = params![org, &v.repository, &v.path, v.since, v.recorded, v.declared_json.as_deref()].to_vec();
    conn.upsert_many("inventory_version", &columns, &["org", "repository", "path", "since"], [row])?;
    Ok(())
}

/// What all files declare at a time, by repository and path.
///
/// # Errors
/// Whatever the database says.
pub fn at(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Vec<VersionRow>> {
    let sql = "SELECT v.repository, v.path, v.since, v.recorded, v.declared_json FROM inventory_version v WHERE v.org = $1 AND v.since = \
               (SELECT MAX(n.since) FROM inventory_version n WHERE n.org = $1 AND n.repository = v.repository AND n.path = v.path AND n.since <= $2) \
               AND v.declared_json IS NOT NULL ORDER BY v.repository, v.path";
    conn.query_map(sql, params![org, at], read)
}

/// All versions of a file, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn versions(conn: &mut Conn, org: i64, repository: &str, path: &str) -> Result<Vec<VersionRow>> {
    let sql = "SELECT repository, path, since, recorded, declared_json FROM inventory_version \
               WHERE org = $1 AND repository = $2 AND path = $3 ORDER BY since";
    conn.query_map(sql, params![org, repository, path], read)
}

/// Packages (package URL without version) that the bills of materials and other reports on an image list now.
///
/// # Errors
/// Whatever the database says.
pub fn packages_of_image(conn: &mut Conn, org: i64, image: &str) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT span.purl FROM component_span span JOIN stream ON stream.org = span.org AND stream.id = span.stream \
               WHERE span.org = $1 AND stream.org = $1 AND stream.target_kind = 'image' AND stream.target = $2 AND span.until IS NULL";
    conn.query_map(sql, params![org, image], |row| row.text(0))
}

/// How many scans of an image there are.
///
/// # Errors
/// Whatever the database says.
pub fn streams_of_image(conn: &mut Conn, org: i64, image: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM stream WHERE org = $1 AND target_kind = 'image' AND target = $2";
    conn.query_one(sql, params![org, image])?.int(0)
}

/// Bodies of the findings of an image.
///
/// # Errors
/// Whatever the database says.
pub fn findings_of_image(conn: &mut Conn, org: i64, image: &str) -> Result<Vec<Packed>> {
    let sql = "SELECT finding_body.body FROM finding JOIN lineage ON lineage.org = finding.org AND lineage.id = finding.lineage \
               JOIN finding_body ON finding_body.org = finding.org AND finding_body.finding = finding.id \
               WHERE finding.org = $1 AND lineage.org = $1 AND lineage.target_kind = 'image' AND lineage.target = $2";
    conn.query_map(sql, params![org, image], |row| Ok(Packed::stored(row.bytes(0)?)))
}

/// Digests by which scans know an image.
///
/// # Errors
/// Whatever the database says.
pub fn digests_of_image(conn: &mut Conn, org: i64, image: &str) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT report.version FROM report JOIN stream ON stream.org = report.org AND stream.id = report.stream \
               WHERE report.org = $1 AND stream.org = $1 AND stream.target_kind = 'image' AND stream.target = $2 \
               AND report.version LIKE 'sha256:%' AND report.retracted IS NULL ORDER BY 1";
    conn.query_map(sql, params![org, image], |row| row.text(0))
}

/// Issues of these images, and of all images whose label names a base.
///
/// # Errors
/// Whatever the database says.
pub fn issues_of_images_on(conn: &mut Conn, org: i64, images: &[String]) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT finding.issue FROM finding JOIN lineage ON lineage.org = finding.org AND lineage.id = finding.lineage \
               WHERE finding.org = $1 AND lineage.org = $1 AND lineage.target_kind = 'image' \
               AND (lineage.target = ANY($2) OR finding.flags_json LIKE '%\"base_image\"%') ORDER BY 1";
    // An empty list would be asked about nothing at all; no image has an empty name.
    let names = images.iter().map(String::as_str).chain([""]).map(|image| Value::Text(image.to_owned())).collect();
    let rows = conn.query_in(sql, params![org], names)?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Issues, in any state, of a service or of scans of an image or repository.
///
/// # Errors
/// Whatever the database says.
pub fn issues_concerned(conn: &mut Conn, org: i64, service: &str, target: Option<(&str, &str)>) -> Result<Vec<String>> {
    let sql = "SELECT id FROM issue WHERE org = $1 AND instr(services, $2) > 0";
    let mut out = conn.query_map(sql, params![org, format!("\u{1f}{service}\u{1f}")], |row| row.text(0))?;
    if let Some((kind, name)) = target {
        let sql = "SELECT DISTINCT finding.issue FROM finding JOIN lineage ON lineage.org = finding.org AND lineage.id = finding.lineage \
                   WHERE finding.org = $1 AND lineage.org = $1 AND lineage.target_kind = $2 AND lineage.target = $3";
        let params: Vec<Value> = params![org, kind, name].to_vec();
        out.extend(conn.query_map(sql, &params, |row| row.text(0))?);
    }
    Ok(out)
}
