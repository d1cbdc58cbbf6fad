//! SonarQube and SonarCloud: answers of the API (`api/issues/search`, `api/hotspots/search`) and the JSON of sonar-report. Versions seen: 8 to 10.
//!
//! Make it with `curl "$SONAR/api/issues/search?componentKeys=shop&ps=500" > issues.json` or `sonar-report --output=sonar.html` (its JSON beside it).
//!
//! - index: `issues[]`, or `hotspots[]`, or the elements of a bare array of either.
//! - `rule` (`ruleKey`) is the rule, `message` the title (sonar-report: the rule's name; the message is the description).
//! - all types are findings: vulnerabilities, hotspots, bugs and code smells. `type`, effort and author are left out.
//! - severity: BLOCKER critical, CRITICAL high, MAJOR medium, MINOR low, INFO info; a hotspot's probability as it stands.
//! - CWE from tags (`cwe-79`) and from the rule's description in sonar-report.
//! - place: the path of the component (`components[]`), else the component's key without the project. Some readers keep the project's key in
//!   the path; it is no part of it. Lines start at 1; offsets start at 0: one is added.
//! - flow: the locations of the first of `flows`.
//! - an issue of the dependency-check plug-in (`Filename: x:1.2 | Reference: CVE-… | CVSS Score: …`) is SCA.
//! - `key` is kept as a fingerprint and trusted: SonarQube gives a new key to what it takes for a new issue only.
//! - status CLOSED or resolution FIXED is resolved; FALSE-POSITIVE, WONTFIX, ACCEPTED and SAFE are suppressions. `issueStatus` (10.4) says the same where
//!   the two are left out.
//! - a search may be filtered or a page of several, so absence proves nothing (read-only).
//!
//! # Differs
//! - Other importers leave the project's key in the path.

use std::collections::HashMap;

use model::{Cvss, Finding, FlowStep, Kind, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::sonarqube_external::severity;
use super::wording::{add_cwes, beyond, first_line};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most bytes of a rule's description that are searched for CWE numbers.
const LONGEST: usize = 100_000;

/// The JSON of SonarQube's API and of sonar-report.
pub(crate) static FORMAT: Format = Format {
    id: "sonarqube",
    name: "SonarQube",
    kinds: &[Kind::Sast, Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let issue = |top: &str| ["rule", "component", "severity"].iter().all(|name| head.has(&format!("{top}[].{name}")));
    let hotspot = |top: &str| ["component", "vulnerabilityProbability", "status"].iter().all(|name| head.has(&format!("{top}[].{name}")));
    let search = head.has_all(&["paging.pageIndex", "components"]) && (head.has("issues") || head.has("hotspots"));
    let report = head.has_all(&["sonarBaseURL", "sonarComponent"]);
    Match::sure_if(search || report || issue("issues") || hotspot("hotspots") || (issue("") && head.has("[].project")) || hotspot(""))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default, alias = "ruleKey", deserialize_with = "lenient::text")]
    rule: Option<String>,
    component: String,
    message: String,
    #[serde(default, alias = "vulnerabilityProbability", deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    project: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    security_category: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resolution: Option<String>,
    /// Stands beside `status` and `resolution` since 10.4, which newer versions may leave out.
    #[serde(default, deserialize_with = "lenient::text")]
    issue_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    creation_date: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    text_range: Range,
    #[serde(default, deserialize_with = "lenient::texts")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    flows: Vec<Flow>,
    #[serde(default, deserialize_with = "lenient::list")]
    impacts: Vec<Impact>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Range {
    #[serde(deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    start_offset: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    end_offset: Option<u32>,
}

#[derive(Deserialize)]
struct Flow {
    #[serde(default, deserialize_with = "lenient::list")]
    locations: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    #[serde(default, deserialize_with = "lenient::text")]
    component: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    text_range: Range,
    #[serde(default, deserialize_with = "lenient::text")]
    msg: Option<String>,
}

#[derive(Deserialize)]
struct Impact {
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
}

/// What stands around the issues.
#[derive(Default)]
struct Around {
    paths: HashMap<String, String>,
    cwes: HashMap<String, Vec<u32>>,
    base: Option<String>,
    branch: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let run = out.run("SonarQube");
    run.claims.partial = Some("a search of SonarQube, maybe filtered".to_owned());
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        rows(&mut json, out, &Around::default())?;
        return json.end();
    }
    let around = around(input)?;
    out.this().branch.clone_from(&around.branch);
    json.object(|json, key| if matches!(key, "issues" | "hotspots") { rows(json, out, &around) } else { Ok(()) })?;
    json.end()
}

fn around(input: &Input) -> Result<Around, ParseError> {
    let mut around = Around::default();
    input.json()?.object(|json, key| match key {
        "components" => json.array(|json, _| {
            let component = json.row::<Value>()?.unwrap_or_default();
            if let (Some(key), Some(path)) = (component.get("key").and_then(Value::as_str), component.get("path").and_then(Value::as_str)) {
                around.paths.insert(key.to_owned(), path.to_owned());
            }
            Ok(())
        }),
        "rules" => {
            if json.shape()? != Shape::Object {
                return Ok(());
            }
            json.object(|json, rule| {
                let text = json.row::<Value>()?.unwrap_or_default().get("htmlDesc").and_then(lenient::scalar).unwrap_or_default();
                around.cwes.insert(rule.to_owned(), cwes_in(&text));
                Ok(())
            })
        }
        "sonarBaseURL" => {
            around.base = json.row::<String>()?.ok();
            Ok(())
        }
        "branch" => {
            around.branch = json.row::<String>()?.ok();
            Ok(())
        }
        _ => Ok(()),
    })?;
    Ok(around)
}

/// The CWE numbers that a description names.
pub(super) fn cwes_in(text: &str) -> Vec<u32> {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let mut cwes = Vec::new();
    let numbers = text.get(..end).unwrap_or_default().split("CWE-").skip(1);
    let digits: Vec<String> = numbers.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect();
    add_cwes(&mut cwes, digits.iter().map(String::as_str));
    cwes
}

fn rows(json: &mut Json<'_>, out: &mut Output<'_>, around: &Around) -> Result<(), ParseError> {
    json.rows(out, |out, row: Row| {
        let fixed = row.status.as_deref() == Some("CLOSED")
            || [&row.resolution, &row.issue_status].iter().any(|word| word.as_deref() == Some("FIXED"));
        let mut finding = finding(row, around);
        if fixed {
            finding.resolve("SonarQube", "fixed");
        }
        out.finding(finding);
    })
}

fn path(component: &str, project: Option<&str>, around: &Around) -> String {
    if let Some(path) = around.paths.get(component) {
        return path.clone();
    }
    let bare = project.and_then(|project| component.strip_prefix(project)?.strip_prefix(':'));
    bare.unwrap_or(component).to_owned()
}

fn finding(row: Row, around: &Around) -> Finding {
    let rule = row.rule.or(row.security_category).unwrap_or_else(|| "unnamed".to_owned());
    let title = row.description.as_deref().unwrap_or(&row.message);
    let mut finding = Finding::new(Kind::Sast, rule, first_line(title));
    finding.description = beyond(&finding.title, &row.message);
    if let Some(raw) = row.severity.or_else(|| row.impacts.into_iter().find_map(|impact| impact.severity)) {
        finding.set_severity(raw.clone(), severity(&raw));
    }
    add_cwes(&mut finding.cwes, row.tags.iter().map(String::as_str).filter(|tag| tag.starts_with("cwe-")));
    finding.cwes.extend(around.cwes.get(&finding.rule).into_iter().flatten());
    let project = row.project.as_deref();
    let one_based = |offset: Option<u32>| offset.and_then(|offset| offset.checked_add(1));
    let place = &mut finding.location;
    // An issue of the project as a whole has no path.
    place.path = Some(path(&row.component, project, around)).filter(|path| Some(path.as_str()) != project);
    if place.path.is_none() {
        place.resource = Some(row.component);
    }
    place.start_line = row.text_range.start_line.or(row.line).filter(|line| *line > 0);
    place.end_line = row.text_range.end_line.filter(|line| *line > 0).or(place.start_line);
    (place.start_column, place.end_column) = (one_based(row.text_range.start_offset), one_based(row.text_range.end_offset));
    let steps = row.flows.into_iter().next().into_iter().flat_map(|flow| flow.locations);
    finding.flow = steps
        .map(|step| FlowStep {
            path: step.component.map(|component| path(&component, project, around)),
            line: step.text_range.start_line,
            end_line: step.text_range.end_line,
            symbol: None,
            message: step.msg,
        })
        .collect();
    finding.first_seen_by_tool = row.creation_date.as_deref().and_then(Timestamp::lenient);
    let settled = |word: &String| matches!(word.as_str(), "FALSE-POSITIVE" | "FALSE_POSITIVE" | "WONTFIX" | "ACCEPTED" | "SAFE");
    let resolution = row.resolution.filter(settled).or(row.issue_status.filter(settled));
    finding.suppressed = resolution.map(|word| Suppression { by: "SonarQube".to_owned(), reason: Some(word) });
    if let Some(key) = row.key {
        finding.url = around.base.as_ref().map(|base| format!("{}/issues?issues={key}", base.trim_end_matches('/')));
        finding.fingerprint("key", key);
        finding.trusted_fingerprint = Some("key");
    }
    if row.message.starts_with("Filename: ") {
        package(&mut finding, &row.message);
    }
    finding
}

/// `Filename: x:1.2 | Reference: CVE-2024-1 | CVSS Score: 7.5 | Category: CWE-120 | text`.
fn package(finding: &mut Finding, message: &str) {
    let part = |label: &str| message.split(" | ").find_map(|part| part.trim().strip_prefix(label)).map(str::trim);
    finding.kind = Kind::Sca;
    let file = finding.location.path.clone();
    let package = finding.package_mut();
    let name = part("Filename: ").unwrap_or_default();
    let (name, version) = name.rsplit_once(':').map_or((name, None), |(name, version)| (name, Some(version.to_owned())));
    (package.name, package.version, package.file) = (Some(name.to_owned()), version, file);
    let references = part("Reference: ").or_else(|| part("References: ")).unwrap_or_default().split(',');
    finding.identifiers.extend(references.filter_map(|text| text.split_whitespace().next()).map(str::to_owned));
    let score = part("CVSS Score: ").or_else(|| part("Highest CVSS Score: "));
    finding.cvss.extend(score.and_then(|score| score.split_whitespace().next()?.parse().ok()).map(Cvss::from_score));
    add_cwes(&mut finding.cwes, message.split(" | ").filter_map(|part| part.trim().strip_prefix("Category: ")));
}
