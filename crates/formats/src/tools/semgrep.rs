//! Semgrep (SAST, supply chain, secrets), JSON of the command line. Versions seen: 0.5 to 1.182, OSS and Pro.
//!
//! Make it with `semgrep scan --config auto --json --output semgrep.json` or `semgrep ci --json --output semgrep.json`.
//!
//! - index: `results[]`.
//! - `check_id` is the rule, the first line of `extra.message` the title, `extra.metadata.cwe` the CWE, `extra.lines` the snippet (without a
//!   login Semgrep writes `requires login` there and as fingerprint: both are left out).
//! - kind by the rule's name (`generic.secrets` secret, `terraform` IaC, `github-actions` pipeline …); a result with `sca_info` is SCA.
//! - severity: ERROR high, WARNING medium, INFO low (Semgrep's own table), CRITICAL to LOW as they stand, INVENTORY and EXPERIMENT info.
//! - lines and columns start at 1, the end column is exclusive; both can be trusted.
//! - flow: `extra.dataflow_trace` from source over variables to sink; a call inside it becomes its steps.
//! - supply chain: package, version, lockfile, transitivity and reachability from `extra.sca_info`, identifier and fixed versions from
//!   `metadata.sca-vuln-database-identifier` and `metadata.sca-fix-versions`.
//! - secrets: `validation_state` CONFIRMED_VALID is verified, CONFIRMED_INVALID is not; the value is not shown apart from the code.
//! - no fingerprint is trusted: `extra.fingerprint` changes with the path and the order of matches.
//! - coverage: `paths.scanned` stands for its common folder and shows that a scan ran. A file named in `errors[]` (syntax, time-out) is
//!   unread; an error of level `error` without a file, or skipped rules, make the report partial. Semgrep names no active rules.
//! - left out: `metavars`, timing, `paths.skipped` (ignored by choice), OWASP and ASVS references.

use std::collections::BTreeMap;

use model::{Finding, FlowStep, Kind, Reachability, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::semgrep_rules;
use super::wording::{add_cwes, add_unread, beyond, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `semgrep --json`.
pub(crate) static FORMAT: Format = Format {
    id: "semgrep",
    name: "Semgrep",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Secret, Kind::Iac, Kind::Pipeline],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let by_result = head.has_all(&["results[].check_id", "results[].extra"]);
    let by_paths = head.has_all(&["results", "errors", "paths"]) && head.has_all(&["version"]) && !head.has("metrics");
    // Old versions write nothing but these two lists.
    let bare: String = if head.is_cut() { String::new() } else { head.text().chars().filter(|c| !c.is_whitespace()).take(40).collect() };
    let is_bare = bare == r#"{"results":[],"errors":[]}"# || bare == r#"{"errors":[],"results":[]}"#;
    Match::sure_if(by_result || by_paths || is_bare)
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Point {
    #[serde(deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    col: Option<u32>,
}

#[derive(Deserialize)]
struct Row {
    check_id: String,
    path: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    start: Point,
    #[serde(default, deserialize_with = "lenient::or_default")]
    end: Point,
    extra: Extra,
}

#[derive(Deserialize)]
struct Extra {
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    lines: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    fingerprint: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    fix: Option<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_ignored: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    validation_state: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    metadata: Metadata,
    #[serde(default)]
    dataflow_trace: Value,
    #[serde(default)]
    sca_info: Value,
    #[serde(default)]
    historical_info: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    references: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(rename = "sca-vuln-database-identifier", deserialize_with = "lenient::text")]
    sca_identifier: Option<String>,
    #[serde(rename = "sca-fix-versions", deserialize_with = "lenient::list")]
    sca_fixes: Vec<BTreeMap<String, String>>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Semgrep").tool_version = version(input)?;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" => json.rows(out, |out, row: Row| out.finding(finding(row))),
        "errors" => json.array(|json, _| {
            error(out, &json.row::<Value>()?.unwrap_or_default());
            Ok(())
        }),
        "paths" => json.object(|json, key| {
            if key != "scanned" {
                return Ok(());
            }
            json.rows(out, |out, path: String| {
                out.this().claims.ran = true;
                out.scanned_file(&path);
            })
        }),
        "skipped_rules" => json.array(|json, _| {
            let rule = json.row::<Value>()?.unwrap_or_default();
            let name = rule.get("rule_id").and_then(Value::as_str).unwrap_or("a rule").to_owned();
            out.this().claims.partial.get_or_insert_with(|| format!("the tool skipped rules it could not read: {name}"));
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

/// The version stands behind the results in many versions, and each finding carries it.
fn version(input: &Input) -> Result<Option<String>, ParseError> {
    let mut version = None;
    input.json()?.object(|json, key| {
        if key == "version" {
            version = json.row::<String>()?.ok();
        }
        Ok(())
    })?;
    Ok(version)
}

fn error(out: &mut Output<'_>, error: &Value) {
    let text = |key: &str| error.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let spans = error.get("spans").and_then(Value::as_array).into_iter().flatten();
    let mut places: Vec<&str> = text("path").into_iter().chain(spans.filter_map(|span| span.get("file")?.as_str())).collect();
    places.sort_unstable();
    places.dedup();
    let claims = &mut out.this().claims;
    if places.is_empty() && text("level") == Some("error") {
        let message = first_line(text("message").or_else(|| text("long_msg")).unwrap_or("no message"));
        claims.partial.get_or_insert_with(|| format!("the tool reports an error: {message}"));
    }
    for place in places {
        add_unread(&mut claims.unread, place);
    }
}

/// What Semgrep writes in the place of what it shows only to users who are logged in.
fn shown(text: Option<String>) -> Option<String> {
    text.filter(|text| text != "requires login")
}

fn finding(row: Row) -> Finding {
    let extra = row.extra;
    let message = extra.message.unwrap_or_default();
    let title = Some(first_line(&message)).filter(|title| !title.is_empty()).unwrap_or_else(|| row.check_id.clone());
    let mut finding = Finding::new(semgrep_rules::kind(&row.check_id), row.check_id, title);
    if let Some(raw) = extra.severity {
        let severity = semgrep_rules::severity(&raw);
        finding.set_severity(raw, severity);
    }
    finding.description = beyond(&finding.title, &message);
    add_cwes(&mut finding.cwes, extra.metadata.cwe.iter().map(String::as_str));
    finding.confidence = extra.metadata.confidence;
    finding.references = extra.metadata.references.into_iter().chain(extra.metadata.source).collect();
    finding.remediation = extra.fix.map(|fix| format!("Replace the code with: {fix}"));
    let place = &mut finding.location;
    (place.start_line, place.start_column) = (row.start.line.filter(|line| *line > 0), row.start.col);
    (place.end_line, place.end_column) = (row.end.line.or(row.start.line).filter(|line| *line > 0), row.end.col);
    place.path = Some(row.path);
    place.commit = extra.historical_info.get("git_commit").and_then(Value::as_str).map(str::to_owned);
    finding.snippet = shown(extra.lines);
    if let Some(fingerprint) = shown(extra.fingerprint) {
        finding.fingerprint("matchBasedId/v1", fingerprint);
    }
    if extra.is_ignored == Some(true) {
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: None });
    }
    match extra.validation_state.as_deref() {
        Some("CONFIRMED_VALID") => finding.verified = Some(true),
        Some("CONFIRMED_INVALID") => finding.verified = Some(false),
        _ => {}
    }
    finding.flow = flow(&extra.dataflow_trace);
    if extra.sca_info.is_object() {
        supply_chain(&mut finding, &extra.sca_info, extra.metadata.sca_identifier, &extra.metadata.sca_fixes);
    }
    finding
}

fn supply_chain(finding: &mut Finding, info: &Value, identifier: Option<String>, fixes: &[BTreeMap<String, String>]) {
    let text = |path: &str| info.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    finding.kind = Kind::Sca;
    finding.identifiers.extend(identifier);
    let found = "/dependency_match/found_dependency";
    let package = finding.package_mut();
    package.name = text(&format!("{found}/package"));
    package.version = text(&format!("{found}/version"));
    package.ecosystem = text(&format!("{found}/ecosystem"));
    package.file = text("/dependency_match/lockfile").or_else(|| text(&format!("{found}/lockfile_path")));
    package.direct = match text(&format!("{found}/transitivity")).as_deref() {
        Some("direct") => Some(true),
        Some("transitive") => Some(false),
        _ => None,
    };
    package.fixed = fixes.iter().flat_map(BTreeMap::values).cloned().collect();
    if let Some(reachable) = info.get("reachable").and_then(Value::as_bool) {
        let by_code = info.get("reachability_rule").and_then(Value::as_bool).unwrap_or(true);
        // Without a rule that looks at code, `reachable: false` only says that code was not looked at.
        if reachable || by_code {
            let verdict = if reachable { "reachable" } else { "unreachable" };
            finding.reachability = Some(Reachability { verdict: verdict.to_owned(), source: Some("Semgrep".to_owned()) });
        }
    }
}

/// Source, variables in between, sink. `["CliLoc", [place, code]]` is a place, `["CliCall", [[place, code], variables, call]]` a call with
/// what happens inside.
fn flow(trace: &Value) -> Vec<FlowStep> {
    let mut steps = Vec::new();
    if let Some(source) = trace.get("taint_source") {
        call(source, &mut steps);
    }
    variables(trace.get("intermediate_vars"), &mut steps);
    if let Some(sink) = trace.get("taint_sink") {
        call(sink, &mut steps);
    }
    steps
}

fn call(mut value: &Value, steps: &mut Vec<FlowStep>) {
    // Calls are nested as deep as the JSON, which serde_json bounds.
    loop {
        let Some(body) = value.get(1) else { return };
        match value.get(0).and_then(Value::as_str) {
            Some("CliLoc") => {
                steps.extend(step(body.get(0), body.get(1)));
                return;
            }
            Some("CliCall") => {
                steps.extend(step(body.pointer("/0/0"), body.pointer("/0/1")));
                variables(body.get(1), steps);
                let Some(inner) = body.get(2) else { return };
                value = inner;
            }
            // Versions before 1.0 give the place alone.
            _ => {
                steps.extend(step(value.get("location").or(value.get(0)), value.get("content").or(value.get(1))));
                return;
            }
        }
    }
}

fn variables(list: Option<&Value>, steps: &mut Vec<FlowStep>) {
    for variable in list.and_then(Value::as_array).into_iter().flatten() {
        steps.extend(step(variable.get("location"), variable.get("content")));
    }
}

fn step(place: Option<&Value>, code: Option<&Value>) -> Option<FlowStep> {
    let place = place?;
    let line = |end: &str| place.pointer(end).and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok());
    Some(FlowStep {
        path: Some(place.get("path")?.as_str()?.to_owned()),
        line: line("/start/line"),
        end_line: line("/end/line"),
        symbol: None,
        message: code.and_then(Value::as_str).map(str::to_owned),
    })
}
