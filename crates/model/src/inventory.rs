//! Who owns what: teams, applications, services, as `muster.yaml` and its sisters declare them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Severity, Timestamp};

/// Yes, no, or not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tri {
    Yes,
    No,
    #[default]
    Unknown,
}

impl Tri {
    /// The word that JSON and filters use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Option<bool>> for Tri {
    fn from(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

/// From where a service can be reached. Ordered: none < internal < internet; unknown sorts lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    #[default]
    Unknown,
    None,
    Internal,
    Internet,
}

impl Exposure {
    /// The word that JSON and filters use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Internal => "internal",
            Self::Internet => "internet",
        }
    }
}

/// The line of a file that declared a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SourceLine {
    pub file: String,
    /// 1-based; 0 where not known.
    pub line: u32,
}

impl std::fmt::Display for SourceLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 { f.write_str(&self.file) } else { write!(f, "{}:{}", self.file, self.line) }
    }
}

/// Where a team is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamTargets {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack: Option<String>,
    /// Jira project key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jira_project: Option<String>,
    /// Who is told next while nothing happens, in order: people, addresses, channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<String>,
}

/// A team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Team {
    pub name: String,
    /// Names under which code hosts know it (`@acme/payments`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<String>,
    /// Users of code hosts (`@ana`) and e-mail addresses whose files are the team's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    #[serde(default)]
    pub targets: TeamTargets,
    #[serde(default)]
    pub source: SourceLine,
}

/// An environment of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    pub name: String,
    #[serde(default)]
    pub exposure: Exposure,
    /// Overrides the rule that production is an environment named `prod…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<bool>,
    /// Whether the service runs there, where deployments to it are recorded: an environment that it left counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<bool>,
    /// What says so, where that is not the line that declares the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceLine>,
}

impl Environment {
    /// True for production: as declared, else by name.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.production.unwrap_or_else(|| self.name.to_ascii_lowercase().starts_with("prod"))
    }
}

/// The branches of a service's repository that count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Branches {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Glob patterns of release lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub release: Vec<String>,
}

/// One deployable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    pub name: String,
    pub application: String,
    /// Team; the application's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Canonical repository id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default)]
    pub branches: Branches,
    /// Prefix inside the repository, without leading or trailing slash; empty: all of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Image repositories without tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
    #[serde(default)]
    pub exposure: Exposure,
    /// What shows the exposure, where that is another file than the one that declared the service (a manifest).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure_source: Option<SourceLine>,
    /// Classes of data it handles: `pii`, `payment` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    /// Services that it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// Image repositories that its images are built on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base_images: Vec<String>,
    /// Cloud and cluster resources that are its own: names as scanners print them, or prefixes that end in `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Package URLs without version that it publishes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// Images, addresses and resources that other files show of it, each with the line that does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<InventoryFact>,
    #[serde(default)]
    pub source: SourceLine,
}

/// What several services make up for a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Application {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `critical`, `high`, `medium`, `low` or unknown.
    #[serde(default)]
    pub criticality: Severity,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compliance: Vec<String>,
    #[serde(default)]
    pub source: SourceLine,
}

/// A person's word on who owns something, stronger than all other sources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerRule {
    pub team: String,
    /// Canonical repository id; with `path` a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Prefix inside the repository; empty: all of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Image repository without tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    #[serde(default)]
    pub source: SourceLine,
}

/// An image that others are built on. What it brings belongs to its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaseImage {
    /// Image repository without tag.
    pub image: String,
    /// Team.
    pub owner: String,
    #[serde(default)]
    pub source: SourceLine,
}

/// Two sources that say different things of one fact, and which one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryConflict {
    /// `service checkout-api`.
    pub of: String,
    /// `exposure`, `owner`, `production` …
    pub what: String,
    /// What each source says, the one that counts first.
    pub said: Vec<InventoryFact>,
    /// The rule that decided.
    pub rule: String,
}

/// A CODEOWNERS file of a repository, kept as text and read by its own rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeOwnersFile {
    pub repository: String,
    /// The path as given.
    pub file: String,
    pub text: String,
}

/// Something that a source says of a service, with the line that says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryFact {
    /// `owner`, `repository`, `image`, `url`, `exposure`, `production`, `data`, `criticality`, `compliance`, `environment` …
    pub what: String,
    pub value: String,
    /// `service checkout-api`, `application checkout`, with the environment where it is one's.
    pub of: String,
    pub source: SourceLine,
    /// From when the source holds; absent where it has always been so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// All that was declared, merged over its files and sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    pub teams: Vec<Team>,
    pub applications: Vec<Application>,
    pub services: Vec<Service>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codeowners: Vec<CodeOwnersFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<OwnerRule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base_images: Vec<BaseImage>,
    /// What holds for every service's environment of that name, where the service says nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<InventoryConflict>,
}
