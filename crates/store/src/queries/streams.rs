//! Lineages (what one tool scans in one category) and streams (a lineage on one ref).

use model::{StreamKey, Target, TargetKind, Timestamp};

use super::counters;
use crate::{Conn, Result, Row, params};

/// A stream as it stands.
#[derive(Clone, Debug)]
pub struct StreamRow {
    pub id: i64,
    pub lineage: i64,
    pub key: StreamKey,
    pub tracked: bool,
    /// Scan time of the newest report, 0 before the first.
    pub latest_at: Timestamp,
    pub latest_report: Option<i64>,
    /// Digest of the newest snapshot.
    pub digest: Option<String>,
    pub timeline_json: String,
}

const COLUMNS: &str = "s.id, s.lineage, s.target_kind, s.target, s.ref, l.tool, l.category, s.tracked, s.latest_at, s.latest_report, s.digest, s.timeline_json";
const FROM: &str = "FROM stream s JOIN lineage l ON l.org = s.org AND l.id = s.lineage";

fn read(row: &Row) -> Result<StreamRow> {
    let target = Target { kind: target_kind(row.str(2)?), name: row.text(3)? };
    let key = StreamKey { target, reference: model::Ref(row.text(4)?), tool: row.text(5)?, category: row.text(6)? };
    Ok(StreamRow {
        id: row.int(0)?,
        lineage: row.int(1)?,
        key,
        tracked: row.bool(7)?,
        latest_at: row.time(8)?,
        latest_report: row.opt_int(9)?,
        digest: row.opt_text(10)?,
        timeline_json: row.text(11)?,
    })
}

/// The target kind of a stored word.
#[must_use]
pub fn target_kind(word: &str) -> TargetKind {
    use TargetKind::*;
    [Named, Image, Url, Repository, Account, Cluster, Service, Application].into_iter().find(|kind| kind.word() == word).unwrap_or(Unknown)
}

/// The stream of that key; it and its lineage are made when there are none.
///
/// # Errors
/// Whatever the database says.
pub fn find_or_make(conn: &mut Conn, org: i64, key: &StreamKey) -> Result<StreamRow> {
    let lineage = match lineage_of(conn, org, key)? {
        Some(lineage) => lineage,
        None => {
            let id = counters::take(conn, org, "lineage", 1)?;
            conn.execute(
                "INSERT INTO lineage (org, id, target_kind, target, tool, category) VALUES ($1, $2, $3, $4, $5, $6)",
                params![org, id, key.target.kind.word(), &key.target.name, &key.tool, &key.category],
            )?;
            id
        }
    };
    if let Some(found) = find_in(conn, org, lineage, &key.reference.0)? {
        return Ok(found);
    }
    let id = counters::take(conn, org, "stream", 1)?;
    conn.execute(
        "INSERT INTO stream (org, id, lineage, target, target_kind, ref, tracked, latest_at, timeline_json) VALUES ($1, $2, $3, $4, $5, $6, 1, 0, '')",
        params![org, id, lineage, &key.target.name, key.target.kind.word(), &key.reference.0],
    )?;
    let new = StreamRow {
        id,
        lineage,
        key: key.clone(),
        tracked: true,
        latest_at: Timestamp(0),
        latest_report: None,
        digest: None,
        timeline_json: String::new(),
    };
    Ok(new)
}

/// The stream of that key, if any report of it ever came.
///
/// # Errors
/// Whatever the database says.
pub fn find(conn: &mut Conn, org: i64, key: &StreamKey) -> Result<Option<StreamRow>> {
    match lineage_of(conn, org, key)? {
        Some(lineage) => find_in(conn, org, lineage, &key.reference.0),
        None => Ok(None),
    }
}

fn lineage_of(conn: &mut Conn, org: i64, key: &StreamKey) -> Result<Option<i64>> {
    let sql = "SELECT id FROM lineage WHERE org = $1 AND target_kind = $2 AND target = $3 AND tool = $4 AND category = $5";
    let params = params![org, key.target.kind.word(), &key.target.name, &key.tool, &key.category];
    conn.query_opt(sql, params)?.map(|row| row.int(0)).transpose()
}

fn find_in(conn: &mut Conn, org: i64, lineage: i64, reference: &str) -> Result<Option<StreamRow>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 AND s.lineage = $2 AND s.ref = $3");
    conn.query_opt(&sql, params![org, lineage, reference])?.map(|row| read(&row)).transpose()
}

/// The streams of a target, on every ref and of every tool.
///
/// # Errors
/// Whatever the database says.
pub fn of_target(conn: &mut Conn, org: i64, target: &Target) -> Result<Vec<StreamRow>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 AND s.target_kind = $2 AND s.target = $3 ORDER BY s.id");
    conn.query_map(&sql, params![org, target.kind.word(), &target.name], read)
}

/// All streams.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<StreamRow>> {
    conn.query_map(&format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 ORDER BY s.id"), params![org], read)
}

/// Writes what an import changed about a stream.
///
/// # Errors
/// Whatever the database says.
pub fn update(conn: &mut Conn, org: i64, stream: &StreamRow) -> Result<()> {
    conn.execute(
        "UPDATE stream SET latest_at = $3, latest_report = $4, digest = $5, timeline_json = $6, tracked = $7 WHERE org = $1 AND id = $2",
        params![org, stream.id, stream.latest_at, stream.latest_report, stream.digest.as_deref(), &stream.timeline_json, stream.tracked],
    )?;
    Ok(())
}

/// When the newest report of another ref of the lineage was scanned; 0 where there is none.
///
/// # Errors
/// Whatever the database says.
pub fn latest_of_others(conn: &mut Conn, org: i64, stream: &StreamRow) -> Result<Timestamp> {
    let sql = "SELECT COALESCE(MAX(latest_at), 0) FROM stream WHERE org = $1 AND lineage = $2 AND id <> $3";
    conn.query_one(sql, params![org, stream.lineage, stream.id])?.time(0)
}
