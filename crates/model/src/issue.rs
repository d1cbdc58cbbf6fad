//! The real vulnerability: one or more findings. What is owned, ranked, tracked and ticketed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Decision, Exposure, Finding, Kind, Presence, Severity, State, Timestamp};

/// A step of a chain of reasons: a fact and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerFact {
    pub fact: String,
    pub source: String,
}

/// Who owns an issue, and why. The first of `because` decided; the others are what less specific sources say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    pub because: Vec<OwnerFact>,
}

/// The row of the decision table that gives the deadline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tier {
    /// `3d`, `14d`, `60d`, `next` …
    pub id: String,
    pub label: String,
    /// Days from the clock's start; absent where the tier has no deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// `[strictest id, mildest id]` while unknown facts leave it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[String; 2]>,
    /// The row of the table with its inputs, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<OwnerFact>,
}

/// One term of the score. Terms add up to the score exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RankTerm {
    pub signal: String,
    /// Tenths of a deciban (10·log10 of odds).
    pub points: i32,
    /// The sentence that a person reads.
    pub fact: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// One fact for or against a link, naming the fields of both findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceFact {
    pub fact: String,
    pub fields: Vec<String>,
    /// Tenths of a deciban; the prior comes first.
    pub weight: i32,
}

/// Why a finding belongs to its issue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// 0 to 1; the founder's is 1.
    pub confidence: f64,
    pub because: Vec<EvidenceFact>,
    /// The version of the matching, as `matching 3`, or the person who said so.
    pub by: String,
}

/// A possible duplicate below the threshold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// The other issue.
    pub issue: String,
    /// Identity of the finding in it that is most alike.
    pub finding: String,
    pub confidence: f64,
    pub because: Vec<EvidenceFact>,
}

/// A finding as an element of its issue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IssueFinding {
    #[serde(flatten)]
    pub finding: Finding,
    pub link: Link,
    /// Ref to presence.
    pub present: BTreeMap<String, Presence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
}

/// What is installed is of a release for which fixes are no longer published: no fix will come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndOfLife {
    /// What is installed: a package URL.
    pub package: String,
    /// Product and release: `Django 3.2`, `Debian 10`.
    pub release: String,
    /// The day from which no fixes are published; absent where only that it is over is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Until when fixes can be had apart from the product's own, as a rule for money; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_until: Option<Timestamp>,
    pub source: String,
}

/// The real vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    pub id: String,
    /// Position in this answer, 1 is first; absent outside an ordered answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    pub tier: Tier,
    /// Sum of the points, tenths of a deciban.
    pub score: i32,
    pub severity: Severity,
    /// The tool whose word `severity` is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub severity_by: String,
    pub title: String,
    /// The founding finding's kind.
    pub kind: Kind,
    pub kinds: Vec<Kind>,
    #[serde(default)]
    pub identifiers: Vec<String>,
    #[serde(default)]
    pub cwes: Vec<u32>,
    pub state: State,
    pub owner: Owner,
    /// What has to change, as one line: `services/api/orders.py:41`, `pkg:npm/next@14.1.0 in package-lock.json`.
    pub place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    pub services: Vec<String>,
    #[serde(default)]
    pub exposure: Exposure,
    /// Refs on which it is open.
    pub refs: Vec<String>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Confidence of its weakest link, 0 to 1.
    pub confidence: f64,
    pub because: Vec<RankTerm>,
    /// Facts that are not known and would change the score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The six facts and others by name: `kev`, `exploit`, `reachable`, `loaded`, `exposed`, `production`, `data`, `vex`: `yes`, `no`, `unknown`.
    /// A fact that does not apply is absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, crate::Tri>,
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// What VEX statements say of it, the one that counts first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vex: Vec<crate::VexFact>,
    /// Where authors contradict each other, who says what and whose word counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vex_conflict: Option<String>,
    /// Why decisions no longer hold it out of the queue, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgrown: Option<String>,
    /// The change that ends it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The work item that the change belongs to, and what it is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<crate::Remedy>,
    /// Versions with it that are recorded as running, one line each: `production: registry.example.com/acme/api@sha256:… since …`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub running: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<String>,
    /// EPSS probability used, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    #[serde(default)]
    pub criticality: Severity,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compliance: Vec<String>,
    /// Tools of its findings (of the open ones, where there are such).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Files that its findings name, manifests of packages among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Packages of its findings: package URLs, else names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// What of its packages no fix will come for; never stored, since it follows from the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub end_of_life: Vec<EndOfLife>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<IssueFinding>>,
}

/// What ranking says of an issue: the part of it that feeds and the risk model change, which is stored apart from the rest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IssueRank {
    pub tier: Tier,
    /// Tenths of a deciban.
    pub score: i32,
    pub because: Vec<RankTerm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, crate::Tri>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Issue {
    /// Takes out what ranking says.
    #[must_use]
    pub fn take_rank(&mut self) -> IssueRank {
        IssueRank {
            tier: std::mem::take(&mut self.tier),
            score: std::mem::take(&mut self.score),
            because: std::mem::take(&mut self.because),
            unknown: std::mem::take(&mut self.unknown),
            facts: std::mem::take(&mut self.facts),
            epss: self.epss.take(),
            due: self.due.take(),
        }
    }

    /// Puts in what ranking says.
    pub fn put_rank(&mut self, rank: IssueRank) {
        let IssueRank { tier, score, because, unknown, facts, epss, due } = rank;
        (self.tier, self.score, self.because) = (tier, score, because);
        (self.unknown, self.facts, self.epss, self.due) = (unknown, facts, epss, due);
    }
}
