//! The report of the library under njsscan and mobsfscan.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::wording::{add_cwes, add_unread, beyond, first_line};
use crate::read::lenient;
use crate::{Input, Output, ParseError};

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    files: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    metadata: Metadata,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(deserialize_with = "lenient::texts")]
    reference: Vec<String>,
}

#[derive(Deserialize)]
struct Place {
    file_path: String,
    #[serde(default, deserialize_with = "lenient::list")]
    match_lines: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::list")]
    match_position: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    match_string: Option<String>,
}

/// Reads a report: sections of rules, each with the files where it matched. A rule without files (a safeguard that is nowhere) is a finding
/// without a place and comes behind all others, so that it moves no index.
pub(super) fn parse(input: &Input, out: &mut Output<'_>, tool: &str, version_key: &str) -> Result<(), ParseError> {
    out.run(tool).tool_version = version(input, version_key)?;
    let mut placeless = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "nodejs" | "templates" | "results" => json.object(|json, rule_id| {
            let place = json.place();
            match json.row::<Rule>()? {
                Ok(rule) => {
                    if rule.files.as_ref().is_none_or(Vec::is_empty) {
                        placeless.push(finding(rule_id, &rule.metadata, None));
                    }
                    for (position, file) in rule.files.into_iter().flatten().enumerate() {
                        match serde_json::from_value::<Place>(file) {
                            Ok(file) => out.finding(finding(rule_id, &rule.metadata, Some(file))),
                            Err(error) => out.bad_row(format!("{place}.files[{position}]"), error.to_string()),
                        }
                    }
                }
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        "errors" => json.array(|json, _| {
            let error = json.row::<Value>()?.unwrap_or_default();
            let path = error.get("path").and_then(Value::as_str).map(str::to_owned);
            let claims = &mut out.this().claims;
            match path {
                Some(path) => add_unread(&mut claims.unread, &path),
                None => {
                    let message = error.get("message").and_then(Value::as_str).unwrap_or("no message");
                    claims.partial.get_or_insert_with(|| format!("the tool reports an error: {}", first_line(message)));
                }
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    for finding in placeless {
        out.finding(finding);
    }
    json.end()
}

fn version(input: &Input, key: &str) -> Result<Option<String>, ParseError> {
    let mut version = None;
    input.json()?.object(|json, found| {
        if found == key {
            version = json.row::<String>()?.ok();
        }
        Ok(())
    })?;
    Ok(version)
}

fn finding(rule_id: &str, metadata: &Metadata, place: Option<Place>) -> Finding {
    let message = metadata.description.as_deref().unwrap_or(rule_id);
    let mut finding = Finding::new(Kind::Sast, rule_id, first_line(message));
    finding.description = beyond(&finding.title, message);
    if let Some(raw) = &metadata.severity {
        finding.set_severity(raw, Severity::from_word(raw));
    }
    add_cwes(&mut finding.cwes, metadata.cwe.iter().map(String::as_str));
    finding.references.clone_from(&metadata.reference);
    if let Some(place) = place {
        finding.location.path = Some(place.file_path);
        finding.location.start_line = place.match_lines.first().copied().filter(|line| *line > 0);
        finding.location.end_line = place.match_lines.get(1).copied().filter(|line| *line > 0).or(finding.location.start_line);
        // Matches of plain patterns count from the start of the file instead of the line: only what can be columns is taken.
        if let (Some(start), Some(end)) = (place.match_position.first(), place.match_position.get(1)) {
            let longest = place.match_string.as_deref().unwrap_or_default().lines().map(str::len).max().unwrap_or(0);
            if *start > 0 && usize::try_from(*start.max(end)).is_ok_and(|column| column <= longest + 1) {
                (finding.location.start_column, finding.location.end_column) = (Some(*start), Some(*end));
            }
        }
        finding.snippet = place.match_string;
    }
    finding
}
