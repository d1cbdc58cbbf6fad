//! What somebody says of a vulnerability in a product (VEX), and what that means for an issue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The four words of VEX. Ordered by how much they take out of the queue, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VexStatus {
    Affected,
    UnderInvestigation,
    Fixed,
    NotAffected,
}

impl VexStatus {
    /// All four.
    pub const ALL: [Self; 4] = [Self::NotAffected, Self::Affected, Self::Fixed, Self::UnderInvestigation];

    /// The word that documents and trust lists use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::UnderInvestigation => "under_investigation",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// True where a trusted statement takes an issue out of the queue: not affected, and fixed.
    #[must_use]
    pub fn gates(self) -> bool {
        matches!(self, Self::NotAffected | Self::Fixed)
    }

    /// As a sentence has it: `not affected`.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::UnderInvestigation => "under investigation",
            Self::Fixed => "fixed",
            Self::NotAffected => "not affected",
        }
    }
}

/// A product or component as a document names it. Any of its package URLs names it; its other names count where it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VexThing {
    /// As people read it: the first package URL, else the identifier or name.
    pub id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purls: Vec<String>,
    /// Identifiers and names that are no package URL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The version, where it stands beside the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// A range of versions instead of one: `vers:npm/>=1.0|<1.4`, `<=2.3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// `sha256:…` of an image or file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<String>,
}

/// What a statement speaks of: a product, or a component in a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VexSubject {
    pub product: VexThing,
    /// Absent: the whole product, whichever component brings the vulnerability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<VexThing>,
}

/// One statement of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexStatement {
    /// Place in the document: `statements[3]`, `vulnerabilities[0].product_status.fixed`.
    pub place: String,
    /// All names of the vulnerability that the statement gives, upper case, the first the one it goes by.
    pub vulnerabilities: Vec<String>,
    pub status: VexStatus,
    /// When it was made; it holds from then on.
    pub at: Timestamp,
    /// The document's word: `vulnerable_code_not_present`, `code_not_reachable` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// Why, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do, where it is affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    pub subjects: Vec<VexSubject>,
}

/// A document as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexDocument {
    /// `openvex`, `csaf`, `cyclonedx`.
    pub format: String,
    /// Its own identifier: the same for all its versions.
    pub id: String,
    pub version: String,
    pub author: String,
    /// When this version was issued.
    pub at: Timestamp,
    pub statements: Vec<VexStatement>,
}

/// What becomes of a statement that speaks of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VexVerdict {
    /// Trusted, valid and the newest: it decides for the findings that it covers.
    Counts,
    /// Trusted and valid; a newer statement of another trusted author counts instead.
    Outvoted,
    /// The same author has said something newer of it.
    Superseded,
    /// Older than the trust list allows.
    Expired,
    /// The trust list does not name the author for this product and status.
    Untrusted,
}

/// A statement as an issue shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexFact {
    pub status: VexStatus,
    pub verdict: VexVerdict,
    pub author: String,
    /// When the statement was made.
    pub at: Timestamp,
    /// The vulnerability as the statement names it.
    pub vulnerability: String,
    /// The product, and the component in it, by which it matched.
    pub product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// The author's words: why it is not affected, or what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Identifier of the document, or the report in which it stood.
    pub document: String,
    /// Why it counts or does not, as a sentence.
    pub because: String,
    /// When it grows too old to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Identities of the findings that it speaks of.
    pub findings: Vec<String>,
}
