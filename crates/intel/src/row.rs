//! One fact of a feed, flat, so that a store can put it into a table.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// SSVC *exploitation*. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exploitation {
    /// No evidence of active exploitation and no public proof of concept.
    None,
    /// A public proof of concept, or a known way to exploit it.
    Poc,
    /// Shared, observable, reliable evidence that it is being exploited.
    Active,
}

impl Exploitation {
    /// The word that SSVC uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Poc => "poc",
            Self::Active => "active",
        }
    }

    /// The value of that word in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "poc" | "public poc" | "public_poc" => Some(Self::Poc),
            "active" => Some(Self::Active),
            _ => None,
        }
    }
}

/// Versions of a package that an advisory calls affected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisoryPackage {
    /// As OSV or GitHub names it: `Maven`, `npm`, `Debian:12` …; empty where a package URL stands for it.
    pub ecosystem: String,
    pub name: String,
    pub purl: Option<String>,
    /// `>=1.0|<1.4|=2.1`; `*` is every version.
    pub affected: String,
    /// Versions that end it.
    pub fixed: Vec<String>,
}

/// One fact of a feed. CVE identifiers are canonical (upper case); scores of EPSS are 0 to 1, of CVSS 0 to 10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum IntelRow {
    /// Known to be exploited, from `added` on.
    Kev {
        cve: String,
        added: Timestamp,
        due: Option<Timestamp>,
        ransomware: bool,
        name: String,
        source: String,
        /// Whose product it is, as the list writes it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        vendor: String,
    },
    /// Probability of exploitation activity in the 30 days after `date`, and the share of CVEs that score lower.
    Epss {
        cve: String,
        score: f64,
        percentile: Option<f64>,
        date: Option<Timestamp>,
    },
    Cvss {
        cve: String,
        version: Option<String>,
        vector: Option<String>,
        score: Option<f64>,
        source: String,
    },
    /// SSVC inputs. Automatable `None`: not stated.
    Ssvc {
        cve: String,
        exploitation: Option<Exploitation>,
        automatable: Option<bool>,
        /// True: total, false: partial.
        technical_impact_total: Option<bool>,
        date: Option<Timestamp>,
        source: String,
    },
    /// When the CVE was published, whether it was rejected, and its weaknesses.
    Cve {
        cve: String,
        published: Option<Timestamp>,
        rejected: bool,
        cwes: Vec<u32>,
        /// Whose product it is, by the record of the CVE.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor: Option<String>,
    },
    /// Public code or a module that exploits it, first seen in `source` at `since`.
    Exploit {
        cve: String,
        source: String,
        since: Option<Timestamp>,
    },
    /// Two identifiers of one vulnerability, from `since` until the advisory was withdrawn.
    Alias {
        a: String,
        b: String,
        source: String,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    },
    /// An advisory with the packages that it names. Names are in upper case, its own first.
    Advisory {
        id: String,
        source: String,
        names: Vec<String>,
        published: Option<Timestamp>,
        modified: Option<Timestamp>,
        withdrawn: Option<Timestamp>,
        summary: String,
        packages: Vec<AdvisoryPackage>,
    },
    /// A release of a product, and when fixes for it end.
    EndOfLife {
        /// As its source names it: `django`.
        product: String,
        /// What a person calls it: `Django`.
        label: String,
        /// What identifies the product: package URLs without version, `cpe:VENDOR:PRODUCT`, `product:NAME`. Sorted.
        keys: Vec<String>,
        cycle: crate::Cycle,
    },
    CweNode {
        id: u32,
        name: String,
        /// Parents in the research view (1000), sorted.
        parents: Vec<u32>,
        /// MITRE's likelihood of exploit (`High`, `Medium`, `Low`) where given.
        likelihood: Option<String>,
        /// Scope and impact, as MITRE writes them.
        impacts: Vec<(String, String)>,
        deprecated: bool,
    },
    /// A weakness in a list of a framework (OWASP Top 10 2025 item A01 …).
    CweMapping {
        framework: String,
        item: String,
        title: String,
        cwe: u32,
    },
    /// A row of a decision table: values of the inputs in the table's order, and the outcome.
    Decision {
        table: String,
        row: u32,
        inputs: Vec<(String, String)>,
        outcome: String,
    },
}

impl IntelRow {
    /// That a CVE is in CISA's list since a day, as told by a source that tells nothing else of the entry.
    pub(crate) fn listed(cve: String, added: Timestamp, source: &str) -> Self {
        Self::Kev { cve, added, due: None, ransomware: false, name: String::new(), source: source.to_owned(), vendor: String::new() }
    }
}
