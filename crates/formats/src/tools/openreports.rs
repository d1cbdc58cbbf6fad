//! OpenReports and the older Kubernetes policy reports (`wgpolicyk8s.io`), JSON: what Kyverno, image scanners and others leave in a cluster.
//! Versions seen: `openreports.io/v1alpha1`, `wgpolicyk8s.io/v1alpha2`.
//!
//! Make it with `kubectl get reports.openreports.io --all-namespaces -o json > reports.json` (`policyreports`, `clusterpolicyreports` alike).
//!
//! - index: `results[]` of each report; a `List` is read report by report.
//! - `fail`, `warn` and `error` are findings (`error` of lower confidence: the check itself failed); `pass` and `skip` are none.
//! - rule: `policy`, with `rule` behind a slash where both are given. A policy that is a CVE is its identifier, of kind container; else kind config.
//! - severity: `critical`, `high`, `medium`, `low`, `info`; without one unknown.
//! - package: `properties.pkgName`, `installedVersion`, `fixedVersion`.
//! - place: `namespace/kind/name` of the report's `scope`, else of the result's first resource.
//! - `source` names the scanner: it tells two results of one policy in one place apart.
//! - coverage: a report with its `summary` took place; the kinds are those of all results, passed ones too.
//! - left out: labels, owners.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use super::wording::first_line;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of OpenReports.
pub(crate) static FORMAT: Format = Format {
    id: "openreports",
    name: "OpenReports",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let ours = |path: &str| {
        head.value(path).is_some_and(|version| version.starts_with("openreports.io/") || version.starts_with("wgpolicyk8s.io/"))
    };
    Match::sure_if(ours("apiVersion") || ours("items[].apiVersion"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("OpenReports");
    let list = input.head().has("items");
    let mut json = input.json()?;
    if list {
        json.object(|json, key| if key == "items" { dig::each(json, out, report) } else { Ok(()) })?;
    } else {
        dig::each(&mut json, out, report)?;
    }
    json.end()
}

fn report(out: &mut Output<'_>, place: &str, report: &Value) {
    let run = out.this();
    run.claims.ran |= report.dig("summary").is_some_and(Value::is_object);
    run.at = report.time("metadata.creationTimestamp").max(run.at);
    for (place, row) in dig::objects(out, place, report, "results") {
        let Some(policy) = row.text("policy|rule") else {
            out.bad_row(place, "a result without policy");
            continue;
        };
        let kind = if sca::is_public_id(&policy) { Kind::Container } else { Kind::Config };
        if !out.this().claims.kinds.contains(&kind) {
            out.this().claims.kinds.push(kind);
        }
        match row.text("result|status").unwrap_or_default().to_ascii_lowercase().as_str() {
            "pass" | "skip" => out.no_finding(),
            word => out.finding(finding(&policy, row, report, word)),
        }
    }
}

fn finding(policy: &str, row: &Value, report: &Value, result: &str) -> Finding {
    let message = row.text("message|description").unwrap_or_else(|| policy.to_owned());
    let vulnerability = sca::is_public_id(policy);
    let package = row.text("properties.pkgName|properties.package");
    let rule = match row.text("rule").filter(|rule| rule != policy) {
        Some(rule) => format!("{policy}/{rule}"),
        None => policy.to_owned(),
    };
    let title = match package.as_deref().filter(|_| vulnerability) {
        Some(package) => format!("{policy} in {package}"),
        None => first_line(&message),
    };
    let mut finding = Finding::new(if vulnerability { Kind::Container } else { Kind::Config }, rule, title);
    sca::identify(&mut finding, policy, None);
    if let Some(word) = row.text("severity") {
        finding.set_severity_word(&word);
    }
    finding.confidence = (!result.is_empty()).then(|| result.to_owned());
    finding.description = super::web::paragraphs([Some(message), super::web::labelled("Category", row.text("category").as_deref())]);
    finding.references.extend(row.text("properties.primaryURL|properties.primaryLink").filter(|link| link.starts_with("http")));
    let scope = report.dig("scope").or_else(|| row.items("resources|subjects").first()).unwrap_or(&Value::Null);
    let namespace = scope.text("namespace").or_else(|| report.text("metadata.namespace"));
    let parts = [namespace, scope.text("kind"), scope.text("name")];
    let resource = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    finding.location.resource = Some(resource).filter(|text| !text.is_empty());
    finding.location.resource_type = scope.text("kind");
    finding.distinct = row.text("source");
    if let Some(name) = package {
        let fixed = row.text("properties.fixedVersion").unwrap_or_default();
        let package = finding.package_mut();
        (package.name, package.version) = (Some(name), row.text("properties.installedVersion"));
        if vulnerability {
            package.fixed = fixed.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        } else if !fixed.is_empty() {
            finding.remediation = Some(fixed);
        }
    }
    finding
}
