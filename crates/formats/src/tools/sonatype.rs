//! Sonatype Lifecycle (Nexus IQ), raw data of an application's report and its policy violations, JSON. Versions seen: IQ Server 1.60 to 1.180.
//!
//! Make it with `GET /api/v2/applications/{id}/reports/{reportId}/raw` (or `/policy`), or `nexus-iq-cli -r`.
//!
//! - index: `components[].securityData.securityIssues[]`, components laid end to end. A component without an issue is a passed result and a
//!   component of the target. Of the other report `components[].violations[]`: those of the categories SECURITY and LICENSE, the others (age,
//!   popularity) are no weaknesses.
//! - `reference` is the rule and identifier (`CVE-…` or `sonatype-…`).
//! - a violation's rule is the vulnerability that its reasons name, else the policy; severity by the threat level: 8 to 10 critical, 4 to 7 high, 2 and 3
//!   medium, 1 low, 0 info. Waived and grandfathered ones are suppressions. What no policy judges is not in that report: partial.
//! - severity: the score `severity` by the CVSS bands; without one `threatCategory` (`critical`, `severe` high, `moderate`).
//! - package: `packageUrl`, else made of `componentIdentifier` for Maven, npm, PyPI, NuGet, RubyGems and Go; the format `a-name` is a match by
//!   name alone. `pathnames[0]` is the file, all of them are in the description. `dependencyData.directDependency` where it stands.
//! - `status` `Not Applicable` and `Acknowledged` are suppressions; `cwe` (newer servers) is the weakness, `cvssVector` the vector.
//! - coverage: `matchSummary` stands at the end of the report: the scan got through. No time, no version, no fingerprint.
//! - left out: licences' threats, proprietary components' hashes.
//!
//! # Differs
//! - path: the first of the files; some readers join all of them to one text.

use model::{Cvss, Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::loose::{at, cwes, items, number, rows, text, texts, yes};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most files of a component that are listed.
const MOST_FILES: usize = 50;

/// The format of IQ Server's raw report.
pub(crate) static FORMAT: Format = Format {
    id: "sonatype",
    name: "Sonatype Lifecycle (Nexus IQ)",
    kinds: &[Kind::Sca, Kind::License],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let component =
        head.has("components[].componentIdentifier") && (head.has("components[].matchState") || head.has("components[].securityData"));
    let judged = head.has("components[].violations") && (head.has("reportTitle") || head.has("application.publicId"));
    Match::sure_if(judged || component || head.has_all(&["components", "matchSummary.totalComponentCount"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Sonatype Lifecycle");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "components" => json.rows(out, |out, component: Value| {
            let package = package(&component);
            if let Some(purl) = package.purl.as_deref() {
                out.component(sca::component(purl, package.version.clone()));
            }
            let before = out.next_index();
            rows(out, &component, "violations", |out, violation| push(out, violation, &package, &component));
            rows(out, &component, "securityData.securityIssues", |out, issue| match text(issue, &["reference"]) {
                Some(id) => out.finding(finding(issue, id, &package, &component)),
                None => out.bad_row(format!("securityIssues, row {}", out.next_index()), "no reference"),
            });
            if out.next_index() == before {
                out.no_finding();
            }
        }),
        "counts" => {
            out.this().claims.partial = Some("a report on policies holds what they judge".to_owned());
            Ok(())
        }
        "matchSummary" => {
            out.this().claims.ran = true;
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}

/// A violation of a policy is about a vulnerability where one of its reasons names it; those about age, popularity and the like are no weaknesses.
fn push(out: &mut Output<'_>, violation: &Value, package: &model::Package, component: &Value) {
    let category = text(violation, &["policyThreatCategory"]).unwrap_or_default().to_ascii_uppercase();
    let policy = text(violation, &["policyName"]).unwrap_or_default();
    let reasons: Vec<String> = items(violation, "constraints")
        .iter()
        .flat_map(|constraint| items(constraint, "conditions"))
        .filter_map(|condition| text(condition, &["conditionReason", "conditionSummary"]))
        .collect();
    let named = reasons.iter().flat_map(|reason| reason.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')).find(|word| {
        let start = word.split('-').next().unwrap_or_default();
        word.split('-').count() >= 3 && (start.eq_ignore_ascii_case("CVE") || start.eq_ignore_ascii_case("sonatype"))
    });
    let mut finding = match (category.as_str(), named) {
        ("SECURITY", Some(id)) => {
            let title = format!("{id} in {}", package.name.as_deref().unwrap_or("an unknown component"));
            let mut finding = Finding::new(Kind::Sca, id, title);
            sca::identify(&mut finding, id, []);
            finding
        }
        ("SECURITY", None) => Finding::new(Kind::Sca, policy.clone(), policy.clone()),
        ("LICENSE", _) => Finding::new(Kind::License, policy.clone(), policy.clone()),
        ("QUALITY" | "OTHER", _) => return out.no_finding(),
        _ => return out.bad_row(format!("violations, row {}", out.next_index()), "no known category of threat"),
    };
    if let Some(level) = number(violation, &["policyThreatLevel"]) {
        let severity = match level {
            level if level >= 8.0 => Severity::Critical,
            level if level >= 4.0 => Severity::High,
            level if level >= 2.0 => Severity::Medium,
            level if level >= 1.0 => Severity::Low,
            _ => Severity::Info,
        };
        finding.set_severity(level.to_string(), severity);
    }
    finding.description =
        super::web::paragraphs([Some(format!("Policy: {policy}")), Some(reasons.join("\n")).filter(|text| !text.is_empty())]);
    if yes(violation, &["waived"]) || yes(violation, &["grandfathered", "legacyViolation"]) {
        let reason = if yes(violation, &["waived"]) { "waived" } else { "legacy violation" };
        finding.suppressed = Some(Suppression { by: "Sonatype Lifecycle".to_owned(), reason: Some(reason.to_owned()) });
    }
    finding.location.path = texts(component, "pathnames").into_iter().next();
    finding.package = Some(package.clone());
    out.finding(finding);
}

fn package(component: &Value) -> model::Package {
    let part = |name: &str| text(component, &[&format!("componentIdentifier.coordinates.{name}")]);
    let ecosystem = text(component, &["componentIdentifier.format"]);
    let name = part("artifactId").or_else(|| part("packageId")).or_else(|| part("name")).or_else(|| text(component, &["displayName"]));
    let group = part("groupId");
    let made = name.as_ref().and_then(|name| {
        let kind = match ecosystem.as_deref()? {
            "maven" => return Some(format!("pkg:maven/{}/{name}", group.as_ref()?)),
            "npm" => "npm",
            "pypi" => "pypi",
            "nuget" => "nuget",
            "gem" => "gem",
            "golang" => "golang",
            "composer" => "composer",
            "cargo" => "cargo",
            _ => return None,
        };
        Some(format!("pkg:{kind}/{}", name.replace('@', "%40")))
    });
    let full = name.map(|name| group.map_or(name.clone(), |group| format!("{group}:{name}")));
    let mut package = model::Package { name: full, version: part("version"), ecosystem, ..model::Package::default() };
    package.purl = text(component, &["packageUrl"]).or(made);
    package.file = texts(component, "pathnames").into_iter().next();
    package.licenses = match at(component, "licenseData.declaredLicenses") {
        Some(Value::Array(licenses)) => licenses.iter().filter_map(|license| text(license, &["licenseId"])).collect(),
        _ => Vec::new(),
    };
    package.direct = at(component, "dependencyData.directDependency").and_then(Value::as_bool);
    package
}

fn finding(issue: &Value, id: String, package: &model::Package, component: &Value) -> Finding {
    let title = format!("{id} in {}", package.name.as_deref().unwrap_or("an unknown component"));
    let mut finding = Finding::new(Kind::Sca, id.clone(), title);
    sca::identify(&mut finding, &id, []);
    let score = number(issue, &["severity", "cvssScore"]);
    let category = text(issue, &["threatCategory"]);
    match (score, category) {
        (Some(score), _) => {
            finding.set_severity(score.to_string(), Severity::from_cvss(score));
            let vector = text(issue, &["cvssVector"]);
            let cvss = vector.as_deref().map_or_else(Cvss::default, Cvss::from_vector);
            let source = text(issue, &["cvssVectorSource", "source"]);
            finding.cvss.push(Cvss { source, ..cvss.with_score(Some(score)) });
        }
        (None, Some(category)) => {
            let severity = if category == "severe" { Severity::High } else { Severity::from_word(&category) };
            finding.set_severity(category, severity);
        }
        (None, None) => {}
    }
    finding.cwes = cwes(issue, &["cwe"]);
    finding.references.extend(text(issue, &["url"]));
    let files = texts(component, "pathnames");
    if files.len() > 1 {
        finding.description = Some(format!("Found in:\n{}", files.iter().take(MOST_FILES).cloned().collect::<Vec<_>>().join("\n")));
    }
    if let Some(status) = text(issue, &["status"]).filter(|status| matches!(status.as_str(), "Not Applicable" | "Acknowledged")) {
        finding.suppressed = Some(Suppression { by: "Sonatype Lifecycle".to_owned(), reason: Some(status) });
    }
    finding.location.path = package.file.clone();
    finding.package = Some(package.clone());
    finding
}
