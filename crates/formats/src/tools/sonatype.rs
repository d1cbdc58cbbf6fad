//! Sonatype Lifecycle (Nexus IQ), raw data of an application's report, JSON. Versions seen: IQ Server 1.60 to 1.180.
//!
//! Make it with `GET /api/v2/applications/{id}/reports/{reportId}/raw`, or `nexus-iq-cli -r`.
//!
//! - index: `components[].securityData.securityIssues[]`, components laid end to end. A component without an issue is a passed result and a
//!   component of the target.
//! - `reference` is the rule and identifier (`CVE-…` or `sonatype-…`).
//! - severity: the score `severity` by the CVSS bands; without one `threatCategory` (`critical`, `severe` high, `moderate`).
//! - package: `packageUrl`, else made of `componentIdentifier` for Maven, npm, PyPI, NuGet, RubyGems and Go; the format `a-name` is a match by
//!   name alone. `pathnames[0]` is the file, all of them are in the description. `dependencyData.directDependency` where it stands.
//! - `status` `Not Applicable` and `Acknowledged` are suppressions; `cwe` (newer servers) is the weakness, `cvssVector` the vector.
//! - coverage: `matchSummary` stands at the end of the report: the scan got through. No time, no version, no fingerprint.
//! - left out: licences' threats, proprietary components' hashes, policy violations (they are in another report).
//!
//! # Differs
//! - path: the first of the files; some readers join all of them to one text.

use model::{Cvss, Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::loose::{at, cwes, number, rows, text, texts};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most files of a component that are listed.
const MOST_FILES: usize = 50;

/// The format of IQ Server's raw report.
pub(crate) static FORMAT: Format = Format {
    id: "sonatype",
    name: "Sonatype Lifecycle (Nexus IQ)",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let component =
        head.has("components[].componentIdentifier") && (head.has("components[].matchState") || head.has("components[].securityData"));
    Match::sure_if(component || head.has_all(&["components", "matchSummary.totalComponentCount"]))
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
            rows(out, &component, "securityData.securityIssues", |out, issue| match text(issue, &["reference"]) {
                Some(id) => out.finding(finding(issue, id, &package, &component)),
                None => out.bad_row(format!("securityIssues, row {}", out.next_index()), "no reference"),
            });
            if out.next_index() == before {
                out.no_finding();
            }
        }),
        "matchSummary" => {
            out.this().claims.ran = true;
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
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
