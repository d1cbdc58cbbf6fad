//! A route of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A route of a service and what answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Endpoint {
    pub service: String,
    pub method: String,
    /// `/orders/{id}`.
    pub pattern: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// File that stated it.
    pub source: String,
}
