//! Reports, the lists of findings that they saw, and their redacted content.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// A stored report, or one run of a file.
#[derive(Clone, Debug, Default)]
pub struct ReportRecord {
    pub id: i64,
    /// `None` for a report that could not be read.
    pub stream: Option<i64>,
    pub path: String,
    pub format: Option<String>,
    pub tool: Option<String>,
    pub tool_version: Option<String>,
    pub content_hash: String,
    pub run: i64,
    pub scanned: Timestamp,
    pub recorded: Timestamp,
    /// True where `--at` or the report gave the scan time.
    pub time_stated: bool,
    /// Commit, tag or digest.
    pub version: Option<String>,
    /// The tag of an image, where `version` is its digest.
    pub tag: Option<String>,
    pub coverage: String,
    pub scope_json: String,
    pub tooling: String,
    /// Hash of its list of findings.
    pub seen: Option<String>,
    /// `model::ReportRow`.
    pub row_json: String,
    pub retracted: Option<Timestamp>,
}

const COLUMNS: [&str; 20] = [
    "org",
    "id",
    "stream",
    "path",
    "format",
    "tool",
    "tool_version",
    "content_hash",
    "run",
    "scanned",
    "recorded",
    "time_stated",
    "version",
    "coverage",
    "scope_json",
    "tooling",
    "seen",
    "row_json",
    "retracted",
    "tag",
];

fn select(rest: &str) -> String {
    format!("SELECT {} FROM report WHERE org = $1 {rest}", COLUMNS.join(", "))
}

fn read(row: &Row) -> Result<ReportRecord> {
    Ok(ReportRecord {
        id: row.int(1)?,
        stream: row.opt_int(2)?,
        path: row.text(3)?,
        format: row.opt_text(4)?,
        tool: row.opt_text(5)?,
        tool_version: row.opt_text(6)?,
        content_hash: row.text(7)?,
        run: row.int(8)?,
        scanned: row.time(9)?,
        recorded: row.time(10)?,
        time_stated: row.bool(11)?,
        version: row.opt_text(12)?,
        coverage: row.text(13)?,
        scope_json: row.text(14)?,
        tooling: row.text(15)?,
        seen: row.opt_text(16)?,
        row_json: row.text(17)?,
        retracted: row.opt_time(18)?,
        tag: row.opt_text(19)?,
    })
}

/// Stores a report.
///
/// # Errors
/// Whatever the database says.
pub fn insert(conn: &mut Conn, org: i64, report: &ReportRecord) -> Result<()> {
    let row: Vec<Value> = params![
        org,
        report.id,
        report.stream,
        &report.path,
        report.format.as_deref(),
        report.tool.as_deref(),
        report.tool_version.as_deref(),
        &report.content_hash,
        report.run,
        report.scanned,
        report.recorded,
        report.time_stated,
        report.version.as_deref(),
        &report.coverage,
        &report.scope_json,
        &report.tooling,
        report.seen.as_deref(),
        &report.row_json,
        report.retracted,
        report.tag.as_deref()
    ]
    .to_vec();
    conn.insert_many("report", &COLUMNS, [row])?;
    Ok(())
}

/// The newest report of a stream of one of these versions by a time, failed ones left out. A tag is a version too: the newest report that
/// states it counts.
///
/// # Errors
/// Whatever the database says.
pub fn newest_of_versions(conn: &mut Conn, org: i64, stream: i64, versions: &[String], until: Timestamp) -> Result<Option<ReportRecord>> {
    let sql = select(
        "AND stream = $2 AND scanned <= $3 AND retracted IS NULL AND seen IS NOT NULL AND coverage <> 'failed' AND (version = ANY($4) OR tag = ANY($4)) \
         ORDER BY scanned DESC, id DESC",
    );
    let versions = versions.iter().map(|version| Value::Text(version.clone())).collect();
    conn.query_in(&sql, params![org, stream, until], versions)?.first().map(read).transpose()
}

/// Moves what a repeated report moves: when it was last seen.
///
/// # Errors
/// Whatever the database says.
pub fn touch(conn: &mut Conn, org: i64, id: i64, scanned: Timestamp) -> Result<()> {
    conn.execute("UPDATE report SET scanned = $3 WHERE org = $1 AND id = $2 AND scanned < $3", params![org, id, scanned])?;
    Ok(())
}

/// Marks a report as taken back.
///
/// # Errors
/// Whatever the database says.
pub fn retract(conn: &mut Conn, org: i64, id: i64, now: Timestamp) -> Result<()> {
    conn.execute("UPDATE report SET retracted = $3 WHERE org = $1 AND id = $2", params![org, id, now])?;
    Ok(())
}

/// One report.
///
/// # Errors
/// Whatever the database says.
pub fn find(conn: &mut Conn, org: i64, id: i64) -> Result<Option<ReportRecord>> {
    conn.query_opt(&select("AND id = $2"), params![org, id])?.map(|row| read(&row)).transpose()
}

/// The reports of a stream that count, by scan time and then by arrival.
///
/// # Errors
/// Whatever the database says.
pub fn of_stream(conn: &mut Conn, org: i64, stream: i64) -> Result<Vec<ReportRecord>> {
    conn.query_map(&select("AND stream = $2 AND retracted IS NULL ORDER BY scanned, id"), params![org, stream], read)
}

/// The newest report of a stream.
///
/// # Errors
/// Whatever the database says.
pub fn newest_of_stream(conn: &mut Conn, org: i64, stream: i64) -> Result<Option<ReportRecord>> {
    let sql = select("AND stream = $2 AND retracted IS NULL ORDER BY scanned DESC, id DESC LIMIT 1");
    conn.query_opt(&sql, params![org, stream])?.map(|row| read(&row)).transpose()
}

/// The report of these bytes in that stream at that scan time.
///
/// # Errors
/// Whatever the database says.
pub fn same(conn: &mut Conn, org: i64, stream: i64, content_hash: &str, run: i64) -> Result<Vec<ReportRecord>> {
    let sql = select("AND content_hash = $3 AND stream = $2 AND run = $4 AND retracted IS NULL ORDER BY scanned");
    conn.query_map(&sql, params![org, stream, content_hash, run], read)
}

/// Reports by arrival, newest first, before that id.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, org: i64, before: Option<i64>, limit: i64) -> Result<Vec<ReportRecord>> {
    let sql = select("AND id < $2 ORDER BY id DESC LIMIT $3");
    conn.query_map(&sql, params![org, before.unwrap_or(i64::MAX), limit], read)
}

/// What the reports of a stream that count say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub stream: i64,
    /// Different scan times.
    pub scans: i64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// Scan time of the newest complete report.
    pub last_complete: Option<Timestamp>,
    /// The newest report, by scan time and then by arrival.
    pub newest: i64,
    pub newest_coverage: String,
}

/// The spans of all streams that have a report.
///
/// # Errors
/// Whatever the database says.
pub fn spans(conn: &mut Conn, org: i64) -> Result<Vec<Span>> {
    let sql = "SELECT w.stream, w.scans, w.first, w.last, w.complete, r.id, r.coverage FROM (SELECT stream, COUNT(DISTINCT scanned) AS scans, \
         MIN(scanned) AS first, MAX(scanned) AS last, MAX(CASE WHEN coverage = 'complete' THEN scanned END) AS complete FROM report \
         WHERE org = $1 AND stream IS NOT NULL AND retracted IS NULL GROUP BY stream) w \
         JOIN report r ON r.org = $1 AND r.stream = w.stream AND r.scanned = w.last AND r.retracted IS NULL ORDER BY w.stream, r.id";
    let mut out: Vec<Span> = Vec::new();
    for span in conn.query_map(sql, params![org], read_span)? {
        match out.last_mut().filter(|before| before.stream == span.stream) {
            Some(before) => *before = span,
            None => out.push(span),
        }
    }
    Ok(out)
}

fn read_span(row: &Row) -> Result<Span> {
    Ok(Span {
        stream: row.int(0)?,
        scans: row.int(1)?,
        first: row.time(2)?,
        last: row.time(3)?,
        last_complete: row.opt_int(4)?.map(Timestamp),
        newest: row.int(5)?,
        newest_coverage: row.text(6)?,
    })
}

/// How many reports there are.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM report WHERE org = $1", params![org])?.int(0)
}

/// Keeps a list of (finding, index) under its hash.
///
/// # Errors
/// Whatever the database says.
pub fn keep_seen(conn: &mut Conn, org: i64, hash: &str, list: &[(i64, u32)]) -> Result<()> {
    let mut bytes = Vec::with_capacity(list.len() * 12);
    for (finding, index) in list {
        bytes.extend_from_slice(&finding.to_le_bytes());
        bytes.extend_from_slice(&index.to_le_bytes());
    }
    let packed = zstd::bulk::compress(&bytes, 1).map_err(|error| crate::StoreError::Other(error.to_string()))?;
    let mut framed = (bytes.len() as u64).to_le_bytes().to_vec();
    framed.extend(packed);
    conn.execute(
        "INSERT INTO seen_list (org, hash, list) VALUES ($1, $2, $3) ON CONFLICT (org, hash) DO NOTHING",
        params![org, hash, framed],
    )?;
    Ok(())
}

/// The list of that hash; empty where there is none.
///
/// # Errors
/// Whatever the database says.
pub fn seen(conn: &mut Conn, org: i64, hash: &str) -> Result<Vec<(i64, u32)>> {
    let Some(row) = conn.query_opt("SELECT list FROM seen_list WHERE org = $1 AND hash = $2", params![org, hash])? else {
        return Ok(Vec::new());
    };
    let framed = row.blob(0)?;
    let broken = || crate::StoreError::Other("a stored list of findings is damaged".to_owned());
    let (size, packed) = framed.split_first_chunk::<8>().ok_or_else(broken)?;
    let size = usize::try_from(u64::from_le_bytes(*size)).map_err(|_| broken())?;
    let bytes = zstd::bulk::decompress(packed, size).map_err(|_| broken())?;
    let mut out = Vec::with_capacity(size / 12);
    for entry in bytes.chunks_exact(12) {
        let (finding, index) = entry.split_first_chunk::<8>().ok_or_else(broken)?;
        let index: [u8; 4] = index.try_into().map_err(|_| broken())?;
        out.push((i64::from_le_bytes(*finding), u32::from_le_bytes(index)));
    }
    Ok(out)
}

/// Packs the redacted bytes of a report, which `write` hands over, to be kept.
///
/// # Errors
/// What `write` says.
pub fn pack_content(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> std::io::Result<Vec<u8>> {
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 3)?;
    write(&mut packer)?;
    packer.finish()
}

/// Keeps the redacted bytes of a report, as [`pack_content`] made them.
///
/// # Errors
/// Whatever the database says.
pub fn keep_content(conn: &mut Conn, org: i64, content_hash: &str, packed: Vec<u8>) -> Result<()> {
    let sql = "INSERT INTO report_content (org, content_hash, body) VALUES ($1, $2, $3) ON CONFLICT (org, content_hash) DO NOTHING";
    conn.execute(sql, params![org, content_hash, packed])?;
    Ok(())
}

/// True where the redacted bytes of a report of that hash are kept.
///
/// # Errors
/// Whatever the database says.
pub fn has_content(conn: &mut Conn, org: i64, content_hash: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM report_content WHERE org = $1 AND content_hash = $2";
    Ok(conn.query_opt(sql, params![org, content_hash])?.is_some())
}

/// Tags that reports on an image state beside one of these digests, and beside no other digest: what moves from image to image names none.
///
/// # Errors
/// Whatever the database says.
pub fn tags_of_digests(conn: &mut Conn, org: i64, image: &str, digests: &[String]) -> Result<Vec<String>> {
    let sql = "SELECT report.tag, MIN(report.version), MAX(report.version) FROM report \
               JOIN stream ON stream.org = report.org AND stream.id = report.stream \
               WHERE report.org = $1 AND stream.org = $1 AND stream.target_kind = 'image' AND stream.target = $2 \
               AND report.tag IS NOT NULL AND report.retracted IS NULL GROUP BY report.tag ORDER BY report.tag";
    let rows = conn.query_map(sql, params![org, image], |row| Ok((row.text(0)?, row.opt_text(1)?, row.opt_text(2)?)))?;
    let of_one = |(tag, first, last): (String, Option<String>, Option<String>)| {
        (first == last && first.is_some_and(|digest| digests.contains(&digest))).then_some(tag)
    };
    Ok(rows.into_iter().filter_map(of_one).collect())
}

/// What was scanned in streams up to a time: (stream, commit, tag or digest, tag beside a digest), oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn versions_of(conn: &mut Conn, org: i64, streams: &[i64], until: Timestamp) -> Result<Vec<(i64, String, Option<String>)>> {
    let sql = "SELECT stream, version, tag FROM report WHERE org = $1 AND scanned <= $2 AND version IS NOT NULL AND retracted IS NULL \
               AND stream = ANY($3) ORDER BY scanned, id";
    let rows = conn.query_in(sql, params![org, until], streams.iter().map(|id| Value::Int(*id)).collect())?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?, row.opt_text(2)?))).collect()
}
