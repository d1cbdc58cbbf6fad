//! One change that ends one or more issues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Tier, Timestamp};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FixKind {
    /// A package to a newer version.
    Upgrade,
    /// An image again, with the updates of its distribution.
    Rebuild,
    /// An image on another base: its distribution has published no fix.
    ReplaceBase,
    /// A package by another: no fixed version is known, or its licence is not allowed.
    Replace,
    /// A malicious package goes.
    Remove,
    /// A secret gets another value.
    Rotate,
    /// A key of a configuration.
    Configure,
    #[default]
    Code,
}

/// The change that ends one issue, as its findings state it. Issues with the same `fix` are ended by one change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// Id of the fix, from kind, owner, place and subject.
    pub fix: String,
    pub kind: FixKind,
    /// What changes: the package's name, the image, the rule's title.
    pub subject: String,
    /// Where: the service, repository or image, with the file where there is one.
    pub place: String,
    /// Type of the package URL, by whose rules versions are ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<String>,
    /// Versions of the package that are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Versions that end it, a list for each tool that says so, each with an alternative for every line of releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Vec<String>>,
    /// Files in which the change is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// How many issues of a fix a version ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FixStep {
    pub version: String,
    pub issues: u64,
}

/// One change (upgrade, base image, configuration key, rotation) that ends one or more issues.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    pub id: String,
    /// `Upgrade org.apache.tomcat:tomcat-catalina to 9.0.99`.
    pub change: String,
    #[serde(default)]
    pub kind: FixKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Ids of the issues that it ends, highest score first.
    pub issues: Vec<String>,
    /// The score that one issue would need to weigh as much as all of them together, in tenths of a deciban: 100·log10 of the sum of
    /// their odds. Of one issue it is its score; ten alike weigh 100 more than one.
    pub risk_removed: i64,
    /// Of the odds of all issues in the answer, in thousandths.
    #[serde(default)]
    pub share: u32,
    /// The strictest deadline's tier, without its reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The earliest deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Of an upgrade: versions that are there now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Of an upgrade: the least version that ends most issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of an upgrade: what each step on the way there ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<FixStep>,
    /// Identifiers of what it ends, at most fifty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<String>,
    /// How many of its issues a feed lists as exploited.
    #[serde(default)]
    pub known_exploited: u64,
}
