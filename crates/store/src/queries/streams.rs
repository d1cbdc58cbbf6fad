//! Lineages (what one tool scans in one category) and streams (a lineage on one ref, in one form of report).

use std::collections::BTreeSet;

use model::{StreamKey, Target, TargetKind, Timestamp};

use super::counters;
use crate::{Conn, Result, Row, Value, params};

/// What kind of document the reports of a stream are. Absence closes only inside one form: a bill of materials and a report of one tool
/// need not be of one scan, nor name packages alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Report,
    Sbom,
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Self::Report => "",
            Self::Sbom => "sbom",
        }
    }
}

/// A stream as it stands.
#[derive(Clone, Debug)]
pub struct StreamRow {
    pub id: i64,
    pub lineage: i64,
    pub key: StreamKey,
    pub form: Form,
    pub tracked: bool,
    /// Scan time of the newest report, 0 before the first.
    pub latest_at: Timestamp,
    pub latest_report: Option<i64>,
    /// Digest of the newest snapshot.
    pub digest: Option<String>,
    pub timeline_json: String,
}

const COLUMNS: &str = "s.id, s.lineage, s.target_kind, s.target, s.ref, l.tool, l.category, s.tracked, s.latest_at, s.latest_report, s.digest, s.timeline_json, s.form";
const FROM: &str = "FROM stream s JOIN lineage l ON l.org = s.org AND l.id = s.lineage";

fn read(row: &Row) -> Result<StreamRow> {
    let target = Target { kind: target_kind(row.str(2)?), name: row.text(3)? };
    let key = StreamKey { target, reference: model::Ref(row.text(4)?), tool: row.text(5)?, category: row.text(6)? };
    Ok(StreamRow {
        id: row.int(0)?,
        lineage: row.int(1)?,
        key,
        form: if row.str(12)? == Form::Sbom.word() { Form::Sbom } else { Form::Report },
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

/// The stream of that key and form; it and its lineage are made when there are none.
///
/// # Errors
/// Whatever the database says.
pub fn find_or_make(conn: &mut Conn, org: i64, key: &StreamKey, form: Form) -> Result<StreamRow> {
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
    if let Some(found) = find_in(conn, org, lineage, &key.reference.0, form)? {
        return Ok(found);
    }
    let id = counters::take(conn, org, "stream", 1)?;
    conn.execute(
        "INSERT INTO stream (org, id, lineage, target, target_kind, ref, form, tracked, latest_at, timeline_json) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, '')",
        params![org, id, lineage, &key.target.name, key.target.kind.word(), &key.reference.0, form.word()],
    )?;
    let new = StreamRow {
        id,
        lineage,
        key: key.clone(),
        form,
        tracked: true,
        latest_at: Timestamp(0),
        latest_report: None,
        digest: None,
        timeline_json: String::new(),
    };
    Ok(new)
}

fn lineage_of(conn: &mut Conn, org: i64, key: &StreamKey) -> Result<Option<i64>> {
    let sql = "SELECT id FROM lineage WHERE org = $1 AND target_kind = $2 AND target = $3 AND tool = $4 AND category = $5";
    let params = params![org, key.target.kind.word(), &key.target.name, &key.tool, &key.category];
    conn.query_opt(sql, params)?.map(|row| row.int(0)).transpose()
}

fn find_in(conn: &mut Conn, org: i64, lineage: i64, reference: &str, form: Form) -> Result<Option<StreamRow>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 AND s.lineage = $2 AND s.ref = $3 AND s.form = $4");
    conn.query_opt(&sql, params![org, lineage, reference, form.word()])?.map(|row| read(&row)).transpose()
}

/// The streams of a target, on every ref and of every tool.
///
/// # Errors
/// Whatever the database says.
pub fn of_target(conn: &mut Conn, org: i64, target: &Target) -> Result<Vec<StreamRow>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 AND s.target_kind = $2 AND s.target = $3 ORDER BY s.id");
    conn.query_map(&sql, params![org, target.kind.word(), &target.name], read)
}

/// The streams of these numbers.
///
/// # Errors
/// Whatever the database says.
pub fn of_ids(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<StreamRow>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.org = $1 AND s.id = ANY($2) ORDER BY s.id");
    conn.query_in(&sql, params![org], ids.iter().map(|id| Value::from(*id)).collect())?.iter().map(read).collect()
}

/// Those of these repositories whose default branch has a stream.
///
/// # Errors
/// Whatever the database says.
pub fn with_default_branch(conn: &mut Conn, org: i64, repositories: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let sql = "SELECT DISTINCT target FROM stream WHERE org = $1 AND target_kind = 'repository' AND ref = '' AND target = ANY($2)";
    let names = repositories.iter().map(|name| Value::Text(name.clone())).collect();
    conn.query_in(sql, params![org], names)?.iter().map(|row| row.text(0)).collect()
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

/// The findings that are open on the same lineage and ref in another form.
///
/// # Errors
/// Whatever the database says.
pub fn open_in_other_forms(conn: &mut Conn, org: i64, stream: &StreamRow) -> Result<BTreeSet<i64>> {
    let sql = "SELECT p.finding FROM stream s JOIN presence p ON p.org = s.org AND p.stream = s.id \
               WHERE s.org = $1 AND s.lineage = $2 AND s.ref = $3 AND s.form <> $4 AND p.until IS NULL";
    let params = params![org, stream.lineage, &stream.key.reference.0, stream.form.word()];
    Ok(conn.query_map(sql, params, |row| row.int(0))?.into_iter().collect())
}

/// When the newest report of another ref or form of the lineage was scanned; 0 where there is none.
///
/// # Errors
/// Whatever the database says.
pub fn latest_of_others(conn: &mut Conn, org: i64, stream: &StreamRow) -> Result<Timestamp> {
    let sql = "SELECT COALESCE(MAX(latest_at), 0) FROM stream WHERE org = $1 AND lineage = $2 AND id <> $3";
    conn.query_one(sql, params![org, stream.lineage, stream.id])?.time(0)
}
