//! **CVSS**: how bad the flaw is in itself, by its highest base score.
//!
//! Alone it orders poorly (it knows nothing of attackers and nothing of the service), so it weighs little: it tells flaws of the same
//! likelihood apart. Where no CVSS is known, the tools' severity stands in. Only for CVEs: elsewhere severity is part of the prior.

use ::model::{RankTerm, Severity};

use super::{named, term};
use crate::prioritise::model::scaled;
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    if facts.cves.is_empty() {
        return None;
    }
    let weights = facts.model.cvss;
    let points = |score: f64| scaled(f64::from(weights.per_point) * (score - weights.neutral));
    if let Some((score, source)) = &facts.cvss {
        return term("cvss", points(*score), format!("CVSS base score {score:.1}"), source, None);
    }
    // The middle of each band of the CVSS 3.1 ratings.
    let stand_in = match facts.input.severity {
        Severity::Critical => 9.5,
        Severity::High => 8.0,
        Severity::Medium => 5.5,
        Severity::Low => 2.0,
        Severity::Info => 0.5,
        Severity::Unknown => return None,
    };
    let fact = format!("No CVSS score; severity {} stands in as {stand_in:.1}", facts.input.severity.word());
    term("cvss", points(stand_in), fact, named(&facts.input.severity_by), None)
}
