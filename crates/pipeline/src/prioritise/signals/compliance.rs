//! **Compliance**: the application is in the scope of a framework whose auditors ask for it. Weighs little: it is no risk of its own.

use ::model::RankTerm;

use super::{named, term};
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let stated = &facts.input.compliance;
    if stated.value.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = stated.value.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    term("compliance", facts.model.compliance, format!("In scope of {}", names.join(", ")), named(&stated.source), stated.at)
}
