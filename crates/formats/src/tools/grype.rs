//! Grype, JSON (`-o json`): images, folders, SBOMs. Versions seen: 0.28 to 0.92.
//!
//! Make it with `grype IMAGE -o json --file grype.json`.
//!
//! - index: `matches[]`; behind them `ignoredMatches[]`, which are suppressed findings.
//! - rule: `vulnerability.id`. `relatedVulnerabilities[].id` are aliases of it, unless there are several CVEs (a distribution's advisory).
//! - severity: `vulnerability.severity` as it stands; `Negligible` is info (Grype's SARIF scores it 0.0),
//!   `Unknown` unknown. CVSS of the vulnerability and of the related ones.
//! - kind: packages of a distribution (`deb`, `rpm`, `apk` …) container, others sca.
//! - place: the first of `artifact.locations[]`; other locations of the same artifact are left out. No lines.
//! - `artifact.upstreams[]` gives the source package; the package URL the ecosystem. For Maven the name is `group:artifact` from the URL.
//! - image: `source.target.userInput`, with the digest of `repoDigests` where there is one; its label `org.opencontainers.image.source` names
//!   the repository that it was built from.
//! - ran: the `descriptor`, which Grype writes last. Grype has no fingerprint.
//! - left out: `matchDetails`, EPSS and KEV of Grype's own database (Muster has its own feeds), the configuration.
//!
//! # Differs
//! - severity: Unknown is unknown. (Some readers call it info.)

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{oci_labels, sca};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `grype -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "grype",
    name: "Grype",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let by_match = head.has_all(&["matches[].vulnerability", "matches[].artifact"]);
    let by_descriptor = head.has("matches") && (head.is("descriptor.name", "grype") || head.has("matches[].matchDetails"));
    Match::sure_if(by_match || by_descriptor)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    vulnerability: Vulnerability,
    #[serde(default, deserialize_with = "lenient::list")]
    related_vulnerabilities: Vec<Vulnerability>,
    artifact: Artifact,
    #[serde(default, deserialize_with = "lenient::list")]
    applied_ignore_rules: Vec<IgnoreRule>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Vulnerability {
    id: String,
    #[serde(deserialize_with = "lenient::text")]
    data_source: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    urls: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    cvss: Vec<Cvss>,
    #[serde(deserialize_with = "lenient::list")]
    cwes: Vec<Cwe>,
    #[serde(deserialize_with = "lenient::or_default")]
    fix: Fix,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cvss {
    #[serde(deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    vector: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    metrics: Metrics,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metrics {
    #[serde(deserialize_with = "lenient::number")]
    base_score: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cwe {
    #[serde(deserialize_with = "lenient::text")]
    cwe: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fix {
    #[serde(deserialize_with = "lenient::texts")]
    versions: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    state: Option<String>,
}

#[derive(Deserialize)]
struct Artifact {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    locations: Vec<Place>,
    #[serde(default, deserialize_with = "lenient::texts")]
    licenses: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    purl: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    upstreams: Vec<Upstream>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::text")]
    path: Option<String>,
    #[serde(rename = "layerID", deserialize_with = "lenient::text")]
    layer: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Upstream {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct IgnoreRule {
    #[serde(deserialize_with = "lenient::text")]
    reason: Option<String>,
    #[serde(rename = "vex-status", deserialize_with = "lenient::text")]
    vex_status: Option<String>,
    #[serde(rename = "vex-justification", deserialize_with = "lenient::text")]
    vex_justification: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    head(input, out)?;
    let image = out.this().image.clone();
    for list in ["matches", "ignoredMatches"] {
        let mut json = input.json()?;
        json.object(
            |json, key| if key == list { json.rows(out, |out, row: Row| out.finding(finding(row, image.as_ref()))) } else { Ok(()) },
        )?;
        json.end()?;
    }
    Ok(())
}

fn head(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let run = out.run("Grype");
    let mut json = input.json()?;
    json.object(|json, key| {
        match key {
            "source" => {
                let source = json.row::<Value>()?.unwrap_or_default();
                if source.get("type").and_then(Value::as_str) == Some("image") {
                    run.image = image(source.get("target").unwrap_or(&Value::Null));
                    let labels = source.pointer("/target/labels");
                    oci_labels::take(run, |name| labels?.get(name).and_then(lenient::scalar));
                }
            }
            "descriptor" => {
                let descriptor = json.row::<Value>()?.unwrap_or_default();
                run.tool_version = descriptor.get("version").and_then(lenient::scalar);
                run.at = descriptor.get("timestamp").and_then(Value::as_str).and_then(Timestamp::lenient);
                run.claims.ran = descriptor.get("name").is_some();
                let only_fixed = |key| descriptor.pointer(&format!("/configuration/{key}")).and_then(Value::as_bool) == Some(true);
                if only_fixed("only-fixed") || only_fixed("only-notfixed") {
                    run.claims.partial = Some("Grype was told to show only some of the matches (only-fixed or only-notfixed)".to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    })
}

fn image(target: &Value) -> Option<String> {
    let first = |key: &str| target.get(key)?.as_array()?.iter().find_map(lenient::scalar);
    let name = target.get("userInput").and_then(lenient::scalar).or_else(|| first("tags"))?;
    let digest = first("repoDigests").and_then(|text| text.split_once('@').map(|(_, digest)| digest.to_owned()));
    Some(match digest {
        Some(digest) if !name.contains('@') => format!("{name}@{digest}"),
        _ => name,
    })
}

fn finding(row: Row, image: Option<&String>) -> Finding {
    let (vulnerability, artifact) = (row.vulnerability, row.artifact);
    let is_system = matches!(artifact.kind.as_deref(), Some("deb" | "rpm" | "apk" | "alpm" | "portage" | "dpkg" | "linux-kernel"));
    let kind = if is_system { Kind::Container } else { Kind::Sca };
    let name = artifact.purl.as_deref().and_then(sca::maven_name).unwrap_or(artifact.name);
    let mut finding = Finding::new(kind, vulnerability.id.clone(), format!("{} in {name}", vulnerability.id));
    if let Some(raw) = vulnerability.severity {
        let severity = if raw.eq_ignore_ascii_case("negligible") { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &vulnerability.id, row.related_vulnerabilities.iter().map(|related| related.id.as_str()));
    let cvss = vulnerability.cvss.iter().chain(row.related_vulnerabilities.iter().flat_map(|related| &related.cvss));
    for cvss in cvss {
        sca::assessed(&mut finding, cvss.vector.as_deref(), cvss.metrics.base_score, cvss.source.as_deref());
    }
    let cwes = vulnerability.cwes.iter().chain(row.related_vulnerabilities.iter().flat_map(|related| &related.cwes));
    sca::weaknesses(&mut finding, cwes.filter_map(|cwe| cwe.cwe.as_deref()));
    finding.description =
        vulnerability.description.or_else(|| row.related_vulnerabilities.into_iter().find_map(|related| related.description));
    finding.references = vulnerability.urls;
    finding.url = vulnerability.data_source;
    finding.remediation = vulnerability.fix.state.filter(|state| state == "wont-fix");
    finding.location.image = image.cloned();
    let package = finding.package_mut();
    package.name = Some(name);
    // Versions read out of a binary may hold NUL bytes.
    package.version = artifact.version.map(|version| version.chars().filter(|c| !c.is_control()).collect());
    package.purl = artifact.purl.map(|purl| purl.chars().filter(|c| !c.is_control()).collect());
    package.ecosystem = artifact.kind;
    package.licenses = artifact.licenses;
    package.fixed = vulnerability.fix.versions;
    package.source = artifact.upstreams.into_iter().find_map(|upstream| upstream.name);
    if let Some(place) = artifact.locations.into_iter().next() {
        finding.location.layer = place.layer;
        sca::in_file(&mut finding, place.path.as_deref().unwrap_or_default());
    }
    if let Some(rule) = row.applied_ignore_rules.into_iter().next() {
        let reason = [rule.reason, rule.vex_status, rule.vex_justification].into_iter().flatten().collect::<Vec<_>>().join(", ");
        finding.suppressed =
            Some(Suppression { by: "Grype ignore rule".to_owned(), reason: Some(reason).filter(|reason| !reason.is_empty()) });
    }
    finding
}
