//! **Criticality**: how much the organisation depends on the application, by its own word.

use ::model::{RankTerm, Severity};

use super::{named, term};
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let stated = &facts.input.criticality;
    let weights = facts.model.criticality;
    let points = match stated.value {
        Severity::Unknown => return None,
        Severity::Critical => weights.critical,
        Severity::High => weights.high,
        Severity::Medium => weights.medium,
        Severity::Low | Severity::Info => weights.low,
    };
    term("criticality", points, format!("Application is of {} criticality", stated.value.word()), named(&stated.source), stated.at)
}
