//! Kingfisher (secrets), JSON. Versions seen: 1.20 to 2.14.
//!
//! Make it with `kingfisher scan . --format json -o kingfisher.json`.
//!
//! - index: `findings[]`; in older versions a list of findings, or of rules with their `matches[]`, laid end to end.
//! - `rule.id` is the rule, `rule.description` the description, `rule.name` the title.
//! - severity: the tool has none in this format. Its SARIF derives a level from the confidence, and so does Muster: high is high, medium medium,
//!   low info.
//! - `line` starts at 1; `column_start` and `column_end` at 0, both inclusive: turned into columns from 1 with an exclusive end.
//! - the value (`finding.snippet`) becomes evidence and stands nowhere else; `validate_command` repeats it and is dropped. The fingerprint is a
//!   hash over the value and is dropped too.
//! - `validation.status` *Active Credential* is verified, *Inactive Credential* is not; a credential that was not tried has no word.
//! - coverage: `audit.summary` shows that the scan ran or in part failed; `metadata` gives version and time. No list of active rules.

use model::{Finding, Kind, Run, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::secret_value::{evidence, secret};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kingfisher scan --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "kingfisher", name: "Kingfisher", kinds: &[Kind::Secret], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| head.has(&format!("{top}[].rule.id")) && head.has(&format!("{top}[].finding.path"));
    let audit = head.value("audit.schema").is_some_and(|schema| schema.starts_with("kingfisher"));
    Match::sure_if(row("findings") || row("") || row("[].matches") || audit || head.has("metadata.kingfisher_version"))
}

#[derive(Deserialize)]
struct Row {
    rule: Rule,
    finding: Found,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    path: String,
    #[serde(default, deserialize_with = "lenient::text")]
    snippet: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column_start: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column_end: Option<u32>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    validation: Validation,
    #[serde(default)]
    git_metadata: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Validation {
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        out.run("Kingfisher");
        older(&mut json, out)?;
        return json.end();
    }
    *out.run("") = head(input)?;
    json.object(|json, key| if key == "findings" { json.rows(out, |out, row: Row| out.finding(finding(row))) } else { Ok(()) })?;
    json.end()
}

/// What stands behind the findings.
fn head(input: &Input) -> Result<Run, ParseError> {
    let mut run = Run { tool: "Kingfisher".to_owned(), ..Run::default() };
    input.json()?.object(|json, key| {
        match key {
            "audit" => {
                let audit = json.row::<Value>()?.unwrap_or_default();
                let count = |name: &str| audit.pointer(&format!("/summary/{name}")).and_then(Value::as_u64).unwrap_or(0);
                run.claims.ran = count("scan_succeeded") > 0;
                let lost = count("scan_failed") + count("scan_partial") + count("fetch_failed") + count("pending");
                if lost > 0 {
                    run.claims.partial = Some(format!("{lost} repositories were not scanned whole"));
                }
            }
            "metadata" => {
                let metadata = json.row::<Value>()?.unwrap_or_default();
                let text = |name: &str| metadata.get(name).and_then(Value::as_str);
                run.tool_version = text("kingfisher_version").map(str::to_owned);
                run.at = text("scan_timestamp").or_else(|| text("generated_at")).and_then(Timestamp::lenient);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(run)
}

fn older(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        let element = json.row::<Value>()?.unwrap_or_default();
        let rows = match element.get("matches") {
            Some(Value::Array(matches)) => matches.clone(),
            _ => vec![element],
        };
        for row in rows {
            match serde_json::from_value::<Row>(row) {
                Ok(row) => out.finding(finding(row)),
                Err(error) => out.bad_row(place.clone(), error.to_string()),
            }
        }
        Ok(())
    })
}

fn finding(row: Row) -> Finding {
    let title = row.rule.name.unwrap_or_else(|| row.rule.id.clone());
    let mut finding = secret(row.rule.id, title);
    finding.description = row.rule.description;
    finding.severity = match row.finding.confidence.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "low" => Severity::Info,
        "medium" => Severity::Medium,
        _ => Severity::High,
    };
    finding.confidence = row.finding.confidence;
    let place = &mut finding.location;
    place.path = Some(row.finding.path);
    place.start_line = row.finding.line.filter(|line| *line > 0);
    place.start_column = row.finding.column_start.and_then(|column| column.checked_add(1));
    let value = row.finding.snippet.unwrap_or_default();
    let further_lines = value.trim_end().lines().count().saturating_sub(1);
    place.end_line = place.start_line.and_then(|line| line.checked_add(u32::try_from(further_lines).ok()?));
    place.end_column = row.finding.column_end.filter(|_| further_lines == 0).and_then(|column| column.checked_add(2));
    place.commit = row.finding.git_metadata.pointer("/commit/id").and_then(Value::as_str).map(str::to_owned);
    finding.secret = evidence(&value);
    finding.verified = match row.finding.validation.status.as_deref() {
        Some("Active Credential") => Some(true),
        Some("Inactive Credential") => Some(false),
        _ => None,
    };
    finding
}
