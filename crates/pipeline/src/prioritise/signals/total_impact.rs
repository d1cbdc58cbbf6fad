//! **Total technical impact** (SSVC): who exploits it controls the component.
//!
//! Stated by Vulnrichment for recent CVEs; else derived from the vector (high loss of confidentiality and of integrity), which agrees with
//! Vulnrichment in 91 %.

use ::model::{RankTerm, Tri};

use super::term;
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let answer = &facts.total_impact;
    if answer.value != Tri::Yes || facts.cves.is_empty() {
        return None;
    }
    let fact = if answer.derived { "Attacker gains control of the component (derived)" } else { "Attacker gains control of the component" };
    term("total_impact", facts.model.total_impact, fact.to_owned(), &answer.source, answer.at)
}
