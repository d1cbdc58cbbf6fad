//! ESLint (linter of JavaScript and TypeScript with security plug-ins), JSON. Versions seen: 6 to 10; `json` and `json-with-metadata`.
//!
//! Make it with `eslint --format json --output-file eslint.json .`.
//!
//! - index: `[].messages[]`, files laid end to end. A message without a rule is a file that could not be parsed: no finding, and the file is
//!   unread. `suppressedMessages[]` are findings with their suppression; they come behind all others and move no index.
//! - `ruleId` is the rule, `message` the title; the plug-ins' rules have no CWE in the report.
//! - severity: 2 (error) high, 1 (warn) medium.
//! - lines and columns start at 1, the end column is exclusive; both can be trusted.
//! - `source` holds the whole file: the lines of the finding become the snippet, the rest is dropped.
//! - coverage: every file of the report was looked at; they stand for their common folder. Files without a message are passed results.
//!   `rulesMeta` names the rules that fired, so no list of rules is claimed. No fingerprint, no time, no version.
//! - left out: fixes, deprecated rules, counts.

use model::{Finding, Kind, Severity, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::wording::{beyond, first_line};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most lines of a file that become a snippet.
const MOST_LINES: usize = 20;

/// The formats `json` and `json-with-metadata` of ESLint.
pub(crate) static FORMAT: Format =
    Format { id: "eslint", name: "ESLint", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    // `messages` may lie behind a cut; secretlint has the same rows with another set of members.
    let of = |top: &str| {
        head.has(&format!("{top}[].filePath")) && head.has(&format!("{top}[].messages")) && !head.has(&format!("{top}[].sourceContentType"))
    };
    let counts = |top: &str| head.has(&format!("{top}[].errorCount")) || head.has(&format!("{top}[].messages[].ruleId"));
    Match::sure_if((of("") && counts("") && !head.has("[].sourceContent")) || (of("results") && counts("results")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_path: String,
    messages: Vec<Value>,
    #[serde(default)]
    suppressed_messages: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default, deserialize_with = "lenient::text")]
    rule_id: Option<String>,
    message: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::list")]
    suppressions: Vec<Stated>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stated {
    #[serde(deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    justification: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ESLint");
    let mut suppressed = Vec::new();
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        files(&mut json, out, &mut suppressed)?;
    } else {
        json.object(|json, key| if key == "results" { files(json, out, &mut suppressed) } else { Ok(()) })?;
    }
    for finding in suppressed {
        out.finding(finding);
    }
    json.end()
}

fn files(json: &mut Json<'_>, out: &mut Output<'_>, suppressed: &mut Vec<Finding>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        match json.row::<File>()? {
            Ok(read) => file(&place, read, out, suppressed),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })
}

fn file(place: &str, file: File, out: &mut Output<'_>, suppressed: &mut Vec<Finding>) {
    out.scanned_file(&file.file_path);
    let claims = &mut out.this().claims;
    claims.ran = true;
    claims.passed += u64::from(file.messages.is_empty());
    let source = file.source.as_deref();
    for (position, message) in file.messages.into_iter().enumerate() {
        match serde_json::from_value::<Message>(message) {
            Ok(message) if message.rule_id.is_none() => {
                out.no_finding();
                out.this().claims.unread.push(file.file_path.clone());
            }
            Ok(message) => out.finding(finding(&file.file_path, source, message)),
            Err(error) => out.bad_row(format!("{place}.messages[{position}]"), error.to_string()),
        }
    }
    for (position, message) in file.suppressed_messages.into_iter().flatten().enumerate() {
        match serde_json::from_value::<Message>(message) {
            Ok(message) if message.rule_id.is_none() => {}
            Ok(message) => suppressed.push(finding(&file.file_path, source, message)),
            Err(error) => out.warn(format!("{place}.suppressedMessages[{position}]"), error.to_string()),
        }
    }
}

fn finding(path: &str, source: Option<&str>, message: Message) -> Finding {
    let mut finding = Finding::new(Kind::Sast, message.rule_id.unwrap_or_default(), first_line(&message.message));
    finding.description = beyond(&finding.title, &message.message);
    if let Some(raw) = message.severity {
        let severity = match raw.as_str() {
            "2" => Severity::High,
            "1" => Severity::Medium,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let place = &mut finding.location;
    place.path = Some(path.to_owned());
    place.start_line = message.line.filter(|line| *line > 0);
    place.end_line = message.end_line.filter(|line| *line > 0).or(place.start_line);
    place.start_column = message.column.filter(|column| *column > 0);
    place.end_column = message.end_column.filter(|column| *column > 0);
    if let (Some(source), Some(start), Some(end)) = (source, place.start_line, place.end_line) {
        let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
        let count = usize::try_from(end.saturating_sub(start)).unwrap_or(0).saturating_add(1).min(MOST_LINES);
        let lines: Vec<_> = source.lines().skip(skipped).take(count).collect();
        finding.snippet = Some(lines.join("\n")).filter(|text| !text.is_empty());
    }
    let stated = message.suppressions.into_iter().next();
    finding.suppressed =
        stated.map(|stated| Suppression { by: stated.kind.unwrap_or_else(|| "directive".to_owned()), reason: stated.justification });
    finding
}
