//! An image or commit running in an environment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What a release gate had said when something was deployed, as the delivery tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeployGate {
    /// The gate was asked and did not block.
    Passed,
    /// The gate blocked, or should have been asked and was not.
    Bypassed,
    /// This delivery has no gate.
    None,
}

impl DeployGate {
    /// All words, as commands and files have them.
    pub const WORDS: [(&'static str, Self); 3] = [("passed", Self::Passed), ("bypassed", Self::Bypassed), ("none", Self::None)];

    /// As commands and files have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Bypassed => "bypassed",
            Self::None => "none",
        }
    }

    /// What a word means, if it is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, gate)| gate)
    }
}

/// An image or commit running in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deployment {
    pub service: String,
    pub environment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Commit that the image was built from, as a scan of it says by its label; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub built_from: Option<String>,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What said so: `deploy`, the name of a manifest or feed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// What the release gate had said; absent where the delivery does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<DeployGate>,
    /// Why the gate was bypassed, or what it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate_reason: Option<String>,
}
