//! **Automatable** (SSVC): an attack on everyone who has it can be scripted.
//!
//! Worms and mass scanning need it. Stated by Vulnrichment for recent CVEs; else derived from the vector (network, low complexity, no
//! privileges, no user), which agrees with Vulnrichment in 94 %.

use ::model::{RankTerm, Tri};

use super::term;
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let answer = &facts.automatable;
    if answer.value != Tri::Yes || facts.cves.is_empty() {
        return None;
    }
    let fact = if answer.derived { "Attack can be automated (derived)" } else { "Attack can be automated" };
    term("automatable", facts.model.automatable, fact.to_owned(), &answer.source, answer.at)
}
