//! All that ranking needs to know of an issue. Everything has a source; what can grow old has a time.

use ::model::{Cvss, Exposure, Finding, Kind, Severity, Timestamp, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value, who says so and when it was looked at (`None`: declared, holds until changed).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Stated_{T}")]
pub struct Stated<T> {
    pub value: T,
    /// `muster.yaml:14`, `Snyk`, `runtime SBOM` …
    pub source: String,
    #[serde(default)]
    pub at: Option<Timestamp>,
}

impl<T> Stated<T> {
    /// A declared value without a date.
    pub fn new(value: T, source: impl Into<String>) -> Self {
        Self { value, source: source.into(), at: None }
    }

    /// The same, seen at a time.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
}

/// What static analysis says of the way to the weakness. Ordered by risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Unreachable,
    Reachable,
}

/// A tool's word on reachability.
pub type ReachFact = Stated<Reach>;

/// What was seen of a package while its service ran. Ordered by risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Runtime {
    /// It was looked for and not seen.
    NotLoaded,
    Loaded,
    /// The vulnerable code itself ran.
    Executed,
}

/// One observation. Where several are fresh, the riskiest counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeFact {
    pub state: Runtime,
    /// In how many of how many places (pods, hosts): `(6, 6)`.
    #[serde(default)]
    pub places: Option<(u64, u64)>,
    /// How often it was called, where the sensor counts.
    #[serde(default)]
    pub calls: Option<u64>,
    pub source: String,
    pub at: Timestamp,
}

/// How a finding was proved, or that a try failed. Ordered by risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// A secret that was tried and did not work, or could not be shown to work.
    NotLive,
    /// A person exploited it.
    Pentest,
    /// The running application was seen doing it.
    Iast,
    /// The tool has a proof: the response shows that the attack worked.
    Dast,
    /// A secret that was tried and works.
    LiveSecret,
}

/// A proof and whose it is.
pub type VerifiedFact = Stated<Verification>;

/// What a person said of a fact; it comes before every other source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// `exposed`, `reachable`, `automatable`, `total_impact`, `production`.
    pub fact: String,
    pub value: bool,
    pub by: String,
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// What Muster knows of an issue when it ranks it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RankInput {
    /// All kinds of its findings.
    pub kinds: Vec<Kind>,
    pub severity: Severity,
    /// The tool whose word the severity is.
    pub severity_by: String,
    pub title: String,
    /// Rule ids of its findings.
    pub rules: Vec<String>,
    /// Upper case; CVEs among them are looked up.
    pub identifiers: Vec<String>,
    pub cwes: Vec<u32>,
    /// What the findings give; the feeds' own come on top.
    pub cvss: Vec<Cvss>,
    pub reachability: Vec<ReachFact>,
    pub runtime: Vec<RuntimeFact>,
    pub verified: Vec<VerifiedFact>,
    /// The most exposed of the services affected.
    pub exposure: Stated<Exposure>,
    pub production: Stated<Tri>,
    /// Classes of data of the services affected; `None`: nobody has said.
    pub data: Option<Stated<Vec<String>>>,
    /// `Unknown`: nobody has said.
    pub criticality: Stated<Severity>,
    pub compliance: Stated<Vec<String>>,
    pub fix_available: Tri,
    pub vex: Tri,
    pub said: Vec<Said>,
    /// When it was first open on a tracked ref: the clock's start.
    pub first_seen: Timestamp,
}

impl RankInput {
    /// Takes over what one finding says: kind, identifiers, weaknesses, CVSS, reachability, proof. `at` is the time of its scan.
    pub fn add_finding(&mut self, finding: &Finding, at: Timestamp) {
        push_new(&mut self.kinds, finding.kind);
        push_new(&mut self.rules, finding.rule.clone());
        finding.identifiers.iter().for_each(|id| push_new(&mut self.identifiers, id.clone()));
        finding.cwes.iter().for_each(|cwe| push_new(&mut self.cwes, *cwe));
        for cvss in &finding.cvss {
            if !self.cvss.contains(cvss) {
                let mut cvss = cvss.clone();
                cvss.source = cvss.source.or_else(|| Some(finding.tool.clone()));
                self.cvss.push(cvss);
            }
        }
        if finding.package.as_ref().is_some_and(|package| !package.fixed.is_empty()) {
            self.fix_available = Tri::Yes;
        }
        if self.title.is_empty() {
            self.title.clone_from(&finding.title);
        }
        if finding.severity > self.severity {
            self.severity = finding.severity;
            self.severity_by.clone_from(&finding.tool);
        }
        if let Some(word) = &finding.reachability {
            self.add_verdict(&word.verdict, word.source.as_deref().unwrap_or(&finding.tool), at);
        }
        let proof = match (finding.kind, finding.verified) {
            (Kind::Secret, Some(true)) => Some(Verification::LiveSecret),
            (Kind::Secret, Some(false)) => Some(Verification::NotLive),
            (Kind::Iast, _) => Some(Verification::Iast),
            (Kind::Pentest, verified) if verified != Some(false) => Some(Verification::Pentest),
            (Kind::Dast | Kind::Api | Kind::Runtime | Kind::Sast, Some(true)) => Some(Verification::Dast),
            _ => None,
        };
        if let Some(value) = proof {
            push_new(&mut self.verified, Stated { value, source: finding.tool.clone(), at: Some(at) });
        }
    }

    /// Takes over a scanner's word: what it says of the code is static, what it saw running is a runtime fact.
    pub fn add_verdict(&mut self, verdict: &str, source: &str, at: Timestamp) {
        let word = verdict.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        let runtime = match word.as_str() {
            "not_loaded" | "installed" => Some(Runtime::NotLoaded),
            "loaded" | "running" | "in_use" => Some(Runtime::Loaded),
            "executed" | "invoked" | "called" => Some(Runtime::Executed),
            _ => None,
        };
        if let Some(state) = runtime {
            self.runtime.push(RuntimeFact { state, places: None, calls: None, source: source.to_owned(), at });
            return;
        }
        let reach = match word.as_str() {
            "reachable" | "function" | "package_reachable" | "always_reachable" | "conditionally_reachable" | "potentially_reachable" => {
                Reach::Reachable
            }
            "unreachable" | "not_reachable" | "no_path_found" | "no_path" => Reach::Unreachable,
            // `present` and `imported` say nothing of the way to the weakness.
            _ => return,
        };
        self.reachability.push(Stated { value: reach, source: source.to_owned(), at: Some(at) });
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_brings_its_facts() {
        let mut finding = Finding::new(Kind::Sca, "r", "t");
        finding.tool = "Snyk".into();
        finding.severity = Severity::High;
        finding.identifiers = vec!["CVE-2024-1000".into()];
        finding.reachability = Some(::model::Reachability { verdict: "No-path-found".into(), source: None });
        let mut input = RankInput::default();
        input.add_finding(&finding, Timestamp(5));
        input.add_finding(&finding, Timestamp(5));
        assert_eq!(input.identifiers.len(), 1);
        assert_eq!(input.reachability[0], Stated::new(Reach::Unreachable, "Snyk").at(Timestamp(5)));
        assert_eq!((input.severity, input.severity_by.as_str()), (Severity::High, "Snyk"));

        input.add_verdict("executed", "sensor", Timestamp(6));
        assert_eq!(input.runtime[0].state, Runtime::Executed);
        input.add_verdict("imported", "x", Timestamp(6));
        assert_eq!((input.runtime.len(), input.reachability.len()), (1, 2));
    }

    #[test]
    fn proofs_by_kind() {
        let proof = |kind, verified| {
            let mut finding = Finding::new(kind, "r", "t");
            finding.verified = verified;
            let mut input = RankInput::default();
            input.add_finding(&finding, Timestamp(0));
            input.verified.first().map(|fact| fact.value)
        };
        assert_eq!(proof(Kind::Secret, Some(true)), Some(Verification::LiveSecret));
        assert_eq!(proof(Kind::Secret, Some(false)), Some(Verification::NotLive));
        assert_eq!(proof(Kind::Secret, None), None);
        assert_eq!(proof(Kind::Iast, None), Some(Verification::Iast));
        assert_eq!(proof(Kind::Dast, None), None);
        assert_eq!(proof(Kind::Pentest, None), Some(Verification::Pentest));
    }
}
