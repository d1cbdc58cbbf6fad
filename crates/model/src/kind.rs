//! The class of tool or weakness that a finding belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sort of weakness a finding is about; one report may hold several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Sast,
    Dast,
    Iast,
    Sca,
    Container,
    Iac,
    Secret,
    Api,
    Cloud,
    Pipeline,
    Config,
    License,
    Malware,
    Runtime,
    Pentest,
}

impl Kind {
    /// All kinds in the order of the contract.
    pub const ALL: [Self; 15] = [
        Self::Sast,
        Self::Dast,
        Self::Iast,
        Self::Sca,
        Self::Container,
        Self::Iac,
        Self::Secret,
        Self::Api,
        Self::Cloud,
        Self::Pipeline,
        Self::Config,
        Self::License,
        Self::Malware,
        Self::Runtime,
        Self::Pentest,
    ];

    /// The word that JSON, filters and people use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sast => "sast",
            Self::Dast => "dast",
            Self::Iast => "iast",
            Self::Sca => "sca",
            Self::Container => "container",
            Self::Iac => "iac",
            Self::Secret => "secret",
            Self::Api => "api",
            Self::Cloud => "cloud",
            Self::Pipeline => "pipeline",
            Self::Config => "config",
            Self::License => "license",
            Self::Malware => "malware",
            Self::Runtime => "runtime",
            Self::Pentest => "pentest",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
