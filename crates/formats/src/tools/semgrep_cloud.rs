//! Findings of Semgrep's platform (AppSec Platform, formerly Semgrep Pro or Cloud), as its API gives them.
//!
//! Make it with `GET https://semgrep.dev/api/v1/deployments/{slug}/findings`.
//!
//! - index: `findings[]`.
//! - `rule_name` is the rule, the first line of `rule_message` the title, `rule.cwe_names` the CWE.
//! - severity: `critical`, `high`, `medium`, `low` as they stand; `confidence` is the tool's word.
//! - lines and columns start at 1.
//! - `match_based_id` and `id` are kept as fingerprints; neither is trusted: they change with the path.
//! - status `fixed` or `removed` is resolved; `ignored` and triage states `ignored`, `reviewing` of status ignored are suppressions with the
//!   triage reason. `validation_state`, `reachability` and `found_dependency` of secrets and supply chain are read where they stand.
//! - target: the repository of the first finding. A page of a search is part of the findings: absence proves nothing (read-only).

use model::{Finding, Kind, Reachability, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::semgrep_rules;
use super::wording::{add_cwes, beyond, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of the platform's findings API.
pub(crate) static FORMAT: Format = Format {
    id: "semgrep-cloud",
    name: "Semgrep AppSec Platform",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Secret],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let bare: String = if head.is_cut() { String::new() } else { head.text().chars().filter(|c| !c.is_whitespace()).take(30).collect() };
    Match::sure_if(head.has_all(&["findings[].rule_name", "findings[].match_based_id"]) || bare == r#"{"findings":[]}"#)
}

#[derive(Deserialize)]
struct Row {
    rule_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    rule_message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    match_based_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    triage_reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    triage_comment: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    line_of_code_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    r#ref: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    validation_state: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    vulnerability_identifier: Option<String>,
    #[serde(default)]
    reachability: Value,
    #[serde(default)]
    found_dependency: Value,
    #[serde(default)]
    repository: Value,
    location: Place,
    #[serde(default, deserialize_with = "lenient::or_default")]
    rule: Rule,
}

#[derive(Deserialize)]
struct Place {
    file_path: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_column: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rule {
    #[serde(deserialize_with = "lenient::texts")]
    cwe_names: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Semgrep").claims.partial = Some("a page of the platform's findings".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "findings" {
            return Ok(());
        }
        json.rows(out, |out, row: Row| {
            let run = out.this();
            if run.repository.is_none() {
                run.repository = row.repository.get("url").or(row.repository.get("name")).and_then(lenient::scalar);
                run.branch.clone_from(&row.r#ref);
            }
            out.finding(finding(row));
        })
    })?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let message = row.rule_message.unwrap_or_default();
    let title = Some(first_line(&message)).filter(|title| !title.is_empty()).unwrap_or_else(|| row.rule_name.clone());
    let mut finding = Finding::new(semgrep_rules::kind(&row.rule_name), row.rule_name, title);
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    finding.description = beyond(&finding.title, &message);
    finding.confidence = row.confidence;
    add_cwes(&mut finding.cwes, row.rule.cwe_names.iter().map(String::as_str));
    finding.location.path = Some(row.location.file_path);
    finding.location.start_line = row.location.line;
    finding.location.end_line = row.location.end_line.or(row.location.line);
    finding.location.start_column = row.location.column;
    finding.location.end_column = row.location.end_column;
    for (name, value) in [("matchBasedId/v1", row.match_based_id), ("id", row.id)] {
        if let Some(value) = value {
            finding.fingerprint(name, value);
        }
    }
    finding.first_seen_by_tool = row.created_at.as_deref().and_then(Timestamp::lenient);
    finding.url = row.line_of_code_url;
    if row.status.as_deref() == Some("ignored") {
        finding.suppressed = Some(Suppression { by: "triage".to_owned(), reason: row.triage_comment.or(row.triage_reason) });
    }
    if let Some(status) = row.status.as_deref().filter(|status| matches!(*status, "fixed" | "removed")) {
        finding.resolve("Semgrep", status);
    }
    finding.verified = match row.validation_state.as_deref() {
        Some("confirmed_valid") => Some(true),
        Some("confirmed_invalid") => Some(false),
        _ => None,
    };
    finding.identifiers.extend(row.vulnerability_identifier);
    if row.found_dependency.is_object() {
        let text = |key: &str| row.found_dependency.get(key).and_then(lenient::scalar);
        finding.kind = Kind::Sca;
        let package = finding.package_mut();
        (package.name, package.version, package.ecosystem) = (text("package"), text("version"), text("ecosystem"));
        package.file = text("lockfile_path").or_else(|| text("manifest_path"));
        package.direct = text("transitivity").and_then(|word| match word.as_str() {
            "direct" => Some(true),
            "transitive" => Some(false),
            _ => None,
        });
        let verdict = lenient::scalar(&row.reachability);
        finding.reachability = verdict.map(|verdict| Reachability { verdict, source: Some("Semgrep".to_owned()) });
    }
    finding
}
