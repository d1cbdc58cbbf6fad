//! **Exposed**: from where the service can be reached.
//!
//! An attacker on the internet needs nothing else; inside, a foothold comes first. Counts for what is attacked through the service; a leaked
//! secret or an open bucket is exposed by itself. Observations grow old after the model's days; a declaration in the inventory holds.

use ::model::{Exposure, RankTerm};

use super::{named, term};
use crate::prioritise::resolve::Facts;
use crate::prioritise::words::day;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    if !facts.behind_service() {
        return None;
    }
    let weights = facts.model.exposure;
    let stated = &facts.input.exposure;
    let when = stated.at.map_or_else(String::new, |at| format!(", seen {}", day(at)));
    let (points, fact) = match facts.exposure {
        Exposure::Unknown => return None,
        Exposure::Internet => (weights.internet, format!("Service is reachable from the internet{when}")),
        Exposure::Internal => (weights.internal, format!("Service is reachable from inside only{when}")),
        Exposure::None => (weights.none, format!("Service is reachable from nowhere{when}")),
    };
    let said = facts.input.said.iter().rev().find(|said| said.fact == "exposed");
    term("exposed", points, fact, said.map_or_else(|| named(&stated.source), |said| &said.by), stated.at)
}
