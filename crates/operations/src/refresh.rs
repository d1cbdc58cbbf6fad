//! Issues made again after something about them changed, with the history of what happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Decision, Suggestion, Timestamp};
use store::Conn;
use store::queries::events::EventRow;
use store::queries::findings::FindingRow;
use store::queries::issues::{IssueChange, IssueRow};
use store::queries::presence::PresenceRow;
use store::queries::ranks::RankUpdate;
use store::queries::{counters, events, facts, findings, issues, ledger, presence, ranks, suggestions};

use crate::Result;
use crate::changes::{Entry, Noted, Pending, noted};
use crate::cves::put_cves;
use crate::derive::{Member, Surroundings, derive};
use crate::inventory::moves::{self, Change as MovedFact, Elsewhere};
use crate::live::Live;
use crate::load::{Streams, World, decisions_of, feeds};
use crate::portions::{self, Portions};
use crate::vex::VexRecord;

/// What a refresh changed among the issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) new: Vec<String>,
    pub(crate) reopened: Vec<String>,
    pub(crate) fixed: Vec<String>,
    /// Issues that stand elsewhere in the inventory, where the cause tells of them.
    pub(crate) elsewhere: Elsewhere,
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
    /// Whether what stands elsewhere in the inventory is told: the inventory itself, or what runs, changed.
    pub(crate) tells_moves: bool,
}

static NO_FINDINGS: BTreeSet<i64> = BTreeSet::new();

impl<'a> Cause<'a> {
    /// Something that was done now, and brought no findings.
    pub(crate) fn of(by: &'a str, now: Timestamp) -> Self {
        Self { at: now, now, by, new_findings: &NO_FINDINGS, tells_moves: false }
    }
}

/// Findings with their links and times, by issue.
pub(crate) fn members_of(conn: &mut Conn, org: i64, ids: &[String]) -> Result<BTreeMap<String, Vec<Member>>> {
    RawMembers::load(conn, org, ids)?.read()
}

/// Findings and times as they were read, before a thread that has no database makes members of them.
pub(crate) struct RawMembers {
    rows: Vec<FindingRow>,
    presence: Vec<PresenceRow>,
}

impl RawMembers {
    pub(crate) fn load(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Self> {
        let rows = findings::of_issues(conn, org, ids)?;
        let numbers: Vec<i64> = rows.iter().map(|row| row.id).collect();
        Ok(Self { presence: presence::of_findings(conn, org, &numbers)?, rows })
    }

    pub(crate) fn read(self) -> Result<BTreeMap<String, Vec<Member>>> {
        let mut times: HashMap<i64, Vec<PresenceRow>> = HashMap::new();
        for row in self.presence {
            times.entry(row.finding).or_default().push(row);
        }
        let mut out: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for row in self.rows {
            let mut member = Member::read(row)?;
            member.presence = times.remove(&member.row.id).unwrap_or_default();
            out.entry(member.row.issue.clone()).or_default().push(member);
        }
        Ok(out)
    }
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
    /// Loads what these members need, as of a time. Those that name no CVE learn theirs.
    pub(crate) fn new(
        conn: &mut Conn,
        org: i64,
        members: &mut BTreeMap<String, Vec<Member>>,
        streams: &Streams,
        world: &World,
        at: Timestamp,
    ) -> Result<Self> {
        put_cves(conn, org, members)?;
        let members = &*members;
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
                let services = &member.placed(&world.index, streams).place.services;
                with_facts.extend(services.iter().filter(|_| any_said).cloned());
                with_packages.extend(services.iter().filter(|_| is_package).cloned());
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
    let named: HashMap<i64, (String, String)> = findings::named(conn, org, &others.into_iter().collect::<Vec<_>>())?
        .into_iter()
        .map(|(id, issue, identity)| (id, (issue, identity)))
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
const AT_ONCE: usize = 1000;

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
    refresh_keeping(conn, org, ids, (streams, world), cause, Kept::default(), progress)
}

/// As [`refresh_telling`], after others were made in the same go.
pub(crate) fn refresh_keeping(
    conn: &mut Conn,
    org: i64,
    ids: &BTreeSet<String>,
    (streams, world): (&Streams, &World),
    cause: Cause<'_>,
    kept: Kept,
    progress: &mut dyn FnMut(usize),
) -> Result<Changes> {
    let all: Vec<String> = ids.iter().cloned().collect();
    let mut work = Refreshing { org, streams, world, cause, kept, done: 0, progress };
    let understand = |(raw, before): (RawMembers, Before)| Ok((raw.read()?, before));
    portions::run(conn, &mut work, all.chunks(AT_ONCE), &understand, &|ready| compute(ready, streams, world, cause))?;
    work.kept.finish(conn, org, cause)
}

/// New issues that are put into an order together.
const AT_ONCE_NEW: usize = 25_000;

/// What is kept of issues that were made, till all are.
#[derive(Default)]
pub(crate) struct Kept {
    changes: Changes,
    pending: Pending,
    /// New issues that are in no order yet.
    added: Vec<IssueRow>,
    /// Those that are, as far as they are not written.
    in_order: std::vec::IntoIter<IssueRow>,
}

/// An issue as it is now, beside what it was.
pub(crate) struct Made {
    write: Write,
    noted: Noted,
    /// What of it stands elsewhere in the inventory, where that is told.
    moved: Vec<MovedFact>,
}

/// What has to be written of an issue.
enum Write {
    Nothing,
    Add(Box<IssueRow>),
    Change(Box<IssueChange>),
    /// None of its findings is there any more.
    Remove(String),
}

impl Made {
    /// What is written of it, where it is stored already and differs.
    pub(crate) fn change(&self) -> Option<&IssueChange> {
        match &self.write {
            Write::Change(change) => Some(change),
            Write::Nothing | Write::Add(_) | Write::Remove(_) => None,
        }
    }
}

/// True where nothing is stored of an issue: one of nothing but new findings has the name of one of them.
pub(crate) fn is_new(members: &[Member], cause: Cause<'_>) -> bool {
    !members.is_empty() && members.iter().all(|member| cause.new_findings.contains(&member.row.id))
}

/// Makes one issue of its findings. `before` is what is stored of it.
pub(crate) fn make(id: &str, members: &[Member], before: Option<IssueRow>, around: &Surroundings<'_>, cause: Cause<'_>) -> Result<Made> {
    let Some((issue, row)) = derive(id, members, around) else {
        let write = before.map_or(Write::Nothing, |before| Write::Remove(before.id));
        return Ok(Made { write, noted: Noted::default(), moved: Vec::new() });
    };
    let mut noted = noted(&issue, (before.as_ref(), &row), is_new(members, cause))?;
    let moved = before.as_ref().filter(|_| cause.tells_moves).map(|before| moves::changes(before, &row)).unwrap_or_default();
    if let Some(told) = moves::told(&moved) {
        noted.say(id, told);
    }
    let write = match before {
        None => Write::Add(Box::new(row)),
        Some(before) if before.says_what(&row) => Write::Nothing,
        Some(before) => Write::Change(Box::new(IssueChange::between(row, before))),
    };
    Ok(Made { write, noted, moved })
}

impl Kept {
    /// Writes issues and notes what is to be said of them.
    pub(crate) fn keep(&mut self, conn: &mut Conn, org: i64, made: Vec<Made>, cause: Cause<'_>) -> Result<()> {
        let mut changed = Vec::new();
        let mut gone: Vec<String> = Vec::new();
        let share = 2 * made.len();
        for made in made {
            self.pending.add(conn, org, &mut self.changes, made.noted)?;
            match made.write {
                Write::Nothing => {}
                Write::Add(row) => self.added.push(*row),
                Write::Change(change) => {
                    if !made.moved.is_empty() {
                        self.changes.elsewhere.note(change.id().to_owned(), made.moved);
                    }
                    changed.push(*change);
                }
                Write::Remove(id) => gone.push(id),
            }
        }
        if self.added.len() >= AT_ONCE_NEW {
            self.write_in_order(conn, org, usize::MAX)?;
            self.put_in_order();
        }
        // A share with each portion, so that no other thread waits till all are written.
        self.write_in_order(conn, org, share)?;
        issues::update(conn, changed)?;
        issues::delete(conn, org, &gone)?;
        write_history(conn, org, self.pending.overdue(), cause)
    }

    /// Writes ranks and notes what is to be said of them.
    pub(crate) fn keep_ranks(&mut self, conn: &mut Conn, org: i64, ranks: RankUpdate, noted: Vec<Noted>, cause: Cause<'_>) -> Result<()> {
        for noted in noted {
            self.pending.add(conn, org, &mut self.changes, noted)?;
        }
        ranks::update(conn, ranks)?;
        write_history(conn, org, self.pending.overdue(), cause)
    }

    /// New issues are written in the order of their ids, by which every index of theirs ends: ids are hashes, and each on its own would need
    /// another page.
    fn put_in_order(&mut self) {
        let mut added = std::mem::take(&mut self.added);
        added.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        self.in_order = added.into_iter();
    }

    /// Writes so many of the new issues that are in order.
    fn write_in_order(&mut self, conn: &mut Conn, org: i64, most: usize) -> Result<()> {
        let some: Vec<IssueRow> = self.in_order.by_ref().take(most).collect();
        if some.is_empty() { Ok(()) } else { Ok(issues::upsert(conn, org, some)?) }
    }

    /// Writes what is left, and the histories.
    fn finish(mut self, conn: &mut Conn, org: i64, cause: Cause<'_>) -> Result<Changes> {
        self.write_in_order(conn, org, usize::MAX)?;
        self.put_in_order();
        self.write_in_order(conn, org, usize::MAX)?;
        let entries = self.pending.finish(conn, org)?;
        write_history(conn, org, entries, cause)?;
        Ok(self.changes)
    }
}

/// Issues that are made again, a portion at a time.
struct Refreshing<'a> {
    org: i64,
    streams: &'a Streams,
    world: &'a World,
    cause: Cause<'a>,
    kept: Kept,
    done: usize,
    progress: &'a mut dyn FnMut(usize),
}

/// What is stored of issues, by id. Also those of which nothing is, where they are to be looked at.
pub(crate) type Before = BTreeMap<String, Option<IssueRow>>;

/// Issues, what is stored of them, and all else that deriving them needs.
type Ready = (BTreeMap<String, Vec<Member>>, Before, Loaded);

impl<'a> Portions for Refreshing<'a> {
    type Portion = &'a [String];
    type Read = (RawMembers, Before);
    type Known = (BTreeMap<String, Vec<Member>>, Before);
    type Ready = Ready;
    type Done = Vec<Made>;

    fn read(&mut self, conn: &mut Conn, ids: &'a [String]) -> Result<Self::Read> {
        let before = stored(conn, self.org, ids)?;
        Ok((RawMembers::load(conn, self.org, ids)?, before))
    }

    fn load(&mut self, conn: &mut Conn, (mut members, before): Self::Known) -> Result<Self::Ready> {
        let loaded = Loaded::new(conn, self.org, &mut members, self.streams, self.world, self.cause.now)?;
        Ok((members, before, loaded))
    }

    fn write(&mut self, conn: &mut Conn, made: Vec<Made>) -> Result<()> {
        self.done += made.len();
        self.kept.keep(conn, self.org, made, self.cause)?;
        (self.progress)(self.done);
        Ok(())
    }
}

/// What is stored of these issues.
pub(crate) fn stored(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Before> {
    let mut before: Before = ids.iter().map(|id| (id.clone(), None)).collect();
    before.extend(issues::by_ids(conn, org, ids)?.into_iter().map(|row| (row.id.clone(), Some(row))));
    Ok(before)
}

/// Makes issues of their members.
pub(crate) fn compute((members, before, loaded): Ready, streams: &Streams, world: &World, cause: Cause<'_>) -> Result<Vec<Made>> {
    let around = loaded.surroundings(streams, world, cause.now);
    before.into_iter().map(|(id, before)| make(&id, members.get(&id).map_or(&[], Vec::as_slice), before, &around, cause)).collect()
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
