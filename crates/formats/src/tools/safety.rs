//! Safety (Python packages), JSON. Versions seen: 1.x (rows as arrays), 2.x and 3.x `check`, 3.x `scan`.
//!
//! Make it with `safety check --output json > safety.json` or `safety scan --output json > safety.json`.
//!
//! - index: 1.x the rows; 2.x `vulnerabilities[]`, then `ignored_vulnerabilities[]` (suppressed); `scan`: known vulnerabilities of each
//!   specification of each dependency of each file, laid end to end.
//! - rule: Safety's number. `CVE` is another name of it.
//! - severity: 2.x `severity.cvssv3.base_severity` where the account has it, else unknown.
//! - an advisory's text is title and description.
//! - place: `scan` names the file; `check` names the requirement files in `report_meta`, of which one is taken only where it is the only one.
//! - ran: 2.x `report_meta`, `scan` `meta`; every package in `scanned_packages` is a component. The rows of 1.x show nothing.

use model::{Finding, Kind, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Safety, JSON.
pub(crate) static FORMAT: Format =
    Format { id: "safety", name: "Safety", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let check = head.has("report_meta") && (head.has("report_meta.safety_version") || head.has("scanned_packages"));
    let scan = head.has("scan_results") && (head.has("scan_results.projects") || head.has("meta.scan_type"));
    Match::sure_if(check || scan || is_rows(head))
}

/// `[["django", "<2.2.24", "1.8", …`: a name and a version requirement.
fn is_rows(head: &Head<'_>) -> bool {
    let mut rest = head.text().trim_start();
    for bracket in ['[', '['] {
        let Some(inner) = rest.strip_prefix(bracket) else { return false };
        rest = inner.trim_start();
    }
    let mut texts = rest.splitn(5, '"').skip(1);
    let (Some(_), Some(comma), Some(requirement)) = (texts.next(), texts.next(), texts.next()) else { return false };
    comma.trim() == "," && requirement.starts_with(['<', '>', '=', '~', '!'])
}

#[derive(Deserialize)]
struct Row {
    #[serde(deserialize_with = "lenient::text")]
    vulnerability_id: Option<String>,
    package_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    analyzed_version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    advisory: Option<String>,
    #[serde(default, rename = "CVE", deserialize_with = "lenient::or_default")]
    cve: Value,
    #[serde(default, deserialize_with = "lenient::or_default")]
    severity: Option<Value>,
    #[serde(default, deserialize_with = "lenient::texts")]
    fixed_versions: Vec<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_transitive: Option<bool>,
    #[serde(default, deserialize_with = "lenient::truth")]
    ignored: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    ignored_reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    more_info_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    resources: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Safety");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, |out, row: Vec<Value>| match old(&row) {
            Some(finding) => out.finding(finding),
            None => out.bad_row("row", "fewer than five values"),
        })?;
        return json.end();
    }
    let file = head(&mut json, out)?;
    for list in ["vulnerabilities", "ignored_vulnerabilities", "scan_results"] {
        let mut json = input.json()?;
        json.object(|json, key| match key {
            "scan_results" if key == list => scan(&json.row::<Value>()?.unwrap_or_default(), out),
            key if key == list => json.rows(out, |out, row| out.finding(finding(row, file.as_deref(), list == "ignored_vulnerabilities"))),
            _ => Ok(()),
        })?;
        json.end()?;
    }
    Ok(())
}

/// Reads all but the rows; the one requirements file, where there is one.
fn head(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<Option<String>, ParseError> {
    let mut file = None;
    json.object(|json, key| {
        match key {
            "report_meta" | "meta" => {
                let meta = json.row::<Value>()?.unwrap_or_default();
                let text = |key: &str| meta.get(key).and_then(lenient::scalar);
                let run = out.this();
                run.claims.ran = true;
                run.tool_version = text("safety_version").or_else(|| meta.pointer("/telemetry/safety_version").and_then(lenient::scalar));
                run.at = text("timestamp").and_then(|time| Timestamp::lenient(&time));
                let files = meta.pointer("/scan_target_files").or_else(|| meta.get("scanned")).and_then(Value::as_array);
                if let (Some("files"), Some([single])) = (text("scan_target").as_deref(), files.map(Vec::as_slice)) {
                    file = lenient::scalar(single);
                }
            }
            "scanned_packages" => json.object(|json, name| {
                let package = json.row::<Value>()?.unwrap_or_default();
                let purl = format!("pkg:pypi/{}", name.to_ascii_lowercase().replace('_', "-"));
                out.component(sca::component(&purl, package.get("version").and_then(lenient::scalar)));
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(file)
}

/// Package, requirement, version, advisory, number, CVSS 2, CVSS 3.
fn old(row: &[Value]) -> Option<Finding> {
    let text = |position: usize| row.get(position).and_then(lenient::scalar);
    let mut finding = base(&text(4)?, &text(0)?, text(2), text(3));
    for position in [5, 6] {
        let score = row.get(position).and_then(|cvss| cvss.get("base_score").or(Some(cvss))).and_then(Value::as_f64);
        sca::assessed(&mut finding, None, score, None);
    }
    Some(finding)
}

fn base(id: &str, name: &str, version: Option<String>, advisory: Option<String>) -> Finding {
    let first = advisory.as_deref().and_then(|text| text.lines().next()?.split(". ").next()).map(|text| text.trim().trim_end_matches('.'));
    let title = first
        .filter(|text| text.len() > 15)
        .map_or_else(|| format!("Vulnerability {id} in {name}"), |text| text.chars().take(200).collect());
    let mut finding = Finding::new(Kind::Sca, id, title);
    sca::identify(&mut finding, id, []);
    finding.description = advisory;
    let package = finding.package_mut();
    package.ecosystem = Some("pypi".to_owned());
    package.name = Some(name.to_owned());
    package.version = version;
    finding
}

fn finding(row: Row, file: Option<&str>, is_ignored: bool) -> Finding {
    let id = row.vulnerability_id.unwrap_or_else(|| "unnamed".to_owned());
    let mut finding = base(&id, &row.package_name, row.analyzed_version, row.advisory);
    let cves = match &row.cve {
        Value::String(cve) => vec![cve.clone()],
        Value::Object(cve) => cve.get("name").and_then(lenient::scalar).into_iter().collect(),
        Value::Array(list) => {
            list.iter().filter_map(|cve| lenient::scalar(cve).or_else(|| cve.get("name").and_then(lenient::scalar))).collect()
        }
        _ => Vec::new(),
    };
    sca::identify(&mut finding, &id, cves.iter().map(String::as_str));
    if let Some(severity) = &row.severity {
        for version in ["cvssv3", "cvssv2"] {
            let cvss = severity.get(version);
            let text = |key: &str| cvss.and_then(|cvss| cvss.get(key)).and_then(lenient::scalar);
            sca::assessed(
                &mut finding,
                text("vector_string").as_deref(),
                text("base_score").and_then(|score| score.parse().ok()),
                severity.get("source").and_then(Value::as_str),
            );
            if let (Some(word), None) = (text("base_severity"), &finding.severity_raw) {
                finding.set_severity_word(&word);
            }
        }
    }
    finding.url = row.more_info_url;
    finding.references = row.resources;
    let package = finding.package_mut();
    package.fixed = row.fixed_versions;
    package.direct = row.is_transitive.map(|transitive| !transitive);
    if is_ignored || row.ignored == Some(true) {
        finding.suppressed = Some(Suppression { by: "Safety policy".to_owned(), reason: row.ignored_reason });
    }
    sca::in_file(&mut finding, file.unwrap_or_default());
    finding
}

/// The list at that place; nothing where it is missing, a bad row where something else stands there.
fn list<'a>(value: &'a Value, key: &str, out: &mut Output<'_>) -> &'a [Value] {
    let mut at = Some(value);
    for name in key.split('/') {
        at = match at {
            Some(Value::Object(members)) => members.get(name),
            None | Some(Value::Null) => None,
            Some(_) => {
                out.bad_row(key, "expected an object");
                None
            }
        };
    }
    match at {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => &[],
        Some(_) => {
            out.bad_row(key, "expected an array");
            &[]
        }
    }
}

/// `scan_results.projects[].files[].results.dependencies[].specifications[].vulnerabilities.known_vulnerabilities[]`.
fn scan(results: &Value, out: &mut Output<'_>) -> Result<(), ParseError> {
    for project in list(results, "projects", out) {
        for file in list(project, "files", out) {
            let path = file.get("location").and_then(lenient::scalar).unwrap_or_default();
            for dependency in list(file, "results/dependencies", out) {
                let name = dependency.get("name").and_then(lenient::scalar).unwrap_or_default();
                for specification in list(dependency, "specifications", out) {
                    let raw = specification.get("raw").and_then(lenient::scalar).unwrap_or_default();
                    let version = raw.split_once("==").map(|(_, version)| version.trim().to_owned());
                    for known in list(specification, "vulnerabilities/known_vulnerabilities", out) {
                        match known.get("id").and_then(lenient::scalar) {
                            Some(id) => out.finding(scanned(known, &id, &name, version.clone(), &path)),
                            None => out.bad_row(&path, format!("a vulnerability of {name} without `id`")),
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

fn scanned(known: &Value, id: &str, name: &str, version: Option<String>, path: &str) -> Finding {
    let mut finding = base(id, name, version, None);
    if known.pointer("/ignored/code").is_some() {
        let reason = known.pointer("/ignored/reason").and_then(lenient::scalar);
        finding.suppressed = Some(Suppression { by: "Safety policy".to_owned(), reason });
    }
    sca::in_file(&mut finding, path);
    finding
}
