//! What the store keeps of a finding so that it can be recognised: hashes of its features, a few hundred bytes.

use model::{Finding, hash_parts};
use serde::{Deserialize, Serialize};

use super::base;

/// Longest path that is kept in clear, in bytes.
const LONGEST_PATH: usize = 160;
/// Most identifiers that are kept.
const MOST_IDENTIFIERS: usize = 8;

/// Features of a finding by which the next report recognises it. A hash of 0 means that the report does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct MatchKey {
    /// Rule, place and `distinct`: what the identity is made of.
    #[serde(skip_serializing_if = "is_zero")]
    pub group: u64,
    /// Canonical rule.
    #[serde(skip_serializing_if = "is_zero")]
    pub rule: u64,
    /// Last segment of the rule, which stays when a rule moves to another pack.
    #[serde(skip_serializing_if = "is_zero")]
    pub rule_name: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub path: u64,
    /// The path in clear, so that two names can be compared; its end where it is long.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path_text: String,
    /// Last segment of the path.
    #[serde(skip_serializing_if = "is_zero")]
    pub file_name: u64,
    /// The code that the tool shows, or the package without version.
    #[serde(skip_serializing_if = "is_zero")]
    pub content: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub line: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub end_line: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub column: u32,
    /// Enclosing function or class.
    #[serde(skip_serializing_if = "is_zero")]
    pub symbol: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub title: u64,
    /// Title and description to the letter.
    #[serde(skip_serializing_if = "is_zero")]
    pub message: u64,
    /// The same without digits, which are often lines and counts.
    #[serde(skip_serializing_if = "is_zero")]
    pub wording: u64,
    /// The tool's fingerprint that its format's page trusts.
    #[serde(skip_serializing_if = "is_zero")]
    pub fingerprint: u64,
    /// The whole address, not its pattern.
    #[serde(skip_serializing_if = "is_zero")]
    pub url: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub method: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub parameter: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub resource: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub version: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub commit: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub distinct: u64,
    /// Keyed hash of a secret's value.
    #[serde(skip_serializing_if = "is_zero")]
    pub secret: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<u64>,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl MatchKey {
    /// Features of a normalised finding of that tool (its canonical name).
    #[must_use]
    pub fn of(tool: &str, finding: &Finding) -> Self {
        let location = &finding.location;
        let rule = base::rule(tool, finding);
        let distinct = finding.distinct.as_deref().unwrap_or_default();
        let package = base::package_key(finding);
        let path = base::file(finding).unwrap_or_default();
        let description = finding.description.as_deref().unwrap_or_default();
        let wording: String =
            description.chars().chain(finding.title.chars()).filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
        let trusted = finding.trusted_fingerprint.and_then(|name| finding.fingerprints.iter().find(|print| print.name == name));
        let rule_name = rule.rsplit(['.', '/', ':']).next().unwrap_or_default();
        Self {
            group: hash(&[&rule, &base::place(finding), distinct]),
            rule: hash(&[&rule]),
            rule_name: one(rule_name),
            path: one(path),
            path_text: end_of(path),
            file_name: one(path.rsplit('/').next().unwrap_or_default()),
            content: match &package {
                Some((key, _)) => one(key),
                None => maybe(location.snippet_hash.as_deref()),
            },
            line: location.start_line.unwrap_or(0),
            end_line: location.end_line.unwrap_or(0),
            column: location.start_column.unwrap_or(0),
            symbol: maybe(location.symbol.as_deref()),
            title: one(&finding.title),
            message: hash(&[&finding.title, description]),
            wording: one(&wording),
            fingerprint: maybe(trusted.map(|print| print.value.as_str())),
            url: maybe(location.url.as_deref()),
            method: maybe(location.method.as_deref()),
            parameter: maybe(location.parameter.as_deref()),
            resource: maybe(location.resource.as_deref()),
            version: maybe(finding.package.as_ref().and_then(|package| package.version.as_deref())),
            commit: maybe(location.commit.as_deref()),
            distinct: one(distinct),
            secret: maybe(finding.secret_hash.as_deref()),
            identifiers: finding.identifiers.iter().take(MOST_IDENTIFIERS).map(|id| one(id)).collect(),
        }
    }

    /// These features, with what this report leaves out taken from the report before, so that a format that says less makes nothing
    /// unrecognisable.
    #[must_use]
    pub fn or_before(mut self, before: &Self) -> Self {
        let features = [
            (&mut self.content, before.content),
            (&mut self.symbol, before.symbol),
            (&mut self.fingerprint, before.fingerprint),
            (&mut self.url, before.url),
            (&mut self.method, before.method),
            (&mut self.parameter, before.parameter),
            (&mut self.resource, before.resource),
            (&mut self.version, before.version),
            (&mut self.commit, before.commit),
            (&mut self.secret, before.secret),
        ];
        for (now, before) in features {
            if *now == 0 {
                *now = before;
            }
        }
        if self.column == 0 && self.line == before.line {
            self.column = before.column;
        }
        if self.end_line == 0 && self.line == before.line {
            self.end_line = before.end_line;
        }
        if self.identifiers.is_empty() {
            self.identifiers.clone_from(&before.identifiers);
        }
        self
    }
}

/// 64 bits of the hash of parts; never 0.
fn hash(parts: &[&str]) -> u64 {
    let bits = hash_parts(parts).iter().take(8).fold(0, |bits: u64, byte| (bits << 8) | u64::from(*byte));
    bits.max(1)
}

/// The last bytes of a path, from a whole segment on.
fn end_of(path: &str) -> String {
    if path.len() <= LONGEST_PATH {
        return path.to_owned();
    }
    let cut = (path.len() - LONGEST_PATH..path.len()).find(|at| path.is_char_boundary(*at));
    let tail = cut.and_then(|at| path.get(at..)).unwrap_or_default();
    tail.split_once('/').map_or(tail, |(_, rest)| rest).to_owned()
}

/// 0 for an empty text.
fn one(text: &str) -> u64 {
    if text.is_empty() { 0 } else { hash(&[text]) }
}

fn maybe(text: Option<&str>) -> u64 {
    text.map_or(0, one)
}
