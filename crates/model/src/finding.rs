//! What one tool says of one weakness in one place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cvss, Kind, Package, Severity, Timestamp};

/// Where the weakness is. A code finding has `path` and lines, a web finding `url`, a cloud or IaC finding `resource`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Path relative to the scanned root, with forward slashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// 1-based, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// 1-based column of the first character, where the format's columns can be trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    /// 1-based column after the last character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// Enclosing function, method, class or handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Hash of the code shown by the tool, white space folded; never of a secret's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Route pattern (`/orders/{id}`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Terraform address, ARN, Kubernetes object, workflow job, host and port …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// One step on the way from source to sink.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlowStep {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Where a finding was, and when, before its lines moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// 1-based, inclusive.
    pub start_line: u32,
    pub end_line: u32,
    /// First and last scan that saw it there.
    pub first: Timestamp,
    pub last: Timestamp,
}

/// Two identifiers of one vulnerability, as the report itself states.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct AliasPair {
    pub a: String,
    pub b: String,
}

/// A tool's word on whether the vulnerable code can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reachability {
    /// `present`, `imported`, `reachable`, `unreachable`, `loaded`, `not_loaded`, `executed` or the tool's word.
    pub verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A suppression that the tool or a file in the repository states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// `in source`, `external`, a file name, a person …
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One of the tool's own fingerprints.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FingerPrint {
    pub name: String,
    pub value: String,
}

/// What a secret finding holds of the secret while it is in memory. Never serialised: normalisation turns it into a keyed hash and drops it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretEvidence {
    /// The value in clear, where the report shows it whole.
    pub value: Option<String>,
    /// Hex SHA-1 of the value, where that is all the report shows (detect-secrets).
    pub sha1: Option<String>,
    /// True where the hash or value covers only the head of a key block and so identifies nothing.
    pub head_only: bool,
}

impl std::fmt::Debug for SecretEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretEvidence(…)")
    }
}

/// What one tool says of one weakness in one place, in our words. Fields that the report does not give are absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Path of the report as given at import.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub report: String,
    /// 0-based place in the report's own order (contract, *finding*).
    pub index: u32,
    /// Id of the format that read it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub format: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_version: Option<String>,
    pub kind: Kind,
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    /// The tool's own word or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_raw: Option<String>,
    /// CVE, GHSA, OSV … upper case, sorted, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<AliasPair>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwes: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cvss: Vec<Cvss>,
    #[serde(default)]
    pub location: Location,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow: Vec<FlowStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<Package>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reachability: Option<Reachability>,
    /// True for a secret that was tried and works, or a DAST proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppression>,
    /// The tool still lists it and says that it is no longer there (`fixed`, `resolved`). Printed by `parse`; an import counts it as looked
    /// for and not found, and stores no such finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Suppression>,
    /// The tool's word for how sure it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<String>,
    /// HTTP request, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// HTTP response, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The tool's fingerprints, whether trusted or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<FingerPrint>,
    /// Our identity of it over time: the same on every ref and from every format of one scan. Absent without a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The finding's page in the tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen_by_tool: Option<Timestamp>,

    /// Names of request parameters that the code shown by the tool reads, folded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// First and last line of the statement around it, where the code was at hand (`--source`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<(u32, u32)>,
    /// Where it was before its lines moved, oldest first, at most [`Finding::MOST_SIGHTINGS`]. Two tools that scan at different times are
    /// compared by where both saw it at one time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Sighting>,
    /// First scan that saw it on its present lines; absent while they never moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here_since: Option<Timestamp>,
    /// Last scan that saw it, where the caller knows.
    #[serde(skip)]
    pub last_seen: Option<Timestamp>,

    /// The code as the tool shows it. In memory only: it is hashed into `location.snippet_hash`.
    #[serde(skip)]
    pub snippet: Option<String>,
    /// The secret as the tool shows it. In memory only.
    #[serde(skip)]
    pub secret: Option<SecretEvidence>,
    /// Keyed hash of the secret's value (hex). Kept in the store as evidence, never printed.
    #[serde(skip)]
    pub secret_hash: Option<String>,
    /// Name of the fingerprint in `fingerprints` that the format's page lists as stable over time.
    #[serde(skip)]
    pub trusted_fingerprint: Option<&'static str>,
    /// What tells this finding from others of the same rule in the same place, from fields that every format of the tool gives
    /// (a parameter, a dependency path, a resource attribute). Part of the identity.
    #[serde(skip)]
    pub distinct: Option<String>,
    /// Position of the run in the file that this finding belongs to.
    #[serde(skip)]
    pub run: usize,
}

impl Finding {
    /// Most earlier places that are kept.
    pub const MOST_SIGHTINGS: usize = 8;

    /// Takes over where the finding was before: `old` is what the scans from `first_seen` to `last_seen` said of it, this is what the scan
    /// at `at` says.
    pub fn remember(&mut self, old: &Self, first_seen: Timestamp, last_seen: Timestamp, at: Timestamp) {
        self.earlier.clone_from(&old.earlier);
        let (was, is) = (&old.location, &self.location);
        if (&was.path, was.start_line, was.end_line) == (&is.path, is.start_line, is.end_line) {
            self.here_since = old.here_since;
            return;
        }
        self.here_since = Some(at);
        if let Some(start_line) = was.start_line {
            let end_line = was.end_line.unwrap_or(start_line);
            self.earlier.push(Sighting {
                path: was.path.clone(),
                start_line,
                end_line,
                first: old.here_since.unwrap_or(first_seen),
                last: last_seen,
            });
        }
        let surplus = self.earlier.len().saturating_sub(Self::MOST_SIGHTINGS);
        self.earlier.drain(..surplus);
    }

    /// A finding of that kind, rule and title with nothing else known.
    #[must_use]
    pub fn new(kind: Kind, rule: impl Into<String>, title: impl Into<String>) -> Self {
        Self { kind, rule: rule.into(), title: title.into(), ..Self::default() }
    }

    /// Sets the tool's severity word and what it means in Muster's scale.
    pub fn set_severity(&mut self, raw: impl Into<String>, severity: Severity) {
        self.severity_raw = Some(raw.into());
        self.severity = severity;
    }

    /// Sets severity from a word that means the same in every tool.
    pub fn set_severity_word(&mut self, raw: &str) {
        self.set_severity(raw, Severity::from_word(raw));
    }

    /// Records that the tool, or the platform of that name, says in that word that it is no longer there.
    pub fn resolve(&mut self, by: &str, word: impl Into<String>) {
        self.resolved = Some(Suppression { by: by.to_owned(), reason: Some(word.into()) });
        self.suppressed = None;
    }

    /// The package, made when there is none yet.
    pub fn package_mut(&mut self) -> &mut Package {
        self.package.get_or_insert_with(Package::default)
    }

    /// Records one of the tool's fingerprints.
    pub fn fingerprint(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.fingerprints.push(FingerPrint { name: name.into(), value: value.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_finding_remembers_where_it_was() {
        let at = |line| {
            let mut finding = Finding::new(Kind::Sast, "r", "t");
            finding.location.start_line = Some(line);
            finding
        };
        let mut second = at(10);
        second.remember(&at(10), Timestamp(1), Timestamp(1), Timestamp(2));
        assert!(second.earlier.is_empty() && second.here_since.is_none());
        let mut third = at(12);
        third.remember(&second, Timestamp(1), Timestamp(2), Timestamp(3));
        assert_eq!(third.earlier, [Sighting { path: None, start_line: 10, end_line: 10, first: Timestamp(1), last: Timestamp(2) }]);
        assert_eq!(third.here_since, Some(Timestamp(3)));
        for n in 0..20 {
            let mut next = at(20 + n);
            next.remember(&third, Timestamp(1), Timestamp(3), Timestamp(4));
            third = next;
        }
        assert_eq!(third.earlier.len(), Finding::MOST_SIGHTINGS);
    }
}
