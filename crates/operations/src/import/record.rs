//! A report that was read goes into the record: identities, times, links, issues. Runs inside one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{CoverageState, Finding, Kind, ReportRow, StreamKey, Timestamp, Warning, hash_parts, short_hex};
use pipeline::deduplicate::over_time::canonical_rule;
use pipeline::track::Scope;
use store::Conn;
use store::queries::findings::FindingRow;
use store::queries::reports::ReportRecord;
use store::queries::streams::StreamRow;
use store::queries::{components, counters, findings, intel, presence, reports, streams};

use super::assign::{self, Assigned};
use super::read::{ReadFile, ReadRun};
use super::times::{self, Subjects};
use super::{ImportFlags, IssueCounts, scope, stream};
use crate::Result;
use crate::derive::place_with;
use crate::load::{Streams, World, world};
use crate::refresh::{Cause, refresh, write_history};

/// What one run changed.
#[derive(Default)]
struct Outcome {
    row: ReportRow,
    /// New findings, and known ones whose words changed: they are linked again.
    changed: Vec<i64>,
    new: BTreeSet<i64>,
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
    file: ReadFile,
    flags: &ImportFlags,
    now: Timestamp,
) -> Result<(Vec<ReportRow>, IssueCounts)> {
    let world = world(tx, org, now)?;
    let mut outcomes = Vec::new();
    for (at, run) in file.runs.iter().enumerate() {
        outcomes.push(record_run(tx, org, &world, &file, run, i64::try_from(at).unwrap_or_default(), flags, now)?);
    }
    if outcomes.iter().any(|outcome| !outcome.row.repeated) && !file.redacted.is_empty() {
        reports::keep_content(tx, org, &file.content_hash, &file.redacted)?;
    }
    let streams = Streams::load(tx, org, &world.index)?;
    let changed: Vec<i64> = outcomes.iter().flat_map(|outcome| outcome.changed.iter().copied()).collect();
    let new: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.new.iter().copied()).collect();
    let mut touched: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.touched.iter().copied()).collect();
    touched.extend(&changed);
    for outcome in outcomes.iter().filter(|outcome| outcome.new_stream) {
        touched.extend(of_same_target(tx, org, outcome.stream, &streams)?);
    }
    let relinked = crate::link::relink(tx, org, &changed, &streams, &world)?;
    let mut ids = relinked.issues;
    let touched: Vec<i64> = touched.into_iter().collect();
    ids.extend(findings::by_ids(tx, org, &touched)?.into_iter().map(|row| row.issue));
    let services: BTreeSet<String> = file
        .runs
        .iter()
        .filter(|run| run.components.iter().any(|c| c.loaded.is_some()))
        .flat_map(|run| crate::facts::services_of(run, flags, &world))
        .collect();
    ids.extend(crate::facts::issues_of_services(tx, org, &services)?);
    let tool = outcomes.first().and_then(|outcome| outcome.row.tool.clone()).unwrap_or_default();
    let at = file.runs.iter().find_map(|run| scan_time_of_run(run, flags, now)).unwrap_or(now);
    let by = format!("{tool}: {}", file.name);
    let cause = Cause { at, now, by: &by, new_findings: &new };
    let changes = refresh(tx, org, &ids, &streams, &world, cause)?;
    store::queries::issues::redirect(tx, org, &relinked.redirects, now)?;
    let merged = relinked.redirects.iter().map(|(old, into)| (into.clone(), "merged", format!("{old} merged into this issue"))).collect();
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
    run: &ReadRun,
    position: i64,
    flags: &ImportFlags,
    now: Timestamp,
) -> Result<Outcome> {
    let key = stream::key(&run.run, flags, file.format.id, &world.index);
    let mut stream = streams::find_or_make(tx, org, &key)?;
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

    let known = findings::of_lineage(tx, org, stream.lineage)?;
    let subjects = Subjects::new(&key.tool, &known)?;
    let (coverage, run_scope) = scope::of_run(run, flags, file.format, &key.tool, &subjects.kinds());
    outcome.row.coverage = Some(coverage.state);
    outcome.row.coverage_reason.clone_from(&coverage.reason);
    let (assigned, mut subjects) = identify(tx, org, world, run, flags, at, &key, &stream, known, subjects, &mut outcome)?;
    let mut seen: Vec<(i64, u32)> = assigned.iter().map(|assigned| (assigned.id, assigned.index)).collect();
    seen.sort_unstable();
    let run_scope = apart(tx, org, &stream, &seen, &mut subjects, run_scope, &mut outcome.row)?;
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
        coverage: coverage.state.word().to_owned(),
        scope_json: serde_json::to_string(&run_scope)?,
        tooling: scope::tooling(run, &run_scope),
        seen: Some(keep_seen(tx, org, &seen)?),
        ..ReportRecord::default()
    };
    let moved = times::apply(tx, org, &mut stream, &record, &seen, &run_scope, &subjects)?;
    outcome.row.id = Some(record.id.to_string());
    outcome.row.new = outcome.new.len() as u64;
    outcome.row.reopened = moved.reopened.len() as u64;
    outcome.row.fixed = moved.closed.len() as u64;
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
    if !run.components.is_empty() && coverage.state != CoverageState::Failed {
        components::replace(tx, org, stream.id, at, &run.components)?;
        crate::facts::record_components(tx, org, run, &key, flags, world, at)?;
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

/// Gives every finding of a run its identity, stores the new ones and those whose words changed.
#[expect(clippy::too_many_arguments, reason = "one call, a step of record_run")]
fn identify(
    tx: &mut Conn,
    org: i64,
    world: &World,
    run: &ReadRun,
    flags: &ImportFlags,
    at: Timestamp,
    key: &StreamKey,
    stream: &StreamRow,
    known: Vec<FindingRow>,
    mut subjects: Subjects,
    outcome: &mut Outcome,
) -> Result<(Vec<Assigned>, Subjects)> {
    let times = presence::of_stream(tx, org, stream.id)?;
    let open: BTreeSet<i64> = times.iter().filter(|row| row.until.is_none()).map(|row| row.finding).collect();
    let mut seen_until: HashMap<i64, Timestamp> = HashMap::new();
    for row in times {
        // Of a closed one only the scan that saw it first is certain.
        let last = if row.until.is_none() { row.since.max(stream.latest_at) } else { row.since };
        let known = seen_until.entry(row.finding).or_insert(last);
        *known = last.max(*known);
    }
    let mut assigned = assign::assign(key, &run.findings, &known, &open, &seen_last(tx, org, stream)?)?;
    let rows: HashMap<i64, FindingRow> = known.into_iter().map(|row| (row.id, row)).collect();
    let fresh = assigned.iter().filter(|assigned| assigned.id == 0).count();
    let mut next = if fresh > 0 { counters::take(tx, org, "finding", i64::try_from(fresh).unwrap_or(i64::MAX))? } else { 0 };
    let place_flags = stream::place_flags(&run.run, flags);
    let flags_json = serde_json::to_string(&place_flags)?;
    let mut insert = Vec::new();
    let mut update = Vec::new();
    let mut late = Vec::new();
    let mut identifiers = Vec::new();
    let mut aliases: BTreeSet<(String, String)> = BTreeSet::new();
    for assigned in &mut assigned {
        let Some(finding) = run.findings.get(assigned.position) else { continue };
        let said = body(finding)?;
        let body_hash = i64::from_le_bytes(hash_parts(&[&String::from_utf8_lossy(&said)]).first_chunk::<8>().copied().unwrap_or_default());
        let old = rows.get(&assigned.id);
        let same = |old: &FindingRow| {
            old.body_hash == body_hash && old.flags_json == flags_json && old.secret_hash == finding.secret_hash && old.first_seen <= at
        };
        if old.is_some_and(same) {
            continue;
        }
        // What a late report says of a finding is older than what is known of it: only its first time may change.
        let last_seen = |old: &FindingRow| seen_until.get(&old.id).copied().unwrap_or(old.first_seen);
        if let Some(old) = old.filter(|old| at < last_seen(old)) {
            if old.first_seen > at {
                outcome.changed.push(old.id);
                late.push(FindingRow { first_seen: at, ..old.clone() });
            }
            continue;
        }
        let body = match old {
            Some(old) => {
                let mut moved = finding.clone();
                moved.remember(&serde_json::from_slice(&old.body)?, old.first_seen, last_seen(old), at);
                body(&moved)?
            }
            None => said,
        };
        let placed = place_with(&world.index, &key.target, finding, &place_flags);
        let id = old.map_or_else(
            || {
                next += 1;
                next - 1
            },
            |old| old.id,
        );
        let row = FindingRow {
            id,
            lineage: stream.lineage,
            identity: assigned.identity.clone(),
            first_seen: old.map_or(at, |old| old.first_seen.min(at)),
            body,
            body_hash,
            match_json: serde_json::to_string(&assigned.key)?,
            secret_hash: finding.secret_hash.clone().or_else(|| old.and_then(|old| old.secret_hash.clone())),
            secret_head_only: finding.secret.as_ref().is_some_and(|secret| secret.head_only),
            place: placed.place.key,
            flags_json: flags_json.clone(),
            issue: old.map(|old| old.issue.clone()).unwrap_or_default(),
            link_json: old.map(|old| old.link_json.clone()).unwrap_or_default(),
        };
        identifiers.extend(finding.identifiers.iter().collect::<BTreeSet<_>>().into_iter().map(|name| (id, name.clone())));
        aliases.extend(finding.aliases.iter().map(|pair| (pair.a.clone(), pair.b.clone())));
        subjects.add(id, &key.tool, finding);
        outcome.changed.push(id);
        if old.is_none() {
            outcome.new.insert(id);
            insert.push(row);
        } else {
            update.push(row);
        }
        assigned.id = id;
    }
    let updated: Vec<i64> = update.iter().map(|row| row.id).collect();
    findings::insert(tx, org, &insert)?;
    findings::upsert(tx, org, &update)?;
    findings::upsert(tx, org, &late)?;
    findings::set_identifiers(tx, org, &updated, identifiers)?;
    let pairs: Vec<(String, String)> = aliases.into_iter().collect();
    let new_pairs = intel::state_aliases(tx, org, &pairs, &key.tool, at)?;
    let names: Vec<String> = new_pairs.into_iter().flat_map(|(a, b)| [a, b]).collect();
    // Another report's findings under the other name may now be the same issue.
    outcome.changed.extend(findings::naming(tx, org, names)?);
    outcome.changed.sort_unstable();
    outcome.changed.dedup();
    Ok((assigned, subjects))
}

/// The findings that the newest report of a stream had.
fn seen_last(tx: &mut Conn, org: i64, stream: &StreamRow) -> Result<BTreeSet<i64>> {
    let seen = reports::newest_of_stream(tx, org, stream.id)?.and_then(|newest| newest.seen);
    let seen = seen.map(|hash| reports::seen(tx, org, &hash)).transpose()?.unwrap_or_default();
    Ok(seen.into_iter().map(|(id, _)| id).collect())
}

/// The finding as it is stored: without what belongs to one report.
fn body(finding: &Finding) -> Result<Vec<u8>> {
    let mut stored = finding.clone();
    stored.report.clear();
    stored.index = 0;
    stored.identity = None;
    Ok(serde_json::to_vec(&stored)?)
}

/// Import rule 5, second half: a report that shares no root with the one before it closes nothing.
fn apart(
    tx: &mut Conn,
    org: i64,
    stream: &StreamRow,
    seen: &[(i64, u32)],
    subjects: &mut Subjects,
    scope: Scope,
    row: &mut ReportRow,
) -> Result<Scope> {
    let open: BTreeSet<i64> =
        presence::of_stream(tx, org, stream.id)?.into_iter().filter(|p| p.until.is_none()).map(|p| p.finding).collect();
    if !scope.complete || seen.is_empty() || seen.iter().any(|(id, _)| open.contains(id)) {
        return Ok(scope);
    }
    let roots = |ids: &mut dyn Iterator<Item = i64>| -> BTreeSet<String> { ids.filter_map(|id| subjects.root(id)).collect() };
    let (before, after) = (roots(&mut open.iter().copied()), roots(&mut seen.iter().map(|(id, _)| *id)));
    if before.is_empty() || after.is_empty() || !before.is_disjoint(&after) {
        return Ok(scope);
    }
    let message =
        "nothing was closed: the report shares no folder and no finding with the one before it; if the tool scans this target in \
                   several runs, give each its own --category"
            .to_owned();
    row.warnings.push(Warning { place: String::new(), message });
    Ok(Scope { complete: false, ..scope })
}

fn keep_seen(tx: &mut Conn, org: i64, seen: &[(i64, u32)]) -> Result<String> {
    let parts: Vec<String> = seen.iter().map(|(id, index)| format!("{id}:{index}")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let hash = short_hex(&hash_parts(&parts), 16);
    reports::keep_seen(tx, org, &hash, seen)?;
    Ok(hash)
}

/// The kinds among findings.
pub(super) fn kinds_of<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeSet<Kind> {
    findings.map(|finding| finding.kind).collect()
}

/// Findings by id with what closing asks of them.
pub(super) fn subject_of(tool: &str, finding: &Finding) -> (Kind, String, Option<String>) {
    let path = finding.location.path.clone().or_else(|| finding.package.as_ref().and_then(|package| package.file.clone()));
    (finding.kind, canonical_rule(tool, &finding.rule), path)
}

/// For counts by id.
pub(super) type ById<T> = BTreeMap<i64, T>;
