//! **EPSS** is the base of every issue with a CVE: FIRST's probability that exploitation of it is seen somewhere in the next 30 days.
//!
//! It is the best public forecast there is, but of activity anywhere, not here, and its ends are far apart: 0.0004 and 0.99999 differ by 84
//! decibans, more than all that can be known of a service. The model therefore takes a share of the log odds and cuts the ends.
//! A CVE without a score (usually days old) gets the median of CVEs of its year, and the term says so.

use ::model::RankTerm;
use intel::{IntelView, cve_year};

use crate::prioritise::resolve::Facts;
use crate::prioritise::words::{percent, year};

pub(super) fn weigh(facts: &Facts<'_>, intel: &dyn IntelView) -> Option<RankTerm> {
    let newest = facts.cves.iter().filter_map(|cve| cve_year(cve)).max()?;
    let term = |signal: &str, score: f64, fact: String, source: String, at| RankTerm {
        signal: signal.to_owned(),
        points: points(facts, score),
        fact,
        source,
        at,
    };
    if let Some(epss) = facts.epss {
        let place = match epss.percentile {
            Some(share) => format!(", higher than {} of all CVEs", percent(share)),
            None => String::new(),
        };
        return Some(term("epss", epss.score, format!("EPSS {}{place}", percent(epss.score)), "FIRST EPSS".to_owned(), epss.date));
    }
    let (median, source) = match intel.epss_median(newest) {
        Some(median) => (median, "FIRST EPSS, median by year".to_owned()),
        None => {
            let age = usize::try_from(year(facts.now).saturating_sub(i64::from(newest))).unwrap_or(0);
            let medians = &facts.model.epss.medians;
            (medians.get(age).or(medians.last()).copied().unwrap_or(0.0), facts.model.epss.medians_source.clone())
        }
    };
    let fact = format!("No EPSS score; the median of the CVEs of {newest}, {}, stands in", percent(median));
    Some(term("epss_median", median, fact, source, None))
}

fn points(facts: &Facts<'_>, score: f64) -> i32 {
    let weights = &facts.model.epss;
    // A score that is no number sorts lowest.
    let score = if score.is_nan() { weights.lowest } else { score.clamp(weights.lowest, weights.highest) };
    // 10·log10 of the odds in tenths: 100·log10; then the model's share of it.
    let points = f64::from(weights.percent) * (score / (1.0 - score)).log10();
    #[expect(clippy::cast_possible_truncation, reason = "the model's bounds keep it within a few thousand")]
    let points = points.round() as i32;
    points
}
