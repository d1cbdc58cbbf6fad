//! OWASP Dependency-Track, Finding Packaging Format (FPF), JSON. Format versions 1.0 to 1.3, server 3.4 to 4.14.
//!
//! Make it with `curl -H "X-Api-Key: …" https://dtrack.example.com/api/v1/finding/project/UUID/export > findings.json`.
//!
//! - index: `findings[]`.
//! - rule: `vulnId`. Aliases (`cveId`, `ghsaId`, …) are identifiers and stated pairs.
//! - severity: CRITICAL, HIGH, MEDIUM, LOW, INFO, UNASSIGNED (unknown).
//! - package: `purl`, name with its group, version. No manifest: Dependency-Track reads SBOMs.
//! - CVSS base scores 2 and 3 (vectors where given), CWEs from `cwes[]`, else `cweId`.
//! - `analysis.isSuppressed` is a suppression with its state.
//! - `matrix` (project, component, vulnerability) changes when a component is uploaded anew: kept, not trusted.
//! - coverage: the export is the server's state at `meta.timestamp`, whether or not an SBOM was analysed: with no findings it is no evidence of a run.
//! - left out: EPSS, attribution, latest version.
//!
//! # Differs
//! - path: none, for a server that reads SBOMs knows no file. (Some readers put the package URL there.)

use std::collections::BTreeMap;

use model::{AliasPair, Cvss, Finding, Kind, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Dependency-Track's export of findings.
pub(crate) static FORMAT: Format = Format {
    id: "dependency-track",
    name: "Dependency-Track",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.is("meta.application", "Dependency-Track")
            || head.has_all(&["findings[].component.purl", "findings[].vulnerability.vulnId", "findings[].matrix"]),
    )
}

#[derive(Deserialize)]
struct Row {
    component: Component,
    vulnerability: Vulnerability,
    #[serde(default, deserialize_with = "lenient::or_default")]
    analysis: Analysis,
    #[serde(default, deserialize_with = "lenient::text")]
    matrix: Option<String>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    group: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    purl: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability {
    vuln_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    recommendation: Option<String>,
    #[serde(default, rename = "cvssV2BaseScore", deserialize_with = "lenient::number")]
    score_two: Option<f64>,
    #[serde(default, rename = "cvssV3BaseScore", deserialize_with = "lenient::number")]
    score_three: Option<f64>,
    #[serde(default, rename = "cvssV2Vector", deserialize_with = "lenient::text")]
    vector_two: Option<String>,
    #[serde(default, rename = "cvssV3Vector", deserialize_with = "lenient::text")]
    vector_three: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    cwe_id: Option<u32>,
    #[serde(default, deserialize_with = "lenient::list")]
    cwes: Vec<Cwe>,
    #[serde(default, deserialize_with = "lenient::list")]
    aliases: Vec<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cwe {
    cwe_id: u32,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Analysis {
    #[serde(deserialize_with = "lenient::truth")]
    is_suppressed: Option<bool>,
    #[serde(deserialize_with = "lenient::text")]
    state: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Dependency-Track");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "meta" => {
            let meta: Value = json.row()?.unwrap_or_default();
            let run = out.this();
            run.tool_version = meta.get("version").and_then(lenient::scalar);
            run.at = meta.get("timestamp").and_then(Value::as_str).and_then(Timestamp::lenient);
            Ok(())
        }
        "findings" => json.rows(out, |out, row: Row| out.finding(finding(row))),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let vulnerability = row.vulnerability;
    let id = vulnerability.vuln_id;
    let name = row.component.name.as_deref().unwrap_or("a component");
    let said = vulnerability.title.as_deref().map_or_else(|| format!("{id} in {name}"), first_line);
    let mut finding = Finding::new(Kind::Sca, id.as_str(), said);
    if let Some(raw) = vulnerability.severity {
        finding.set_severity_word(&raw);
    }
    // A bare number is the advisory of a database that is not named; elsewhere it means something else.
    if id.contains('-') {
        finding.identifiers.push(id.to_ascii_uppercase());
    }
    // `cveId`, `ghsaId`, `osvId`: a source's name before its id.
    let ids = vulnerability.aliases.iter().flatten().filter(|(name, _)| name.ends_with("Id"));
    for alias in ids.filter_map(|(_, id)| id.as_str()).map(str::to_ascii_uppercase) {
        if !finding.identifiers.contains(&alias) {
            finding.aliases.push(AliasPair { a: id.to_ascii_uppercase(), b: alias.clone() });
            finding.identifiers.push(alias);
        }
    }
    finding.cwes = vulnerability.cwes.iter().map(|cwe| cwe.cwe_id).collect();
    finding.cwes.extend(vulnerability.cwe_id.filter(|cwe| *cwe > 0 && !finding.cwes.contains(cwe)));
    let source = vulnerability.source.unwrap_or_default().to_ascii_lowercase();
    let given =
        [(vulnerability.score_two, vulnerability.vector_two, "2.0"), (vulnerability.score_three, vulnerability.vector_three, "3.1")];
    for (score, vector, version) in given {
        if score.is_none() && vector.is_none() {
            continue;
        }
        let mut cvss = vector.as_deref().map_or_else(Cvss::default, Cvss::from_vector).with_score(score).with_source(source.as_str());
        if cvss.version.is_none() && version == "2.0" {
            cvss.version = Some(version.to_owned());
        }
        finding.cvss.push(cvss);
    }
    (finding.description, finding.remediation) = (vulnerability.description, vulnerability.recommendation);
    if let Some(matrix) = row.matrix {
        finding.fingerprint("matrix", matrix);
    }
    if row.analysis.is_suppressed == Some(true) {
        finding.suppressed = Some(Suppression { by: "Dependency-Track".to_owned(), reason: row.analysis.state });
    }
    let named = match (row.component.group, row.component.name) {
        (Some(group), Some(name)) => Some(format!("{group}:{name}")),
        (_, name) => name,
    };
    let package = finding.package_mut();
    (package.purl, package.name, package.version) = (row.component.purl, named, row.component.version);
    finding
}
