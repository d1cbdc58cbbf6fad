//! GitLab Code Quality and Code Climate issues, JSON: what many linters write with `--format gitlab` or `codeclimate`.
//!
//! Make it with `hadolint --format gitlab_codeclimate Dockerfile > codeclimate.json`.
//!
//! - index: the elements of the array.
//! - `check_name` is the rule, `description` the title, `content.body` the description.
//! - severity: blocker critical, critical high, major medium, minor low, info info. Hadolint writes its error as blocker, its style as minor: there
//!   blocker is high and minor info, as in its other formats.
//! - `location.lines.begin` or `location.positions.begin.line`, from 1; there are columns in positions.
//! - the tool is not named: rules `DL…` and `SC…` are Hadolint's; otherwise it is *Code Quality*.
//! - `fingerprint` is kept and not trusted: what it is made of is up to the tool.
//! - an empty array says nothing: not even which tool wrote it.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// GitLab's Code Quality report, a subset of Code Climate's.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-code-quality",
    name: "GitLab Code Quality (Code Climate)",
    kinds: &[Kind::Sast, Kind::Iac],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let place = head.has("[].location.lines") || head.has("[].location.positions");
    // GitLab itself asks for a description, a fingerprint and a place alone.
    let named = ["[].check_name", "[].fingerprint", "[].description"].iter().filter(|name| head.has(name)).count();
    Match::sure_if(head.has("[].location.path") && place && named >= 2)
}

#[derive(Deserialize)]
struct Row {
    /// GitLab does not ask for it.
    #[serde(default, deserialize_with = "lenient::text")]
    check_name: Option<String>,
    description: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    fingerprint: Option<String>,
    #[serde(default)]
    content: Value,
    location: Place,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    #[serde(default)]
    lines: Value,
    #[serde(default)]
    positions: Value,
}

fn is_hadolint(rule: &str) -> bool {
    let number = rule.strip_prefix("DL").or_else(|| rule.strip_prefix("SC"));
    number.is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let hadolint = input.head().value("[].check_name").is_some_and(is_hadolint);
    out.run(if hadolint { "Hadolint" } else { "Code Quality" });
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| out.finding(finding(row, hadolint)))?;
    json.end()
}

fn finding(row: Row, hadolint: bool) -> Finding {
    let kind = if hadolint { Kind::Iac } else { Kind::Sast };
    let mut finding = Finding::new(kind, row.check_name.unwrap_or_else(|| first_line(&row.description)), first_line(&row.description));
    if let Some(raw) = row.severity {
        let severity = match raw.to_ascii_lowercase().as_str() {
            "blocker" if !hadolint => Severity::Critical,
            "blocker" | "critical" => Severity::High,
            // `normal` is the older word of Code Climate's engines.
            "major" | "normal" => Severity::Medium,
            "minor" if !hadolint => Severity::Low,
            "minor" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    finding.description = row.content.get("body").and_then(lenient::scalar);
    let number =
        |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    let place = &mut finding.location;
    place.path = Some(row.location.path);
    place.start_line = number(row.location.lines.get("begin")).or_else(|| number(row.location.positions.pointer("/begin/line")));
    let end = number(row.location.lines.get("end")).or_else(|| number(row.location.positions.pointer("/end/line")));
    place.end_line = end.or(place.start_line);
    place.start_column = number(row.location.positions.pointer("/begin/column"));
    if let Some(fingerprint) = row.fingerprint {
        finding.fingerprint("fingerprint", fingerprint);
    }
    finding
}
