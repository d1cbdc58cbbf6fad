//! One change that ends one or more issues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One change (upgrade, base image, configuration key, rotation) that ends one or more issues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    pub id: String,
    /// `upgrade org.apache.tomcat:tomcat-catalina to 9.0.99`.
    pub change: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    pub issues: Vec<String>,
    /// Sum of the scores of its issues, tenths of a deciban.
    pub risk_removed: i64,
}
