//! Known findings and those of a run, brought together.

use std::collections::BTreeSet;

use model::{Finding, StreamKey};
use pipeline::deduplicate::over_time::{Known, MatchKey, assign_by, canonical_tool};
use store::queries::findings::KnownRow;

use super::read::ReadRun;
use super::times;
use crate::{OperationError, Result, portions};

/// A finding of a run with its identity.
pub(super) struct Assigned {
    /// Row number; 0 for a new finding until it is stored.
    pub(super) id: i64,
    /// Place in the list of the run's findings.
    pub(super) position: usize,
    /// Index in the report.
    pub(super) index: u32,
    pub(super) identity: String,
    /// What recognises it; handed on with the row of a new finding.
    pub(super) key: Option<Box<MatchKey>>,
}

/// Recognises the findings of a run among the known ones of its lineage. `open` are those open on this stream, `last` those that
/// its last report had.
pub(super) fn assign(
    key: &StreamKey,
    run: &ReadRun,
    findings: &[Box<Finding>],
    known: &[KnownRow],
    open: &BTreeSet<i64>,
    last: &BTreeSet<i64>,
) -> Result<Vec<Assigned>> {
    let mut candidates = Vec::with_capacity(known.len());
    let file = only_file(run, findings);
    for row in known.iter().filter(|row| file.is_none_or(|file| may_be_in(row, file))) {
        candidates.push(Known {
            id: row.id.unsigned_abs(),
            identity: row.identity.clone(),
            key: MatchKey::from_bytes(&row.match_key).map_err(OperationError::System)?,
            present: open.contains(&row.id),
            fresh: last.contains(&row.id),
        });
    }
    let tool = canonical_tool(&key.tool);
    let keys =
        portions::on_all_cores(findings.iter().map(Box::as_ref).collect(), &|finding: &Finding| Box::new(MatchKey::of(&tool, finding)));
    let assignment = assign_by(&key.target, &tool, &key.category, findings, keys, &candidates);
    let paired = assignment.findings.into_iter().zip(&run.indices).enumerate();
    Ok(paired
        .map(|(position, (assigned, index))| Assigned {
            id: assigned.known.and_then(|(id, _)| i64::try_from(id).ok()).unwrap_or(0),
            position,
            index: *index,
            identity: assigned.identity,
            key: Some(assigned.key),
        })
        .collect())
}

/// The one file that a run says it looked at, where all its findings are. What was found in another file cannot have moved into it: that
/// file has reports of its own.
fn only_file<'a>(run: &'a ReadRun, findings: &[Box<Finding>]) -> Option<&'a str> {
    let [root] = run.run.claims.roots.as_slice() else { return None };
    let is_in_root = |finding: &Finding| times::path_of(finding) == Some(root.as_str());
    (!root.is_empty() && findings.iter().map(Box::as_ref).all(is_in_root)).then_some(root)
}

/// True where a known finding is in that file. Rows of an older version do not say.
fn may_be_in(row: &KnownRow, file: &str) -> bool {
    row.subject.is_empty() || row.subject.splitn(3, '\n').nth(2) == Some(times::plain(file).as_ref())
}
