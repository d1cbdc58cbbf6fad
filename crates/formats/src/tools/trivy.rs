//! Trivy, JSON: images, file systems, repositories, SBOMs and clusters (vulnerabilities, misconfigurations, secrets, licences).
//! Versions seen: 0.5 (a bare array), 0.20 to 0.72 (`SchemaVersion` 2; since 0.69 with `Trivy.Version`, checks as `DS-0002`), `trivy k8s`.
//!
//! Make it with `trivy image --format json --list-all-pkgs -o trivy.json IMAGE` or `trivy fs --format json -o trivy.json .`.
//!
//! - index: all `Results[].Vulnerabilities[]` laid end to end; behind them, result by result, `Misconfigurations[]`, `Secrets[]`,
//!   `Licenses[]` and `ExperimentalModifiedFindings[]`, so that the vulnerabilities count alike with and without other scanners.
//!   A cluster report (`trivy k8s`): the same over the results of `Vulnerabilities[]`, `Misconfigurations[]` and `Resources[]`.
//! - kind by `Class`: `os-pkgs` container, `lang-pkgs` sca, `config` iac, `secret` secret, `license` and `license-file` license.
//! - severity: `Severity`, which Trivy picked from the vendor in `SeveritySource`; `NEGLIGIBLE` is low, `UNKNOWN` unknown. The words of the
//!   other vendors (`VendorSeverity`) are not kept, their CVSS vectors are.
//! - `VendorIDs` are advisories that may cover several CVEs: identifiers, not aliases. Trivy states no aliases.
//! - place: `PkgPath`, else the `Target` where that is a manifest. The target of system packages (`name:tag (debian 12)`) is the image
//!   and no path. Misconfigurations have lines of the block, and a resource; secrets have lines; columns are not given.
//! - source package, dependency chain and direct or not are taken from `Packages[]` (`--list-all-pkgs`), which also gives components.
//! - rule: the vulnerability's id, the check's `ID`, the secret's `RuleID`, `package:licence` for a licence (as in Trivy's SARIF).
//! - fingerprints: Trivy's `Fingerprint` (0.68) is kept and not trusted; it names the version of the package.
//! - ran: a result with a `Class`, or the image's metadata. A report without both shows nothing. `Class` also states the kinds.
//! - repository of an image: its label `org.opencontainers.image.source`.
//! - left out: `Query`, `Namespace`, image history.
//!
//! # Differs
//! - Other importers give the image with its distribution as path; here it is the image.

use model::{Finding, Kind, Severity, Suppression};
use serde::Deserialize;

use super::sca;
use super::trivy_head::{self, Block, Head as Scan};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `trivy --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "trivy",
    name: "Trivy",
    kinds: &[Kind::Sca, Kind::Container, Kind::Iac, Kind::Secret, Kind::License],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let named = ["SchemaVersion", "ArtifactName", "ArtifactType", "Metadata", "Results"].iter().filter(|name| head.has(name)).count();
    let report = head.is_json_object() && (head.has("SchemaVersion") || head.has("ArtifactName")) && named >= 2;
    let cluster = head.has("ClusterName") && (head.has("Vulnerabilities") || head.has("Misconfigurations") || head.has("Resources"));
    let legacy =
        head.value("[].Target").is_some_and(|target| !target.is_empty()) && (head.has("[].Vulnerabilities") || head.has("[].Type"));
    Match::sure_if(report || cluster || legacy)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vulnerability {
    #[serde(rename = "VulnerabilityID")]
    id: String,
    #[serde(default, rename = "VendorIDs", deserialize_with = "lenient::texts")]
    vendor_ids: Vec<String>,
    #[serde(default, rename = "PkgID", deserialize_with = "lenient::text")]
    pkg_id: Option<String>,
    pkg_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pkg_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pkg_identifier: Identifier,
    #[serde(default, deserialize_with = "lenient::text")]
    installed_version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    fixed_version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    layer: Layer,
    #[serde(default, rename = "PrimaryURL", deserialize_with = "lenient::text")]
    primary_url: Option<String>,
    #[serde(default, rename = "Ref", deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, rename = "CweIDs", deserialize_with = "lenient::texts")]
    cwe_ids: Vec<String>,
    #[serde(default, rename = "CVSS", deserialize_with = "lenient::or_default")]
    cvss: std::collections::BTreeMap<String, Cvss>,
    #[serde(default, deserialize_with = "lenient::texts")]
    references: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    fingerprint: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Identifier {
    #[serde(default, rename = "PURL", deserialize_with = "lenient::text")]
    pub(super) purl: Option<String>,
    #[serde(default, rename = "UID", deserialize_with = "lenient::text")]
    pub(super) uid: Option<String>,
}

#[derive(Default, Deserialize)]
struct Layer {
    #[serde(default, rename = "DiffID", deserialize_with = "lenient::text")]
    diff_id: Option<String>,
    #[serde(default, rename = "Digest", deserialize_with = "lenient::text")]
    digest: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Cvss {
    #[serde(deserialize_with = "lenient::text")]
    v2_vector: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    v2_score: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    v3_vector: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    v3_score: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    v40_vector: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    v40_score: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Misconfiguration {
    #[serde(rename = "ID")]
    id: String,
    #[serde(default, rename = "AVDID", deserialize_with = "lenient::text")]
    avd_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resolution: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, rename = "PrimaryURL", deserialize_with = "lenient::text")]
    primary_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    references: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    cause_metadata: Cause,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Cause {
    #[serde(deserialize_with = "lenient::text")]
    resource: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(deserialize_with = "lenient::or_default")]
    code: Code,
}

#[derive(Default, Deserialize)]
struct Code {
    #[serde(default, rename = "Lines", deserialize_with = "lenient::list")]
    lines: Vec<Line>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Line {
    #[serde(deserialize_with = "lenient::text")]
    content: Option<String>,
    #[serde(deserialize_with = "lenient::truth")]
    is_cause: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret {
    #[serde(rename = "RuleID")]
    rule_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(default, rename = "Match", deserialize_with = "lenient::text")]
    shown: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    layer: Layer,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct License {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pkg_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    file_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Modified {
    #[serde(default, rename = "Type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    statement: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
    finding: serde_json::Value,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let scan = trivy_head::read(input)?;
    *out.run("Trivy") = scan.run.clone();
    for component in scan.components() {
        out.component(component);
    }
    for vulnerabilities in [true, false] {
        let mut number = 0;
        trivy_head::each_result(&mut input.json()?, &mut |json| {
            let block = scan.blocks.get(number);
            number += 1;
            let Some(block) = block else { return Ok(()) };
            json.object(|json, key| rows(json, key, vulnerabilities, out, &scan, block))
        })?;
    }
    Ok(())
}

fn rows(json: &mut Json<'_>, key: &str, vulnerabilities: bool, out: &mut Output<'_>, scan: &Scan, block: &Block) -> Result<(), ParseError> {
    if !matches!(json.shape()?, Shape::Array) {
        let is_list = matches!(key, "Vulnerabilities" | "Misconfigurations" | "Secrets" | "Licenses" | "ExperimentalModifiedFindings");
        if is_list && !matches!(json.shape()?, Shape::Null) && vulnerabilities {
            out.bad_row(json.place(), "expected an array");
        }
        return Ok(());
    }
    match key {
        "Vulnerabilities" if vulnerabilities => json.rows(out, |out, row| out.finding(vulnerability(row, scan, block))),
        "Misconfigurations" if !vulnerabilities => json.rows(out, |out, row: Misconfiguration| match row.status.as_deref() {
            Some("PASS") => out.no_finding(),
            _ => out.finding(misconfiguration(row, scan, block)),
        }),
        "Secrets" if !vulnerabilities => json.rows(out, |out, row| out.finding(secret(row, scan, block))),
        "Licenses" if !vulnerabilities => json.rows(out, |out, row| out.finding(license(row, scan, block))),
        "ExperimentalModifiedFindings" if !vulnerabilities => json.rows(out, |out, row: Modified| match modified(row, scan, block) {
            Ok(finding) => out.finding(finding),
            Err(reason) => out.bad_row("ExperimentalModifiedFindings", reason),
        }),
        _ => Ok(()),
    }
}

fn modified(row: Modified, scan: &Scan, block: &Block) -> Result<Finding, String> {
    let wrong = |error: serde_json::Error| error.to_string();
    let mut finding = match row.kind.as_deref() {
        Some("misconfiguration") => misconfiguration(serde_json::from_value(row.finding).map_err(wrong)?, scan, block),
        Some("secret") => secret(serde_json::from_value(row.finding).map_err(wrong)?, scan, block),
        Some("license") => license(serde_json::from_value(row.finding).map_err(wrong)?, scan, block),
        _ => vulnerability(serde_json::from_value(row.finding).map_err(wrong)?, scan, block),
    };
    let reason = [row.status, row.statement].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let by = row.source.unwrap_or_else(|| "report".to_owned());
    finding.suppressed = Some(Suppression { by, reason: Some(reason).filter(|reason| !reason.is_empty()) });
    Ok(finding)
}

fn start(kind: Kind, rule: String, title: Option<String>, severity: Option<String>, scan: &Scan, block: &Block) -> Finding {
    let title = title.unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = severity {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
    finding.location.image = block.image.clone().or_else(|| scan.run.image.clone());
    finding.location.resource.clone_from(&block.workload);
    finding
}

fn vulnerability(row: Vulnerability, scan: &Scan, block: &Block) -> Finding {
    let kind = if block.is_system() { Kind::Container } else { Kind::Sca };
    let title = row.title.or_else(|| Some(format!("{} in {}", row.id, row.pkg_name)));
    let mut finding = start(kind, row.id.clone(), title, row.severity, scan, block);
    sca::identify(&mut finding, &row.id, []);
    finding.identifiers.extend(row.vendor_ids);
    sca::weaknesses(&mut finding, row.cwe_ids.iter().map(String::as_str));
    for (source, cvss) in &row.cvss {
        sca::assessed(&mut finding, cvss.v40_vector.as_deref(), cvss.v40_score, Some(source));
        sca::assessed(&mut finding, cvss.v3_vector.as_deref(), cvss.v3_score, Some(source));
        sca::assessed(&mut finding, cvss.v2_vector.as_deref(), cvss.v2_score, Some(source));
    }
    finding.location.layer = row.layer.diff_id.or(row.layer.digest);
    finding.description = row.description;
    finding.url = row.primary_url;
    finding.references = row.references;
    if let Some(value) = row.fingerprint {
        finding.fingerprint("trivy", value);
    }
    let listed = block.package(row.pkg_identifier.uid.as_deref(), row.pkg_id.as_deref(), &row.pkg_name, row.installed_version.as_deref());
    let package = finding.package_mut();
    package.purl = row.pkg_identifier.purl.or(row.reference.filter(|text| text.starts_with("pkg:")));
    package.ecosystem.clone_from(&block.ecosystem);
    package.fixed = row
        .fixed_version
        .iter()
        .flat_map(|text| text.split(','))
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    package.name = Some(row.pkg_name);
    package.version = row.installed_version;
    if let Some((listed, chain)) = listed {
        package.source.clone_from(&listed.source);
        package.direct = listed.direct;
        package.licenses.clone_from(&listed.licenses);
        package.chain = chain;
    }
    if let Some(path) = row.pkg_path.as_deref().or(block.manifest()) {
        sca::in_file(&mut finding, path);
    }
    finding.remediation = row.status.filter(|status| !matches!(status.as_str(), "fixed" | "affected" | "unknown"));
    finding
}

fn misconfiguration(row: Misconfiguration, scan: &Scan, block: &Block) -> Finding {
    let mut finding = start(Kind::Iac, row.id, row.title, row.severity, scan, block);
    let (first, last) = (row.cause_metadata.start_line.filter(|line| *line > 0), row.cause_metadata.end_line.filter(|line| *line > 0));
    if block.workload.is_none() {
        finding.location.path.clone_from(&block.target);
        finding.location.resource = row.cause_metadata.resource;
    }
    finding.location.start_line = first;
    finding.location.end_line = last.or(first);
    let cause: Vec<_> =
        row.cause_metadata.code.lines.into_iter().filter(|line| line.is_cause == Some(true)).filter_map(|line| line.content).collect();
    finding.snippet = Some(cause.join("\n")).filter(|text| !text.is_empty());
    let message = row.message.filter(|text| *text != finding.title);
    finding.description =
        Some([message, row.description].into_iter().flatten().collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty());
    finding.remediation = row.resolution;
    finding.url = row.primary_url;
    finding.references = row.references;
    if let Some(id) = row.avd_id.filter(|id| *id != finding.rule) {
        finding.identifiers.push(id);
    }
    finding
}

fn secret(row: Secret, scan: &Scan, block: &Block) -> Finding {
    let mut finding = start(Kind::Secret, row.rule_id, row.title, row.severity, scan, block);
    finding.location.path.clone_from(&block.target);
    finding.location.start_line = row.start_line.filter(|line| *line > 0);
    finding.location.end_line = row.end_line.filter(|line| *line > 0).or(finding.location.start_line);
    finding.location.layer = row.layer.diff_id.or(row.layer.digest);
    // Trivy masks the value in `Match`.
    finding.snippet = row.shown;
    finding.description = row.category;
    finding
}

fn license(row: License, scan: &Scan, block: &Block) -> Finding {
    let owner = row.pkg_name.clone().or_else(|| row.file_path.clone()).unwrap_or_default();
    let title = format!("Licence {} of {owner}", row.name);
    let mut finding = start(Kind::License, format!("{owner}:{}", row.name), Some(title), row.severity, scan, block);
    finding.confidence = row.confidence;
    finding.description = row.category;
    finding.references.extend(row.link);
    let package = finding.package_mut();
    package.name = row.pkg_name;
    package.licenses.push(row.name);
    if let Some(path) = row.file_path {
        sca::in_file(&mut finding, &path);
    }
    finding
}
