//! Findings to issues: which blocks an import touched, and what clustering says of them now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use model::{Decision, DecisionKind, Timestamp, issue_code};
use pipeline::deduplicate::across::{Candidate, Clustering, Context, Options, PeoplesWord, block_keys, cluster_with, met_under};
use store::Conn;
use store::queries::suggestions::{self, SuggestionRow};
use store::queries::{decisions, findings, issues};

use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World, alias_closure, decisions_of};
use crate::matching;

/// Decisions that say which findings are one issue.
const ABOUT_LINKS: [&str; 4] = ["merge", "split", "accept_link", "reject_link"];

/// What is linked again.
#[derive(Clone, Copy, Default)]
pub(crate) struct Touched<'a> {
    /// Findings that are new, or whose words, place or decisions changed.
    pub(crate) changed: &'a [i64],
    /// Those among them that may leave their issue although another version of the matching made it: a person spoke of them, or they
    /// moved to another place.
    pub(crate) freed: &'a [i64],
}

/// What a clustering changed.
#[derive(Debug, Default)]
pub(crate) struct Relinked {
    /// Issues whose members, links or suggestions changed.
    pub(crate) issues: BTreeSet<String>,
    /// Issue ids that no finding has any more, and where they lead.
    pub(crate) redirects: Vec<(String, String)>,
    /// Ids that findings came to, which may have led elsewhere before.
    pub(crate) alive: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Relinked {
    /// Lets old ids lead on, and those that live again stay.
    pub(crate) fn keep_redirects(&self, conn: &mut Conn, org: i64, now: Timestamp) -> Result<()> {
        Ok(issues::redirect(conn, org, &self.redirects, &self.alive, now)?)
    }
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
    let mut rows = Vec::new();
    for (id, mine) in keys_of(members, aliases, streams, world) {
        for key in mine {
            keys.insert(key.clone());
            rows.push((id, key));
        }
    }
    findings::set_blocks(conn, org, &ids, rows)?;
    Ok(keys)
}

/// The block keys of each finding.
pub(crate) fn keys_of(
    members: &[Member],
    aliases: &HashMap<String, Vec<String>>,
    streams: &Streams,
    world: &World,
) -> Vec<(i64, BTreeSet<String>)> {
    let lookup = |name: &str| aliases.get(name).cloned().unwrap_or_default();
    let context = Context { aliases: &lookup, routes: &world.endpoints };
    let prepared = Prepared::new(members, streams, world);
    let candidates = prepared.candidates(members, streams);
    let keys = |candidate: &Candidate<'_>| block_keys(candidate, &context).into_iter().collect();
    members.iter().zip(&candidates).map(|(member, candidate)| (member.row.id, keys(candidate))).collect()
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

/// All findings that share a block with these keys, directly or through others, or of which a person spoke in one breath.
fn closure(conn: &mut Conn, org: i64, start: BTreeSet<String>, touched: &[i64]) -> Result<Vec<i64>> {
    let mut keys = BTreeSet::new();
    let mut ids: BTreeSet<i64> = touched.iter().copied().collect();
    let mut new_ids: Vec<i64> = touched.to_vec();
    let mut new_keys: Vec<String> = start.into_iter().collect();
    while !(new_keys.is_empty() && new_ids.is_empty()) {
        keys.extend(new_keys.iter().cloned());
        let met: BTreeSet<String> = new_keys.iter().flat_map(|key| met_under(key)).collect();
        let mut found = findings::sharing(conn, org, met.into_iter().collect())?;
        found.extend(spoken_of_with(conn, org, &new_ids)?);
        new_ids = found.into_iter().filter(|id| ids.insert(*id)).collect();
        new_keys = findings::blocks_of(conn, org, &new_ids)?.into_iter().filter(|key| !keys.contains(key)).collect();
    }
    Ok(ids.into_iter().collect())
}

/// For each decision on links that holds, the findings that it names.
pub(crate) fn named_together(conn: &mut Conn, org: i64) -> Result<Vec<Vec<i64>>> {
    let mut out = Vec::new();
    for (_, json) in decisions::all(conn, org)? {
        let decision: Decision = serde_json::from_str(&json)?;
        if decision.ended.is_none() && decision.kind.is_about_links() {
            out.push(findings::ids_of(conn, org, &decision.covers)?);
        }
    }
    Ok(out)
}

/// Findings that a decision on links names together with one of these.
fn spoken_of_with(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<i64>> {
    if ids.is_empty() || !decisions::any_of(conn, org, &ABOUT_LINKS)? {
        return Ok(Vec::new());
    }
    let identities: Vec<String> = findings::identities(conn, org, ids)?.into_iter().map(|(_, identity)| identity).collect();
    let named = decisions::named_with(conn, org, &ABOUT_LINKS, &identities)?;
    Ok(findings::ids_of(conn, org, &named)?)
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

/// Findings with all that a clustering of them needs.
pub(crate) struct Scene {
    pub(crate) members: Vec<Member>,
    aliases: HashMap<String, Vec<String>>,
    hubs: Vec<String>,
    words: PeoplesWord,
}

impl Scene {
    /// Findings by id; `members` are those of them that are read already.
    pub(crate) fn load(conn: &mut Conn, org: i64, ids: &[i64], mut members: Vec<Member>) -> Result<Self> {
        let read: HashSet<i64> = members.iter().map(|member| member.row.id).collect();
        let missing: Vec<i64> = ids.iter().copied().filter(|id| !read.contains(id)).collect();
        for row in findings::by_ids(conn, org, &missing)? {
            members.push(Member::read(row)?);
        }
        members.sort_unstable_by_key(|member| member.row.id);
        let closed = alias_closure(conn, org, &names_of(&members))?;
        let identities: Vec<String> = members.iter().map(|member| member.row.identity.clone()).collect();
        let decisions = decisions_of(conn, org, &identities)?;
        let words = peoples_word(decisions.iter().map(|(_, decision)| decision));
        Ok(Self { members, aliases: closed.names, hubs: closed.warnings, words })
    }

    /// Issues as this program's matching makes them, but for what the options say.
    pub(crate) fn cluster(&self, streams: &Streams, world: &World, options: &Options<'_>) -> Clustering {
        let lookup = |name: &str| self.aliases.get(name).cloned().unwrap_or_default();
        let prepared = Prepared::new(&self.members, streams, world);
        let candidates = prepared.candidates(&self.members, streams);
        let mut made = cluster_with(&candidates, &self.words, &Context { aliases: &lookup, routes: &world.endpoints }, options);
        made.warnings.extend(self.hubs.iter().cloned());
        made
    }

    /// The issues as they are stored, but for findings that are freed.
    fn standing(&self, freed: &BTreeSet<i64>) -> Vec<Vec<&str>> {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for member in self.members.iter().filter(|member| !member.row.issue.is_empty() && !freed.contains(&member.row.id)) {
            groups.entry(&member.row.issue).or_default().push(&member.row.identity);
        }
        groups.into_values().collect()
    }
}

fn names_of(members: &[Member]) -> BTreeSet<String> {
    members.iter().flat_map(|member| member.finding.identifiers.iter().cloned()).collect()
}

/// Clusters again what shares a block with the findings that are new or changed. Writes links and suggestions.
///
/// Where another version of the matching made the stored issues, they stand: only findings that are in none, or are freed, are placed.
pub(crate) fn relink(conn: &mut Conn, org: i64, touched: Touched<'_>, streams: &Streams, world: &World) -> Result<Relinked> {
    if touched.changed.is_empty() {
        return Ok(Relinked::default());
    }
    let changed: Vec<Member> = findings::by_ids(conn, org, touched.changed)?.into_iter().map(Member::read).collect::<Result<_>>()?;
    let aliases = alias_closure(conn, org, &names_of(&changed))?.names;
    let keys = reblock(conn, org, &changed, &aliases, streams, world)?;
    let ids = closure(conn, org, keys, touched.changed)?;
    let scene = Scene::load(conn, org, &ids, changed)?;
    let freed: BTreeSet<i64> = touched.freed.iter().copied().collect();
    let standing = if matching::is_current(conn, org)? { Vec::new() } else { scene.standing(&freed) };
    let clustering = scene.cluster(streams, world, &Options { standing: &standing, without: &[] });
    let stands: HashSet<String> = standing.iter().flatten().map(|identity| (*identity).to_owned()).collect();
    write(conn, org, &ids, scene.members, clustering, &|member| stands.contains(&member.row.identity))
}

/// Writes the links and suggestions that changed. Of members that stand only a new issue id is written, never another link.
pub(crate) fn write(
    conn: &mut Conn,
    org: i64,
    ids: &[i64],
    mut members: Vec<Member>,
    clustering: Clustering,
    stands: &dyn Fn(&Member) -> bool,
) -> Result<Relinked> {
    let mut out = Relinked { warnings: clustering.warnings, ..Relinked::default() };
    let mut issue_of: HashMap<i64, String> = HashMap::new();
    let mut alive = BTreeSet::new();
    let mut links = Vec::new();
    let mut left = Vec::new();
    for group in &clustering.groups {
        let Some(founder) = members.get(group.founder) else { continue };
        let issue = issue_code(&founder.row.identity);
        for (at, link) in group.members.iter().zip(&group.links) {
            let Some(member) = members.get_mut(*at) else { continue };
            issue_of.insert(member.row.id, issue.clone());
            let link_json = if stands(member) { member.row.link_json.clone() } else { serde_json::to_string(link)? };
            if member.row.issue != issue || member.row.link_json != link_json {
                out.issues.insert(issue.clone());
                if member.row.issue != issue {
                    alive.insert(issue.clone());
                }
                if !member.row.issue.is_empty() {
                    out.issues.insert(member.row.issue.clone());
                    left.push((member.row.id, std::mem::take(&mut member.row.issue), member.row.identity.clone()));
                }
                links.push((member.row.id, issue.clone(), link_json));
            }
        }
    }
    findings::set_links(conn, org, links)?;
    out.alive = alive.into_iter().collect();
    out.redirects = redirects(&left, &issue_of);
    let new = clustering.suggestions.iter().filter_map(|s| {
        let (left, right) = (members.get(s.left)?, members.get(s.right)?);
        let (a, b) = if left.row.id <= right.row.id { (left, right) } else { (right, left) };
        Some(SuggestionRow { a: a.row.id, b: b.row.id, confidence: s.confidence, because_json: serde_json::to_string(&s.because).ok()? })
    });
    store_suggestions(conn, org, ids, new.collect(), &issue_of, &mut out.issues)?;
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
    let told =
        |rows: &[SuggestionRow]| -> HashMap<(i64, i64), SuggestionRow> { rows.iter().map(|row| ((row.a, row.b), row.clone())).collect() };
    let (before, after) = (told(&old), told(&new));
    let differs = |row: &&SuggestionRow, other: &HashMap<(i64, i64), SuggestionRow>| other.get(&(row.a, row.b)) != Some(*row);
    for row in old.iter().filter(|row| differs(row, &after)).chain(new.iter().filter(|row| differs(row, &before))) {
        issues.extend([row.a, row.b].iter().filter_map(|id| issue_of.get(id)).cloned());
    }
    suggestions::replace(conn, org, ids, &new)?;
    Ok(())
}

/// Ids that no group has any more lead to the issue that now has their founder, else most of what they had. `left`: findings that were in
/// an issue, with its id and their identity.
fn redirects(left: &[(i64, String, String)], issue_of: &HashMap<i64, String>) -> Vec<(String, String)> {
    let alive: HashSet<&String> = issue_of.values().collect();
    let mut heirs: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (id, issue, identity) in left.iter().filter(|(_, issue, _)| !alive.contains(issue)) {
        let Some(new) = issue_of.get(id) else { continue };
        let weight = if issue_code(identity) == *issue { left.len() } else { 1 };
        *heirs.entry(issue).or_default().entry(new).or_default() += weight;
    }
    heirs
        .into_iter()
        .filter_map(|(old, heirs)| {
            let (new, _) = heirs.into_iter().max_by_key(|(id, weight)| (*weight, std::cmp::Reverse(*id)))?;
            Some((old.to_owned(), new.to_owned()))
        })
        .collect()
}
