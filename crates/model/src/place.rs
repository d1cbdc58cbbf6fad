//! Where in the organisation a finding belongs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The smallest inventory unit that owns the thing to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// `service checkout-api`, `manifest github.com/acme/shop:package-lock.json`, `repository github.com/acme/x` …: findings of one
    /// place may be one issue, findings of two never (but for secrets and packages as design.md says).
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// All services affected, sorted. Empty: unplaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// What placed it: `repository github.com/acme/shop, path services/api (muster.yaml:14)`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
}
