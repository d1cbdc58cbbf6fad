//! **Vendor history**: products of this vendor came to be known exploited in the year before the CVE was published.
//!
//! Attackers go back to products that they know, that are widely installed, and that face the internet. Of the CVEs that CISA described on
//! 30 June 2024 and that were in its catalogue already (82; 31 of them published since it began to describe all), the vendor's count of the
//! year before publication was the strongest fact: with none the odds were a quarter of the average, with twenty or more ten times it,
//! near enough the same factor for each doubling (16 tenths of a deciban beside automatable, impact and CVSS). EPSS knows vendors too, so a
//! little less than half is given. Source: CISA's catalogue and the vendor that the CVE's description names.

use ::model::RankTerm;

use super::term;
use crate::prioritise::model::scaled;
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>, _base: i32) -> Option<RankTerm> {
    let vendor = facts.vendor.filter(|vendor| vendor.entries > 0)?;
    let points = scaled(f64::from(facts.model.vendor_history.per_doubling) * f64::from(1 + vendor.entries).log2());
    let entries = if vendor.entries == 1 { "entry" } else { "entries" };
    let fact =
        format!("{} {entries} of {} in the list of known exploited ones in the year before it was published", vendor.entries, vendor.name);
    term("vendor_history", points, fact, "CISA KEV", None)
}
