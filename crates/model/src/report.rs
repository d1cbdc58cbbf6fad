//! A report as read: its runs, and what went wrong with single rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ScanClaims, Timestamp};

/// One run of one tool inside a report file. A file may hold several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    pub tool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_version: Option<String>,
    /// Category that every format of the tool states; empty where none does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// When the scan ran, as stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Commit that the image was built from, as its label says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Image that the image was built on, as its label says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What a bill of materials describes where that is no image: its package URL without version, its name or its folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Cloud account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    pub claims: ScanClaims,
}

/// Something in a report that could not be taken over, with its place. The rest of the report is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Where: `line 17`, `runs[0].results[3]`, a member of an archive.
    pub place: String,
    pub message: String,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.place, self.message) }
    }
}

/// A row of `import`'s answer: what one report, or one run inside it, did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportRow {
    /// What `report retract` takes; absent where nothing was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The path as given.
    pub report: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<crate::StreamKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<crate::CoverageState>,
    /// Why it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage_reason: Option<String>,
    /// Commit that the scanned image was built from, as its label says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Findings in the report.
    pub findings: u64,
    pub new: u64,
    pub unchanged: u64,
    pub reopened: u64,
    pub fixed: u64,
    /// Closures that wait for the next complete report or a person (import rule 5).
    pub held: u64,
    pub warnings: Vec<Warning>,
    /// True where the same bytes had been imported before and nothing changed.
    pub repeated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
