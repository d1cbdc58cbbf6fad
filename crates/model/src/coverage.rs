//! What a scan looked at, and whether it got through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a report is evidence that what it leaves out is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CoverageState {
    /// Everything in its scope was looked at: what is absent is gone.
    Complete,
    /// Part was looked at: closes nothing.
    #[default]
    Partial,
    /// The scan did not get through: closes nothing and is shown as a failed scan.
    Failed,
}

impl CoverageState {
    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

/// What a report says of the run that made it. Only what is *stated* is here, nothing guessed from results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScanClaims {
    /// The tool says that the run failed, with its reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// The tool says that it covered only part, or filtered, with its reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// True where the report itself shows that a run took place and got through (statistics, a list of scanned files, an end
    /// mark, a success flag). With zero results only this, or `--complete`, closes anything.
    #[serde(default)]
    pub ran: bool,
    /// Paths, urls or images that were looked at, where stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
    /// Places that the tool says it could not read: nothing closes there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// All active rules, only where the format's page says that its list is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<String>>,
    /// Kinds that the run looked for, where stated (Trivy, Snyk, Semgrep); empty: the tool has one kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<crate::Kind>,
    /// Rows of the report that are findings, and rows that could not be read.
    #[serde(default)]
    pub rows_read: u64,
    #[serde(default)]
    pub rows_skipped: u64,
    /// Positive or passed results: rows that say a thing was looked at and is fine.
    #[serde(default)]
    pub passed: u64,
}

/// The coverage record of a stored report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    pub state: CoverageState,
    /// Why it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(flatten)]
    pub claims: ScanClaims,
}
