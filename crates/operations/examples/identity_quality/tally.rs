//! Counts of pairs and issues, and intervals for their shares.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::programme::{Member, Relation, Truth};

/// Counts that add up over programmes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) findings: usize,
    pub(crate) flaws: usize,
    pub(crate) pairs: Hits,
    pub(crate) cross: Hits,
    /// Pairs across tools that are one flaw, found together or suggested.
    pub(crate) cross_suggested: usize,
    /// Issues that hold two flaws, flaws in several issues, flaws hidden wholly under another.
    pub(crate) over: usize,
    pub(crate) under: usize,
    pub(crate) lost: usize,
}

/// Pairs that are one flaw, and pairs that stand in one issue.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hits {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) truth: usize,
}

impl Hits {
    fn count(&mut self, same: bool, together: bool) {
        self.truth += usize::from(same);
        self.right += usize::from(same && together);
        self.wrong += usize::from(!same && together);
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.truth += other.truth;
    }

    pub(crate) fn f1(&self) -> Option<f64> {
        let all = 2 * self.right + self.wrong + (self.truth - self.right);
        (all > 0).then(|| 2.0 * self.right as f64 / all as f64)
    }
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.findings += other.findings;
        self.flaws += other.flaws;
        self.pairs.add(other.pairs);
        self.cross.add(other.cross);
        self.cross_suggested += other.cross_suggested;
        self.over += other.over;
        self.under += other.under;
        self.lost += other.lost;
    }
}

/// Counts over the results of a class, or over all.
pub(crate) fn tally(
    truth: &Truth,
    issue: &HashMap<Member, String>,
    suggested: &BTreeMap<(String, String), f64>,
    class: Option<&str>,
) -> Tally {
    let members: Vec<&Member> =
        truth.flaw.iter().filter(|(_, flaw)| class.is_none_or(|class| truth.class[*flaw] == class)).map(|(member, _)| member).collect();
    // What is shown in no issue is apart from everything.
    let home = |member: &Member| issue.get(member).cloned().unwrap_or_else(|| format!("none {member:?}"));
    let homes: Vec<String> = members.iter().map(|member| home(member)).collect();
    let mut out = Tally { findings: members.len(), ..Tally::default() };
    let mut by_flaw: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut by_issue: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for (at, a) in members.iter().enumerate() {
        by_flaw.entry(truth.flaw[*a]).or_default().insert(&homes[at]);
        by_issue.entry(&homes[at]).or_default().push(a);
        for (b, home) in members.iter().zip(&homes).skip(at + 1) {
            let relation = truth.relation(a, b);
            if relation == Relation::Open {
                continue;
            }
            let (same, together) = (relation == Relation::Same, homes[at] == *home);
            out.pairs.count(same, together);
            if truth.tool[*a] != truth.tool[*b] {
                out.cross.count(same, together);
                let pair = (homes[at].clone().min(home.clone()), homes[at].clone().max(home.clone()));
                out.cross_suggested += usize::from(same && (together || suggested.contains_key(&pair)));
            }
        }
    }
    out.flaws = by_flaw.len();
    out.under = by_flaw.values().filter(|issues| issues.len() > 1).count();
    let different = |a: &Member, b: &Member| truth.relation(a, b) == Relation::Different;
    out.over =
        by_issue.values().filter(|list| list.iter().enumerate().any(|(at, a)| list[at + 1..].iter().any(|b| different(a, b)))).count();
    let heads: BTreeMap<&str, usize> = by_issue.iter().map(|(issue, list)| (*issue, head(truth, list))).collect();
    out.lost = by_flaw
        .iter()
        .filter(|(flaw, issues)| {
            let mine: Vec<&Member> = members.iter().copied().filter(|member| truth.flaw[*member] == **flaw).collect();
            issues.iter().all(|issue| {
                let of_head = by_issue[issue].iter().filter(|member| truth.flaw[**member] == heads[issue]);
                heads[issue] != **flaw && of_head.into_iter().any(|other| mine.iter().any(|member| different(member, other)))
            })
        })
        .count();
    out
}

/// The flaw that most results of an issue are about.
fn head(truth: &Truth, list: &[&Member]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for member in list {
        *counts.entry(truth.flaw[*member]).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(flaw, count)| (*count, std::cmp::Reverse(*flaw))).map_or(0, |(flaw, _)| flaw)
}

/// A share with its 95 % interval by Wilson's score: `.988 (.977–.994)`. A dash where there is nothing to count.
pub(crate) fn share(right: usize, all: usize) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    let (low, high) = wilson(right, all);
    format!("{:.3} ({:.3}–{:.3})", right as f64 / all as f64, low, high)
}

/// Wilson's interval for `right` of `all`, 95 %.
pub(crate) fn wilson(right: usize, all: usize) -> (f64, f64) {
    const Z: f64 = 1.959_963_985;
    let (n, p) = (all as f64, right as f64 / all as f64);
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
}
