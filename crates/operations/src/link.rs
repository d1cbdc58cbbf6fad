//! Findings to issues: which blocks an import touched, and what clustering says of them now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Decision, DecisionKind, issue_code};
use pipeline::deduplicate::across::{Candidate, Context, PeoplesWord, block_keys, cluster};
use store::Conn;
use store::queries::findings;
use store::queries::suggestions::{self, SuggestionRow};

use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World, alias_closure, decisions_of};

/// What a clustering changed.
#[derive(Debug, Default)]
pub(crate) struct Relinked {
    /// Issues whose members, links or suggestions changed.
    pub(crate) issues: BTreeSet<String>,
    /// Issue ids that no finding has any more, and where they lead.
    pub(crate) redirects: Vec<(String, String)>,
    pub(crate) warnings: Vec<String>,
}

/// Computes the block keys of findings, which are new or changed, and stores them. Answers the keys that they had and have.
fn reblock(
    conn: &mut Conn,
    org: i64,
    members: &[Member],
    aliases: &HashMap<String, Vec<String>>,
    streams: &Streams,
    world: &World,
) -> Result<BTreeSet<String>> {
    let ids: Vec<i64> = members.iter().map(|member| member.row.id).collect();
    let mut keys: BTreeSet<String> = findings::blocks_of(conn, org, &ids)?.into_iter().collect();
    let lookup = |name: &str| aliases.get(name).cloned().unwrap_or_default();
    let context = Context { aliases: &lookup, routes: &world.endpoints };
    let mut rows = Vec::new();
    let prepared = Prepared::new(members, streams, world);
    for (member, candidate) in members.iter().zip(prepared.candidates(members, streams)) {
        for key in block_keys(&candidate, &context).into_iter().collect::<BTreeSet<_>>() {
            keys.insert(key.clone());
            rows.push((member.row.id, key));
        }
    }
    findings::set_blocks(conn, org, &ids, rows)?;
    Ok(keys)
}

/// What candidates borrow: the places of members.
struct Prepared {
    services: Vec<Vec<String>>,
}

impl Prepared {
    fn new(members: &[Member], streams: &Streams, world: &World) -> Self {
        let services = members
            .iter()
            .map(|member| crate::derive::placed(&world.index, streams, &member.row, &member.finding).place.services)
            .collect();
        Self { services }
    }

    fn candidates<'a>(&'a self, members: &'a [Member], streams: &'a Streams) -> Vec<Candidate<'a>> {
        static UNKNOWN: model::Target = model::Target { kind: model::TargetKind::Unknown, name: String::new() };
        members
            .iter()
            .zip(&self.services)
            .map(|(member, services)| {
                let stream = streams.lineage(member.row.lineage);
                Candidate {
                    id: u64::try_from(member.row.id).unwrap_or_default(),
                    identity: &member.row.identity,
                    tool: stream.map_or("", |stream| stream.key.tool.as_str()),
                    finding: &member.finding,
                    place: &member.row.place,
                    services,
                    target: stream.map_or(&UNKNOWN, |stream| &stream.key.target),
                    first_seen: member.row.first_seen,
                    secret_hash: member.row.secret_hash.as_deref(),
                    head_only: member.row.secret_head_only,
                }
            })
            .collect()
    }
}

/// All findings that share a block with these keys, directly or through others.
fn closure(conn: &mut Conn, org: i64, start: BTreeSet<String>, touched: &[i64]) -> Result<Vec<i64>> {
    let mut keys = BTreeSet::new();
    let mut ids: BTreeSet<i64> = touched.iter().copied().collect();
    let mut new_keys: Vec<String> = start.into_iter().collect();
    while !new_keys.is_empty() {
        keys.extend(new_keys.iter().cloned());
        let found = findings::sharing(conn, org, std::mem::take(&mut new_keys))?;
        let new_ids: Vec<i64> = found.into_iter().filter(|id| ids.insert(*id)).collect();
        new_keys = findings::blocks_of(conn, org, &new_ids)?.into_iter().filter(|key| !keys.contains(key)).collect();
    }
    Ok(ids.into_iter().collect())
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

/// Clusters again what shares a block with the findings that are new or changed. Writes links and suggestions.
pub(crate) fn relink(conn: &mut Conn, org: i64, changed: &[i64], streams: &Streams, world: &World) -> Result<Relinked> {
    let mut out = Relinked::default();
    if changed.is_empty() {
        return Ok(out);
    }
    let touched: Vec<Member> = findings::by_ids(conn, org, changed)?.into_iter().map(Member::read).collect::<Result<_>>()?;
    let names: BTreeSet<String> = touched.iter().flat_map(|member| member.finding.identifiers.iter().cloned()).collect();
    let aliases = alias_closure(conn, org, &names)?;
    let keys = reblock(conn, org, &touched, &aliases, streams, world)?;
    drop(touched);
    let ids = closure(conn, org, keys, changed)?;
    let members: Vec<Member> = findings::by_ids(conn, org, &ids)?.into_iter().map(Member::read).collect::<Result<_>>()?;
    let names: BTreeSet<String> = members.iter().flat_map(|member| member.finding.identifiers.iter().cloned()).collect();
    let aliases = alias_closure(conn, org, &names)?;
    let identities: Vec<String> = members.iter().map(|member| member.row.identity.clone()).collect();
    let decisions = decisions_of(conn, org, &identities)?;
    let words = peoples_word(decisions.iter().map(|(_, decision)| decision));
    let lookup = |name: &str| aliases.get(name).cloned().unwrap_or_default();
    let prepared = Prepared::new(&members, streams, world);
    let candidates = prepared.candidates(&members, streams);
    let clustering = cluster(&candidates, &words, &Context { aliases: &lookup, routes: &world.endpoints });
    out.warnings = clustering.warnings;

    let mut issue_of: HashMap<i64, String> = HashMap::new();
    let mut links = Vec::new();
    for group in &clustering.groups {
        let Some(founder) = members.get(group.founder) else { continue };
        let issue = issue_code(&founder.row.identity);
        for (at, link) in group.members.iter().zip(&group.links) {
            let Some(member) = members.get(*at) else { continue };
            issue_of.insert(member.row.id, issue.clone());
            let link_json = serde_json::to_string(link)?;
            if member.row.issue != issue || member.row.link_json != link_json {
                out.issues.insert(issue.clone());
                if !member.row.issue.is_empty() {
                    out.issues.insert(member.row.issue.clone());
                }
                links.push((member.row.id, issue.clone(), link_json));
            }
        }
    }
    findings::set_links(conn, org, links)?;
    out.redirects = redirects(&members, &issue_of);
    let new = clustering.suggestions.iter().filter_map(|s| {
        let (left, right) = (members.get(s.left)?, members.get(s.right)?);
        let (a, b) = if left.row.id <= right.row.id { (left, right) } else { (right, left) };
        Some(SuggestionRow { a: a.row.id, b: b.row.id, confidence: s.confidence, because_json: serde_json::to_string(&s.because).ok()? })
    });
    store_suggestions(conn, org, &ids, new.collect(), &issue_of, &mut out.issues)?;
    Ok(out)
}

/// Writes suggestions and names the issues for which they changed.
fn store_suggestions(
    conn: &mut Conn,
    org: i64,
    ids: &[i64],
    mut new: Vec<SuggestionRow>,
    issue_of: &HashMap<i64, String>,
    issues: &mut BTreeSet<String>,
) -> Result<()> {
    new.sort_by_key(|s| (s.a, s.b));
    new.dedup_by_key(|s| (s.a, s.b));
    let old = suggestions::of_findings(conn, org, ids)?;
    if old == new {
        return Ok(());
    }
    for row in old.iter().filter(|row| !new.contains(row)).chain(new.iter().filter(|row| !old.contains(row))) {
        issues.extend([row.a, row.b].iter().filter_map(|id| issue_of.get(id)).cloned());
    }
    suggestions::replace(conn, org, ids, &new)?;
    Ok(())
}

/// Ids that no group has any more lead to the issue that now has their founder, else most of what they had.
fn redirects(members: &[Member], issue_of: &HashMap<i64, String>) -> Vec<(String, String)> {
    let alive: BTreeSet<&String> = issue_of.values().collect();
    let mut heirs: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for member in members.iter().filter(|member| !member.row.issue.is_empty() && !alive.contains(&member.row.issue)) {
        let Some(new) = issue_of.get(&member.row.id) else { continue };
        let weight = if issue_code(&member.row.identity) == member.row.issue { members.len() } else { 1 };
        *heirs.entry(&member.row.issue).or_default().entry(new).or_default() += weight;
    }
    heirs
        .into_iter()
        .filter_map(|(old, heirs)| {
            let (new, _) = heirs.into_iter().max_by_key(|(id, weight)| (*weight, std::cmp::Reverse(*id)))?;
            Some((old.to_owned(), new.to_owned()))
        })
        .collect()
}
