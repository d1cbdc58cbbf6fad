//! OWASP Dependency-Check, XML and JSON. Versions seen: 1.x to 12.x.
//!
//! Make it with `dependency-check --scan . --format JSON --out dependency-check.json` (or `--format XML`).
//!
//! - index: `dependencies[].vulnerabilities[]`, each dependency's suppressed vulnerabilities behind its others. A file that was merged into
//!   another one (`relatedDependencies`) is no result of its own.
//! - rule: the vulnerability's `name` (a CVE, a GHSA id, a number of the npm registry).
//! - severity: `severity` as it stands; where it is missing, the CVSS score by its bands.
//! - CVSS: the vector is put together from the parts that the report lists.
//! - package: the package URL under `packages`; in old reports the Maven name. Without either only the file is known, and the name is the file's.
//! - place: `filePath`, which is absolute in most reports. No lines.
//! - `confidence` of the package URL is the finding's.
//! - chain: the first of `includedBy`, then the package. A `projectReference` that ends in `transitive` is no direct dependency.
//! - ran: `reportDate`. An exception of the analysis (`analysisExceptions`) makes the report partial.
//! - left out: evidence, hashes, vulnerable software.
//!
//! # Differs
//! - path: the file's own path. (Some readers write `archive.ear: inner.jar`.)

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::dependency_check_row::{self as rows, Dependency, Vulnerability};
use super::sca;
use crate::read::lenient;
use crate::read::xml;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// OWASP Dependency-Check, XML and JSON.
pub(crate) static FORMAT: Format = Format {
    id: "dependency-check",
    name: "OWASP Dependency-Check",
    kinds: &[Kind::Sca],
    media: &[Media::Xml, Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json_object() {
        let about = ["reportSchema", "scanInfo.engineVersion", "projectInfo"].iter().filter(|name| head.has(name)).count();
        return Match::sure_if((head.has("reportSchema") && (head.has("scanInfo") || head.has("dependencies"))) || about >= 2);
    }
    let named = head.xml_root_tag().is_some_and(|tag| tag.to_ascii_lowercase().contains("dependency-check"));
    Match::sure_if(head.is_xml("analysis") && (named || head.has_tag("scanInfo")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("dependency-check");
    if input.head().is_json() { json(input, out) } else { from_xml(input, out) }
}

fn json(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "scanInfo" => {
            let info = json.row::<Value>()?.unwrap_or_default();
            out.this().tool_version = info.get("engineVersion").and_then(lenient::scalar);
            let exceptions = info.get("analysisExceptions").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
            failed_in_part(exceptions, out);
            Ok(())
        }
        "projectInfo" => {
            let info = json.row::<Value>()?.unwrap_or_default();
            written(info.get("reportDate").and_then(Value::as_str), out);
            Ok(())
        }
        "dependencies" => json.rows(out, |out, row: Dependency| each(&row, out)),
        _ => Ok(()),
    })?;
    json.end()
}

fn from_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    // What stands around the dependencies first: findings carry the tool's version.
    xml::rows(input, &["scanInfo", "projectInfo", "dependency"], |row| {
        match row.name.as_str() {
            "scanInfo" => {
                out.this().tool_version = row.text_at("engineVersion").map(str::to_owned);
                failed_in_part(row.child("analysisExceptions").is_some_and(|list| !list.children.is_empty()), out);
            }
            "projectInfo" => written(row.text_at("reportDate"), out),
            _ => {}
        }
        Ok(())
    })?;
    xml::rows(input, &["dependency"], |row| {
        each(&rows::from_xml(&row), out);
        Ok(())
    })
}

fn failed_in_part(exceptions: bool, out: &mut Output<'_>) {
    if exceptions {
        out.this().claims.partial = Some("the report lists exceptions of the analysis".to_owned());
    }
}

fn written(date: Option<&str>, out: &mut Output<'_>) {
    out.this().at = date.and_then(Timestamp::lenient);
    out.this().claims.ran = date.is_some();
}

fn each(row: &Dependency, out: &mut Output<'_>) {
    if let Some(purl) = row.packages.first().and_then(|package| package.id.as_deref()).filter(|id| id.starts_with("pkg:")) {
        let mut component = sca::component(purl, None);
        component.file = row.file_path.as_deref().and_then(|path| path.split('?').next()).map(str::to_owned);
        component.licenses.extend(row.license.clone());
        out.component(component);
    }
    for (list, suppressed) in [(&row.vulnerabilities, false), (&row.suppressed, true)] {
        for vulnerability in list.iter().flatten() {
            match &vulnerability.name {
                Some(name) => out.finding(finding(name, vulnerability, row, suppressed)),
                None => out.bad_row(row.file_name.clone().unwrap_or_default(), "a vulnerability without `name`"),
            }
        }
    }
}

fn finding(name: &str, row: &Vulnerability, dependency: &Dependency, suppressed: bool) -> Finding {
    let identifier = dependency.packages.first();
    let purl = identifier.and_then(|package| package.id.clone()).filter(|id| id.starts_with("pkg:"));
    let (package_name, version) = rows::coordinates(dependency, purl.as_deref());
    let title = format!("{name} in {}", package_name.as_deref().unwrap_or("a file"));
    let mut finding = Finding::new(Kind::Sca, name, title);
    let score = row.cvss_v4.score().or_else(|| row.cvss_v3.score()).or_else(|| row.cvss_v2.score()).or(row.cvss_score);
    match (&row.severity, score) {
        (Some(raw), _) => finding.set_severity_word(raw),
        (None, Some(score)) => finding.set_severity(score.to_string(), Severity::from_cvss(score)),
        _ => {}
    }
    sca::identify(&mut finding, name, []);
    sca::weaknesses(&mut finding, row.cwes.iter().map(String::as_str));
    let source = row.source.as_deref();
    sca::assessed(&mut finding, row.cvss_v3.vector_3().as_deref(), row.cvss_v3.score(), source);
    sca::assessed(&mut finding, row.cvss_v2.vector_2().as_deref(), row.cvss_v2.score().or(row.cvss_score), source);
    sca::assessed(&mut finding, None, row.cvss_v4.score(), source);
    finding.description.clone_from(&row.description);
    finding.references = row.references.iter().filter_map(|reference| reference.url.clone()).collect();
    finding.confidence = identifier.and_then(|package| package.confidence.clone());
    if suppressed {
        finding.suppressed = Some(Suppression { by: "suppression file".to_owned(), reason: row.notes.clone() });
    }
    let chain = dependency.included_by.first().and_then(|parent| parent.reference.clone());
    let transitive = dependency.project_references.iter().any(|reference| reference.ends_with("transitive"));
    let package = finding.package_mut();
    if let (Some(parent), Some(name)) = (chain, &package_name) {
        package.chain = vec![parent, name.clone()];
        package.direct = Some(false);
    }
    if transitive {
        package.direct = Some(false);
    }
    package.name = package_name;
    package.version = version;
    package.purl = purl;
    package.licenses.extend(dependency.license.clone());
    // Packages of a lockfile are written `package-lock.json?/name:version`.
    let path = dependency.file_path.as_deref().or(dependency.file_name.as_deref()).unwrap_or_default();
    sca::in_file(&mut finding, path.split('?').next().unwrap_or_default());
    finding
}
