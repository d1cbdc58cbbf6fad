//! **Verified**: somebody or something showed that it works: a secret that logs in, a proof by a scanner, a trace through the running
//! application, a tester.
//!
//! Most findings of code and secrets are never attacked because they cannot be; a proof removes that doubt, which is why it weighs as much
//! as being known exploited does for a CVE. The strongest proof counts; a failed try of a secret lowers where there is no proof.

use ::model::RankTerm;

use super::{named, term};
use crate::prioritise::facts::Verification;
use crate::prioritise::resolve::Facts;
use crate::prioritise::words::day;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let weights = facts.model.verified;
    let points = |proof: Verification| match proof {
        Verification::NotLive => weights.not_live,
        Verification::Pentest => weights.pentest,
        Verification::Iast => weights.iast,
        Verification::Dast => weights.dast,
        Verification::LiveSecret => weights.live_secret,
    };
    let proof = facts.input.verified.iter().max_by_key(|proof| (points(proof.value), proof.value, proof.at))?;
    let when = proof.at.map_or_else(String::new, |at| format!(" on {}", day(at)));
    let fact = match proof.value {
        Verification::NotLive => format!("Secret was tried{when} and not shown to work"),
        Verification::Pentest => format!("A tester exploited it, reported{when}"),
        Verification::Iast => format!("Seen in the running application{when}"),
        Verification::Dast => format!("Attack was shown to work{when}"),
        Verification::LiveSecret => format!("Secret was tried{when} and works"),
    };
    term("verified", points(proof.value), fact, named(&proof.source), proof.at)
}
