//! The package that a finding speaks of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A package in a version, where it was found and what would fix it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Package {
    /// Package URL (purl-spec), canonical after normalisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    /// Name as the tool writes it, with namespace (`@scope/name`, `group:artifact`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Versions that fix it, least first, as the tool gives them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Manifest, lockfile or file in an image that brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Dependency path from the root to this package, root first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// True for a direct dependency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// The tool's word for the ecosystem (`npm`, `pip`, `debian`, `jar` …), where no purl is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<String>,
    /// Source package of a distribution's binary package, where the tool says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Licence identifiers (SPDX) as the tool gives them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<String>,
}
