//! Which findings have to be looked at together: those that share a block, directly or through others, and those of which a person spoke in
//! one breath.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use model::Decision;
use pipeline::deduplicate::across::{met_under, offered};
use store::Conn;
use store::queries::{decisions, findings};

use super::Fresh;
use crate::Result;
use crate::load::decisions_of;

/// Findings that are clustered in one go; what hangs together is never cut.
const AT_ONCE: usize = 1000;

/// Decisions that say which findings are one issue.
const ABOUT_LINKS: [&str; 4] = ["merge", "split", "accept_link", "reject_link"];

/// Disjoint sets of row numbers.
#[derive(Default)]
pub(crate) struct Union {
    parent: HashMap<i64, i64>,
}

impl Union {
    /// The least row number of the set that this one is in.
    pub(crate) fn find(&mut self, id: i64) -> i64 {
        let mut at = id;
        loop {
            let up = *self.parent.entry(at).or_insert(at);
            if up == at {
                return at;
            }
            let above = self.parent.get(&up).copied().unwrap_or(up);
            self.parent.insert(at, above);
            at = above;
        }
    }

    pub(crate) fn join(&mut self, a: i64, b: i64) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent.insert(a.max(b), a.min(b));
    }

    /// The sets, each ascending, by their least member; small ones are put together into lists of at most so many, and none is cut.
    pub(crate) fn lists(mut self, most: usize) -> Vec<Vec<i64>> {
        let mut sets: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for id in self.parent.keys().copied().collect::<BTreeSet<_>>() {
            sets.entry(self.find(id)).or_default().push(id);
        }
        let mut out: Vec<Vec<i64>> = Vec::new();
        for set in sets.into_values() {
            match out.last_mut() {
                Some(last) if last.len() + set.len() <= most => last.extend(set),
                _ => out.push(set),
            }
        }
        for list in &mut out {
            list.sort_unstable();
        }
        out
    }
}

/// Who meets whom by block keys: those who ask for a key are one set with each other and with all who offer it; those who offer it join nobody
/// by themselves.
#[derive(Default)]
pub(crate) struct Meetings {
    asking: HashMap<blake3::Hash, i64>,
    offering: HashMap<blake3::Hash, Vec<i64>>,
}

impl Meetings {
    /// Says that a finding stands under a key.
    pub(crate) fn stands(&mut self, id: i64, key: &str, union: &mut Union) {
        match offered(key) {
            Some(asked) => self.offering.entry(blake3::hash(asked.as_bytes())).or_default().push(id),
            None => union.join(id, *self.asking.entry(blake3::hash(key.as_bytes())).or_insert(id)),
        }
    }

    /// Once all is said: puts those who offer a key together with those who ask for it.
    pub(crate) fn join(self, union: &mut Union) {
        for (key, ids) in self.offering {
            if let Some(asking) = self.asking.get(&key) {
                ids.into_iter().for_each(|id| union.join(id, *asking));
            }
        }
    }
}

/// All findings that can be one issue with these, in lists of at most [`AT_ONCE`] unless more hang together. `keys`: the block keys that these
/// had before and have now.
pub(super) fn families(conn: &mut Conn, org: i64, keys: BTreeSet<String>, touched: &[i64], fresh: &Fresh) -> Result<Vec<Vec<i64>>> {
    let mut union = Union::default();
    let mut meetings = Meetings::default();
    let mut asked: HashSet<String> = HashSet::new();
    let mut ids: BTreeSet<i64> = touched.iter().copied().collect();
    let mut new_ids: Vec<i64> = touched.to_vec();
    let mut new_keys: BTreeSet<String> = keys;
    while !(new_keys.is_empty() && new_ids.is_empty()) {
        let met: BTreeSet<String> = new_keys.iter().flat_map(|key| met_under(key)).filter(|key| asked.insert(key.clone())).collect();
        let mut found: BTreeSet<i64> = BTreeSet::new();
        for (key, finding) in findings::under(conn, org, met.into_iter().collect())? {
            found.insert(finding);
            meetings.stands(finding, &key, &mut union);
        }
        for named in spoken_of_with(conn, org, &new_ids, fresh)? {
            for id in &named {
                union.join(*id, named.first().copied().unwrap_or(*id));
            }
            found.extend(named);
        }
        new_ids = found.into_iter().filter(|id| ids.insert(*id)).collect();
        new_keys = findings::blocks_of(conn, org, &new_ids)?.into_iter().collect();
        new_keys.retain(|key| met_under(key).iter().any(|met| !asked.contains(met)));
    }
    for id in ids {
        union.find(id);
    }
    meetings.join(&mut union);
    Ok(union.lists(AT_ONCE))
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

/// Per decision on links that holds and names one of these findings: all the findings that it names.
fn spoken_of_with(conn: &mut Conn, org: i64, ids: &[i64], fresh: &Fresh) -> Result<Vec<Vec<i64>>> {
    if ids.is_empty() || !decisions::any_of(conn, org, &ABOUT_LINKS)? {
        return Ok(Vec::new());
    }
    let stored: Vec<i64> = ids.iter().copied().filter(|id| !fresh.rows.contains_key(id)).collect();
    let mut identities: Vec<String> = findings::identities(conn, org, &stored)?.into_iter().map(|(_, identity)| identity).collect();
    identities.extend(ids.iter().filter_map(|id| fresh.rows.get(id)).map(|row| row.identity.clone()));
    let by_identity: HashMap<&str, i64> = fresh.rows.values().map(|row| (row.identity.as_str(), row.id)).collect();
    let mut out = Vec::new();
    for (_, decision) in decisions_of(conn, org, &identities)? {
        if decision.ended.is_none() && decision.kind.is_about_links() {
            let mut named = findings::ids_of(conn, org, &decision.covers)?;
            named.extend(decision.covers.iter().filter_map(|identity| by_identity.get(identity.as_str())));
            out.push(named);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_put_together_and_never_cut() {
        let mut union = Union::default();
        for (a, b) in [(7, 3), (3, 9), (9, 7), (1, 1), (2, 8), (4, 4)] {
            union.join(a, b);
        }
        assert_eq!(union.lists(2), [vec![1], vec![2, 8], vec![3, 7, 9], vec![4]]);
    }

    #[test]
    fn what_is_offered_joins_those_who_ask_and_nobody_else() {
        let sets = |asking: &[i64]| {
            let mut union = Union::default();
            let mut meetings = Meetings::default();
            for id in [5, 6].iter().chain(asking) {
                union.find(*id);
            }
            asking.iter().for_each(|id| meetings.stands(*id, "k", &mut union));
            [5, 6].iter().for_each(|id| meetings.stands(*id, "~k", &mut union));
            meetings.join(&mut union);
            union.lists(1)
        };
        assert_eq!(sets(&[]), [[5], [6]]);
        assert_eq!(sets(&[1, 9]), [[1, 5, 6, 9]]);
    }
}
