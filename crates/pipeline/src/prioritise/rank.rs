//! From what is known to a place in the queue.

use std::collections::BTreeMap;

use ::model::{Exposure, RankTerm, Tier, Timestamp, Tri};
use intel::IntelView;
use serde::{Deserialize, Serialize};

use super::facts::{RankInput, Reach, Runtime};
use super::model::Model;
use super::resolve::{Exploit, Facts};
use super::{due, signals, tier};

/// The answer: every part of it is computed from its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    pub tier: Tier,
    /// Sum of the points of `because`, tenths of a deciban.
    pub score: i32,
    /// One term a signal, the base first.
    pub because: Vec<RankTerm>,
    /// Facts that are not known and would change the score; in brackets why, where they have grown old.
    pub unknown: Vec<String>,
    /// `kev`, `exploit`, `reachable`, `loaded`, `exposed`, `production`, `data`, `vex`; a fact that does not apply is absent.
    pub facts: BTreeMap<String, Tri>,
    /// EPSS that was used, 0 to 1; absent where the median stood in.
    pub epss: Option<f64>,
    pub due: Option<Timestamp>,
}

/// Ranks one issue at a time. `now` is the time asked for: facts are aged against it.
#[must_use]
pub fn rank(input: &RankInput, intel: &dyn IntelView, model: &Model, now: Timestamp) -> Ranked {
    let facts = Facts::resolve(input, intel, model, now);
    let because = signals::weigh_all(&facts, intel);
    let tier = tier::decide(&facts, false);
    let due = due::due(&facts, &tier);
    Ranked {
        score: sum(&because),
        because,
        unknown: facts.unknown(),
        facts: tri_facts(&facts),
        epss: facts.epss.map(|epss| epss.score),
        due,
        tier,
    }
}

/// The score alone, without tier and deadline.
#[must_use]
pub fn score(input: &RankInput, intel: &dyn IntelView, model: &Model, now: Timestamp) -> i32 {
    sum(&signals::weigh_all(&Facts::resolve(input, intel, model, now), intel))
}

/// The queue's order as one ascending key: the higher score comes first. Ties go by the id, ascending: order by (key, id).
#[must_use]
pub fn order_key(score: i32) -> i64 {
    -i64::from(score)
}

fn sum(terms: &[RankTerm]) -> i32 {
    terms.iter().fold(0, |sum, term| sum.saturating_add(term.points))
}

fn tri_facts(facts: &Facts<'_>) -> BTreeMap<String, Tri> {
    let mut out = BTreeMap::new();
    let mut set = |name: &str, value: Tri| out.insert(name.to_owned(), value);
    if !facts.cves.is_empty() {
        set(
            "kev",
            if facts.kev.is_some() {
                Tri::Yes
            } else if facts.kev_known {
                Tri::No
            } else {
                Tri::Unknown
            },
        );
        let exploit = match facts.exploit {
            // Known exploited is exploited with something.
            _ if facts.kev.is_some() => Tri::Yes,
            Exploit::Unknown => Tri::Unknown,
            Exploit::No => Tri::No,
            Exploit::ProofOfConcept(..) | Exploit::Active(..) | Exploit::Listed(..) => Tri::Yes,
        };
        set("exploit", exploit);
    }
    if facts.is_package() {
        let loaded = match facts.runtime_state() {
            Some(Runtime::Loaded | Runtime::Executed) => Tri::Yes,
            Some(Runtime::NotLoaded) => Tri::No,
            None => Tri::Unknown,
        };
        set("loaded", loaded);
    }
    if facts.is_package() || facts.reach.is_some() {
        let reachable = match (facts.runtime_state(), facts.reach_that_counts().map(|fact| fact.value)) {
            // What ran is reached, what never loads is not, whatever static analysis says.
            (Some(Runtime::Executed), _) => Tri::Yes,
            (Some(Runtime::NotLoaded), _) => Tri::No,
            (_, Some(Reach::Reachable)) => Tri::Yes,
            (_, Some(Reach::Unreachable)) => Tri::No,
            (_, None) => Tri::Unknown,
        };
        set("reachable", reachable);
    }
    let exposed = match facts.exposure {
        Exposure::Internet => Tri::Yes,
        Exposure::Internal | Exposure::None => Tri::No,
        Exposure::Unknown => Tri::Unknown,
    };
    set("exposed", exposed);
    set("production", facts.production.value);
    set("data", facts.input.data.as_ref().map_or(Tri::Unknown, |data| Tri::from(Some(!data.value.is_empty()))));
    set("vex", facts.input.vex);
    out
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
