//! **Known exploited**: somebody has been attacked with it (CISA KEV, VulnCheck, ENISA).
//!
//! The strongest public fact about a CVE. EPSS often knows already, so the term is not a fixed sum: it lifts the base to the model's floor
//! where EPSS is low, and adds a fixed amount where EPSS is high. It counts from the day of the entry.

use ::model::RankTerm;

use super::term;
use crate::prioritise::resolve::Facts;
use crate::prioritise::words::day;

pub(super) fn weigh(facts: &Facts<'_>, base: i32) -> Option<RankTerm> {
    let kev = facts.kev?;
    let weights = facts.model.kev;
    let ransomware = if kev.ransomware { weights.ransomware } else { 0 };
    let points = weights.points.max(weights.floor.saturating_sub(base)) + ransomware;
    let use_ = if kev.ransomware { ", used by ransomware" } else { "" };
    term("kev", points, format!("Known exploited (KEV) since {}{use_}", day(kev.added)), &kev.source, Some(kev.added))
}
