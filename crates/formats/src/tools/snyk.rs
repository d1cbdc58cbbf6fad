//! Snyk Open Source, Container and IaC, JSON (`--json`): one project or a list of projects. Versions seen: CLI 1.400 to 1.1290; answers of the API v1
//! (a test, or a project's aggregated issues).
//!
//! Make it with `snyk test --all-projects --json-file-output=snyk.json`, `snyk container test IMAGE --json-file-output=…`,
//! `snyk iac test --json-file-output=…`. (`snyk code test --json` writes SARIF, which the format `sarif` reads.)
//!
//! - index: `vulnerabilities[]` of all projects laid end to end, one a dependency path; behind them those of `applications[]` (an image's
//!   own packages), then `filtered.ignore[]` (suppressed by `.snyk` or in Snyk), then `infrastructureAsCodeIssues[]`, then `issues` of the API v1:
//!   `vulnerabilities[]` and `licenses[]` of a test, or the elements of the aggregated list, one a package.
//! - rule: `id` (`SNYK-JS-…`; `publicId` for IaC). `identifiers` CVE, GHSA are aliases of it unless there are several CVEs; CWE as it stands.
//! - severity: `severityWithCritical`, else `severity`: the word as it stands. CVSS of Snyk and of each body in `cvssDetails`.
//! - package: `from` is the dependency path with the project first; two steps are a direct dependency. Packages of a distribution are
//!   written `source/binary`. The first step of `upgradePath` that is a text becomes the remediation.
//! - distinct: the names on the dependency path without versions, since each path is a finding of its own.
//! - place: `displayTargetFile`, the manifest. IaC issues have a line, and `path` as the resource.
//! - roots: the manifests of all projects, where every project names one: a report of one manifest closes nothing of another.
//! - reachability: `reachable`, `function`, `package` are reachable; `no-path-found` is unreachable; all others say nothing.
//! - kind: `docker` or a distribution's package manager container; `type: license` license; IaC iac; else sca.
//! - ran: `ok` with `dependencyCount`. `{"ok": false, "error": …}` is a failed scan; in a list it makes the report partial, and
//!   `severityThreshold` does too, and the aggregated list of the API, which may be filtered. Snyk has no fingerprint that moves with the code.
//! - left out: `remediation`, `patches`, `functions`, `credit`, the licence policy.
//!
//! # Differs
//! - Other importers give the chain of dependencies as path and CWE-1035 to every package; here the path is the manifest, the chain is with
//!   the package, and the CWE is the report's.

use model::{Finding, Kind, Reachability, Severity, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use super::snyk_project::{self, Project};
use crate::read::json::Shape;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `snyk test --json`.
pub(crate) static FORMAT: Format = Format {
    id: "snyk",
    name: "Snyk",
    kinds: &[Kind::Sca, Kind::Container, Kind::Iac, Kind::License],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(["", "[]."].iter().any(|start| {
        let has = |path: &str| head.has(&format!("{start}{path}"));
        let by_row = has("vulnerabilities[].id") && (has("vulnerabilities[].from") || has("vulnerabilities[].upgradePath"));
        let by_project =
            has("ok") && (has("dependencyCount") || has("licensesPolicy") || has("packageManager") || (has("error") && has("path")));
        let by_iac = has("infrastructureAsCodeIssues");
        let late = has("vulnerabilities[].CVSSv3") && has("vulnerabilities[].identifiers");
        let by_package = has("issues[].issueData") && has("issues[].pkgName");
        by_row || by_project || by_iac || late || by_package
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity_with_critical: Option<String>,
    #[serde(default, rename = "CVSSv3", deserialize_with = "lenient::text")]
    cvss_v3: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    cvss_score: Option<f64>,
    #[serde(default, deserialize_with = "lenient::list")]
    cvss_details: Vec<CvssDetail>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    identifiers: std::collections::BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    references: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient::texts")]
    fixed_in: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    nearest_fixed_in_version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    package_manager: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    module_name: Option<String>,
    #[serde(default, alias = "package", deserialize_with = "lenient::text")]
    package_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    language: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    from: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    upgrade_path: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::text")]
    exploit: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    reachability: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    license: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    filtered: Filtered,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CvssDetail {
    #[serde(deserialize_with = "lenient::text")]
    assigner: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    cvss_v3_vector: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    cvss_v3_base_score: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filtered {
    #[serde(deserialize_with = "lenient::list")]
    ignored: Vec<Ignored>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ignored {
    #[serde(deserialize_with = "lenient::text")]
    reason: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    source: Option<String>,
}

/// A row of the aggregated list: what is known of the issue, and one package that has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Aggregated {
    issue_data: Row,
    #[serde(default, deserialize_with = "lenient::text")]
    issue_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pkg_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    pkg_versions: Vec<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_ignored: Option<bool>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    fix_info: FixInfo,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FixInfo {
    #[serde(deserialize_with = "lenient::texts")]
    fixed_in: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IacIssue {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    public_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line_number: Option<u32>,
    #[serde(default, deserialize_with = "lenient::texts")]
    path: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    impact: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resolve: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    documentation: Option<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_ignored: Option<bool>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let report = snyk_project::read(input)?;
    *out.run("Snyk") = report.run;
    // The project's own list first, so that it counts alike with and without what stands behind it.
    for list in ["vulnerabilities", "applications", "filtered", "infrastructureAsCodeIssues", "issues"] {
        let mut number = 0;
        let mut json = input.json()?;
        snyk_project::each(&mut json, &mut |json| {
            let project = report.projects.get(number).cloned().unwrap_or_default();
            number += 1;
            json.object(|json, key| match key {
                "vulnerabilities" if key == list => json.rows(out, |out, row| out.finding(finding(row, &project))),
                "applications" if key == list => {
                    let mut application = 0;
                    json.array(|json, _| {
                        let project = project.applications.get(application).cloned().unwrap_or_default();
                        application += 1;
                        json.object(|json, key| match key {
                            "vulnerabilities" => json.rows(out, |out, row| out.finding(finding(row, &project))),
                            _ => Ok(()),
                        })
                    })
                }
                "filtered" if key == list => json.object(|json, key| match key {
                    "ignore" => json.rows(out, |out, row| out.finding(ignored(row, &project))),
                    _ => Ok(()),
                }),
                "infrastructureAsCodeIssues" if key == list => json.rows(out, |out, row| out.finding(iac(row, &project))),
                "issues" if key == list && json.shape()? == Shape::Array => {
                    out.this().claims.partial.get_or_insert_with(|| "an answer of the API, which may be filtered".to_owned());
                    json.rows(out, |out, row| out.finding(aggregated(row, &project)))
                }
                "issues" if key == list => json.object(|json, key| match key {
                    "vulnerabilities" | "licenses" => json.rows(out, |out, row| out.finding(finding(row, &project))),
                    _ => Ok(()),
                }),
                _ => Ok(()),
            })
        })?;
        json.end()?;
    }
    Ok(())
}

fn severity(finding: &mut Finding, raw: Option<String>) {
    if let Some(raw) = raw {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
}

fn ignored(mut row: Row, project: &Project) -> Finding {
    let ignored = std::mem::take(&mut row.filtered.ignored).into_iter().next().unwrap_or_default();
    let mut finding = finding(row, project);
    finding.suppressed = Some(Suppression { by: ignored.source.unwrap_or_else(|| ".snyk".to_owned()), reason: ignored.reason });
    finding
}

fn aggregated(row: Aggregated, project: &Project) -> Finding {
    let mut inner = row.issue_data;
    inner.kind = inner.kind.or(row.issue_type);
    inner.name = inner.name.or(row.pkg_name);
    inner.version = inner.version.or_else(|| row.pkg_versions.first().cloned());
    if inner.fixed_in.is_empty() {
        inner.fixed_in = row.fix_info.fixed_in;
    }
    inner.package_manager = inner.package_manager.or_else(|| inner.language.as_deref().and_then(ecosystem).map(str::to_owned));
    let mut finding = finding(inner, project);
    if row.is_ignored == Some(true) {
        finding.suppressed = Some(Suppression { by: "Snyk".to_owned(), reason: None });
    }
    finding
}

/// The package manager of a language that has one.
fn ecosystem(language: &str) -> Option<&'static str> {
    Some(match language {
        "js" | "javascript" => "npm",
        "java" => "maven",
        "python" => "pip",
        "ruby" => "rubygems",
        "php" => "composer",
        "dotnet" => "nuget",
        "golang" => "golang",
        "rust" => "cargo",
        _ => return None,
    })
}

fn finding(row: Row, project: &Project) -> Finding {
    let manager = row.package_manager.or_else(|| project.package_manager.clone());
    let system = row.language.as_deref() == Some("linux") || manager.as_deref().is_some_and(snyk_project::is_distribution);
    let is_license = row.kind.as_deref() == Some("license") || row.license.is_some();
    let kind = match (is_license, system) {
        (true, _) => Kind::License,
        (_, true) => Kind::Container,
        _ => Kind::Sca,
    };
    let title = row.title.unwrap_or_else(|| row.id.clone());
    let mut finding = Finding::new(kind, row.id, title);
    severity(&mut finding, row.severity_with_critical.or(row.severity));
    let texts = |name: &str| -> Vec<String> {
        let values = row.identifiers.get(name).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(lenient::scalar).collect()
    };
    let (cves, advisories) = (texts("CVE"), texts("GHSA"));
    let rule = finding.rule.clone();
    sca::identify(&mut finding, &rule, cves.iter().chain(&advisories).map(String::as_str));
    sca::weaknesses(&mut finding, texts("CWE").iter().map(String::as_str));
    sca::assessed(&mut finding, row.cvss_v3.as_deref(), row.cvss_score, Some("Snyk"));
    for detail in &row.cvss_details {
        sca::assessed(&mut finding, detail.cvss_v3_vector.as_deref(), detail.cvss_v3_base_score, detail.assigner.as_deref());
    }
    finding.description = row.description;
    finding.references = row.references.into_iter().filter_map(|reference| reference.url).collect();
    if finding.rule.starts_with("SNYK-") {
        finding.url = Some(format!("https://security.snyk.io/vuln/{}", finding.rule));
    }
    finding.confidence = row.exploit.filter(|text| text != "Not Defined").map(|text| format!("exploit: {text}"));
    finding.reachability = row.reachability.as_deref().and_then(reachability);
    finding.location.image.clone_from(&project.image);
    let step = row.upgrade_path.iter().position(Value::is_string);
    finding.remediation = step
        .and_then(|step| Some((row.from.get(step)?, row.upgrade_path.get(step)?.as_str()?)))
        .and_then(|(from, to)| if from == to { None } else { Some(format!("Upgrade {from} to {to}")) });
    finding.distinct = distinct(&row.from);
    let package = finding.package_mut();
    let full = row.name.or(row.module_name).or_else(|| row.package_name.clone());
    (package.name, package.source) = match full {
        Some(name) if system => match name.rsplit_once('/') {
            Some((source, binary)) => (Some(binary.to_owned()), Some(source.to_owned())),
            None => (Some(name), row.package_name),
        },
        name => (name, None),
    };
    package.version = row.version;
    package.ecosystem = manager.map(|manager| manager.split(':').next().unwrap_or_default().to_owned());
    package.fixed = if row.fixed_in.is_empty() { row.nearest_fixed_in_version.into_iter().collect() } else { row.fixed_in };
    package.licenses.extend(row.license);
    package.direct = (row.from.len() > 1).then_some(row.from.len() == 2);
    package.chain = row.from;
    sca::in_file(&mut finding, project.file.as_deref().unwrap_or_default());
    finding
}

/// The dependency path without the project and without versions.
fn distinct(from: &[String]) -> Option<String> {
    let names =
        from.iter().skip(1).map(|step| step.rsplit_once('@').filter(|(name, _)| !name.is_empty()).map_or(step.as_str(), |(name, _)| name));
    let path = names.collect::<Vec<_>>().join(" > ");
    Some(path).filter(|path| !path.is_empty())
}

fn reachability(word: &str) -> Option<Reachability> {
    let verdict = match word.to_ascii_lowercase().as_str() {
        "reachable" | "function" | "package" => "reachable",
        "no-path-found" | "unreachable" => "unreachable",
        _ => return None,
    };
    Some(Reachability { verdict: verdict.to_owned(), source: Some("Snyk".to_owned()) })
}

fn iac(row: IacIssue, project: &Project) -> Finding {
    let rule = row.public_id.unwrap_or(row.id);
    let title = row.title.unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Iac, rule, title);
    severity(&mut finding, row.severity);
    finding.location.path.clone_from(&project.file);
    finding.location.start_line = row.line_number.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.resource = Some(row.path.join(".")).filter(|path| !path.is_empty());
    finding.description = row.impact;
    finding.remediation = row.resolve;
    finding.references.extend(row.documentation);
    if row.is_ignored == Some(true) {
        finding.suppressed = Some(Suppression { by: ".snyk".to_owned(), reason: None });
    }
    finding
}
