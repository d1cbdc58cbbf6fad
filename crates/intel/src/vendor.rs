//! How often products of a vendor came to be known exploited before a CVE was published: who was attacked yesterday is attacked tomorrow.
//!
//! It is a fact of the CVE that never changes once it is published: entries of the year before that day are counted, whatever comes later.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// Days before publication that count.
const WINDOW_DAYS: i64 = 365;
/// Beyond so many, more entries say nothing more.
const MOST: u32 = 100;
/// Words of a vendor's name that lists write or leave out.
const LEGAL: [&str; 22] = [
    "corporation",
    "corp",
    "corp.",
    "inc",
    "inc.",
    "incorporated",
    "ltd",
    "ltd.",
    "limited",
    "llc",
    "gmbh",
    "ag",
    "co",
    "co.",
    "company",
    "software",
    "foundation",
    "systems",
    "networks",
    "technologies",
    "technology",
    "project",
];

/// Entries of a vendor in CISA's catalogue within the year before a CVE was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorFact {
    /// As the description of the CVE names it.
    pub name: String,
    pub entries: u32,
}

/// The name under which entries of a vendor are counted: `Progress Software Corporation` is `progress`. Where a record names no vendor, the
/// first word of its product stands in (`VMware ESXi`). `None` where neither says anything.
#[must_use]
pub fn vendor_key(vendor: &str, product: &str) -> Option<String> {
    let named =
        |text: &&str| !text.is_empty() && !["n/a", "unknown", "-", "*", "unspecified"].contains(&text.to_ascii_lowercase().as_str());
    let text = Some(vendor.trim()).filter(named).or_else(|| product.split_whitespace().next().filter(named))?;
    let lower: String = text.chars().take(200).flat_map(char::to_lowercase).collect();
    let mut words: Vec<&str> = lower.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|last| LEGAL.contains(last)) {
        words.pop();
    }
    Some(words.join(" "))
}

/// The vendor's name as a record writes it, where [`vendor_key`] has something to go by.
pub(crate) fn vendor_named(vendor: &str, product: &str) -> Option<String> {
    let key = vendor_key(vendor, product)?;
    let written = vendor.trim();
    Some(if vendor_key(written, "").as_ref() == Some(&key) { written.chars().take(200).collect() } else { key })
}

/// How many of a vendor's entries (the days on which they were added) lie in the year before a day.
#[must_use]
pub fn entries_before(added: impl IntoIterator<Item = Timestamp>, published: Timestamp) -> u32 {
    let from = published.plus_days(-WINDOW_DAYS);
    let count = added.into_iter().filter(|at| (from..published).contains(at)).count();
    u32::try_from(count).unwrap_or(MOST).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_vendor_are_one() {
        let key = |vendor: &str| vendor_key(vendor, "").unwrap();
        assert_eq!((key("Progress Software Corporation"), key("Progress")), ("progress".to_owned(), "progress".to_owned()));
        assert_eq!((key("Acme, Inc."), key("Palo Alto Networks"), key("Systems")), ("acme".into(), "palo alto".into(), "systems".into()));
        assert_eq!(vendor_key("n/a", "VMware ESXi").as_deref(), Some("vmware"));
        assert!(vendor_key("n/a", "n/a").is_none() && vendor_key("", "").is_none());
    }

    #[test]
    fn the_year_before_counts() {
        let day = |text: &str| text.parse::<Timestamp>().unwrap();
        let added = ["2023-05-31", "2023-06-02", "2024-05-30", "2024-06-01", "2025-01-01"].map(day);
        assert_eq!(entries_before(added, day("2024-06-01")), 2);
        assert_eq!(entries_before(vec![day("2024-05-01"); 500], day("2024-06-01")), 100);
    }
}
