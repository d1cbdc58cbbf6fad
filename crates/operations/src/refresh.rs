//! Issues made again after something about them changed, with the history of what happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Decision, Issue, Suggestion, Timestamp};
use store::Conn;
use store::queries::events::EventRow;
use store::queries::issues::IssueRow;
use store::queries::{counters, events, facts, findings, issues, ledger, presence, suggestions};

use crate::Result;
use crate::changes::{Entry, Pending};
use crate::derive::{Member, Surroundings, derive};
use crate::live::Live;
use crate::load::{Streams, World, decisions_of, feeds};
use crate::vex::VexRecord;

/// What a refresh changed among the issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) new: Vec<String>,
    pub(crate) reopened: Vec<String>,
    pub(crate) fixed: Vec<String>,
}

/// Why a refresh happens: for the history.
#[derive(Clone, Copy)]
pub(crate) struct Cause<'a> {
    /// Scan or decision time.
    pub(crate) at: Timestamp,
    /// Server clock.
    pub(crate) now: Timestamp,
    /// `Semgrep report semgrep.json`, a person …
    pub(crate) by: &'a str,
    /// Findings that came with it for the first time.
    pub(crate) new_findings: &'a BTreeSet<i64>,
}

/// Findings with their links and times, by issue.
pub(crate) fn members_of(conn: &mut Conn, org: i64, ids: &[String]) -> Result<BTreeMap<String, Vec<Member>>> {
    let rows = findings::of_issues(conn, org, ids)?;
    let finding_ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut times: HashMap<i64, Vec<_>> = HashMap::new();
    for row in presence::of_findings(conn, org, &finding_ids)? {
        times.entry(row.finding).or_default().push(row);
    }
    let mut out: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for row in rows {
        let mut member = Member::read(row)?;
        member.presence = times.remove(&member.row.id).unwrap_or_default();
        out.entry(member.row.issue.clone()).or_default().push(member);
    }
    Ok(out)
}

/// What was loaded for deriving a set of issues.
pub(crate) struct Loaded {
    pub(crate) feeds: crate::load::Feeds,
    decisions: HashMap<String, Vec<Decision>>,
    runtime: HashMap<String, Vec<facts::RuntimeFactRow>>,
    ledger: HashMap<String, Vec<ledger::LedgerRow>>,
    suggestions: HashMap<i64, Vec<Suggestion>>,
    vex: VexRecord,
    live: Live,
}

impl Loaded {
    /// Loads what these members need, as of a time.
    pub(crate) fn new(
        conn: &mut Conn,
        org: i64,
        members: &BTreeMap<String, Vec<Member>>,
        streams: &Streams,
        world: &World,
        at: Timestamp,
    ) -> Result<Self> {
        let all = || members.values().flatten();
        let cves: BTreeSet<String> =
            all().flat_map(|member| member.finding.identifiers.iter()).filter(|id| id.starts_with("CVE-")).cloned().collect();
        let feeds = feeds(conn, &cves, at)?;
        let identities: Vec<String> = all().map(|member| member.row.identity.clone()).collect();
        let mut decisions: HashMap<String, Vec<Decision>> = HashMap::new();
        for (_, decision) in decisions_of(conn, org, &identities)? {
            for identity in &decision.covers {
                decisions.entry(identity.clone()).or_default().push(decision.clone());
            }
        }
        // Observations are of packages; other facts may be about any finding. Placing is asked once for both.
        let any_said = !ledger::is_empty(conn, org)?;
        let (mut with_packages, mut with_facts) = (BTreeSet::new(), BTreeSet::new());
        for member in all() {
            let is_package = member.finding.package.is_some();
            if is_package || any_said {
                let services = crate::derive::placed(&world.index, streams, &member.row, &member.finding).place.services;
                with_facts.extend(services.iter().filter(|_| any_said).cloned());
                with_packages.extend(services.into_iter().filter(|_| is_package));
            }
        }
        let mut runtime: HashMap<String, Vec<_>> = HashMap::new();
        for row in facts::runtime_of(conn, org, &with_packages.into_iter().collect::<Vec<_>>(), at)? {
            runtime.entry(row.service.clone()).or_default().push(row);
        }
        let mut said: HashMap<String, Vec<_>> = HashMap::new();
        for row in ledger::of_services(conn, org, &with_facts.into_iter().collect::<Vec<_>>(), at)? {
            said.entry(row.service.clone()).or_default().push(row);
        }
        let ids: Vec<i64> = all().map(|member| member.row.id).collect();
        let suggestions = load_suggestions(conn, org, &ids)?;
        let vex = VexRecord::load(conn, org, members, at)?;
        let live = Live::load(conn, org, members, streams, world, at)?;
        Ok(Self { feeds, decisions, runtime, ledger: said, suggestions, vex, live })
    }

    /// What deriving needs, at that time.
    pub(crate) fn surroundings<'a>(&'a self, streams: &'a Streams, world: &'a World, at: Timestamp) -> Surroundings<'a> {
        Surroundings {
            world,
            streams,
            feeds: &self.feeds,
            decisions: &self.decisions,
            runtime: &self.runtime,
            ledger: &self.ledger,
            suggestions: &self.suggestions,
            vex: &self.vex,
            live: &self.live,
            at,
        }
    }
}

fn load_suggestions(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<HashMap<i64, Vec<Suggestion>>> {
    let rows = suggestions::of_findings(conn, org, ids)?;
    let others: BTreeSet<i64> = rows.iter().flat_map(|row| [row.a, row.b]).collect();
    let named: HashMap<i64, (String, String)> = findings::by_ids(conn, org, &others.into_iter().collect::<Vec<_>>())?
        .into_iter()
        .map(|row| (row.id, (row.issue, row.identity)))
        .collect();
    let mut out: HashMap<i64, Vec<Suggestion>> = HashMap::new();
    for row in rows {
        for (own, other) in [(row.a, row.b), (row.b, row.a)] {
            let Some((issue, identity)) = named.get(&other) else { continue };
            let because = serde_json::from_str(&row.because_json)?;
            let suggestion = Suggestion { issue: issue.clone(), finding: identity.clone(), confidence: row.confidence, because };
            out.entry(own).or_default().push(suggestion);
        }
    }
    Ok(out)
}

/// Issues that are made again in one go: what is held in memory does not grow with the import.
const AT_ONCE: usize = 2000;

/// Makes these issues again and writes them. Ids that have no finding any more are removed.
pub(crate) fn refresh(
    conn: &mut Conn,
    org: i64,
    ids: &BTreeSet<String>,
    streams: &Streams,
    world: &World,
    cause: Cause<'_>,
) -> Result<Changes> {
    refresh_telling(conn, org, ids, streams, world, cause, &mut |_| {})
}

/// As [`refresh`]; `progress` hears how many are done.
pub(crate) fn refresh_telling(
    conn: &mut Conn,
    org: i64,
    ids: &BTreeSet<String>,
    streams: &Streams,
    world: &World,
    cause: Cause<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<Changes> {
    let mut changes = Changes::default();
    let mut done = 0;
    let all: Vec<String> = ids.iter().cloned().collect();
    let mut pending = Pending::default();
    for list in all.chunks(AT_ONCE) {
        refresh_some(conn, org, list, streams, world, cause, (&mut changes, &mut pending))?;
        write_history(conn, org, pending.overdue(), cause)?;
        done += list.len();
        progress(done);
    }
    let entries = pending.finish(conn, org)?;
    write_history(conn, org, entries, cause)?;
    Ok(changes)
}

fn refresh_some(
    conn: &mut Conn,
    org: i64,
    list: &[String],
    streams: &Streams,
    world: &World,
    cause: Cause<'_>,
    (changes, pending): (&mut Changes, &mut Pending),
) -> Result<()> {
    let before: HashMap<String, IssueRow> = issues::by_ids(conn, org, list)?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let members = members_of(conn, org, list)?;
    let loaded = Loaded::new(conn, org, &members, streams, world, cause.now)?;
    let around = loaded.surroundings(streams, world, cause.now);
    let mut rows = Vec::new();
    let mut gone: Vec<String> = Vec::new();
    for (id, derived) in list.iter().zip(derive_all(list, &members, &around)) {
        let Some((issue, row)) = derived else {
            gone.extend(before.contains_key(id).then(|| id.clone()));
            continue;
        };
        let old = before.get(id);
        let all_new = || members.get(id).is_some_and(|members| members.iter().all(|member| cause.new_findings.contains(&member.row.id)));
        pending.note(conn, org, changes, &issue, (old, &row), all_new)?;
        if old != Some(&row) {
            rows.push(row);
        }
    }
    issues::upsert(conn, org, &rows)?;
    issues::delete(conn, org, &gone)?;
    Ok(())
}

/// Issues that are too few to be worth other threads.
const FEW: usize = 200;

/// Derives issues on all cores: each is a function of its own findings.
fn derive_all(list: &[String], members: &BTreeMap<String, Vec<Member>>, around: &Surroundings<'_>) -> Vec<Option<(Issue, IssueRow)>> {
    let one = |id: &String| members.get(id).and_then(|members| derive(id, members, around));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    if threads == 1 || list.len() < FEW {
        return list.iter().map(one).collect();
    }
    std::thread::scope(|scope| {
        let work = |some: &'_ [String]| some.iter().map(one).collect::<Vec<_>>();
        let running: Vec<_> = list.chunks(list.len().div_ceil(threads)).map(|some| scope.spawn(move || work(some))).collect();
        // A panic is passed on as it would be on one thread.
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Writes entries into the histories of issues.
pub(crate) fn write_history(conn: &mut Conn, org: i64, entries: Vec<Entry>, cause: Cause<'_>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let first = counters::take(conn, org, "event", i64::try_from(entries.len()).unwrap_or(i64::MAX))?;
    let mut rows: Vec<EventRow> = Vec::with_capacity(entries.len());
    for (id, entry) in (first..).zip(entries) {
        rows.push(EventRow {
            id,
            issue: entry.issue,
            happened: cause.at,
            recorded: cause.now,
            what: entry.what.to_owned(),
            by: cause.by.to_owned(),
            detail: entry.detail,
            change_json: entry.change.as_ref().map(serde_json::to_string).transpose()?,
        });
    }
    events::insert(conn, org, &rows)?;
    Ok(())
}
