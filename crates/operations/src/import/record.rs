//! A report that was read goes into the record: identities, times, links, issues. Runs inside one transaction.

use std::collections::BTreeSet;
use std::thread::ScopedJoinHandle;

use formats::Input;
use model::{CoverageState, ReportRow, Timestamp, Warning, hash_parts, short_hex};
use pipeline::track::Scope;
use store::Conn;
use store::queries::reports::ReportRecord;
use store::queries::streams::StreamRow;
use store::queries::{counters, findings, presence, reports, streams};

use super::identify::{New, Print, Scan, identify, prints, told_at};
use super::read::{LARGEST_KEPT, ReadFile, ReadRun};
use super::times::{self, Subjects};
use super::{ImportFlags, IssueCounts, scope, stream};
use crate::changes::Entry;
use crate::link::{Fresh, Touched, relink};
use crate::load::{Streams, World, world};
use crate::refresh::{Cause, write_history};
use crate::{OperationError, Result};

/// What one run changed.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) row: ReportRow,
    /// New findings, and known ones whose words changed: they are linked again.
    pub(super) changed: Vec<i64>,
    pub(super) new: BTreeSet<i64>,
    /// The new ones, in the order of their row numbers.
    pub(super) fresh: Vec<New>,
    /// Findings whose presence changed.
    touched: BTreeSet<i64>,
    /// Whether the stream was made by this run: others of its target may become tracked or cease to be.
    new_stream: bool,
    stream: i64,
}

/// Stores a report and makes the issues that it touches again.
pub(crate) fn record(
    tx: &mut Conn,
    org: i64,
    mut file: ReadFile,
    input: Option<&Input>,
    flags: &ImportFlags,
    now: Timestamp,
) -> Result<(Vec<ReportRow>, IssueCounts)> {
    let world = world(tx, org, now)?;
    let mut runs = std::mem::take(&mut file.runs);
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, run) in runs.iter_mut().enumerate() {
        run.strip();
        outcomes.push(record_run(tx, org, &world, &file, run, i64::try_from(at).unwrap_or_default(), flags, now)?);
    }
    let is_kept = outcomes.iter().any(|outcome| !outcome.row.repeated) && !reports::has_content(tx, org, &file.content_hash)?;
    let kept = input.filter(|_| is_kept).and_then(|input| keepable(&file, input));
    let scanned = outcomes.iter().filter(|outcome| !outcome.row.repeated).map(|outcome| outcome.stream).collect::<Vec<i64>>();
    let scanned = streams::of_ids(tx, org, &scanned)?;
    let (world, on_bases) = super::bases::after(tx, org, &scanned, &world, now)?.unwrap_or((world, Vec::new()));
    let streams = Streams::load(tx, org, &world.index)?;
    let changed: Vec<i64> = outcomes.iter().flat_map(|outcome| outcome.changed.iter().copied()).collect();
    let new: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.new.iter().copied()).collect();
    let mut touched: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.touched.iter().copied()).collect();
    touched.extend(&changed);
    for outcome in outcomes.iter().filter(|outcome| outcome.new_stream) {
        touched.extend(of_same_target(tx, org, outcome.stream, &streams)?);
    }
    let fresh = store_keys(tx, org, &mut outcomes)?;
    let services: BTreeSet<String> = runs
        .iter()
        .filter(|run| run.components.iter().any(|c| c.loaded.is_some()))
        .flat_map(|run| crate::facts::services_of(run, flags, &world))
        .collect();
    let at = runs.iter().find_map(|run| scan_time_of_run(run, flags, now)).unwrap_or(now);
    drop(runs);
    let tool = outcomes.first().and_then(|outcome| outcome.row.tool.clone()).unwrap_or_default();
    let by = format!("{tool}: {}", file.name);
    let cause = Cause { at, now, by: &by, new_findings: &new, tells_moves: false };
    let touched: Vec<i64> = touched.into_iter().filter(|id| !fresh.rows.contains_key(id)).collect();
    // What is kept of the bytes is masked and packed beside the linking, which leaves a core free now and then.
    let (relinked, packed) = std::thread::scope(|scope| {
        let packing = kept.map(|pack| scope.spawn(pack));
        let relinked = relink(tx, org, Touched { changed: &changed, fresh, ..Touched::default() }, &streams, &world, cause);
        (relinked, packing.map(ScopedJoinHandle::join))
    });
    let mut relinked = relinked?;
    if let Some(packed) = packed {
        let packed = packed.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        reports::keep_content(tx, org, &file.content_hash, packed)?;
    }
    let mut ids: BTreeSet<String> = findings::issues_of(tx, org, &touched)?.into_iter().collect();
    ids.extend(crate::facts::issues_of_services(tx, org, &services)?);
    ids.extend(on_bases);
    let changes = relinked.finish(tx, org, ids, (&streams, &world), cause)?;
    let merged = relinked
        .redirects
        .iter()
        .map(|(old, into)| Entry::plain(into.clone(), "merged", format!("{old} merged into this issue")))
        .collect();
    write_history(tx, org, merged, cause)?;
    let mut rows: Vec<ReportRow> = outcomes.into_iter().map(|outcome| outcome.row).collect();
    if let Some(first) = rows.first_mut() {
        let warnings = relinked.warnings.into_iter().map(|message| Warning { place: String::new(), message });
        first.warnings.extend(file.warnings.iter().cloned().chain(warnings));
    }
    let counts =
        IssueCounts { new: changes.new.len() as u64, reopened: changes.reopened.len() as u64, fixed: changes.fixed.len() as u64, open: 0 };
    Ok((rows, counts))
}

/// Stores the keys by which new findings meet others, and hands over their rows.
fn store_keys(tx: &mut Conn, org: i64, outcomes: &mut [Outcome]) -> Result<Fresh> {
    let mut fresh = Fresh::default();
    let mut keys: Vec<(i64, String)> = Vec::new();
    for New { row, keys: found, .. } in outcomes.iter_mut().flat_map(|outcome| std::mem::take(&mut outcome.fresh)) {
        keys.extend(found.into_iter().map(|key| (row.id, key)));
        fresh.rows.insert(row.id, row);
    }
    // In the order of the table, so that neighbours are written together.
    keys.sort_unstable_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    fresh.keys.extend(keys.iter().map(|(_, key)| key).collect::<BTreeSet<_>>().into_iter().cloned());
    findings::add_blocks(tx, org, keys)?;
    Ok(fresh)
}

/// Findings of the other streams of a target, when a first report of a new ref came: whether those are tracked may have changed.
fn of_same_target(tx: &mut Conn, org: i64, stream: i64, all: &Streams) -> Result<Vec<i64>> {
    let Some(info) = all.by_id.get(&stream) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for other in
        streams::of_target(tx, org, &info.row.key.target)?.into_iter().filter(|other| other.key.reference != info.row.key.reference)
    {
        out.extend(presence::of_stream(tx, org, other.id)?.into_iter().map(|row| row.finding));
    }
    Ok(out)
}

#[expect(clippy::too_many_arguments, reason = "one call, in the loop over the runs of a file")]
fn record_run(
    tx: &mut Conn,
    org: i64,
    world: &World,
    file: &ReadFile,
    run: &mut ReadRun,
    position: i64,
    flags: &ImportFlags,
    now: Timestamp,
) -> Result<Outcome> {
    let key = stream::key(&run.run, flags, file.format.id, &world.index);
    let mut stream = streams::find_or_make(tx, org, &key, stream::form(file.format.id))?;
    let new_stream = stream.latest_report.is_none();
    let stated = scan_time_of_run(run, flags, now);
    let at = stated.unwrap_or(now);
    let version = stream::version(&run.run, flags);
    let mut outcome = Outcome { new_stream, stream: stream.id, ..Outcome::default() };
    outcome.row = ReportRow {
        report: file.name.clone(),
        format: Some(file.format.id.to_owned()),
        tool: Some(run.run.tool.clone()),
        stream: Some(key.clone()),
        revision: run.run.revision.clone(),
        findings: run.findings.len() as u64,
        ..ReportRow::default()
    };
    if let Some(earlier) = repeated(tx, org, &stream, file, position, stated, version.as_deref())? {
        if stated.is_none() {
            reports::touch(tx, org, earlier.id, now)?;
            stream.latest_at = stream.latest_at.max(now);
            streams::update(tx, org, &stream)?;
        }
        let stored: ReportRow = serde_json::from_str(&earlier.row_json)?;
        outcome.row.id = Some(earlier.id.to_string());
        outcome.row.coverage = stored.coverage;
        outcome.row.coverage_reason = stored.coverage_reason;
        outcome.row.unchanged = outcome.row.findings;
        outcome.row.repeated = true;
        return Ok(outcome);
    }

    let prints = prints(&run.findings, &run.indices, file.format.id)?;
    let digest = digest(file, run, flags, &prints)?;
    if let Some(done) =
        unchanged(tx, org, &mut stream, &digest, file, run, position, (stated, at, version.as_deref()), flags, now, &outcome.row)?
    {
        outcome.row = done;
        return Ok(outcome);
    }
    let known = findings::known_of_lineage(tx, org, stream.lineage)?;
    let subjects = Subjects::load(tx, org, &key.tool, &known)?;
    let before = presence::of_stream(tx, org, stream.id)?;
    let open: BTreeSet<i64> = before.iter().filter(|row| row.until.is_none()).map(|row| row.finding).collect();
    let (coverage, run_scope) = scope::of_run(run, flags, file.format, &key.tool, &subjects.kinds());
    outcome.row.coverage = Some(coverage.state);
    outcome.row.coverage_reason.clone_from(&coverage.reason);
    let seen_later = before.iter().filter(|row| row.until.is_some_and(|until| until > at)).map(|row| row.finding).collect();
    let told = told_at(tx, org, &stream, at)?;
    let listed = crate::components::listed(&run.components, &run.findings);
    // What is kept of them is in their rows afterwards.
    let findings = std::mem::take(&mut run.findings);
    let scan = Scan { run, world, prints, flags, at, key: &key, stream: &stream, open: &open, told, seen_later };
    let (assigned, mut subjects) = identify(tx, org, &scan, findings, known, subjects, &mut outcome)?;
    let mut seen: Vec<(i64, u32)> = assigned.iter().map(|assigned| (assigned.id, assigned.index)).collect();
    seen.sort_unstable();
    let run_scope = apart(&open, &seen, &mut subjects, run_scope, &mut outcome.row);
    let record = ReportRecord {
        id: counters::take(tx, org, "report", 1)?,
        stream: Some(stream.id),
        path: file.name.clone(),
        format: Some(file.format.id.to_owned()),
        tool: Some(run.run.tool.clone()),
        tool_version: run.run.tool_version.clone(),
        content_hash: file.content_hash.clone(),
        run: position,
        scanned: at,
        recorded: now,
        time_stated: stated.is_some(),
        version,
        tag: stream::tag(&run.run, flags),
        coverage: coverage.state.word().to_owned(),
        scope_json: serde_json::to_string(&run_scope)?,
        tooling: scope::tooling(run, &run_scope),
        seen: Some(keep_seen(tx, org, &seen)?),
        ..ReportRecord::default()
    };
    let alone = at > stream.latest_at;
    let moved = times::apply(tx, org, &mut stream, &record, &seen, &run_scope, &subjects, before)?;
    stream.digest = alone.then_some(digest);
    outcome.row.id = Some(record.id.to_string());
    outcome.row.new = outcome.new.len() as u64;
    let is_quiet = moved.reopened.is_empty() && moved.closed.is_empty();
    let elsewhere = if is_quiet { BTreeSet::new() } else { streams::open_in_other_forms(tx, org, &stream)? };
    outcome.row.reopened = moved.reopened.difference(&elsewhere).count() as u64;
    outcome.row.fixed = moved.closed.difference(&elsewhere).count() as u64;
    outcome.row.held = moved.held.len() as u64;
    outcome.row.unchanged = (seen.len() as u64).saturating_sub(outcome.row.new + outcome.row.reopened);
    if outcome.row.held > 0 {
        let message = format!(
            "{} closures wait for the next complete report: it would close over half of the stream while the tool, its rules or its roots changed",
            outcome.row.held
        );
        outcome.row.warnings.push(Warning { place: String::new(), message });
    }
    outcome.touched.extend(moved.touched);
    if at >= stream.latest_at {
        stream.latest_at = at;
        stream.latest_report = Some(record.id);
    }
    streams::update(tx, org, &stream)?;
    if coverage.state != CoverageState::Failed {
        let flags_json = serde_json::to_string(&stream::place_flags(&run.run, flags))?;
        // An SBOM lists all there is, whatever it says of vulnerabilities.
        let whole = !flags.partial && run.run.claims.rows_skipped == 0;
        let complete = coverage.state == CoverageState::Complete || (whole && !run.components.is_empty());
        let source = crate::components::Source { stream: stream.id, report: record.id, at, complete, flags_json, listed };
        crate::components::record(tx, org, source)?;
        if !run.components.is_empty() {
            crate::facts::record_components(tx, org, run, &key, flags, world, at)?;
        }
    }
    let record = ReportRecord { row_json: serde_json::to_string(&outcome.row)?, ..record };
    reports::insert(tx, org, &record)?;
    Ok(outcome)
}

fn scan_time_of_run(run: &ReadRun, flags: &ImportFlags, now: Timestamp) -> Option<Timestamp> {
    // A report from a clock that runs ahead counts as of now.
    flags.at.or(run.run.at.filter(|at| at.0 <= now.0 + 5 * 60 * 1000))
}

/// The report that this one repeats: the same bytes for the same stream, commit and scan time; where no time is given or stated, the
/// newest bytes again.
fn repeated(
    tx: &mut Conn,
    org: i64,
    stream: &StreamRow,
    file: &ReadFile,
    position: i64,
    stated: Option<Timestamp>,
    version: Option<&str>,
) -> Result<Option<ReportRecord>> {
    let same = reports::same(tx, org, stream.id, &file.content_hash, position)?;
    let same_version = |report: &ReportRecord| report.version.as_deref() == version;
    match stated {
        Some(at) => Ok(same.into_iter().find(|report| report.scanned == at && same_version(report))),
        None => {
            let newest = reports::newest_of_stream(tx, org, stream.id)?;
            Ok(newest.filter(|newest| newest.content_hash == file.content_hash && newest.run == position && same_version(newest)))
        }
    }
}

/// A hash of all that a run says, but for when it ran and what its report is called.
fn digest(file: &ReadFile, run: &ReadRun, flags: &ImportFlags, prints: &[Print]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let place = stream::place_flags(&run.run, flags);
    let head = (file.format.id, &run.run.tool, &run.run.tool_version, &run.run.claims, flags.partial, flags.complete, place);
    hasher.update(&serde_json::to_vec(&head)?);
    for print in prints {
        hasher.update(&print.all);
    }
    Ok(short_hex(hasher.finalize().as_bytes(), 16))
}

/// Stores a report that says what the newest one of its stream said, without looking at a finding: nothing opens, nothing closes.
///
/// Only where that one was alone in its snapshot, no closure waits for this one, and no other ref changed the findings since.
#[expect(clippy::too_many_arguments, reason = "one call, a step of record_run")]
fn unchanged(
    tx: &mut Conn,
    org: i64,
    stream: &mut StreamRow,
    digest: &str,
    file: &ReadFile,
    run: &ReadRun,
    position: i64,
    (stated, at, version): (Option<Timestamp>, Timestamp, Option<&str>),
    flags: &ImportFlags,
    now: Timestamp,
    row: &ReportRow,
) -> Result<Option<ReportRow>> {
    let newest = stream.latest_report.filter(|_| stream.digest.as_deref() == Some(digest) && at > stream.latest_at);
    let Some(newest) = newest.filter(|_| run.components.is_empty()) else { return Ok(None) };
    if times::waits(stream)? || streams::latest_of_others(tx, org, stream)? >= stream.latest_at {
        return Ok(None);
    }
    let Some(newest) = reports::find(tx, org, newest)?.filter(|newest| newest.retracted.is_none()) else { return Ok(None) };
    let before: ReportRow = serde_json::from_str(&newest.row_json)?;
    let id = counters::take(tx, org, "report", 1)?;
    let row = ReportRow {
        id: Some(id.to_string()),
        coverage: before.coverage,
        coverage_reason: before.coverage_reason,
        unchanged: row.findings,
        ..row.clone()
    };
    let record = ReportRecord {
        id,
        path: file.name.clone(),
        content_hash: file.content_hash.clone(),
        run: position,
        scanned: at,
        recorded: now,
        time_stated: stated.is_some(),
        version: version.map(str::to_owned),
        tag: stream::tag(&run.run, flags),
        row_json: serde_json::to_string(&row)?,
        ..newest
    };
    reports::insert(tx, org, &record)?;
    stream.latest_at = at;
    stream.latest_report = Some(id);
    streams::update(tx, org, stream)?;
    Ok(Some(row))
}

/// What makes the bytes of a report ready to be kept: with every secret masked, and packed. None for bytes that are not kept.
fn keepable<'a>(file: &'a ReadFile, input: &'a Input) -> Option<impl FnOnce() -> Result<Vec<u8>> + 'a> {
    // What is packed cannot be masked, so it is not kept.
    let is_kept = !input.is_empty() && input.len() <= LARGEST_KEPT && !input.head().bytes().starts_with(b"PK");
    is_kept.then_some(move || {
        let failed = |error: &dyn std::fmt::Display| OperationError::System(format!("{}: {error}", file.name));
        let source = input.open().map_err(|error| failed(&error))?;
        reports::pack_content(|out| file.redactor.redact_stream(source, out)).map_err(|error| failed(&error))
    })
}

/// Import rule 5, second half: a report that shares no root with the one before it closes nothing.
fn apart(open: &BTreeSet<i64>, seen: &[(i64, u32)], subjects: &mut Subjects, scope: Scope, row: &mut ReportRow) -> Scope {
    if !scope.complete || seen.is_empty() || seen.iter().any(|(id, _)| open.contains(id)) {
        return scope;
    }
    let roots = |ids: &mut dyn Iterator<Item = i64>| -> BTreeSet<String> { ids.filter_map(|id| subjects.root(id)).collect() };
    let (before, after) = (roots(&mut open.iter().copied()), roots(&mut seen.iter().map(|(id, _)| *id)));
    if before.is_empty() || after.is_empty() || !before.is_disjoint(&after) {
        return scope;
    }
    let message =
        "nothing was closed: the report shares no folder and no finding with the one before it; if the tool scans this target in \
                   several runs, give each its own --category"
            .to_owned();
    row.warnings.push(Warning { place: String::new(), message });
    Scope { complete: false, ..scope }
}

fn keep_seen(tx: &mut Conn, org: i64, seen: &[(i64, u32)]) -> Result<String> {
    let parts: Vec<String> = seen.iter().map(|(id, index)| format!("{id}:{index}")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let hash = short_hex(&hash_parts(&parts), 16);
    reports::keep_seen(tx, org, &hash, seen)?;
    Ok(hash)
}
