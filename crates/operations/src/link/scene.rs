//! Findings with all that a clustering of them needs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Decision, DecisionKind, Finding, Target};
use pipeline::deduplicate::across::{BlockKeys, Candidate, Clustering, Context, Options, PeoplesWord, Rekeyed, cluster_with};
use store::Conn;
use store::queries::findings::{self, FindingRow};
use store::queries::presence::{self, PresenceRow};

use super::Fresh;
use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World, alias_closure, decisions_of};

/// What block keys are computed with, beside the findings.
pub(crate) fn key_context(world: &World) -> Context<'_> {
    Context { routes: &world.endpoints, ..Context::default() }
}

/// The block keys of each finding.
pub(crate) fn keys_of(members: &[Member], streams: &Streams, world: &World) -> Vec<(i64, BTreeSet<String>)> {
    let context = key_context(world);
    let mut keys = BlockKeys::new(&context);
    let candidates = candidates(members, streams, world);
    members.iter().zip(&candidates).map(|(member, candidate)| (member.row.id, keys.of(candidate).into_iter().collect())).collect()
}

/// Where a stored finding is: its place, and the services that it is in.
pub(crate) struct PlaceAndServices<'a> {
    pub(crate) place: &'a str,
    pub(crate) services: &'a [String],
    pub(crate) streams: &'a Streams,
}

/// The block keys of a stored finding that moved. `context` is what was known before; `keys` are computed with what is known now.
pub(crate) fn keys_of_moved(
    member: &Member,
    (before, context): (&PlaceAndServices<'_>, &Context<'_>),
    now: &PlaceAndServices<'_>,
    keys: &mut BlockKeys<'_>,
) -> Rekeyed {
    let was = candidate(member, before.place, before.services, before.streams);
    keys.of_moved((&was, context), &candidate(member, now.place, now.services, now.streams))
}

/// The block keys of a finding that is not stored yet.
pub(crate) fn block_keys_of(
    row: &FindingRow,
    finding: &Finding,
    services: &[String],
    (tool, target): (&str, &Target),
    keys: &mut BlockKeys<'_>,
) -> Vec<String> {
    keys.of(&Candidate {
        id: u64::try_from(row.id).unwrap_or_default(),
        identity: &row.identity,
        tool,
        finding,
        place: &row.place,
        services,
        target,
        first_seen: row.first_seen,
        secret_hash: row.secret_hash.as_deref(),
        head_only: row.secret_head_only,
    })
}

fn candidates<'a>(members: &'a [Member], streams: &'a Streams, world: &World) -> Vec<Candidate<'a>> {
    let services = |member: &'a Member| &member.placed(&world.index, streams).place.services;
    members.iter().map(|member| candidate(member, &member.row.place, services(member), streams)).collect()
}

fn candidate<'a>(member: &'a Member, place: &'a str, services: &'a [String], streams: &'a Streams) -> Candidate<'a> {
    static UNKNOWN: Target = Target { kind: model::TargetKind::Unknown, name: String::new() };
    let stream = streams.lineage(member.row.lineage);
    Candidate {
        id: u64::try_from(member.row.id).unwrap_or_default(),
        identity: &member.row.identity,
        tool: stream.map_or("", |stream| stream.key.tool.as_str()),
        finding: &member.finding,
        place,
        services,
        target: stream.map_or(&UNKNOWN, |stream| &stream.key.target),
        first_seen: member.row.first_seen,
        secret_hash: member.row.secret_hash.as_deref(),
        head_only: member.row.secret_head_only,
    }
}

/// What people said of findings, as the clustering takes it.
pub(crate) fn peoples_word<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> PeoplesWord {
    let mut words = PeoplesWord::default();
    for decision in decisions.into_iter().filter(|decision| decision.ended.is_none()) {
        let (left, right) = decision.covers.split_at(decision.left.min(decision.covers.len()));
        let (left, right) = (left.to_vec(), right.to_vec());
        let when = (decision.at, decision.number());
        match decision.kind {
            DecisionKind::Merge | DecisionKind::AcceptLink => words.together(left, right, when, &decision.author, &decision.reason),
            DecisionKind::Split | DecisionKind::RejectLink => words.apart(left, right, when, &decision.author, &decision.reason),
            _ => {}
        }
    }
    words
}

/// Findings as they were read, before a thread that has no database makes a [`Scene`] of them.
pub(crate) struct Raw {
    rows: Vec<FindingRow>,
    presence: Vec<PresenceRow>,
    aliases: HashMap<String, Vec<String>>,
    hubs: Vec<String>,
    decisions: Vec<Decision>,
}

impl Raw {
    /// Reads findings by id, or takes them from those that are not stored yet.
    pub(super) fn load(conn: &mut Conn, org: i64, ids: &[i64], fresh: &mut Fresh) -> Result<Self> {
        let mut rows: Vec<FindingRow> = ids.iter().filter_map(|id| fresh.rows.remove(id)).collect();
        let taken: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
        let stored: Vec<i64> = ids.iter().copied().filter(|id| !taken.contains(id)).collect();
        rows.extend(findings::by_ids(conn, org, &stored)?);
        rows.sort_unstable_by_key(|row| row.id);
        let names = findings::identifiers_of(conn, org, ids)?.into_iter().collect();
        let closed = alias_closure(conn, org, &names)?;
        let identities: Vec<String> = rows.iter().map(|row| row.identity.clone()).collect();
        let decisions = decisions_of(conn, org, &identities)?.into_iter().map(|(_, decision)| decision).collect();
        let presence = presence::of_findings(conn, org, ids)?;
        Ok(Self { rows, presence, aliases: closed.names, hubs: closed.warnings, decisions })
    }

    /// Reads what the rows hold.
    pub(super) fn scene(self) -> Result<Scene> {
        let mut times: HashMap<i64, Vec<PresenceRow>> = HashMap::new();
        for row in self.presence {
            times.entry(row.finding).or_default().push(row);
        }
        let mut members = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let mut member = Member::read(row)?;
            member.presence = times.remove(&member.row.id).unwrap_or_default();
            members.push(member);
        }
        Ok(Scene { members, aliases: self.aliases, hubs: self.hubs, words: peoples_word(&self.decisions) })
    }
}

/// Findings with all that a clustering of them needs, by row number.
pub(crate) struct Scene {
    pub(crate) members: Vec<Member>,
    aliases: HashMap<String, Vec<String>>,
    hubs: Vec<String>,
    words: PeoplesWord,
}

impl Scene {
    /// Stored findings by id.
    pub(crate) fn load(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Self> {
        Raw::load(conn, org, ids, &mut Fresh::default())?.scene()
    }

    /// Issues as this program's matching makes them, but for what the options say.
    pub(crate) fn cluster(&self, streams: &Streams, world: &World, options: &Options<'_>) -> Clustering {
        let lookup = |name: &str| self.aliases.get(name).cloned().unwrap_or_default();
        let candidates = candidates(&self.members, streams, world);
        let mut made = cluster_with(&candidates, &self.words, &Context { aliases: &lookup, routes: &world.endpoints }, options);
        made.warnings.extend(self.hubs.iter().cloned());
        made
    }

    /// The issues as they are stored, but for findings that are freed.
    pub(super) fn standing(&self, freed: &BTreeSet<i64>) -> Vec<Vec<&str>> {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for member in self.members.iter().filter(|member| !member.row.issue.is_empty() && !freed.contains(&member.row.id)) {
            groups.entry(&member.row.issue).or_default().push(&member.row.identity);
        }
        groups.into_values().collect()
    }
}
