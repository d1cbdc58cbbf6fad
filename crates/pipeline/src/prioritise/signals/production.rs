//! **Production**: it runs where the real users and data are.

use ::model::{RankTerm, Tri};

use super::{named, term};
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let answer = &facts.production;
    let (points, fact) = match answer.value {
        Tri::Unknown => return None,
        Tri::Yes => (facts.model.production.yes, "Runs in production"),
        Tri::No => (facts.model.production.no, "Does not run in production"),
    };
    term("production", points, fact.to_owned(), named(&answer.source), answer.at)
}
