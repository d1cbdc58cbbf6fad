//! AWS Security Hub, Amazon Inspector, GuardDuty and others in the AWS Security Finding Format (ASFF), JSON. Schema version 2018-10-08.
//!
//! Make it with `aws securityhub get-findings > findings.json`; Prowler writes it with `-M json-asff`.
//!
//! - index: `Findings[]` (or `findings[]`), elements of an array, or the one object. `Compliance.Status` PASSED and NOT_AVAILABLE, `RecordState` ARCHIVED are
//!   counted and are no findings; `Workflow.Status` RESOLVED is resolved.
//! - rule: `Compliance.SecurityControlId`, else the vulnerability's id, else `GeneratorId`. The tool is `ProductName`, else the provider in `ProductFields`, else the
//!   product in `ProductArn`; each of them is a run of its own where they follow each other.
//! - severity: `Severity.Label`, else `Normalized` by AWS's scale (1 low, 40 medium, 70 high, 90 critical).
//! - `Vulnerabilities[]` give CVE, CVSS and the first package with its fixed version; kind sca, or container for an image. GuardDuty is runtime, the others cloud.
//! - place: the first resource with its type; an ECR image by its repository and digest. The region is part of the identity.
//! - `Id` is kept and not trusted: some products make a new one in each scan.
//! - `Workflow.Status` SUPPRESSED is a suppression. The account is the run's, where there is one.
//! - coverage: an export is what a filter let through, so it is read and closes nothing.
//! - left out: network and process details, related findings, notes.
//!
//! # Differs
//! - component and host: the resource as AWS names it (its ARN). Some readers put its type, and names made up of both.
//! - controls that pass are no findings.

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::web::{add_references, cves, paragraphs};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Security Hub and what feeds it.
pub(crate) static FORMAT: Format = Format {
    id: "asff",
    name: "AWS Security Hub (ASFF)",
    kinds: &[Kind::Cloud, Kind::Sca, Kind::Container, Kind::Runtime],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let at = |top: &str| head.has(&format!("{top}ProductArn")) || head.has(&format!("{top}GeneratorId"));
    Match::sure_if(at("Findings[].") || at("findings[].") || at("[].") || at(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        rows(&mut json, out)?;
    } else if input.head().has("Findings") || input.head().has("findings") {
        json.object(|json, key| if matches!(key, "Findings" | "findings") { rows(json, out) } else { Ok(()) })?;
    } else {
        let place = json.place();
        let row: Value = json.read()?;
        push(out, &place, &row);
    }
    json.end()
}

fn rows(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(row) => push(out, &place, &row),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })
}

fn text(row: &Value, pointer: &str) -> Option<String> {
    row.pointer(pointer).and_then(lenient::scalar)
}

fn tool(row: &Value) -> String {
    let arn = text(row, "/ProductArn");
    let of_arn = arn
        .as_deref()
        .and_then(|arn| arn.rsplit_once(":product/"))
        .map(|(_, product)| product.rsplit('/').next().unwrap_or(product).to_owned());
    let named = text(row, "/ProductName").or_else(|| text(row, "/ProductFields/aws~1securityhub~1ProductName"));
    named.or_else(|| text(row, "/ProductFields/ProviderName")).or(of_arn).unwrap_or_else(|| "AWS Security Hub".to_owned())
}

fn push(out: &mut Output<'_>, place: &str, row: &Value) {
    let tool = tool(row);
    if out.this().tool != tool {
        if out.this().tool.is_empty() {
            out.this().tool = tool;
        } else {
            out.run(tool);
        }
    }
    let run = out.this();
    let account = text(row, "/AwsAccountId");
    match (&run.account, account) {
        (None, account) if run.claims.rows_read == 0 => run.account = account,
        (Some(known), Some(other)) if *known != other => run.account = None,
        _ => {}
    }
    let is = |pointer: &str, words: &[&str]| text(row, pointer).is_some_and(|word| words.contains(&word.as_str()));
    if is("/Compliance/Status", &["PASSED", "NOT_AVAILABLE"]) || is("/RecordState", &["ARCHIVED"]) {
        return out.no_finding();
    }
    let id =
        text(row, "/Compliance/SecurityControlId").or_else(|| text(row, "/Vulnerabilities/0/Id")).or_else(|| text(row, "/GeneratorId"));
    match (id, text(row, "/Title")) {
        (Some(rule), title) => out.finding(finding(rule, title, row)),
        (None, Some(title)) => out.finding(finding(title.clone(), Some(title), row)),
        (None, None) => out.bad_row(place, "a finding without GeneratorId and Title"),
    }
}

fn finding(rule: String, title: Option<String>, row: &Value) -> Finding {
    let kind = text(row, "/Resources/0/Type").unwrap_or_default();
    let is_package = row.get("Vulnerabilities").is_some_and(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    let is_guard = text(row, "/ProductArn").is_some_and(|arn| arn.contains("guardduty"));
    let class = match (is_package, kind.contains("ContainerImage") || kind == "Container", is_guard) {
        (true, true, _) => Kind::Container,
        (true, false, _) => Kind::Sca,
        (false, _, true) => Kind::Runtime,
        _ => Kind::Cloud,
    };
    let title = title.unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(class, rule, title.trim());
    set_severity(&mut finding, row);
    finding.description = paragraphs([text(row, "/Description")]);
    finding.remediation = text(row, "/Remediation/Recommendation/Text");
    add_references(
        &mut finding,
        &[text(row, "/Remediation/Recommendation/Url"), text(row, "/SourceUrl")].into_iter().flatten().collect::<Vec<_>>().join(" "),
    );
    finding.first_seen_by_tool = text(row, "/FirstObservedAt").as_deref().and_then(Timestamp::lenient);
    if let Some(id) = text(row, "/Id") {
        finding.fingerprint("Id", id);
    }
    if text(row, "/Workflow/Status").as_deref() == Some("SUPPRESSED") {
        finding.suppressed = Some(Suppression { by: "AWS Security Hub".to_owned(), reason: text(row, "/Note/Text") });
    }
    if let Some(status) = text(row, "/Workflow/Status").filter(|status| status == "RESOLVED") {
        finding.resolve("AWS Security Hub", status);
    }
    finding.distinct = text(row, "/Resources/0/Region").or_else(|| text(row, "/Region"));
    finding.location.resource = text(row, "/Resources/0/Id");
    finding.location.resource_type = Some(kind).filter(|kind| !kind.is_empty());
    let image = "/Resources/0/Details/AwsEcrContainerImage";
    if let (Some(name), Some(digest)) = (text(row, &format!("{image}/RepositoryName")), text(row, &format!("{image}/ImageDigest"))) {
        finding.location.image = Some(format!("{name}@{digest}"));
    }
    for vulnerability in row.get("Vulnerabilities").and_then(Value::as_array).into_iter().flatten() {
        add_vulnerability(&mut finding, vulnerability);
    }
    finding
}

fn add_vulnerability(finding: &mut Finding, vulnerability: &Value) {
    let new: Vec<_> =
        cves(&text(vulnerability, "/Id").unwrap_or_default()).into_iter().filter(|id| !finding.identifiers.contains(id)).collect();
    finding.identifiers.extend(new);
    for cvss in vulnerability.get("Cvss").and_then(Value::as_array).into_iter().flatten() {
        let score = cvss.get("BaseScore").and_then(Value::as_f64);
        let mut read = text(cvss, "/BaseVector").map_or_else(Cvss::default, |vector| Cvss::from_vector(&vector)).with_score(score);
        read.version = read.version.or_else(|| text(cvss, "/Version"));
        read.source = text(cvss, "/Source").map(|source| source.to_ascii_lowercase());
        finding.cvss.push(read);
    }
    if finding.package.is_none() && vulnerability.pointer("/VulnerablePackages/0/Name").is_some() {
        let part = |name: &str| text(vulnerability, &format!("/VulnerablePackages/0/{name}"));
        let package = finding.package_mut();
        (package.name, package.version, package.file) = (part("Name"), part("Version"), part("FilePath"));
        package.ecosystem = part("PackageManager").filter(|manager| manager != "OS").map(|manager| manager.to_ascii_lowercase());
        package.fixed.extend(part("FixedInVersion").filter(|version| version != "NotAvailable"));
        finding.location.layer = part("SourceLayerHash");
    }
}

fn set_severity(finding: &mut Finding, row: &Value) {
    if let Some(label) = text(row, "/Severity/Label") {
        return finding.set_severity_word(&label);
    }
    let Some(number) = row.pointer("/Severity/Normalized").and_then(Value::as_f64) else { return };
    let severity = match number {
        n if n >= 90.0 => Severity::Critical,
        n if n >= 70.0 => Severity::High,
        n if n >= 40.0 => Severity::Medium,
        n if n >= 1.0 => Severity::Low,
        _ => Severity::Info,
    };
    finding.set_severity(number.to_string(), severity);
}
