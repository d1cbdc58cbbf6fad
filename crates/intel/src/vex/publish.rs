//! What we say ourselves, before it is written in one of the formats.

use ::model::{Timestamp, VexStatus};
use serde_json::Value;

/// The formats that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    OpenVex,
    Csaf,
    CycloneDx,
}

impl Format {
    /// All three.
    pub const ALL: [Self; 3] = [Self::OpenVex, Self::Csaf, Self::CycloneDx];

    /// The word of commands and addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenVex => "openvex",
            Self::Csaf => "csaf",
            Self::CycloneDx => "cyclonedx",
        }
    }

    /// The format of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// A product or component that we speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    /// Package URL, else a URN.
    pub id: String,
    pub name: String,
    pub version: Option<String>,
}

impl Product {
    pub(super) fn purl(&self) -> Option<&str> {
        super::is_purl(&self.id).then_some(self.id.as_str())
    }
}

/// A product, or a component in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    pub product: Product,
    pub component: Option<Product>,
}

/// One thing that we say of one vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// CVE, else another public identifier.
    pub vulnerability: String,
    /// Its other public identifiers.
    pub aliases: Vec<String>,
    /// What it is, in a line.
    pub title: String,
    pub status: VexStatus,
    /// When we decided, or first saw it.
    pub at: Timestamp,
    /// A word of OpenVEX and CSAF.
    pub justification: Option<String>,
    /// Why it is not affected. There where `justification` is not.
    pub reason: Option<String>,
    /// What to do. Always there where the status is affected.
    pub action: Option<String>,
    /// `vendor_fix`, `no_fix_planned`, `none_available`: what CSAF calls the action.
    pub remedy: &'static str,
    /// A scanner was wrong: CycloneDX has a word for that.
    pub false_positive: bool,
    /// Sorted; a pair of product and component stands in one entry of its vulnerability alone.
    pub items: Vec<Item>,
}

/// A document of ours. The same content gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Who speaks.
    pub author: String,
    /// URI of who speaks.
    pub namespace: String,
    /// The same for all its versions: `acme:checkout`.
    pub id: String,
    pub title: String,
    /// The application, or the organisation where it is of all.
    pub product: Product,
    /// Dates of its versions, first to last; version 1 is the first.
    pub releases: Vec<Timestamp>,
    /// At least one.
    pub entries: Vec<Entry>,
}

impl Publication {
    /// The number of this version, from 1.
    #[must_use]
    pub fn version(&self) -> usize {
        self.releases.len().max(1)
    }

    pub(super) fn issued(&self) -> Timestamp {
        self.releases.last().copied().unwrap_or_default()
    }

    /// `urn:uuid:` of the identifier, in the shape of RFC 9562, version 8 (a hash of our own choice).
    pub(super) fn urn(&self) -> String {
        let hash = ::model::hash_parts(&["vex", &self.namespace, &self.id]);
        let hex = ::model::short_hex(&hash, 16);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}

/// Writes a document, ending in a line break.
#[must_use]
pub fn write(format: Format, publication: &Publication) -> String {
    let value: Value = match format {
        Format::OpenVex => super::write_openvex::document(publication),
        Format::Csaf => super::write_csaf::document(publication),
        Format::CycloneDx => super::write_cyclonedx::document(publication),
    };
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}
