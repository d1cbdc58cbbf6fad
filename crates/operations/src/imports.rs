//! The list of imports, one import, and taking a report back.

use std::collections::BTreeSet;

use model::{ReportRow, Timestamp};
use pipeline::deduplicate::across::met_under;
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::reports::{self, ReportRecord};
use store::queries::{findings, presence, streams};

use crate::import::{Subjects, replay_all};
use crate::link::{Touched, relink};
use crate::load::{Streams, world};
use crate::refresh::Cause;
use crate::{Muster, OperationError, Result};

/// A stored report with its times.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ImportView {
    #[serde(flatten)]
    pub row: ReportRow,
    /// When the scan ran.
    pub at: Timestamp,
    /// When it was imported.
    pub recorded: Timestamp,
    /// Commit, tag or digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Timestamp>,
}

/// A page of imports, newest first.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ImportPage {
    pub items: Vec<ImportView>,
    /// Behind which id the next page starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

impl Muster {
    /// Reports by arrival, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn imports(&self, before: Option<i64>, limit: usize) -> Result<ImportPage> {
        let limit = i64::try_from(limit.clamp(1, 1000)).unwrap_or(100);
        let mut records = self.db.read(|conn| reports::page(conn, self.org, before, limit + 1))?;
        let more = records.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        records.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = records.last().map(|record| record.id).filter(|_| more);
        Ok(ImportPage { items: records.into_iter().map(view).collect::<Result<_>>()?, next })
    }

    /// One report.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn import_view(&self, id: &str) -> Result<ImportView> {
        let unknown = || OperationError::NotFound(format!("no report {id}"));
        let number = id.parse().map_err(|_| unknown())?;
        let record = self.db.read(|conn| reports::find(conn, self.org, number))?.ok_or_else(unknown)?;
        view(record)
    }

    /// Takes a report back: history is as if it had not come.
    ///
    /// # Errors
    /// When there is none of that id, it was taken back before, or the reason is missing.
    pub fn retract(&self, id: &str, reason: &str, author: &str, now: Timestamp) -> Result<ImportView> {
        if reason.trim().is_empty() {
            return Err(OperationError::Bad("a reason is needed: --reason says why".to_owned()));
        }
        let unknown = || OperationError::NotFound(format!("no report {id}"));
        let number: i64 = id.parse().map_err(|_| unknown())?;
        self.db.try_write(|tx| {
            let record = reports::find(tx, self.org, number)?.ok_or_else(unknown)?;
            if record.retracted.is_some() {
                return Err(OperationError::Bad(format!("report {id} was taken back before")));
            }
            reports::retract(tx, self.org, number, now)?;
            let Some(stream_id) = record.stream else { return Ok(()) };
            crate::components::forget(tx, self.org, stream_id, number)?;
            let world = world(tx, self.org, now)?;
            let Some(mut stream) = streams::all(tx, self.org)?.into_iter().find(|stream| stream.id == stream_id) else { return Ok(()) };
            let known = findings::known_of_lineage(tx, self.org, stream.lineage)?;
            let subjects = Subjects::load(tx, self.org, &stream.key.tool, &known)?;
            let before = presence::of_stream(tx, self.org, stream_id)?;
            let moved = replay_all(tx, self.org, &mut stream, None, &subjects, before)?;
            let newest = reports::newest_of_stream(tx, self.org, stream_id)?;
            stream.digest = None;
            stream.latest_report = newest.as_ref().map(|report| report.id);
            stream.latest_at = newest.map_or(Timestamp(0), |report| report.scanned);
            streams::update(tx, self.org, &stream)?;

            let touched: Vec<i64> = moved.touched.iter().copied().collect();
            let rows = findings::by_ids(tx, self.org, &touched)?;
            let ids: BTreeSet<String> = rows.iter().map(|row| row.issue.clone()).collect();
            // What only this report said was never there.
            let seen: BTreeSet<i64> = presence::of_findings(tx, self.org, &touched)?.into_iter().map(|row| row.finding).collect();
            let unsaid: Vec<i64> = touched.iter().copied().filter(|id| !seen.contains(id)).collect();
            let sharing = findings::blocks_of(tx, self.org, &unsaid)?;
            findings::delete(tx, self.org, &unsaid)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            let met: BTreeSet<String> = sharing.iter().flat_map(|key| met_under(key)).collect();
            let neighbours = findings::sharing(tx, self.org, met.into_iter().collect())?;
            let by = format!("{author}: report {id} taken back ({})", reason.trim());
            let cause = Cause::of(&by, now);
            let touched = Touched { changed: &neighbours, ..Touched::default() };
            relink(tx, self.org, touched, &streams, &world, cause)?.finish(tx, self.org, ids, (&streams, &world), cause)?;
            Ok(())
        })?;
        self.import_view(id)
    }
}

fn view(record: ReportRecord) -> Result<ImportView> {
    let mut row: ReportRow = serde_json::from_str(&record.row_json)?;
    row.id = Some(record.id.to_string());
    Ok(ImportView { row, at: record.scanned, recorded: record.recorded, version: record.version, retracted: record.retracted })
}
