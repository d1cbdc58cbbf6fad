//! A CVSS assessment as a report or feed gives it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One CVSS score or vector with the body that gave it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cvss {
    /// `2.0`, `3.0`, `3.1` or `4.0`; absent where the report does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The vector, with its `CVSS:3.1/` head where the version has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<String>,
    /// Base score, 0.0 to 10.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Who assessed: `nvd`, `ghsa`, a vendor …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Cvss {
    /// An assessment from a vector alone; the version is read off its head (a vector without head is 2.0).
    #[must_use]
    pub fn from_vector(vector: &str) -> Self {
        let vector = vector.trim().trim_matches(|c| c == '(' || c == ')');
        let version = match vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next()) {
            Some(version) => Some(version.to_owned()),
            None if vector.contains("Au:") => Some("2.0".to_owned()),
            None => None,
        };
        Self { version, vector: Some(vector.to_owned()), score: None, source: None }
    }

    /// An assessment from a score alone.
    #[must_use]
    pub fn from_score(score: f64) -> Self {
        Self { score: Some(score), ..Self::default() }
    }

    /// The same with score.
    #[must_use]
    pub fn with_score(mut self, score: Option<f64>) -> Self {
        self.score = score.filter(|s| (0.0..=10.0).contains(s));
        self
    }

    /// The same with source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }
}
