//! **Loaded or executed** (runtime): a sensor saw the package in memory, or the vulnerable code run; or looked and did not see it.
//!
//! The fact that separates most: an image holds hundreds of packages that never load, and what does not load is not attacked through the
//! service. Observations grow old after the model's days. Several fresh ones: the riskiest counts.

use ::model::RankTerm;

use super::{named, term};
use crate::prioritise::facts::Runtime;
use crate::prioritise::resolve::Facts;
use crate::prioritise::words::day;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let seen = facts.runtime?;
    let weights = facts.model.runtime;
    let calls = match seen.calls {
        None => String::new(),
        Some(1) => ", called once".to_owned(),
        Some(calls) => format!(", called {calls} times"),
    };
    let places = seen.places.map_or_else(String::new, |(some, all)| format!(" in {some} of {all} pods"));
    let (points, mut fact) = match seen.state {
        Runtime::Executed => (weights.executed, format!("Vulnerable code ran{places}{calls}, last seen {}", day(seen.at))),
        Runtime::Loaded => (weights.loaded, format!("Loaded{places}{calls}, last seen {}", day(seen.at))),
        Runtime::NotLoaded => {
            let places = seen.places.map_or_else(String::new, |(_, all)| format!(" in any of {all} pods"));
            (weights.not_loaded, format!("Installed but not loaded{places}, last looked {}", day(seen.at)))
        }
    };
    if let Some(outweighed) = facts.outweighed() {
        fact.push_str("; ");
        fact.push_str(&outweighed);
    }
    term("loaded", points, fact, named(&seen.source), Some(seen.at))
}
