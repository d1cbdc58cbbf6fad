//! **Data**: what the service handles, and so what an attack costs. The class with the most points counts.

use ::model::RankTerm;

use super::{named, term};
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let data = facts.input.data.as_ref()?;
    let weights = &facts.model.data;
    let points = |class: &String| weights.classes.get(class.as_str()).copied().unwrap_or(weights.other);
    let most = data.value.iter().map(points).max()?;
    let mut names: Vec<&str> = data.value.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    term("data", most, format!("Handles {}", names.join(", ")), named(&data.source), data.at)
}
