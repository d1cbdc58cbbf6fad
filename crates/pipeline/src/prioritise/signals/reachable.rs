//! **Reachable** (static): a tool found a way through the code to the vulnerable place, or found none.
//!
//! Call graphs miss reflection and over-count dead branches, so *no way found* lowers little. What was seen running outweighs it: *reachable*
//! does not count where the package was fresh seen not loaded, *unreachable* not where the code ran.

use ::model::RankTerm;

use super::{named, term};
use crate::prioritise::facts::Reach;
use crate::prioritise::resolve::Facts;
use crate::prioritise::words::day;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let fact = facts.reach_that_counts()?;
    let when = fact.at.map_or_else(String::new, |at| format!(", analysed {}", day(at)));
    let (points, sentence) = match fact.value {
        Reach::Reachable => (facts.model.reachable.yes, format!("The code can reach it{when}")),
        Reach::Unreachable => (facts.model.reachable.no, format!("No way through the code was found{when}")),
    };
    term("reachable", points, sentence, named(&fact.source), fact.at)
}
