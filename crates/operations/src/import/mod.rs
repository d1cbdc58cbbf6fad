//! `import`: reports in, issues out. A file is read whole before anything is written, and is stored in one transaction.

mod assign;
mod bases;
mod collect;
mod identify;
mod read;
mod record;
mod scope;
mod source;
mod stream;
mod times;

use std::path::PathBuf;
use std::sync::Arc;

use formats::Mapping;
use model::{CoverageState, ReportRow, StreamKey, Timestamp, Warning};
use pipeline::correlate::InventoryIndex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::{counters, issues, reports};

use crate::context::not_ahead;
use crate::load::merged;
use crate::posture::services_of;
use crate::{Muster, OperationError, Result};

pub use collect::Upload;
pub(crate) use collect::{Member, members};
pub(crate) use read::{ReadRun, read_all, read_each, read_file};
pub(crate) use stream::{key as stream_key, place_flags as place_flags_of, target as target_of};
pub(crate) use times::{Subjects, replay_all};

/// The flags of `import` and `parse`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ImportFlags {
    pub repo: Option<String>,
    pub image: Option<String>,
    pub url: Option<String>,
    pub target: Option<String>,
    pub branch: Option<String>,
    pub commit: Option<String>,
    pub env: Option<String>,
    pub app: Option<String>,
    pub service: Option<String>,
    pub category: Option<String>,
    /// When the scan ran.
    pub at: Option<Timestamp>,
    pub format: Option<String>,
    /// How reports in no known format are read.
    #[serde(skip)]
    pub mapping: Option<Arc<Mapping>>,
    pub prefix: Option<String>,
    /// Where the scanned code is, for hashes of the code around a place.
    pub source: Option<PathBuf>,
    pub partial: bool,
    pub complete: bool,
    /// All files or none.
    pub atomic: bool,
}

/// How the issues on tracked refs changed; what a branch that is not tracked brought or ended is in the rows of its reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssueCounts {
    pub new: u64,
    pub reopened: u64,
    pub fixed: u64,
    /// Open issues in the whole database.
    pub open: u64,
}

/// The answer of `import`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportAnswer {
    pub reports: Vec<ReportRow>,
    pub issues: IssueCounts,
}

impl ImportAnswer {
    /// True where at least one report could not be read.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.reports.iter().any(|report| report.error.is_some())
    }
}

/// What a file would be imported as.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PreviewRow {
    pub report: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    pub findings: u64,
    pub warnings: Vec<Warning>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Where it would be filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamKey>,
    /// Services of the inventory that have the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
}

impl Muster {
    /// Imports reports: files, folders, archives. The good ones are stored; a bad one has an `error` in its row.
    ///
    /// # Errors
    /// When a flag is wrong, with `--atomic` when any file is bad, or when the database fails.
    pub fn import(
        &self,
        uploads: Vec<Upload>,
        flags: &ImportFlags,
        now: Timestamp,
        mut progress: impl FnMut(&str),
    ) -> Result<ImportAnswer> {
        check(flags, now)?;
        self.rank_by_shipped(true, now)?;
        let mut answer = ImportAnswer::default();
        let collected = members(uploads);
        if flags.atomic {
            return self.import_all_or_none(collected, flags, now);
        }
        for member in collected {
            progress(&member.name);
            match self.import_one(member, flags, now) {
                Ok((rows, counts)) => {
                    answer.reports.extend(rows);
                    add(&mut answer.issues, &counts);
                }
                Err(error) if !error.is_user_fault() => return Err(error),
                Err(error) => answer.reports.push(ReportRow { error: Some(error.to_string()), ..ReportRow::default() }),
            }
        }
        answer.issues.open = self.db.read(|conn| issues::count_queued(conn, self.org))?.unsigned_abs();
        Ok(answer)
    }

    fn import_all_or_none(&self, collected: Vec<Member>, flags: &ImportFlags, now: Timestamp) -> Result<ImportAnswer> {
        let mut read = Vec::new();
        let mut errors = Vec::new();
        for member in collected {
            match read_file(&member, flags, self.key.bytes()) {
                Ok(file) => read.push((file, member)),
                Err(reason) if member.named => errors.push(format!("{}: {reason}", member.name)),
                Err(_) => {}
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        let mut answer = ImportAnswer::default();
        self.db.try_write(|tx| {
            for (file, member) in read {
                let (rows, counts) = record::record(tx, self.org, file, member.input.as_ref(), flags, now)?;
                answer.reports.extend(rows);
                add(&mut answer.issues, &counts);
            }
            Ok::<_, OperationError>(())
        })?;
        answer.issues.open = self.db.read(|conn| issues::count_queued(conn, self.org))?.unsigned_abs();
        Ok(answer)
    }

    fn import_one(&self, member: Member, flags: &ImportFlags, now: Timestamp) -> Result<(Vec<ReportRow>, IssueCounts)> {
        let name = member.name.clone();
        if let Some(warning) = &member.warning {
            let warnings = vec![Warning { place: String::new(), message: warning.clone() }];
            return Ok((vec![ReportRow { report: name, warnings, ..ReportRow::default() }], IssueCounts::default()));
        }
        if let Some(error) = &member.error {
            return Ok((vec![ReportRow { report: name, error: Some(error.clone()), ..ReportRow::default() }], IssueCounts::default()));
        }
        match read_file(&member, flags, self.key.bytes()) {
            Ok(file) => self.db.try_write(|tx| record::record(tx, self.org, file, member.input.as_ref(), flags, now)),
            // A member of a folder or archive that is no report is passed over with a warning.
            Err(reason) if !member.named && reason.unrecognised => {
                let warnings = vec![Warning { place: String::new(), message: format!("passed over: {reason}") }];
                Ok((vec![ReportRow { report: name, warnings, ..ReportRow::default() }], IssueCounts::default()))
            }
            Err(reason) => {
                let row = self.note_failed(&name, &reason, flags, now)?;
                Ok((vec![row], IssueCounts::default()))
            }
        }
    }

    /// A file that cannot be read to its end stores no finding; its stream records a failed scan where the flags and the format tell it.
    fn note_failed(&self, name: &str, reason: &read::Refusal, flags: &ImportFlags, now: Timestamp) -> Result<ReportRow> {
        let mut row = ReportRow { report: name.to_owned(), error: Some(reason.to_string()), ..ReportRow::default() };
        row.format = reason.format.map(|format| format.id.to_owned());
        row.coverage = Some(CoverageState::Failed);
        self.db.try_write(|tx| {
            let id = counters::take(tx, self.org, "report", 1)?;
            let record = reports::ReportRecord {
                id,
                path: name.to_owned(),
                format: row.format.clone(),
                tool: reason.format.map(|format| format.name.to_owned()),
                content_hash: reason.content_hash.clone(),
                scanned: flags.at.unwrap_or(now),
                recorded: now,
                time_stated: flags.at.is_some(),
                coverage: CoverageState::Failed.word().to_owned(),
                scope_json: "{}".to_owned(),
                row_json: serde_json::to_string(&row)?,
                ..reports::ReportRecord::default()
            };
            reports::insert(tx, self.org, &record)?;
            Ok::<_, OperationError>(())
        })?;
        Ok(row)
    }

    /// What these files would be imported as; stores nothing.
    ///
    /// # Errors
    /// When a flag is wrong.
    pub fn preview(&self, uploads: Vec<Upload>, flags: &ImportFlags, now: Timestamp) -> Result<Vec<PreviewRow>> {
        check(flags, now)?;
        let inventory = self.db.try_read(|conn| merged(conn, self.org))?.inventory;
        let index = InventoryIndex::new(&inventory);
        let mut out = Vec::new();
        for member in members(uploads) {
            let mut row = PreviewRow { report: member.name.clone(), ..PreviewRow::default() };
            if let Some(error) = member.error.clone().or_else(|| member.warning.clone()) {
                row.error = Some(error);
                out.push(row);
                continue;
            }
            match read_file(&member, flags, self.key.bytes()) {
                Ok(file) => {
                    row.format = Some(file.format.id.to_owned());
                    row.format_name = Some(file.format.name.to_owned());
                    row.findings = file.runs.iter().map(|run| run.findings.len() as u64).sum();
                    row.tool = file.runs.first().map(|run| run.run.tool.clone());
                    row.stream = file.runs.first().map(|run| stream::key(&run.run, flags, file.format.id, &index));
                    row.target = row.stream.as_ref().map(|stream| stream.target.name.clone());
                    row.services = match (&flags.service, &row.stream) {
                        (Some(service), _) => vec![service.clone()],
                        (None, Some(stream)) => services_of(&index, &inventory, &stream.target),
                        (None, None) => Vec::new(),
                    };
                    row.services.retain(|service| !service.is_empty());
                    row.warnings = file.warnings;
                }
                Err(reason) => row.error = Some(reason.to_string()),
            }
            out.push(row);
        }
        Ok(out)
    }
}

fn check(flags: &ImportFlags, now: Timestamp) -> Result<()> {
    if let Some(at) = flags.at {
        not_ahead("--at", at, now)?;
    }
    if flags.partial && flags.complete {
        return Err(OperationError::Bad("--partial and --complete contradict each other".to_owned()));
    }
    if flags.mapping.is_some() && flags.format.is_some() {
        return Err(OperationError::Bad(
            "--mapping and --format contradict each other: a mapping says how the reports are read".to_owned(),
        ));
    }
    if let Some(id) = &flags.format
        && formats::by_id(id).is_none()
    {
        return Err(OperationError::Bad(format!("no format `{id}`; `muster formats` lists them")));
    }
    Ok(())
}

fn add(total: &mut IssueCounts, counts: &IssueCounts) {
    total.new += counts.new;
    total.reopened += counts.reopened;
    total.fixed += counts.fixed;
}
