//! Every finding of a run gets its identity; the rows of new ones, and of those whose words changed, are made. The words of the newest scan
//! count.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{Finding, StreamKey, Timestamp};
use pipeline::deduplicate::across::BlockKeys;
use pipeline::deduplicate::over_time::MatchKey;
use store::queries::findings::{FindingRow, KnownRow};
use store::queries::streams::StreamRow;
use store::queries::{counters, findings, intel, reports};
use store::{Conn, Packed};

use super::assign::{self, Assigned};
use super::read::{Findings, ReadRun};
use super::record::Outcome;
use super::times::{self, Subjects};
use super::{ImportFlags, stream};
use crate::derive::{PlaceFlags, place_with};
use crate::link::{block_keys_of, key_context};
use crate::load::{World, alias_closure};
use crate::{OperationError, Result, portions};

/// New findings whose rows are made in one go.
const AT_ONCE: usize = 4096;

/// A finding that is not stored yet, with the keys by which it meets others.
pub(super) struct New {
    pub(super) row: FindingRow,
    pub(super) keys: Vec<String>,
    names: Names,
}

/// What a finding says of the names of its vulnerability.
#[derive(Default)]
struct Names {
    identifiers: BTreeSet<String>,
    aliases: Vec<(String, String)>,
}

impl Names {
    fn of(finding: &Finding) -> Self {
        Self {
            identifiers: finding.identifiers.iter().cloned().collect(),
            aliases: finding.aliases.iter().map(|pair| (pair.a.clone(), pair.b.clone())).collect(),
        }
    }
}

/// One run of a report on its way into the record.
pub(super) struct Scan<'a> {
    pub(super) run: &'a ReadRun,
    pub(super) world: &'a World,
    /// One for each finding of the run.
    pub(super) prints: Vec<Print>,
    pub(super) flags: &'a ImportFlags,
    pub(super) at: Timestamp,
    pub(super) key: &'a StreamKey,
    pub(super) stream: &'a StreamRow,
    /// Findings that are open on the stream.
    pub(super) open: &'a BTreeSet<i64>,
    /// Findings that another report of the same scan time saw: its words are as new as these.
    pub(super) told: BTreeSet<i64>,
    /// Findings that closed after this scan.
    pub(super) seen_later: BTreeSet<i64>,
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
pub(super) fn told_at(tx: &mut Conn, org: i64, stream: &StreamRow, at: Timestamp) -> Result<BTreeSet<i64>> {
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

/// Gives every finding of a run its identity, makes the rows of new ones, which are stored when it is known what issue they are, and stores
/// those whose words changed. The words of the newest scan count.
pub(super) fn identify(
    tx: &mut Conn,
    org: i64,
    scan: &Scan<'_>,
    findings: Findings,
    known: Vec<KnownRow>,
    mut subjects: Subjects,
    outcome: &mut Outcome,
) -> Result<(Vec<Assigned>, Subjects)> {
    let (run, at, key) = (scan.run, scan.at, scan.key);
    let mut assigned = assign::assign(key, run, &findings, &known, scan.open, &seen_last(tx, org, scan.stream)?)?;
    let rows: HashMap<i64, KnownRow> = known.into_iter().map(|row| (row.id, row)).collect();
    let place_flags = stream::place_flags(&run.run, scan.flags);
    let flags_json = serde_json::to_string(&place_flags)?;
    let mut wanted: HashSet<usize> = HashSet::new();
    let mut updated = Vec::new();
    let mut known_better = Vec::new();
    for assigned in &assigned {
        let (Some(finding), Some(print)) = (findings.get(assigned.position), scan.prints.get(assigned.position)) else { continue };
        let is_wanted = rows.get(&assigned.id).is_none_or(|old| {
            let same = old.body_hash == print.words && old.flags_json == flags_json && old.secret_hash == finding.secret_hash;
            let newer = scan.is_newer(print.words, assigned.id, old.said, old.body_hash);
            (!same && newer) || old.first_seen > at
        });
        if let Some(old) = rows.get(&assigned.id).filter(|old| !is_wanted && (old.said == at || scan.told.contains(&old.id))) {
            // Another format of the same scan, which says more in other words: what it adds makes the finding known again.
            let before = MatchKey::from_bytes(&old.match_key).map_err(OperationError::System)?;
            let both = assigned.key.as_deref().map(|key| before.clone().or_before(key));
            if let Some(both) = both.filter(|both| *both != before) {
                known_better.push((old.id, both.to_bytes()));
            }
        }
        if is_wanted {
            if assigned.id != 0 {
                updated.push(assigned.id);
            }
            wanted.insert(assigned.position);
        }
    }
    drop(rows);
    let old_rows: HashMap<i64, FindingRow> = findings::by_ids(tx, org, &updated)?.into_iter().map(|row| (row.id, row)).collect();
    let is_fresh = |assigned: &Assigned| assigned.id == 0 && wanted.contains(&assigned.position);
    let fresh = assigned.iter().filter(|assigned| is_fresh(assigned)).count();
    let mut next = if fresh > 0 { counters::take(tx, org, "finding", i64::try_from(fresh).unwrap_or(i64::MAX))? } else { 0 };
    let new: Vec<(i64, Assigned)> = assigned
        .iter_mut()
        .filter(|assigned| is_fresh(assigned))
        .map(|assigned| {
            assigned.id = next;
            next += 1;
            (
                assigned.id,
                Assigned { key: std::mem::take(&mut assigned.key), identity: std::mem::take(&mut assigned.identity), ..*assigned },
            )
        })
        .collect();
    let words = Words { scan, place_flags: &place_flags, flags_json: &flags_json };
    let mut update = Vec::new();
    let mut reworded = Vec::new();
    let mut identifiers = Vec::new();
    let mut aliases: BTreeSet<(String, String)> = BTreeSet::new();
    let mut name = |id: i64, names: Names| {
        identifiers.extend(names.identifiers.into_iter().map(|name| (id, name)));
        aliases.extend(names.aliases);
    };
    let mut findings: Vec<Option<Box<Finding>>> = findings.into_iter().map(Some).collect();
    let mut new = new.into_iter();
    loop {
        // A portion at a time, so that their rows take the memory that the findings had.
        let some: Vec<_> = new
            .by_ref()
            .take(AT_ONCE)
            .filter_map(|(id, assigned)| {
                let finding = findings.get_mut(assigned.position)?.take()?;
                Some((id, assigned, finding))
            })
            .collect();
        if some.is_empty() {
            break;
        }
        for made in portions::parts_on_all_cores(some, &|part| words.new_rows(part)) {
            let Some(mut new) = made? else { continue };
            let id = new.row.id;
            name(id, std::mem::take(&mut new.names));
            subjects.put(id, new.row.subject.clone());
            outcome.new.insert(id);
            outcome.changed.push(id);
            outcome.fresh.push(new);
        }
    }
    for assigned in &assigned {
        // Those of new findings are gone.
        let Some(finding) = findings.get(assigned.position).and_then(Option::as_deref) else { continue };
        let Some(print) = scan.prints.get(assigned.position) else { continue };
        let id = assigned.id;
        let Some(old) = old_rows.get(&id).filter(|_| wanted.contains(&assigned.position)) else { continue };
        outcome.changed.push(id);
        if !scan.is_newer(print.words, id, old.said, old.body_hash) {
            // An older scan only tells that it was there before.
            update.push(FindingRow { first_seen: old.first_seen.min(at), ..old.clone() });
            continue;
        }
        let row = words.row(id, assigned, finding, print.words, Some(old))?.0;
        subjects.put(id, row.subject.clone());
        name(id, Names::of(finding));
        reworded.push(id);
        update.push(row);
    }
    findings::upsert(tx, org, &update)?;
    findings::set_match(tx, org, known_better)?;
    findings::set_identifiers(tx, org, &reworded, identifiers)?;
    let pairs: Vec<(String, String)> = aliases.into_iter().collect();
    let new_pairs = intel::state_aliases(tx, org, &pairs, &key.tool, at)?;
    let mut names: BTreeSet<String> = new_pairs.into_iter().flat_map(|(a, b)| [a, b]).collect();
    names.extend(alias_closure(tx, org, &names)?.names.into_keys());
    // Another report's findings under another name may now be the same issue, or have a CVE.
    outcome.changed.extend(findings::naming(tx, org, names.into_iter().collect())?);
    outcome.changed.sort_unstable();
    outcome.changed.dedup();
    Ok((assigned, subjects))
}

/// What the rows of a run's findings are made with.
struct Words<'a> {
    scan: &'a Scan<'a>,
    place_flags: &'a PlaceFlags,
    flags_json: &'a str,
}

impl Words<'_> {
    /// The rows of new findings, each let go when its row is made.
    fn new_rows(&self, findings: Vec<(i64, Assigned, Box<Finding>)>) -> Vec<Result<Option<New>>> {
        let context = key_context(self.scan.world);
        let mut keys = BlockKeys::new(&context);
        findings.into_iter().map(|(id, assigned, finding)| self.new_row(id, &assigned, &finding, &mut keys)).collect()
    }

    /// The row of a new finding, and its keys.
    fn new_row(&self, id: i64, assigned: &Assigned, finding: &Finding, keys: &mut BlockKeys<'_>) -> Result<Option<New>> {
        let key = self.scan.key;
        let Some(print) = self.scan.prints.get(assigned.position) else { return Ok(None) };
        let (row, services) = self.row(id, assigned, finding, print.words, None)?;
        let keys = block_keys_of(&row, finding, &services, (&key.tool, &key.target), keys);
        Ok(Some(New { row, keys, names: Names::of(finding) }))
    }

    /// The row of a finding as it is said now, and the services that it is in.
    fn row(
        &self,
        id: i64,
        assigned: &Assigned,
        finding: &Finding,
        body_hash: i64,
        old: Option<&FindingRow>,
    ) -> Result<(FindingRow, Vec<String>)> {
        let scan = self.scan;
        let body = match old {
            Some(old) => with_earlier_places(finding, old, scan)?,
            None => serde_json::to_vec(finding)?,
        };
        let placed = place_with(&self.scan.world.index, &scan.key.target, finding, self.place_flags).place;
        let row = FindingRow {
            id,
            lineage: scan.stream.lineage,
            identity: assigned.identity.clone(),
            first_seen: old.map_or(scan.at, |old| old.first_seen.min(scan.at)),
            body: Packed::of(&body),
            body_hash,
            match_key: assigned.key.as_deref().map(MatchKey::to_bytes).unwrap_or_default(),
            secret_hash: finding.secret_hash.clone().or_else(|| old.and_then(|old| old.secret_hash.clone())),
            secret_head_only: finding.secret.as_ref().is_some_and(|secret| secret.head_only),
            place: placed.key,
            flags_json: self.flags_json.to_owned(),
            issue: old.map(|old| old.issue.clone()).unwrap_or_default(),
            link_json: old.map(|old| old.link_json.clone()).unwrap_or_default(),
            said: scan.at,
            subject: times::subject_of(&scan.key.tool, finding),
        };
        Ok((row, placed.services))
    }
}

/// The findings that the newest report of a stream had.
fn seen_last(tx: &mut Conn, org: i64, stream: &StreamRow) -> Result<BTreeSet<i64>> {
    let seen = reports::newest_of_stream(tx, org, stream.id)?.and_then(|newest| newest.seen);
    let seen = seen.map(|hash| reports::seen(tx, org, &hash)).transpose()?.unwrap_or_default();
    Ok(seen.into_iter().map(|(id, _)| id).collect())
}

/// The words of a newer scan with where the finding was before, so that tools that scan on different days can be compared. The hash stays
/// that of the words as the report has them: by it the next report knows that nothing changed.
fn with_earlier_places(finding: &Finding, old: &FindingRow, scan: &Scan<'_>) -> Result<Vec<u8>> {
    let before: Finding = old.body.read()?;
    let mut now = finding.clone();
    if scan.at > old.said {
        let last_seen = if scan.open.contains(&old.id) { scan.stream.latest_at.max(old.said) } else { old.said };
        now.remember(&before, old.first_seen, last_seen, scan.at);
    } else {
        (now.earlier, now.here_since) = (before.earlier, before.here_since);
    }
    Ok(serde_json::to_vec(&now)?)
}

/// What a finding says, in short.
pub(super) struct Print {
    /// The hash of its words. Of two formats of one scan the greater counts, whichever came first; those that a tool shares with others say
    /// less than its own, so that theirs are negative.
    pub(super) words: i64,
    /// A hash of all that it says, and of what is no part of the stored words and yet of the identity or of the evidence.
    pub(super) all: [u8; 32],
}

pub(super) fn prints(findings: &[Box<Finding>], indices: &[u32], format: &str) -> Result<Vec<Print>> {
    let shared = matches!(format, "sarif" | "junit" | "checkstyle") || format.ends_with("-csv");
    let print = |(finding, index): (&Finding, &u32)| -> Result<Print> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = serde_json::to_vec(finding)?;
        hasher.update(&buffer);
        let words = i64::from_le_bytes(hasher.finalize().as_bytes().first_chunk::<8>().copied().unwrap_or_default());
        let beside = (index, &finding.secret_hash, &finding.distinct, finding.trusted_fingerprint);
        buffer.clear();
        serde_json::to_writer(&mut buffer, &beside)?;
        hasher.update(&buffer);
        Ok(Print { words: if shared { words | i64::MIN } else { words & i64::MAX }, all: *hasher.finalize().as_bytes() })
    };
    portions::on_all_cores(findings.iter().map(Box::as_ref).zip(indices).collect(), &print).into_iter().collect()
}
