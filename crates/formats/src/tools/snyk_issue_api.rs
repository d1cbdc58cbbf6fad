//! Issues of Snyk's REST API (code, packages, licences, configuration), JSON. API versions seen: 2024-10-15.
//!
//! Make it with `GET https://api.snyk.io/rest/orgs/{org_id}/issues?version=2024-10-15`.
//!
//! - index: `data[]`, each an issue in one place of one project.
//! - `attributes.key` is the rule (a Snyk id for packages; a hash of the place for code), `attributes.title` the title, `classes[]` of source
//!   CWE the weakness, `problems[]` the identifiers.
//! - severity: `effective_severity_level` as it stands; `severities[]` are CVSS assessments by source.
//! - place: the first of `coordinates[].representations[]`: `sourceLocation` (file, lines and columns from 1, commit), `dependency` (package
//!   and version), `cloud_resource`, or `resourcePath`.
//! - `id` and `key` are kept as fingerprints, not trusted. `status: resolved` is resolved; `ignored` is a suppression.
//! - `coordinates[].reachability` is the verdict on reachability, unless `not-applicable` or `no-info`.
//! - an answer is a page of a search: absence proves nothing (read-only).
//! - left out: risk score, fixability, relationships.
//!
//! # Differs
//! - path: the API names none. (Some readers put the package there.)

use model::{Finding, Kind, Reachability, Suppression, Timestamp};
use serde_json::Value;

use super::loose::{at, items, number, position, text, yes};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Snyk's issues API.
pub(crate) static FORMAT: Format = Format {
    id: "snyk-issue-api",
    name: "Snyk issues API",
    kinds: &[Kind::Sast, Kind::Sca, Kind::License, Kind::Iac, Kind::Cloud],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let issue =
        head.has("data[].attributes.effective_severity_level") || head.has_all(&["data[].attributes.key", "data[].attributes.problems"]);
    // An answer without an issue: `{"jsonapi": {"version": "1.0"}, "data": []}`.
    let none = head.has("jsonapi.version") && head.has("data") && !head.has("data[].id") && !head.is_cut();
    Match::sure_if(head.is_json_object() && (issue || none))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Snyk").claims.partial = Some("an answer of the issues API".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "data" {
            return Ok(());
        }
        json.rows(out, |out, row: Value| {
            let said = at(&row, "attributes").unwrap_or(&Value::Null);
            let title = text(said, &["title", "description"]);
            let Some(rule) = text(said, &["key"]).or_else(|| title.clone()) else {
                return out.bad_row(format!("data[{}]", out.next_index()), "neither attributes.key nor attributes.title");
            };
            let mut finding = Finding::new(kind(said), rule.clone(), title.unwrap_or_else(|| rule.clone()));
            if let Some(id) = text(&row, &["id"]) {
                finding.fingerprint("id", id);
            }
            finding.fingerprint("key", rule);
            fill(&mut finding, said);
            if let Some(status) = text(said, &["status"]).filter(|status| status == "resolved") {
                finding.resolve("Snyk", status);
            }
            out.finding(finding);
        })
    })?;
    json.end()
}

fn kind(said: &Value) -> Kind {
    match text(said, &["type"]).as_deref() {
        Some("package_vulnerability") => Kind::Sca,
        Some("license") => Kind::License,
        Some("cloud") => Kind::Cloud,
        Some("config") => Kind::Iac,
        Some("custom") if said.pointer("/coordinates/0/representations/0/dependency").is_some() => Kind::Sca,
        _ => Kind::Sast,
    }
}

fn fill(finding: &mut Finding, said: &Value) {
    if let Some(raw) = text(said, &["effective_severity_level", "severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description = text(said, &["description"]).filter(|told| *told != finding.title);
    let classes: Vec<String> = items(said, "classes").iter().filter_map(|class| text(class, &["id"])).collect();
    sca::weaknesses(finding, classes.iter().map(String::as_str).filter(|id| id.to_ascii_uppercase().starts_with("CWE")));
    let problems: Vec<String> = items(said, "problems").iter().filter_map(|problem| text(problem, &["id"])).collect();
    if let Some((first, others)) = problems.split_first() {
        sca::identify(finding, first, others.iter().map(String::as_str));
    }
    finding.references = items(said, "problems").iter().filter_map(|problem| text(problem, &["url"])).collect();
    for assessed in items(said, "severities") {
        sca::assessed(
            finding,
            text(assessed, &["vector"]).as_deref(),
            number(assessed, &["score"]),
            text(assessed, &["source"]).as_deref(),
        );
    }
    finding.first_seen_by_tool = text(said, &["created_at"]).as_deref().and_then(Timestamp::lenient);
    if yes(said, &["ignored"]) {
        finding.suppressed = Some(Suppression { by: "Snyk".to_owned(), reason: Some("ignored".to_owned()) });
    }
    let coordinates = items(said, "coordinates");
    let verdict = coordinates.iter().find_map(|place| text(place, &["reachability"]));
    finding.reachability = verdict
        .filter(|verdict| !matches!(verdict.as_str(), "not-applicable" | "no-info"))
        .map(|verdict| Reachability { verdict, source: Some("Snyk".to_owned()) });
    for place in coordinates.iter().flat_map(|place| items(place, "representations")) {
        located(finding, place);
    }
}

fn located(finding: &mut Finding, place: &Value) {
    if let (Some(source), None) = (at(place, "sourceLocation"), &finding.location.path) {
        let to = &mut finding.location;
        to.path = text(source, &["file"]);
        to.start_line = position(source, &["region.start.line"]);
        to.end_line = position(source, &["region.end.line"]).or(to.start_line);
        to.start_column = position(source, &["region.start.column"]);
        to.end_column = position(source, &["region.end.column"]);
        to.commit = text(source, &["commit_id"]);
    }
    if let (Some(dependency), None) = (at(place, "dependency"), &finding.package) {
        let package = finding.package_mut();
        package.name = text(dependency, &["package_name"]);
        package.version = text(dependency, &["package_version"]);
    }
    if finding.location.resource.is_none() {
        finding.location.resource = text(place, &["cloud_resource.resource.native_id", "cloud_resource.resource.name", "resourcePath"]);
        finding.location.resource_type = text(place, &["cloud_resource.resource.type", "cloud_resource.resource.resource_type"]);
    }
}
