//! Whispers (secrets in configuration files), JSON. Versions seen: 1.5 to 2.4.
//!
//! Make it with `whispers -o whispers.json DIR` (version 2 prints the same list on the terminal).
//!
//! - index: `[]`.
//! - `rule_id` is the rule (else `message`), `message` with `key` the title. `value` is evidence and stands in no text, except that of the rules
//!   about file names and comments, where it is no secret.
//! - severity: up to 2.1 SonarQube's old words in capitals (`BLOCKER` critical, `CRITICAL` high, `MAJOR` medium, `MINOR` low, `INFO`); from 2.2
//!   on `Critical`, `High`, `Medium`, `Low`, `Info` as they stand.
//! - place: `file` and `line`, which starts at 1; 0 is none. `key` tells two secrets of one rule in one file apart.
//! - coverage: the report has no word about the run; `[]` is not recognised without `--format whispers`. No time, version or fingerprint.

use model::{Finding, Severity};
use serde_json::Value;

use super::loose::{position, text};
use super::secret_value::{evidence, secret};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Whispers.
pub(crate) static FORMAT: Format = Format {
    id: "whispers",
    name: "Whispers",
    kinds: &[model::Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| ["key", "value", "file", "message", "severity"].iter().all(|name| head.has(&format!("{top}{name}")));
    Match::sure_if(row("[].") || (head.is_json_object() && row("") && !head.is_json_lines()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Whispers");
    // Version 1 writes one object a line.
    if input.head().is_json_object() {
        return crate::read::lines::json(input, out, row);
    }
    let mut json = input.json()?;
    json.rows(out, row)?;
    json.end()
}

fn row(out: &mut Output<'_>, row: Value) {
    let message = text(&row, &["message"]);
    let Some(rule) = text(&row, &["rule_id", "rule"]).or_else(|| message.clone()) else {
        return out.bad_row(format!("[{}]", out.next_index()), "neither rule_id nor message");
    };
    out.finding(finding(&row, &rule, &message.unwrap_or_else(|| rule.clone())));
}

fn finding(row: &Value, rule: &str, message: &str) -> Finding {
    let key = text(row, &["key"]);
    let title = key.as_ref().map_or_else(|| message.to_owned(), |key| format!("{message} in `{key}`"));
    let mut finding = secret(rule, title);
    if let Some(raw) = text(row, &["severity"]) {
        let severity = match raw.as_str() {
            "BLOCKER" => Severity::Critical,
            "CRITICAL" => Severity::High,
            "MAJOR" => Severity::Medium,
            "MINOR" => Severity::Low,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    finding.location.path = text(row, &["file"]);
    finding.location.start_line = position(row, &["line"]);
    finding.location.end_line = finding.location.start_line;
    finding.distinct = key;
    finding.secret = text(row, &["value"]).filter(|_| rule != "file-known" && rule != "comment").and_then(|value| evidence(&value));
    finding
}
