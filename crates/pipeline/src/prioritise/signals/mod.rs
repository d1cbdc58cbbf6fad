//! One file a signal: why it matters, where it comes from, why it weighs what it weighs. `weigh` gives a term or nothing; a fact that is not
//! known is nothing.

mod automatable;
mod class_prior;
mod compliance;
mod criticality;
mod cvss;
mod data;
mod epss;
mod exploit;
mod exposed;
mod kev;
mod loaded;
mod production;
mod reachable;
mod total_impact;
mod vendor_history;
mod verified;

use ::model::{Kind, RankTerm, Timestamp};
use intel::IntelView;

use super::facts::RankInput;
use super::resolve::Facts;

/// The terms after the base, in the order in which they are printed.
const SIGNALS: [fn(&Facts<'_>, i32) -> Option<RankTerm>; 14] = [
    kev::weigh,
    exploit::weigh,
    cvss::weigh,
    automatable::weigh,
    total_impact::weigh,
    vendor_history::weigh,
    verified::weigh,
    reachable::weigh,
    loaded::weigh,
    exposed::weigh,
    production::weigh,
    data::weigh,
    criticality::weigh,
    compliance::weigh,
];

/// All terms, the one base first.
pub(super) fn weigh_all(facts: &Facts<'_>, intel: &dyn IntelView) -> Vec<RankTerm> {
    let base = base(facts, intel);
    let points = base.points;
    let mut terms = Vec::with_capacity(SIGNALS.len() + 1);
    terms.push(base);
    terms.extend(SIGNALS.iter().filter_map(|weigh| weigh(facts, points)));
    terms
}

/// Exactly one: EPSS of a CVE, or its median, or the prior of the class. A finding that speaks of a CVE without being a package's
/// vulnerability (a scanner that tried the exploit) has both; the higher counts.
fn base(facts: &Facts<'_>, intel: &dyn IntelView) -> RankTerm {
    match epss::weigh(facts, intel) {
        None => class_prior::weigh(facts),
        Some(epss) if facts.is_package() => epss,
        Some(epss) => {
            let prior = class_prior::weigh(facts);
            if prior.points > epss.points { prior } else { epss }
        }
    }
}

/// Whether the base asks of which class a finding is (title, rules, weaknesses): not of a package's vulnerability with a CVE.
#[must_use]
pub fn asks_class(input: &RankInput) -> bool {
    let is_package = input.kinds.iter().any(|kind| matches!(kind, Kind::Sca | Kind::Container));
    !is_package || !input.identifiers.iter().any(|id| intel::canonical_cve(id).is_some())
}

/// A term; nothing where the weight is zero.
fn term(signal: &str, points: i32, fact: String, source: &str, at: Option<Timestamp>) -> Option<RankTerm> {
    (points != 0).then(|| RankTerm { signal: signal.to_owned(), points, fact, source: source.to_owned(), at })
}

/// `source` where it is known, else `not stated`.
fn named(source: &str) -> &str {
    if source.is_empty() { "not stated" } else { source }
}
