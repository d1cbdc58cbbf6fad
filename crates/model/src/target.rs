//! What was scanned, and the stream that a report belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sort of thing a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// Given by name with `--target`.
    Named,
    Image,
    Url,
    Repository,
    Account,
    Cluster,
    Service,
    Application,
    /// Nothing was given or stated.
    Unknown,
}

impl TargetKind {
    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Image => "image",
            Self::Url => "url",
            Self::Repository => "repository",
            Self::Account => "account",
            Self::Cluster => "cluster",
            Self::Service => "service",
            Self::Application => "application",
            Self::Unknown => "unknown",
        }
    }
}

/// What was scanned, in canonical form: `repository github.com/acme/shop`, `image registry.example.com/acme/api` (no tag).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    pub kind: TargetKind,
    pub name: String,
}

/// The branch of a repository; the environment of a URL, service or account; the line of an image. Empty: the one line or default branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Ref(pub String);

/// A newer complete report of a stream supersedes the older one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct StreamKey {
    pub target: Target,
    #[serde(rename = "ref")]
    pub reference: Ref,
    pub tool: String,
    pub category: String,
}

impl std::fmt::Display for StreamKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.tool, self.target.name)?;
        if !self.reference.0.is_empty() {
            write!(f, "@{}", self.reference.0)?;
        }
        if !self.category.is_empty() {
            write!(f, "#{}", self.category)?;
        }
        Ok(())
    }
}
