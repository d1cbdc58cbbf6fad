//! `identity diff` and `identity apply`: which version of the matching made the stored issues, and what this program's would change.
//!
//! An import never applies a new version silently: until `identity apply` the stored issues stand, and only new findings are placed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{EvidenceFact, Timestamp, issue_code};
use pipeline::deduplicate::across::{Clustering, MATCHING, Options};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::{findings, issues, settings};

use crate::changes::Entry;
use crate::derive::Member;
use crate::link::{Changed, Meetings, Scene, Union, keys_of, named_together, write};
use crate::load::{Streams, World, world};
use crate::refresh::{Cause, refresh, write_history};
use crate::{Muster, Result};

/// Name of the setting that holds the version.
const SETTING: &str = "matching";

/// The version that made the issues of databases which do not say.
const FIRST: &str = "matching 1";

/// Findings that are read, or compared with each other, in one go; a family of blocks is never cut.
const AT_ONCE: usize = 4000;

/// Most merges, and most splits, that a diff explains one by one. All are counted.
const MOST_EXPLAINED: usize = 500;

/// The version that made the stored issues.
pub(crate) fn stored(conn: &mut Conn, org: i64) -> Result<String> {
    Ok(match settings::get(conn, org, SETTING, Timestamp(i64::MAX))? {
        Some(json) => serde_json::from_str(&json)?,
        None => FIRST.to_owned(),
    })
}

/// True where this program's matching made the stored issues.
pub(crate) fn is_current(conn: &mut Conn, org: i64) -> Result<bool> {
    Ok(stored(conn, org)? == MATCHING)
}

/// Notes that this program's matching made the stored issues.
pub(crate) fn note_current(conn: &mut Conn, org: i64, now: Timestamp) -> Result<()> {
    Ok(settings::set(conn, org, SETTING, now, &serde_json::to_string(MATCHING)?)?)
}

/// What this program's matching would change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityDiff {
    /// The version that made the stored issues.
    pub stored: String,
    /// The version of this program.
    pub program: String,
    pub findings: u64,
    /// Issues now.
    pub issues: u64,
    /// Issues afterwards.
    pub issues_after: u64,
    /// How many issues would be made of several. `merges` explains the first 500 of them.
    pub merged: u64,
    /// How many issues would fall into several. `splits` explains the first 500 of them.
    pub split: u64,
    /// Issues that would be made of several.
    pub merges: Vec<IdentityMerge>,
    /// Issues that would fall into several.
    pub splits: Vec<IdentitySplit>,
    /// What was too large to be compared in full, and decisions that contradict each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Issues that would become one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityMerge {
    /// Its id afterwards.
    pub issue: String,
    pub title: String,
    /// The issues whose findings it would hold, now.
    pub from: Vec<String>,
    /// The weakest link of a finding that comes to it, 0 to 1.
    pub confidence: f64,
    /// Why that finding belongs to it.
    pub because: Vec<EvidenceFact>,
}

/// An issue that would fall into several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdentitySplit {
    /// Its id now.
    pub issue: String,
    pub title: String,
    pub parts: Vec<IdentityPart>,
}

/// What some findings of an issue would be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityPart {
    /// Its id afterwards.
    pub issue: String,
    /// Identities of the findings.
    pub findings: Vec<String>,
    /// What joined them to the issue before: the link of the finding that was joined most weakly.
    pub joined_by: Vec<EvidenceFact>,
    /// What is left of it where that is still a suggestion; empty where nothing joins them, or something proves them apart.
    pub left: Vec<EvidenceFact>,
}

/// The answer of `identity apply`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityAnswer {
    /// The version that made the issues before.
    pub before: String,
    /// The version that made them now.
    pub now: String,
    /// Issues whose findings or links changed.
    pub changed: u64,
    /// Ids that lead to another issue now.
    pub redirected: u64,
}

impl Muster {
    /// What this program's matching would change, with the facts. Stores nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn identity_diff(&self, now: Timestamp) -> Result<IdentityDiff> {
        self.db.try_read(|conn| {
            let world = world(conn, self.org, now)?;
            let streams = Streams::load(conn, self.org, &world.index)?;
            let mut diff = IdentityDiff { stored: stored(conn, self.org)?, program: MATCHING.to_owned(), ..IdentityDiff::default() };
            let mut warnings = BTreeSet::new();
            for family in families(conn, self.org, &streams, &world)? {
                let scene = Scene::load(conn, self.org, &family)?;
                let made = scene.cluster(&streams, &world, &Options::default());
                compare(&scene.members, &made, &mut diff);
                warnings.extend(made.warnings);
            }
            diff.warnings = warnings.into_iter().collect();
            Ok(diff)
        })
    }

    /// Makes all issues again with this program's matching, in one transaction. Ids of issues that end lead on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn identity_apply(&self, author: &str, now: Timestamp) -> Result<IdentityAnswer> {
        self.db.try_write(|tx| {
            let world = world(tx, self.org, now)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            let before = stored(tx, self.org)?;
            store_keys(tx, self.org, &streams, &world)?;
            let mut all = Changed::default();
            for family in families(tx, self.org, &streams, &world)? {
                let mut scene = Scene::load(tx, self.org, &family)?;
                let made = scene.cluster(&streams, &world, &Options::default());
                all.add(write(tx, self.org, &mut scene.members, &made, &|_| false, &|_| false)?);
            }
            let redirects = all.redirects(tx, self.org)?;
            let alive: Vec<String> = all.alive.into_iter().collect();
            issues::redirect(tx, self.org, &redirects, &alive, now)?;
            note_current(tx, self.org, now)?;
            let by = format!("{author}: {MATCHING}");
            let cause = Cause::of(&by, now);
            refresh(tx, self.org, &all.issues, &streams, &world, cause)?;
            let merged = redirects.iter().map(|(old, into)| Entry::plain(into.clone(), "merged", format!("{old} merged into this issue")));
            write_history(tx, self.org, merged.collect(), cause)?;
            let (changed, redirected) = (all.issues.len() as u64, redirects.len() as u64);
            Ok(IdentityAnswer { before, now: MATCHING.to_owned(), changed, redirected })
        })
    }

    /// The issues as this program's matching makes them without evidence on these fields, as identities: what that evidence is worth.
    /// Measurements alone ask for it; nothing is stored.
    ///
    /// # Errors
    /// When the database fails.
    #[doc(hidden)]
    pub fn partition_without(&self, without: &[&str], now: Timestamp) -> Result<Vec<Vec<String>>> {
        self.db.try_read(|conn| {
            let world = world(conn, self.org, now)?;
            let streams = Streams::load(conn, self.org, &world.index)?;
            let mut out = Vec::new();
            for family in families(conn, self.org, &streams, &world)? {
                let scene = Scene::load(conn, self.org, &family)?;
                let made = scene.cluster(&streams, &world, &Options { without, ..Options::default() });
                let identity = |at: &usize| scene.members.get(*at).map(|member| member.row.identity.clone());
                out.extend(made.groups.iter().map(|group| group.members.iter().filter_map(identity).collect()));
            }
            Ok(out)
        })
    }
}

/// Hands over all findings, some at a time.
fn in_portions(conn: &mut Conn, org: i64, mut each: impl FnMut(&mut Conn, Vec<Member>) -> Result<()>) -> Result<()> {
    for ids in findings::ids(conn, org)?.chunks(AT_ONCE) {
        let members = findings::by_ids(conn, org, ids)?.into_iter().map(Member::read).collect::<Result<_>>()?;
        each(conn, members)?;
    }
    Ok(())
}

fn store_keys(tx: &mut Conn, org: i64, streams: &Streams, world: &World) -> Result<()> {
    in_portions(tx, org, |tx, members| {
        let keys = keys_of(&members, streams, world);
        let ids: Vec<i64> = members.iter().map(|member| member.row.id).collect();
        let rows = keys.into_iter().flat_map(|(id, keys)| keys.into_iter().map(move |key| (id, key)));
        Ok(findings::set_blocks(tx, org, &ids, rows)?)
    })
}

/// All findings in lists: those that share a block by this program's matching, directly or through others, or of which a person spoke in
/// one breath, or that are one issue now, stand in one list. Small families are put together.
fn families(conn: &mut Conn, org: i64, streams: &Streams, world: &World) -> Result<Vec<Vec<i64>>> {
    let mut union = Union::default();
    let mut meetings = Meetings::default();
    let mut of_issue: HashMap<String, i64> = HashMap::new();
    in_portions(conn, org, |_, members| {
        for (id, keys) in keys_of(&members, streams, world) {
            union.find(id);
            keys.iter().for_each(|key| meetings.stands(id, key, &mut union));
        }
        for row in members.into_iter().map(|member| member.row).filter(|row| !row.issue.is_empty()) {
            union.join(row.id, *of_issue.entry(row.issue).or_insert(row.id));
        }
        Ok(())
    })?;
    meetings.join(&mut union);
    for named in named_together(conn, org)? {
        for other in named.iter().skip(1) {
            union.join(*other, named.first().copied().unwrap_or(*other));
        }
    }
    Ok(union.lists(AT_ONCE))
}

/// Adds to a diff what changed among these findings.
fn compare(members: &[Member], made: &Clustering, diff: &mut IdentityDiff) {
    let mut after: HashMap<usize, (String, usize)> = HashMap::new();
    for (number, group) in made.groups.iter().enumerate() {
        let Some(founder) = members.get(group.founder) else { continue };
        let issue = issue_code(&founder.row.identity);
        after.extend(group.members.iter().map(|at| (*at, (issue.clone(), number))));
        let from: BTreeSet<&String> = group
            .members
            .iter()
            .filter_map(|at| members.get(*at))
            .map(|member| &member.row.issue)
            .filter(|issue| !issue.is_empty())
            .collect();
        if from.len() > 1 {
            diff.merged += 1;
            if diff.merges.len() < MOST_EXPLAINED {
                diff.merges.push(merge(members, group, issue, from.into_iter().cloned().collect()));
            }
        }
    }
    let mut now: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, member) in members.iter().enumerate().filter(|(_, member)| !member.row.issue.is_empty()) {
        now.entry(&member.row.issue).or_default().push(at);
    }
    diff.findings += members.len() as u64;
    diff.issues += now.len() as u64;
    diff.issues_after += made.groups.len() as u64;
    for (issue, list) in now {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in list {
            if let Some((_, group)) = after.get(&at) {
                parts.entry(*group).or_default().push(at);
            }
        }
        if parts.len() > 1 {
            diff.split += 1;
            if diff.splits.len() < MOST_EXPLAINED {
                diff.splits.push(split(members, made, issue, &after, parts.into_values().collect()));
            }
        }
    }
}

fn merge(members: &[Member], group: &pipeline::deduplicate::across::Group, issue: String, from: Vec<String>) -> IdentityMerge {
    let title = members.get(group.founder).map(|founder| founder.finding.title.clone()).unwrap_or_default();
    let home = members.get(group.founder).map(|founder| &founder.row.issue);
    let coming = group.members.iter().zip(&group.links).filter(|(at, _)| members.get(**at).map(|member| &member.row.issue) != home);
    let weakest = coming.map(|(_, link)| link).min_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let (confidence, because) = weakest.map_or((1.0, Vec::new()), |link| (link.confidence, link.because.clone()));
    IdentityMerge { issue, title, from, confidence, because }
}

fn split(
    members: &[Member],
    made: &Clustering,
    issue: &str,
    after: &HashMap<usize, (String, usize)>,
    mut parts: Vec<Vec<usize>>,
) -> IdentitySplit {
    let order = |at: &usize| members.get(*at).map(|member| (member.row.first_seen, &member.row.identity));
    for part in &mut parts {
        part.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    parts.sort_by(|a, b| a.first().map(order).cmp(&b.first().map(order)));
    let all: BTreeSet<usize> = parts.iter().flatten().copied().collect();
    let title = parts.first().and_then(|part| members.get(*part.first()?)).map(|member| member.finding.title.clone()).unwrap_or_default();
    let parts = parts.into_iter().map(|part| {
        let mine: BTreeSet<usize> = part.iter().copied().collect();
        let weakest = part.iter().filter_map(|at| members.get(*at)).min_by(|a, b| a.link.confidence.total_cmp(&b.link.confidence));
        let still = made.suggestions.iter().find(|suggestion| {
            let (left, right) = (suggestion.left, suggestion.right);
            all.contains(&left) && all.contains(&right) && mine.contains(&left) != mine.contains(&right)
        });
        IdentityPart {
            issue: part.first().and_then(|at| after.get(at)).map(|(issue, _)| issue.clone()).unwrap_or_default(),
            findings: part.iter().filter_map(|at| members.get(*at)).map(|member| member.row.identity.clone()).collect(),
            joined_by: weakest.map(|member| member.link.because.clone()).unwrap_or_default(),
            left: still.map(|suggestion| suggestion.because.clone()).unwrap_or_default(),
        }
    });
    IdentitySplit { issue: issue.to_owned(), title, parts: parts.collect() }
}
