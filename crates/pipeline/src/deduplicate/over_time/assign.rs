//! Which finding of a new report is which of those known, and what identity the new ones get.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};

use model::{Finding, Target};

use super::matching::Matching;
use super::{MatchKey, base, canonical_tool};

/// A finding of the same target, tool and category that was seen before, on whatever ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The store's id, handed back as it is.
    pub id: u64,
    pub identity: String,
    /// As [`Assigned::key`] gave it when it was last seen.
    pub key: MatchKey,
    /// True while it is open on the ref of the new report. Those are matched first; the others only when they are plainly the same.
    pub present: bool,
    /// True where the last report of the stream had it. What is open only because that report did not look gives way to what was seen.
    pub fresh: bool,
}

/// Why a finding is taken for a known one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Rule, place and content are the same; lines may have moved.
    Content,
    /// Rule and place are the same, and the resource, address or the tool's trusted fingerprint.
    Feature,
    /// Rule and place are the same, and the line, as far as the file's lines moved.
    Line,
    /// Rule and place are the same, and it is the best pairing of what was left.
    Order,
    /// The file was renamed or moved, or the code went to another file.
    Moved,
    /// The rule has another name.
    RuleRenamed,
}

/// What became of one finding of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    pub identity: String,
    /// [`Known::id`] and why, or `None` for a new finding.
    pub known: Option<(u64, How)>,
    /// What to keep of it, for the next report. In memory of its own: lists of a hundred thousand are sorted and handed on.
    pub key: Box<MatchKey>,
}

/// The answer for a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// One for each finding, in the order of the findings.
    pub findings: Vec<Assigned>,
    /// [`Known::id`] of those present that this report does not have, in the order given. Whether they close is for coverage to say.
    pub absent: Vec<u64>,
}

/// Recognises the findings of a report. `findings` are normalised and of one tool and category; identities and pairs do not depend on
/// their order, nor on that of `known`. Each known finding is taken at most once.
#[must_use]
pub fn assign<F: Borrow<Finding>>(target: &Target, tool: &str, category: &str, findings: &[F], known: &[Known]) -> Assignment {
    let tool = canonical_tool(tool);
    let keys = findings.iter().map(|finding| Box::new(MatchKey::of(&tool, finding.borrow()))).collect();
    assign_by(target, &tool, category, findings, keys, known)
}

/// As [`assign`], with what recognises each finding: [`MatchKey::of`] the canonical name of the tool.
#[must_use]
pub fn assign_by<F: Borrow<Finding>>(
    target: &Target,
    tool: &str,
    category: &str,
    findings: &[F],
    keys: Vec<Box<MatchKey>>,
    known: &[Known],
) -> Assignment {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    // Lines first, so that ordinals of new findings follow the file; the rest decides between findings on one line.
    let rank =
        |at: &usize| keys.get(*at).map(|key| (key.group, key.line, key.column, key.end_line, key.resource, key.url, key.message, key));
    order.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| severity(findings, *a).cmp(&severity(findings, *b))).then(a.cmp(b)));
    let mut known_order: Vec<usize> = (0..known.len()).collect();
    known_order.sort_by(|a, b| {
        known.get(*a).map(|known| (&known.identity, known.id)).cmp(&known.get(*b).map(|known| (&known.identity, known.id)))
    });

    let new: Vec<&MatchKey> = order.iter().filter_map(|at| keys.get(*at)).map(Box::as_ref).collect();
    let old: Vec<&Known> = known_order.iter().filter_map(|at| known.get(*at)).collect();
    let pairs = Matching::new(&old, &new).run();

    let mut taken: HashSet<String> = known.iter().map(|known| known.identity.clone()).collect();
    let mut next_ordinal: BTreeMap<u64, u32> = BTreeMap::new();
    let mut matched = vec![false; old.len()];
    let mut keys: Vec<Option<Box<MatchKey>>> = keys.into_iter().map(Some).collect();
    let mut out: Vec<Option<Assigned>> = vec![None; findings.len()];
    for (place, pair) in order.iter().zip(&pairs) {
        let (Some(finding), Some(key)) = (findings.get(*place).map(Borrow::borrow), keys.get_mut(*place).and_then(Option::take)) else {
            continue;
        };
        let found = pair.and_then(|(at, how)| old.get(at).map(|known| (at, *known, how)));
        let assigned = match found {
            Some((at, known, how)) => {
                if let Some(matched) = matched.get_mut(at) {
                    *matched = true;
                }
                Assigned { identity: known.identity.clone(), known: Some((known.id, how)), key: Box::new(key.or_before(&known.key)) }
            }
            None => {
                let (rule, where_it_is) = (base::rule(tool, finding), base::place(finding));
                let distinct = finding.distinct.as_deref().unwrap_or_default();
                let ordinal = next_ordinal.entry(key.group).or_default();
                let identity = loop {
                    let identity = base::identity_of(target, tool, category, &rule, &where_it_is, distinct, *ordinal);
                    *ordinal = ordinal.saturating_add(1);
                    if taken.insert(identity.clone()) || *ordinal == u32::MAX {
                        break identity;
                    }
                };
                Assigned { identity, known: None, key }
            }
        };
        if let Some(slot) = out.get_mut(*place) {
            *slot = Some(assigned);
        }
    }
    let gone: HashSet<u64> =
        old.iter().zip(&matched).filter(|(known, matched)| known.present && !**matched).map(|(known, _)| known.id).collect();
    Assignment {
        findings: out.into_iter().flatten().collect(),
        absent: known.iter().map(|known| known.id).filter(|id| gone.contains(id)).collect(),
    }
}

fn severity<F: Borrow<Finding>>(findings: &[F], at: usize) -> Option<(model::Severity, u32)> {
    findings.get(at).map(Borrow::borrow).map(|finding| (finding.severity, finding.location.end_column.unwrap_or(0)))
}
