//! The least version of a package that ends most issues.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use model::{FixStep, Remedy};

use crate::normalise::version::{branch, compare};

/// Most versions that are tried for one package.
const MOST: usize = 200;

/// The version to go to, and what each step on the way ends. Nothing where no fixed version is known.
pub(super) fn target(remedies: &[&Remedy]) -> (Option<String>, Vec<FixStep>) {
    let Some(kind) = remedies.iter().find_map(|remedy| remedy.ecosystem.as_deref()) else { return by_count(remedies) };
    let all: BTreeSet<&str> = remedies.iter().flat_map(|remedy| remedy.fixed.iter().flatten()).map(String::as_str).collect();
    let newest_there = remedies
        .iter()
        .flat_map(|remedy| &remedy.versions)
        .map(String::as_str)
        .reduce(|a, b| if compare(kind, a, b) == Some(Ordering::Less) { b } else { a });
    // A version below what is there already is no upgrade.
    let is_ahead = |version: &str| newest_there.is_none_or(|there| compare(kind, version, there) == Some(Ordering::Greater));
    let mut versions: Vec<&str> = all.into_iter().filter(|version| is_ahead(version)).take(MOST).collect();
    versions.sort_by(|a, b| compare(kind, a, b).unwrap_or(Ordering::Equal).then_with(|| a.cmp(b)));
    let mut steps: Vec<FixStep> = Vec::new();
    for version in versions {
        let issues = remedies.iter().filter(|remedy| ends(remedy, kind, version)).count() as u64;
        // A step that ends no more than the one before it is none.
        if issues > steps.last().map_or(0, |step| step.issues) {
            steps.push(FixStep { version: version.to_owned(), issues });
        }
    }
    (steps.last().map(|step| step.version.clone()), steps)
}

/// Without an ecosystem versions have no order: the one that most tools name.
fn by_count(remedies: &[&Remedy]) -> (Option<String>, Vec<FixStep>) {
    let mut counts: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for remedy in remedies {
        for version in remedy.fixed.iter().flatten().map(String::as_str).collect::<BTreeSet<_>>() {
            *counts.entry(version).or_default() += 1;
        }
    }
    let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    best.map_or((None, Vec::new()), |(version, issues)| (Some(version.to_owned()), vec![FixStep { version: version.to_owned(), issues }]))
}

/// True where every tool that names fixed versions agrees that this one is not affected.
fn ends(remedy: &Remedy, kind: &str, version: &str) -> bool {
    !remedy.fixed.is_empty() && remedy.fixed.iter().all(|list| ended_by(list, kind, version))
}

/// Fixed versions name one for every line of releases: 2.13.0 lies behind 2.12.2 and is not fixed where 2.15.0 stands beside it.
fn ended_by(fixed: &[String], kind: &str, version: &str) -> bool {
    let at_most = |a: &str, b: &str| compare(kind, a, b).is_some_and(Ordering::is_le);
    let below = fixed.iter().filter(|fixed| at_most(fixed, version));
    let own = branch(version);
    let same_line = below.clone().any(|fixed| branch(fixed) == own);
    let later_of_line = fixed.iter().any(|fixed| !at_most(fixed, version) && branch(fixed).0 == own.0);
    below.count() > 0 && (same_line || !later_of_line)
}
