//! What is known of one CVE, put together from the rows of all feeds.

use model::{Cvss, Timestamp};
use serde::{Deserialize, Serialize};

use crate::row::{Exploitation, IntelRow};
use crate::vendor::VendorFact;

/// Known to be exploited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KevFact {
    pub added: Timestamp,
    pub due: Option<Timestamp>,
    pub ransomware: bool,
    pub name: String,
    pub source: String,
}

/// An EPSS score, 0 to 1, with the share of CVEs that score lower.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpssFact {
    pub score: f64,
    pub percentile: Option<f64>,
    pub date: Option<Timestamp>,
}

/// SSVC inputs that somebody stated; `None` where not stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsvcFact {
    pub exploitation: Option<Exploitation>,
    pub automatable: Option<bool>,
    pub technical_impact_total: Option<bool>,
    pub date: Option<Timestamp>,
    pub source: String,
}

/// Public exploit code in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExploitFact {
    pub source: String,
    pub since: Option<Timestamp>,
}

/// What is known of one CVE at the time asked for. The caller decides the time: it passes only rows that counted then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VulnerabilityIntel {
    pub published: Option<Timestamp>,
    pub rejected: bool,
    pub kev: Option<KevFact>,
    pub epss: Option<EpssFact>,
    pub cvss: Vec<Cvss>,
    pub ssvc: Option<SsvcFact>,
    /// Sorted by source.
    pub exploits: Vec<ExploitFact>,
    /// Sorted, without repeats.
    pub cwes: Vec<u32>,
    /// Whose product it is, with the entries of that vendor in the year before publication. Rows bring the name; whoever has the list of
    /// entries counts them.
    pub vendor: Option<VendorFact>,
}

impl VulnerabilityIntel {
    /// Takes over a row about this CVE. The order of rows does not matter: the newest EPSS and SSVC and the earliest KEV entry stay. Rows
    /// that are not about one CVE change nothing.
    pub fn add(&mut self, row: &IntelRow) {
        match row {
            IntelRow::Kev { added, due, ransomware, name, source, .. } => {
                let fact = KevFact { added: *added, due: *due, ransomware: *ransomware, name: name.clone(), source: source.clone() };
                match &mut self.kev {
                    None => self.kev = Some(fact),
                    Some(known) => {
                        let ransomware = known.ransomware || fact.ransomware;
                        // Of one day, the entry that says more.
                        if (fact.added, fact.name.is_empty(), &fact.source) < (known.added, known.name.is_empty(), &known.source) {
                            *known = fact;
                        }
                        known.ransomware = ransomware;
                    }
                }
            }
            IntelRow::Epss { score, percentile, date, .. } => {
                if self.epss.is_none_or(|known| known.date <= *date) {
                    self.epss = Some(EpssFact { score: *score, percentile: *percentile, date: *date });
                }
            }
            IntelRow::Cvss { version, vector, score, source, .. } => {
                let cvss = Cvss { version: version.clone(), vector: vector.clone(), score: *score, source: Some(source.clone()) };
                if !self.cvss.contains(&cvss) {
                    self.cvss.push(cvss);
                }
            }
            IntelRow::Ssvc { exploitation, automatable, technical_impact_total, date, source, .. } => {
                if self.ssvc.as_ref().is_none_or(|known| known.date <= *date) {
                    self.ssvc = Some(SsvcFact {
                        exploitation: *exploitation,
                        automatable: *automatable,
                        technical_impact_total: *technical_impact_total,
                        date: *date,
                        source: source.clone(),
                    });
                }
            }
            IntelRow::Cve { published, rejected, cwes, vendor, .. } => {
                if let (None, Some(name)) = (&self.vendor, vendor) {
                    self.vendor = Some(VendorFact { name: name.clone(), entries: 0 });
                }
                self.published = self.published.or(*published);
                self.rejected |= rejected;
                self.cwes.extend(cwes);
                self.cwes.sort_unstable();
                self.cwes.dedup();
            }
            IntelRow::Exploit { source, since, .. } => match self.exploits.iter_mut().find(|known| &known.source == source) {
                Some(known) => known.since = [known.since, *since].into_iter().flatten().min(),
                None => {
                    self.exploits.push(ExploitFact { source: source.clone(), since: *since });
                    self.exploits.sort();
                }
            },
            IntelRow::Advisory { .. }
            | IntelRow::Alias { .. }
            | IntelRow::EndOfLife { .. }
            | IntelRow::CweNode { .. }
            | IntelRow::CweMapping { .. }
            | IntelRow::Decision { .. } => {}
        }
    }
}

/// What ranking asks of intelligence. The implementation decides which day it speaks of.
pub trait IntelView {
    /// What is known of a CVE (canonical, upper case).
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel>;

    /// The median EPSS of CVEs with this year in their identifier, for one that has no score yet. `None`: the model's own table is used.
    fn epss_median(&self, _year: u16) -> Option<f64> {
        None
    }

    /// Whether the list of known exploited vulnerabilities is loaded: only then does a CVE's absence from it mean *no*.
    fn has_kev(&self) -> bool {
        false
    }

    /// Whether exploit lists are loaded: only then does a CVE's absence from them mean *no*.
    fn has_exploits(&self) -> bool {
        false
    }
}

/// Nothing loaded.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIntel;

impl IntelView for NoIntel {
    fn vulnerability(&self, _cve: &str) -> Option<&VulnerabilityIntel> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let epss = |score, at: &str| IntelRow::Epss { cve: String::new(), score, percentile: None, date: Some(day(at)) };
        let kev = |at: &str, ransomware, source: &str| IntelRow::Kev {
            cve: String::new(),
            added: day(at),
            due: None,
            ransomware,
            name: String::new(),
            source: source.to_owned(),
            vendor: String::new(),
        };
        let rows = [epss(0.1, "2024-01-01"), epss(0.9, "2026-01-01"), kev("2025-01-01", false, "a"), kev("2025-02-01", true, "b")];
        let put_together = |order: [usize; 4]| {
            let mut intel = VulnerabilityIntel::default();
            order.iter().for_each(|i| intel.add(&rows[*i]));
            intel
        };
        let intel = put_together([0, 1, 2, 3]);
        assert_eq!(intel, put_together([3, 1, 2, 0]));
        assert_eq!(intel.epss.unwrap().score, 0.9);
        assert!(intel.kev.as_ref().is_some_and(|kev| kev.ransomware && kev.added == day("2025-01-01")));
    }
}
