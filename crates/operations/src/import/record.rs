//! A report that was read goes into the record: identities, times, links, issues. Runs inside one transaction.

use std::collections::{BTreeSet, HashMap};

use formats::Input;
use model::{CoverageState, Finding, ReportRow, StreamKey, Timestamp, Warning, hash_parts, short_hex};
use pipeline::deduplicate::over_time::MatchKey;
use pipeline::track::Scope;
use store::Conn;
use store::queries::findings::{FindingRow, KnownRow};
use store::queries::reports::ReportRecord;
use store::queries::streams::StreamRow;
use store::queries::{counters, findings, intel, presence, reports, streams};

use super::assign::{self, Assigned};
use super::read::{LARGEST_KEPT, ReadFile, ReadRun};
use super::times::{self, Subjects};
use super::{ImportFlags, IssueCounts, scope, stream};
use crate::changes::Entry;
use crate::derive::place_with;
use crate::link::{Fresh, Touched, block_keys_of, relink};
use crate::load::{Streams, World, world};
use crate::portions;
use crate::refresh::{Cause, write_history};
use crate::{OperationError, Result};

/// What one run changed.
#[derive(Default)]
struct Outcome {
    row: ReportRow,
    /// New findings, and known ones whose words changed: they are linked again.
    changed: Vec<i64>,
    new: BTreeSet<i64>,
    /// The new ones, in the order of their row numbers.
    fresh: Vec<New>,
    /// Findings whose presence changed.
    touched: BTreeSet<i64>,
    /// Whether the stream was made by this run: others of its target may become tracked or cease to be.
    new_stream: bool,
    stream: i64,
}

/// A finding that is not stored yet.
struct New {
    row: FindingRow,
    /// Its place in the list of the run's findings.
    position: usize,
    /// The services that it is in.
    services: Vec<String>,
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
    for run in &mut file.runs {
        run.strip();
    }
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, run) in file.runs.iter().enumerate() {
        outcomes.push(record_run(tx, org, &world, &file, run, i64::try_from(at).unwrap_or_default(), flags, now)?);
    }
    if outcomes.iter().any(|outcome| !outcome.row.repeated) {
        keep_content(tx, org, &file, input)?;
    }
    let streams = Streams::load(tx, org, &world.index)?;
    let changed: Vec<i64> = outcomes.iter().flat_map(|outcome| outcome.changed.iter().copied()).collect();
    let new: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.new.iter().copied()).collect();
    let mut touched: BTreeSet<i64> = outcomes.iter().flat_map(|outcome| outcome.touched.iter().copied()).collect();
    touched.extend(&changed);
    for outcome in outcomes.iter().filter(|outcome| outcome.new_stream) {
        touched.extend(of_same_target(tx, org, outcome.stream, &streams)?);
    }
    let fresh = store_keys(tx, org, &file, &mut outcomes, &world)?;
    let services: BTreeSet<String> = file
        .runs
        .iter()
        .filter(|run| run.components.iter().any(|c| c.loaded.is_some()))
        .flat_map(|run| crate::facts::services_of(run, flags, &world))
        .collect();
    let at = file.runs.iter().find_map(|run| scan_time_of_run(run, flags, now)).unwrap_or(now);
    // Their words are in the rows now.
    for run in &mut file.runs {
        run.findings = Vec::new();
    }
    let tool = outcomes.first().and_then(|outcome| outcome.row.tool.clone()).unwrap_or_default();
    let by = format!("{tool}: {}", file.name);
    let cause = Cause { at, now, by: &by, new_findings: &new };
    let touched: Vec<i64> = touched.into_iter().filter(|id| !fresh.rows.contains_key(id)).collect();
    let mut relinked = relink(tx, org, Touched { changed: &changed, freed: &[], fresh }, &streams, &world, cause)?;
    let mut ids: BTreeSet<String> = findings::issues_of(tx, org, &touched)?.into_iter().collect();
    ids.extend(crate::facts::issues_of_services(tx, org, &services)?);
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
fn store_keys(tx: &mut Conn, org: i64, file: &ReadFile, outcomes: &mut [Outcome], world: &World) -> Result<Fresh> {
    let mut fresh = Fresh::default();
    let mut keys: Vec<(i64, String)> = Vec::new();
    for (outcome, run) in outcomes.iter_mut().zip(&file.runs) {
        let (Some(stream), list) = (&outcome.row.stream, std::mem::take(&mut outcome.fresh)) else { continue };
        let of = |new: &New| {
            let finding = run.findings.get(new.position)?;
            Some((new.row.id, block_keys_of(&new.row, finding, &new.services, (&stream.tool, &stream.target), world)))
        };
        for (id, found) in portions::on_all_cores(list.iter().collect(), &of).into_iter().flatten() {
            keys.extend(found.into_iter().map(|key| (id, key)));
        }
        fresh.rows.extend(list.into_iter().map(|new| (new.row.id, new.row)));
    }
    // In the order of the table, so that neighbours are written together.
    keys.sort_unstable_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
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
    run: &ReadRun,
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

    let digest = digest(file, run, flags)?;
    if let Some(done) = unchanged(tx, org, &mut stream, &digest, file, run, position, (stated, at, version.as_deref()), now, &outcome.row)?
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
    let scan = Scan { file, run, flags, at, key: &key, stream: &stream, open: &open, told, seen_later };
    let (assigned, mut subjects) = identify(tx, org, world, &scan, known, subjects, &mut outcome)?;
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
        let (components, findings) = (&run.components, &run.findings);
        // An SBOM lists all there is, whatever it says of vulnerabilities.
        let whole = !flags.partial && run.run.claims.rows_skipped == 0;
        let complete = coverage.state == CoverageState::Complete || (whole && !run.components.is_empty());
        let source = crate::components::Source { stream: stream.id, report: record.id, at, complete, flags_json, components, findings };
        crate::components::record(tx, org, &source)?;
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

/// One run of a report on its way into the record.
struct Scan<'a> {
    file: &'a ReadFile,
    run: &'a ReadRun,
    flags: &'a ImportFlags,
    at: Timestamp,
    key: &'a StreamKey,
    stream: &'a StreamRow,
    /// Findings that are open on the stream.
    open: &'a BTreeSet<i64>,
    /// Findings that another report of the same scan time saw: its words are as new as these.
    told: BTreeSet<i64>,
    /// Findings that closed after this scan.
    seen_later: BTreeSet<i64>,
}

impl Scan<'_> {
    /// True where a finding's words, of that hash, are newer than those known. Of equally new ones the greater hash counts.
    fn is_newer(&self, body_hash: i64, id: i64, said: Timestamp, known_hash: i64) -> bool {
        if self.at < self.stream.latest_at && (self.open.contains(&id) || self.seen_later.contains(&id)) {
            return false;
        }
        let said = if self.told.contains(&id) { said.max(self.at) } else { said };
        (self.at, body_hash) > (said, known_hash)
    }
}

/// The findings that reports of the stream at this very time saw.
fn told_at(tx: &mut Conn, org: i64, stream: &StreamRow, at: Timestamp) -> Result<BTreeSet<i64>> {
    let mut out = BTreeSet::new();
    if stream.latest_report.is_some() && at <= stream.latest_at {
        for report in reports::of_stream(tx, org, stream.id)?.into_iter().filter(|report| report.scanned == at) {
            if let Some(hash) = &report.seen {
                out.extend(reports::seen(tx, org, hash)?.into_iter().map(|(id, _)| id));
            }
        }
    }
    Ok(out)
}

/// Gives every finding of a run its identity, stores the new ones and those whose words changed. The words of the newest scan count.
fn identify(
    tx: &mut Conn,
    org: i64,
    world: &World,
    scan: &Scan<'_>,
    known: Vec<KnownRow>,
    mut subjects: Subjects,
    outcome: &mut Outcome,
) -> Result<(Vec<Assigned>, Subjects)> {
    let (run, at, key) = (scan.run, scan.at, scan.key);
    let mut assigned = assign::assign(key, run, &known, scan.open, &seen_last(tx, org, scan.stream)?)?;
    let rows: HashMap<i64, KnownRow> = known.into_iter().map(|row| (row.id, row)).collect();
    let place_flags = stream::place_flags(&run.run, scan.flags);
    let flags_json = serde_json::to_string(&place_flags)?;
    let mut words: HashMap<usize, (Vec<u8>, i64)> = HashMap::new();
    let mut updated = Vec::new();
    let mut known_better = Vec::new();
    for assigned in &assigned {
        let Some(finding) = run.findings.get(assigned.position) else { continue };
        let body = serde_json::to_vec(finding)?;
        let body_hash = hash_of(&body, scan.file.format.id);
        let wanted = rows.get(&assigned.id).is_none_or(|old| {
            let same = old.body_hash == body_hash && old.flags_json == flags_json && old.secret_hash == finding.secret_hash;
            let newer = scan.is_newer(body_hash, assigned.id, old.said, old.body_hash);
            (!same && newer) || old.first_seen > at
        });
        if let Some(old) = rows.get(&assigned.id).filter(|old| !wanted && (old.said == at || scan.told.contains(&old.id))) {
            // Another format of the same scan, which says more in other words: what it adds makes the finding known again.
            let before: MatchKey = serde_json::from_str(&old.match_json)?;
            let both = before.clone().or_before(&assigned.key);
            if both != before {
                known_better.push((old.id, serde_json::to_string(&both)?));
            }
        }
        if wanted {
            if assigned.id != 0 {
                updated.push(assigned.id);
            }
            words.insert(assigned.position, (body, body_hash));
        }
    }
    let old_rows: HashMap<i64, FindingRow> = findings::by_ids(tx, org, &updated)?.into_iter().map(|row| (row.id, row)).collect();
    let fresh = assigned.iter().filter(|assigned| assigned.id == 0).count();
    let mut next = if fresh > 0 { counters::take(tx, org, "finding", i64::try_from(fresh).unwrap_or(i64::MAX))? } else { 0 };
    let mut update = Vec::new();
    let mut reworded = Vec::new();
    let mut identifiers = Vec::new();
    let mut aliases: BTreeSet<(String, String)> = BTreeSet::new();
    for assigned in &mut assigned {
        let (Some(finding), Some((body, body_hash))) = (run.findings.get(assigned.position), words.remove(&assigned.position)) else {
            continue;
        };
        let old = old_rows.get(&assigned.id);
        let id = old.map_or_else(
            || {
                next += 1;
                next - 1
            },
            |old| old.id,
        );
        outcome.changed.push(id);
        if let Some(old) = old.filter(|old| !scan.is_newer(body_hash, id, old.said, old.body_hash)) {
            // An older scan only tells that it was there before.
            update.push(FindingRow { first_seen: old.first_seen.min(at), ..old.clone() });
            continue;
        }
        let body = match old {
            Some(old) => with_earlier_places(finding, old, scan, body)?,
            None => body,
        };
        let subject = times::subject_of(&key.tool, finding);
        subjects.put(id, subject.clone());
        let placed = place_with(&world.index, &key.target, finding, &place_flags).place;
        let row = FindingRow {
            id,
            lineage: scan.stream.lineage,
            identity: assigned.identity.clone(),
            first_seen: old.map_or(at, |old| old.first_seen.min(at)),
            body,
            body_hash,
            match_json: serde_json::to_string(&assigned.key)?,
            secret_hash: finding.secret_hash.clone().or_else(|| old.and_then(|old| old.secret_hash.clone())),
            secret_head_only: finding.secret.as_ref().is_some_and(|secret| secret.head_only),
            place: placed.key,
            flags_json: flags_json.clone(),
            issue: old.map(|old| old.issue.clone()).unwrap_or_default(),
            link_json: old.map(|old| old.link_json.clone()).unwrap_or_default(),
            said: at,
            subject,
        };
        identifiers.extend(finding.identifiers.iter().collect::<BTreeSet<_>>().into_iter().map(|name| (id, name.clone())));
        aliases.extend(finding.aliases.iter().map(|pair| (pair.a.clone(), pair.b.clone())));
        if old.is_none() {
            outcome.new.insert(id);
            outcome.fresh.push(New { row, position: assigned.position, services: placed.services });
        } else {
            reworded.push(id);
            update.push(row);
        }
        assigned.id = id;
    }
    findings::upsert(tx, org, &update)?;
    findings::set_match(tx, org, known_better)?;
    findings::set_identifiers(tx, org, &reworded, identifiers)?;
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

/// The words of a newer scan with where the finding was before, so that tools that scan on different days can be compared. The hash stays
/// that of the words as the report has them: by it the next report knows that nothing changed.
fn with_earlier_places(finding: &Finding, old: &FindingRow, scan: &Scan<'_>, body: Vec<u8>) -> Result<Vec<u8>> {
    let before: Finding = serde_json::from_slice(&old.body)?;
    let mut now = finding.clone();
    if scan.at > old.said {
        let last_seen = if scan.open.contains(&old.id) { scan.stream.latest_at.max(old.said) } else { old.said };
        now.remember(&before, old.first_seen, last_seen, scan.at);
    } else {
        (now.earlier, now.here_since) = (before.earlier, before.here_since);
    }
    Ok(if now.earlier.is_empty() && now.here_since.is_none() { body } else { serde_json::to_vec(&now)? })
}

/// The hash of a finding's words. Of two formats of one scan the greater counts, whichever came first; those that a tool shares with others
/// say less than its own, so that theirs are negative.
fn hash_of(words: &[u8], format: &str) -> i64 {
    let hash = i64::from_le_bytes(blake3::hash(words).as_bytes().first_chunk::<8>().copied().unwrap_or_default());
    let shared = matches!(format, "sarif" | "junit" | "checkstyle") || format.ends_with("-csv");
    if shared { hash | i64::MIN } else { hash & i64::MAX }
}

/// A hash of all that a run says, but for when it ran and what its report is called.
fn digest(file: &ReadFile, run: &ReadRun, flags: &ImportFlags) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let place = stream::place_flags(&run.run, flags);
    let head = (file.format.id, &run.run.tool, &run.run.tool_version, &run.run.claims, flags.partial, flags.complete, place);
    let mut buffer = serde_json::to_vec(&head)?;
    hasher.update(&buffer);
    for (finding, index) in run.findings.iter().zip(&run.indices) {
        buffer.clear();
        serde_json::to_writer(&mut buffer, finding)?;
        hasher.update(&buffer);
        // What is no part of the stored words and yet of the identity or of the evidence.
        let beside = (index, &finding.secret_hash, &finding.distinct, finding.trusted_fingerprint);
        buffer.clear();
        serde_json::to_writer(&mut buffer, &beside)?;
        hasher.update(&buffer);
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
        row_json: serde_json::to_string(&row)?,
        ..newest
    };
    reports::insert(tx, org, &record)?;
    stream.latest_at = at;
    stream.latest_report = Some(id);
    streams::update(tx, org, stream)?;
    Ok(Some(row))
}

/// Keeps the bytes of a report with every secret masked, unless they are kept.
fn keep_content(tx: &mut Conn, org: i64, file: &ReadFile, input: Option<&Input>) -> Result<()> {
    // What is packed cannot be masked, so it is not kept.
    let is_kept = |input: &&Input| !input.is_empty() && input.len() <= LARGEST_KEPT && !input.head().bytes().starts_with(b"PK");
    let Some(input) = input.filter(is_kept) else { return Ok(()) };
    if reports::has_content(tx, org, &file.content_hash)? {
        return Ok(());
    }
    let source = input.open().map_err(|error| OperationError::System(format!("{}: {error}", file.name)))?;
    reports::keep_content(tx, org, &file.content_hash, |out| file.redactor.redact_stream(source, out))?;
    Ok(())
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
