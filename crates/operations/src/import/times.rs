//! The times of a stream's findings after one more report: appended when it is the newest, replayed when it is late.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{ClosureCause, Finding, Kind, Timestamp};
use pipeline::deduplicate::over_time::canonical_rule;
use pipeline::track::{Interval, Opening, ReportView, Scope, Snapshot, Subject, Timeline, append, replay};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::findings::{self, KnownRow};
use store::queries::presence::{self, PresenceRow};
use store::queries::reports::{self, ReportRecord};
use store::queries::streams::StreamRow;

use crate::Result;

/// What closing asks of the findings of a lineage.
pub(crate) struct Subjects {
    by_id: HashMap<i64, String>,
    kinds: BTreeSet<Kind>,
}

impl Subjects {
    /// Reads what is known of findings. Rows of an older version say nothing of it; their words are read.
    pub(crate) fn load(conn: &mut Conn, org: i64, tool: &str, rows: &[KnownRow]) -> Result<Self> {
        let mut out = Self { by_id: HashMap::with_capacity(rows.len()), kinds: BTreeSet::new() };
        let mut silent = Vec::new();
        for row in rows {
            if row.subject.is_empty() { silent.push(row.id) } else { out.put(row.id, row.subject.clone()) }
        }
        for row in findings::by_ids(conn, org, &silent)? {
            out.put(row.id, subject_of(tool, &row.body.read()?));
        }
        Ok(out)
    }

    pub(crate) fn put(&mut self, id: i64, subject: String) {
        self.kinds.extend(parts(&subject).map(|subject| subject.kind));
        self.by_id.insert(id, subject);
    }

    pub(crate) fn kinds(&self) -> BTreeSet<Kind> {
        self.kinds.clone()
    }

    /// The first folder of a finding's path; of a file at the top, the empty text.
    pub(crate) fn root(&self, id: i64) -> Option<String> {
        Some(parts(self.by_id.get(&id)?)?.path?.split_once('/').map_or("", |(first, _)| first).to_owned())
    }

    fn covered(&self, scope: &Scope, id: i64) -> bool {
        self.by_id.get(&id).and_then(|subject| parts(subject)).is_some_and(|subject| scope.covers(&subject))
    }
}

/// What closing asks of a finding, in one text.
pub(crate) fn subject_of(tool: &str, finding: &Finding) -> String {
    let mut out = format!("{}\n{}", finding.kind.word(), plain(&canonical_rule(tool, &finding.rule)));
    if let Some(path) = path_of(finding) {
        out.push('\n');
        out.push_str(&plain(path));
    }
    out
}

/// The file that a finding is in, else the manifest that brings its package.
pub(crate) fn path_of(finding: &Finding) -> Option<&str> {
    finding.location.path.as_deref().or_else(|| finding.package.as_ref().and_then(|package| package.file.as_deref()))
}

/// The text without control characters, which separate the parts of a subject and which a database may refuse.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { Cow::Owned(text.replace(char::is_control, " ")) } else { Cow::Borrowed(text) }
}

fn parts(subject: &str) -> Option<Subject<'_>> {
    let mut parts = subject.splitn(3, '\n');
    let kind = Kind::from_word(parts.next()?)?;
    Some(Subject { kind, rule: parts.next()?, path: parts.next() })
}

/// What one report moved.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    pub(crate) reopened: BTreeSet<i64>,
    pub(crate) closed: BTreeSet<i64>,
    pub(crate) held: BTreeSet<i64>,
    /// Every finding whose times changed.
    pub(crate) touched: BTreeSet<i64>,
}

/// What a stream keeps of its timeline beside the times of its findings.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    tooling: Option<String>,
    /// True while a closure waits for confirmation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    held: bool,
}

/// True where a closure of the stream waits for the next report.
pub(crate) fn waits(stream: &StreamRow) -> Result<bool> {
    Ok(!stream.timeline_json.is_empty() && serde_json::from_str::<Kept>(&stream.timeline_json)?.held)
}

/// Applies a report, which is not stored yet, to the times of its stream, which are `before`.
#[expect(clippy::too_many_arguments, reason = "one call, a step of record_run")]
pub(crate) fn apply(
    tx: &mut Conn,
    org: i64,
    stream: &mut StreamRow,
    report: &ReportRecord,
    seen: &[(i64, u32)],
    scope: &Scope,
    subjects: &Subjects,
    before: Vec<PresenceRow>,
) -> Result<Moved> {
    let seen: BTreeSet<i64> = seen.iter().map(|(id, _)| *id).collect();
    let newest = stream.latest_report.is_none() || report.scanned > stream.latest_at;
    if newest {
        append_newest(tx, org, stream, report, &seen, scope, subjects, &before)
    } else {
        replay_all(tx, org, stream, Some((report, &seen, scope)), subjects, before)
    }
}

fn unsigned(ids: &BTreeSet<i64>) -> BTreeSet<u64> {
    ids.iter().map(|id| id.unsigned_abs()).collect()
}

fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

#[expect(clippy::too_many_arguments, reason = "one call, a step of apply")]
fn append_newest(
    tx: &mut Conn,
    org: i64,
    stream: &mut StreamRow,
    report: &ReportRecord,
    seen: &BTreeSet<i64>,
    scope: &Scope,
    subjects: &Subjects,
    before: &[PresenceRow],
) -> Result<Moved> {
    let kept: Kept = if stream.timeline_json.is_empty() { Kept::default() } else { serde_json::from_str(&stream.timeline_json)? };
    let mut timeline = Timeline { open: BTreeMap::new(), tooling: kept.tooling };
    let mut ever = BTreeSet::new();
    let mut rows: BTreeMap<i64, &PresenceRow> = BTreeMap::new();
    for row in before {
        ever.insert(row.finding);
        if row.until.is_none() {
            timeline.open.insert(row.finding.unsigned_abs(), Opening { since: row.since, held: row.held });
            rows.insert(row.finding, row);
        }
    }
    let covers = |id: u64| subjects.covered(scope, signed(id));
    let seen_unsigned = unsigned(seen);
    let view =
        ReportView { complete: scope.complete, failed: scope.failed, seen: &seen_unsigned, covers: &covers, tooling: &report.tooling };
    let step = append(&mut timeline, &Snapshot { at: report.scanned, reports: vec![view], confirmed: false });

    let mut moved = Moved::default();
    let opened: Vec<PresenceRow> = step.opened.iter().map(|id| open_row(signed(*id), stream.id, report.scanned)).collect();
    moved.reopened = step.opened.iter().map(|id| signed(*id)).filter(|id| ever.contains(id)).collect();
    let mut changed = Vec::new();
    for id in step.closed.iter().map(|id| signed(*id)) {
        if let Some(row) = rows.get(&id) {
            let cause = Some(ClosureCause::Gone.word().to_owned());
            changed.push(PresenceRow { until: Some(report.scanned), held: false, cause, ..(*row).clone() });
            moved.closed.insert(id);
        }
    }
    for (list, held) in [(&step.held, true), (&step.released, false)] {
        for id in list.iter().map(|id| signed(*id)) {
            if let Some(row) = rows.get(&id) {
                changed.push(PresenceRow { held, ..(*row).clone() });
                moved.touched.insert(id);
            }
        }
    }
    moved.held = step.held.iter().map(|id| signed(*id)).collect();
    moved.touched.extend(step.opened.iter().map(|id| signed(*id)));
    moved.touched.extend(&moved.closed);
    presence::insert(tx, org, &opened)?;
    presence::update(tx, org, &changed)?;
    stream.timeline_json =
        serde_json::to_string(&Kept { held: timeline.open.values().any(|opening| opening.held), tooling: timeline.tooling })?;
    Ok(moved)
}

fn open_row(finding: i64, stream: i64, since: Timestamp) -> PresenceRow {
    PresenceRow { finding, stream, since, until: None, held: false, cause: None }
}

/// One report of a stream with what it saw.
struct Replayed {
    at: Timestamp,
    seen: BTreeSet<u64>,
    scope: Scope,
    tooling: String,
}

/// Makes the times of a stream again from all its reports, with one more or after one was taken back.
pub(crate) fn replay_all(
    tx: &mut Conn,
    org: i64,
    stream: &mut StreamRow,
    extra: Option<(&ReportRecord, &BTreeSet<i64>, &Scope)>,
    subjects: &Subjects,
    before: Vec<PresenceRow>,
) -> Result<Moved> {
    let mut all = Vec::new();
    for record in reports::of_stream(tx, org, stream.id)? {
        let list = match &record.seen {
            Some(hash) => reports::seen(tx, org, hash)?,
            None => Vec::new(),
        };
        let seen = list.into_iter().map(|(id, _)| id.unsigned_abs()).collect();
        all.push(Replayed { at: record.scanned, seen, scope: serde_json::from_str(&record.scope_json)?, tooling: record.tooling });
    }
    if let Some((record, seen, scope)) = extra {
        all.push(Replayed { at: record.scanned, seen: unsigned(seen), scope: scope.clone(), tooling: record.tooling.clone() });
    }
    all.sort_by_key(|replayed| replayed.at);
    let covers: Vec<Box<dyn Fn(u64) -> bool + '_>> =
        all.iter().map(|replayed| Box::new(|id| subjects.covered(&replayed.scope, signed(id))) as Box<dyn Fn(u64) -> bool>).collect();
    let mut snapshots: Vec<Snapshot<'_>> = Vec::new();
    for (replayed, covers) in all.iter().zip(&covers) {
        let view = ReportView {
            complete: replayed.scope.complete,
            failed: replayed.scope.failed,
            seen: &replayed.seen,
            covers: covers.as_ref(),
            tooling: &replayed.tooling,
        };
        match snapshots.last_mut() {
            Some(last) if last.at == replayed.at => last.reports.push(view),
            _ => snapshots.push(Snapshot { at: replayed.at, reports: vec![view], confirmed: false }),
        }
    }
    let (history, timeline) = replay(&snapshots);
    let rows = rows_of(&history, stream.id);
    let moved = difference(&before, &rows);
    presence::delete_of_stream(tx, org, stream.id)?;
    presence::insert(tx, org, &rows)?;
    stream.timeline_json =
        serde_json::to_string(&Kept { held: timeline.open.values().any(|opening| opening.held), tooling: timeline.tooling })?;
    Ok(moved)
}

fn rows_of(history: &BTreeMap<u64, Vec<Interval>>, stream: i64) -> Vec<PresenceRow> {
    let mut rows = Vec::new();
    for (id, intervals) in history {
        for interval in intervals {
            let cause = interval.until.map(|(_, cause)| cause.word().to_owned());
            let until = interval.until.map(|(until, _)| until);
            rows.push(PresenceRow { finding: signed(*id), stream, since: interval.since, until, held: interval.held, cause });
        }
    }
    rows
}

/// What a replay changed, seen from the end.
fn difference(before: &[PresenceRow], after: &[PresenceRow]) -> Moved {
    let group = |rows: &[PresenceRow]| {
        let mut out: BTreeMap<i64, Vec<PresenceRow>> = BTreeMap::new();
        for row in rows {
            out.entry(row.finding).or_default().push(row.clone());
        }
        out
    };
    let (before, after) = (group(before), group(after));
    let mut moved = Moved::default();
    let is_open = |rows: Option<&Vec<PresenceRow>>| rows.is_some_and(|rows| rows.iter().any(|row| row.until.is_none()));
    for id in before.keys().chain(after.keys()).copied().collect::<BTreeSet<_>>() {
        let (old, new) = (before.get(&id), after.get(&id));
        if old == new {
            continue;
        }
        moved.touched.insert(id);
        match (old.is_some(), is_open(old), is_open(new)) {
            (true, false, true) => moved.reopened.insert(id),
            (_, true, false) => moved.closed.insert(id),
            _ => false,
        };
        if new.is_some_and(|rows| rows.iter().any(|row| row.held)) && !old.is_some_and(|rows| rows.iter().any(|row| row.held)) {
            moved.held.insert(id);
        }
    }
    moved
}
