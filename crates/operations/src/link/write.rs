//! What a clustering changed goes into the record.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::issue_code;
use pipeline::deduplicate::across::Clustering;
use store::Conn;
use store::queries::findings;
use store::queries::suggestions::{self, SuggestionRow};

use crate::Result;
use crate::derive::Member;

/// A finding that left its issue.
pub(crate) struct Left {
    identity: String,
    from: String,
    to: String,
}

/// What a clustering changed.
#[derive(Default)]
pub(crate) struct Changed {
    /// Issues whose members, links or suggestions changed.
    pub(crate) issues: BTreeSet<String>,
    /// Issues that findings came to, which may have led elsewhere before.
    pub(crate) alive: BTreeSet<String>,
    pub(crate) left: Vec<Left>,
}

impl Changed {
    /// Adds what another clustering changed.
    pub(crate) fn add(&mut self, other: Self) {
        self.issues.extend(other.issues);
        self.alive.extend(other.alive);
        self.left.extend(other.left);
    }

    /// Issue ids that no finding has any more, once all is written, and where they lead.
    pub(crate) fn redirects(&self, conn: &mut Conn, org: i64) -> Result<Vec<(String, String)>> {
        let from: BTreeSet<String> = self.left.iter().map(|left| left.from.clone()).collect();
        let alive: BTreeSet<String> = findings::sizes(conn, org, from.into_iter().collect())?.into_iter().map(|(issue, _)| issue).collect();
        Ok(redirects(&self.left, &alive))
    }
}

/// Writes the links and suggestions that changed, and the findings that are not stored yet with theirs. Of members that stand only a new issue
/// id is written, never another link. The members know their issues and links afterwards.
pub(crate) fn write(
    conn: &mut Conn,
    org: i64,
    members: &mut [Member],
    clustering: &Clustering,
    stands: &dyn Fn(&Member) -> bool,
    is_fresh: &dyn Fn(i64) -> bool,
) -> Result<Changed> {
    let mut out = Changed::default();
    let mut issue_of: HashMap<i64, String> = HashMap::new();
    let mut links = Vec::new();
    for group in &clustering.groups {
        let Some(founder) = members.get(group.founder) else { continue };
        let issue = issue_code(&founder.row.identity);
        for (at, link) in group.members.iter().zip(&group.links) {
            let Some(member) = members.get_mut(*at) else { continue };
            issue_of.insert(member.row.id, issue.clone());
            let link_json = if stands(member) { member.row.link_json.clone() } else { serde_json::to_string(link)? };
            if member.row.issue == issue && member.row.link_json == link_json {
                continue;
            }
            out.issues.insert(issue.clone());
            if member.row.issue != issue {
                out.alive.insert(issue.clone());
                let from = std::mem::replace(&mut member.row.issue, issue.clone());
                if !from.is_empty() {
                    out.issues.insert(from.clone());
                    out.left.push(Left { identity: member.row.identity.clone(), from, to: issue.clone() });
                }
            }
            if !stands(member) {
                member.link = link.clone();
            }
            member.row.link_json = link_json;
            if !is_fresh(member.row.id) {
                links.push((member.row.id, issue.clone(), member.row.link_json.clone()));
            }
        }
    }
    findings::set_links(conn, org, links)?;
    findings::insert(conn, org, members.iter_mut().map(|member| &mut member.row).filter(|row| is_fresh(row.id)))?;
    let new = clustering.suggestions.iter().filter_map(|s| {
        let (left, right) = (members.get(s.left)?, members.get(s.right)?);
        let (a, b) = if left.row.id <= right.row.id { (left, right) } else { (right, left) };
        Some(SuggestionRow { a: a.row.id, b: b.row.id, confidence: s.confidence, because_json: serde_json::to_string(&s.because).ok()? })
    });
    let ids: Vec<i64> = members.iter().map(|member| member.row.id).collect();
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

/// Ids that no finding has any more lead to the issue that now has their founder, else most of what they had.
fn redirects(left: &[Left], alive: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut heirs: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for Left { identity, from, to } in left.iter().filter(|left| !alive.contains(&left.from)) {
        let weight = if issue_code(identity) == *from { left.len() } else { 1 };
        *heirs.entry(from).or_default().entry(to).or_default() += weight;
    }
    heirs
        .into_iter()
        .filter_map(|(old, heirs)| {
            let (new, _) = heirs.into_iter().max_by_key(|(id, weight)| (*weight, std::cmp::Reverse(*id)))?;
            Some((old.to_owned(), new.to_owned()))
        })
        .collect()
}
