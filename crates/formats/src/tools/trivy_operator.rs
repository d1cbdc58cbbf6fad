//! Trivy Operator (scans inside a Kubernetes cluster), its custom resources as JSON or YAML. Versions seen: 0.10 to 0.26.
//!
//! Make it with `kubectl get vulnerabilityreports,configauditreports,exposedsecretreports -A -o json`. One resource, a list of them, and
//! `kubectl`'s own list (`items`) are read.
//!
//! - index, resources laid end to end: `report.vulnerabilities[]`, `report.checks[]`, `report.secrets[]`,
//!   `status.detailReport.results[].checks[]` and `status.summaryReport.controlCheck[]` of a compliance report. A check with `success: true`
//!   and a control with `totalFail` 0 are passed results. Of a compliance report with details the summary is not read.
//! - rule: `vulnerabilityID`, `checkID` (`KSV014`; `AVD-KSV-0014` in compliance), `ruleID`, the control's id. A check without an id takes its title.
//! - severity: the word as it stands; a check without one has its control's. `score` is the CVSS score, its vendor is not named.
//! - place: the workload (`namespace/kind/name`) as resource with its container in `distinct`; the image of the report; `target` of a check.
//!   `fixedVersion`, `packagePURL`, `packagePath` where they stand.
//! - the reports of a cluster come and go with its workloads and their time to live: absence proves nothing (read-only).
//! - left out: RBAC and infra assessment reports' scopes beyond their checks, `links` beside `primaryLink`, SBOM reports.
//!
//! # Differs
//! - title: the check's. (Some readers put the control, the check and the workload into one.)
//! - path: the report names none but `packagePath`. (Some readers put the image with its system there.)

use model::{Finding, Kind, Run, Severity, Timestamp};
use serde_json::Value;

use super::loose::{at, number, rows, text, texts, yes};
use super::sca;
use super::secret_value::secret;
use crate::read::json::{Json, Shape};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Trivy Operator's reports.
pub(crate) static FORMAT: Format = Format {
    id: "trivy-operator",
    name: "Trivy Operator",
    kinds: &[Kind::Container, Kind::Config, Kind::Secret],
    media: &[Media::Json, Media::Yaml],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| head.value(&format!("{top}apiVersion")).is_some_and(|version| version.starts_with("aquasecurity.github.io"));
    // The list that kubectl makes names a version of its own.
    Match::sure_if(of("") || of("[].") || of("items[].") || (head.is_json_array() && of("[].items[].")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Trivy Operator").claims.partial = Some("reports of the workloads that ran".to_owned());
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, resource)?;
        return json.end();
    }
    // A list holds its resources in `items`; a single resource is small enough to be read whole.
    if input.head().has("items[].apiVersion") || input.head().has("items") {
        json.object(|json: &mut Json<'_>, key| if key == "items" { json.rows(out, resource) } else { Ok(()) })?;
    } else {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(value) => resource(out, value),
            Err(reason) => return Err(ParseError::at(place, reason)),
        }
    }
    json.end()
}

/// Where a report's workload runs.
struct Place {
    workload: Option<String>,
    kind: Option<String>,
    container: Option<String>,
    image: Option<String>,
}

fn resource(out: &mut Output<'_>, resource: Value) {
    if let Some(inner) = at(&resource, "items").filter(|items| items.is_array()) {
        let inner = inner.clone();
        return rows(out, &inner_of(inner), "items", one);
    }
    one(out, &resource);
}

fn inner_of(items: Value) -> Value {
    Value::Object(std::iter::once(("items".to_owned(), items)).collect())
}

fn one(out: &mut Output<'_>, resource: &Value) {
    let label = |name: &str| {
        at(resource, "metadata.labels")
            .and_then(|labels| labels.get(format!("trivy-operator.{name}")))
            .and_then(crate::read::lenient::scalar)
    };
    let (report, status) = (at(resource, "report"), at(resource, "status"));
    if ![report, status].into_iter().flatten().any(Value::is_object) {
        return out.bad_row(format!("resource, row {}", out.next_index()), "neither report nor status");
    }
    stamp(out.this(), report.or(status).unwrap_or(&Value::Null));
    let kind = label("resource.kind");
    let parts = [label("resource.namespace"), kind.clone(), label("resource.name").or_else(|| text(resource, &["metadata.name"]))];
    let workload = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    let place = Place {
        workload: Some(workload).filter(|workload| !workload.is_empty()),
        kind,
        container: label("container.name"),
        image: report.and_then(image),
    };
    if let Some(report) = report {
        rows(out, report, "vulnerabilities", |out, row| put(out, vulnerability(row), &place));
        rows(out, report, "checks", |out, row| put_check(out, row, None, &place));
        rows(out, report, "secrets", |out, row| put(out, secret_of(row), &place));
    }
    if let Some(status) = status {
        let detailed = at(status, "detailReport.results").is_some();
        rows(out, status, "detailReport.results", |out, result| {
            rows(out, result, "checks", |out, row| put_check(out, row, Some(result), &place));
        });
        if !detailed {
            rows(out, status, "summaryReport.controlCheck", |out, row| control(out, row, &place));
        }
    }
}

fn stamp(run: &mut Run, report: &Value) {
    run.at = run.at.max(text(report, &["updateTimestamp"]).as_deref().and_then(Timestamp::lenient));
    run.tool_version = run.tool_version.take().or(text(report, &["scanner.version"]));
}

fn image(report: &Value) -> Option<String> {
    let repository = text(report, &["artifact.repository"])?;
    let server = text(report, &["registry.server"]).map(|server| format!("{server}/")).unwrap_or_default();
    let tag = text(report, &["artifact.tag"]).map(|tag| format!(":{tag}"));
    let digest = text(report, &["artifact.digest"]).map(|digest| format!("@{digest}"));
    Some(format!("{server}{repository}{}", tag.or(digest).unwrap_or_default()))
}

fn put(out: &mut Output<'_>, mut finding: Finding, place: &Place) {
    let to = &mut finding.location;
    to.image.clone_from(&place.image);
    to.resource.clone_from(&place.workload);
    to.resource_type.clone_from(&place.kind);
    if finding.distinct.is_none() {
        finding.distinct.clone_from(&place.container);
    }
    out.finding(finding);
}

fn rate(finding: &mut Finding, raw: Option<String>) {
    if let Some(raw) = raw {
        finding.set_severity_word(&raw);
    }
}

fn vulnerability(row: &Value) -> Finding {
    let package = text(row, &["resource"]).unwrap_or_default();
    let id = text(row, &["vulnerabilityID"]).unwrap_or_else(|| "unknown".to_owned());
    let mut finding = Finding::new(Kind::Container, id.clone(), text(row, &["title"]).unwrap_or_else(|| format!("{id} in {package}")));
    sca::identify(&mut finding, &id, []);
    rate(&mut finding, text(row, &["severity"]));
    sca::assessed(&mut finding, None, number(row, &["score"]), None);
    finding.description = text(row, &["description"]);
    finding.references.extend(text(row, &["primaryLink"]));
    let to = finding.package_mut();
    to.name = Some(package).filter(|package| !package.is_empty());
    to.version = text(row, &["installedVersion"]);
    to.fixed = text(row, &["fixedVersion"]).map(|fixed| fixed.split(", ").map(str::to_owned).collect()).unwrap_or_default();
    to.purl = text(row, &["packagePURL"]);
    to.ecosystem = text(row, &["packageType"]);
    let file = text(row, &["packagePath", "target"]).filter(|path| !path.contains(" ("));
    if let Some(path) = file {
        sca::in_file(&mut finding, &path);
    }
    finding
}

fn secret_of(row: &Value) -> Finding {
    let title = text(row, &["title", "category"]).unwrap_or_else(|| "Secret".to_owned());
    let mut finding = secret(text(row, &["ruleID"]).unwrap_or_else(|| title.clone()), title);
    rate(&mut finding, text(row, &["severity"]));
    finding.location.path = text(row, &["target"]);
    // The operator masks the value itself.
    finding.snippet = text(row, &["match"]).filter(|code| code.contains('*'));
    finding
}

fn put_check(out: &mut Output<'_>, row: &Value, control: Option<&Value>, place: &Place) {
    if yes(row, &["success"]) {
        return out.no_finding();
    }
    let title = text(row, &["title"]);
    let Some(rule) = text(row, &["checkID", "id"]).or_else(|| title.clone()) else {
        return out.bad_row(format!("checks, row {}", out.next_index()), "neither checkID nor title");
    };
    let mut finding = Finding::new(Kind::Config, rule.clone(), title.unwrap_or(rule));
    rate(&mut finding, text(row, &["severity"]).or_else(|| text(control?, &["severity"])));
    let messages = texts(row, "messages").join("\n");
    finding.description = super::web::paragraphs([text(row, &["description"]), Some(messages).filter(|text| !text.is_empty())]);
    finding.remediation = text(row, &["remediation"]);
    let control_id = control.and_then(|control| text(control, &["id"]));
    let target = text(row, &["target"]);
    finding.distinct =
        Some([control_id, target.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    match target {
        // A check of a compliance report names its own object.
        Some(target) if control.is_some() => {
            finding.location.resource = Some(target);
            out.finding(finding);
        }
        _ => put(out, finding, place),
    }
}

fn control(out: &mut Output<'_>, row: &Value, place: &Place) {
    if at(row, "totalFail").is_some() && number(row, &["totalFail"]).is_none() {
        return out.bad_row(format!("controlCheck, row {}", out.next_index()), "totalFail is no number");
    }
    let failed = number(row, &["totalFail"]).unwrap_or_default();
    if failed <= 0.0 {
        return out.no_finding();
    }
    let Some(id) = text(row, &["id"]) else { return out.bad_row(format!("controlCheck, row {}", out.next_index()), "no id") };
    let mut finding = Finding::new(Kind::Config, id.clone(), text(row, &["name"]).unwrap_or(id));
    rate(&mut finding, text(row, &["severity"]));
    if finding.severity == Severity::Unknown {
        finding.severity_raw = None;
    }
    finding.description = Some(format!("{failed} checks of this control fail."));
    put(out, finding, place);
}
