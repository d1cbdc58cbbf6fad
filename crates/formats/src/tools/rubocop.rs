//! RuboCop (Ruby linter with the department `Security`), JSON. Versions seen: 1.13 to 1.60.
//!
//! Make it with `rubocop --format json --out rubocop.json`; `--only Security` looks for security alone.
//!
//! - index: `files[].offenses[]`, files laid end to end. Offences of the departments that are about style and structure (`Layout`, `Style`,
//!   `Metrics`, `Naming`, `Lint` …) are no finding. Those of `Security`, of the two cops of `Rails` about output and links, and of departments
//!   of one's own are.
//! - `cop_name` is the rule, `message` the title.
//! - severity: `info` info, `refactor` low, `convention` and `warning` medium (which of the two a cop of `Security` has changed between versions), `error` high, `fatal` critical.
//! - lines and columns start at 1; `last_column` is the last character, so the end column is one more. Older reports have `line`, `column`
//!   and `length` alone.
//! - an offence `corrected: true` was mended in the run: a passed result.
//! - `Lint/Syntax` names a file that could not be parsed: nothing closes there.
//! - coverage: every file of the report was looked at; they stand for their common folder. `summary.inspected_file_count` over 0 shows that
//!   the run took place. No fingerprint, no time.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::loose::{at, position, rows, text, yes};
use super::wording::first_line;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Departments about style, structure and speed.
const QUALITY: [&str; 18] = [
    "Layout",
    "Style",
    "Lint",
    "Metrics",
    "Naming",
    "Bundler",
    "Gemspec",
    "Migration",
    "Performance",
    "Rails",
    "RSpec",
    "RSpecRails",
    "FactoryBot",
    "Capybara",
    "Minitest",
    "Rake",
    "Sorbet",
    "InternalAffairs",
];
/// Cops about security in departments that are otherwise about quality.
const SECURITY: [&str; 2] = ["Rails/OutputSafety", "Rails/LinkToBlank"];

/// The format of `rubocop --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "rubocop", name: "RuboCop", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("metadata.rubocop_version") || head.has_all(&["files[].offenses[].cop_name", "files[].path"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("RuboCop");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "metadata" => {
            out.this().tool_version = json.row::<Value>()?.ok().and_then(|meta| text(&meta, &["rubocop_version"]));
            Ok(())
        }
        "files" => json.rows(out, |out, file: Value| {
            let Some(path) = text(&file, &["path"]) else {
                return out.bad_row(format!("files, offence {}", out.next_index()), "a file without path");
            };
            out.scanned_file(&path);
            rows(out, &file, "offenses", |out, offence| offence_of(out, &path, offence));
        }),
        "summary" => {
            let inspected = json.row::<Value>()?.ok().and_then(|summary| position(&summary, &["inspected_file_count"]));
            out.this().claims.ran |= inspected.is_some();
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["files"]);
    json.end()
}

fn offence_of(out: &mut Output<'_>, path: &str, offence: &Value) {
    let Some(rule) = text(offence, &["cop_name"]) else {
        return out.bad_row(format!("{path}, offence {}", out.next_index()), "no cop_name");
    };
    if rule == "Lint/Syntax" {
        out.this().claims.unread.push(path.to_owned());
    }
    let department = rule.split('/').next().unwrap_or_default();
    let is_quality = QUALITY.contains(&department) && !SECURITY.contains(&rule.as_str());
    if is_quality || yes(offence, &["corrected"]) {
        return out.no_finding();
    }
    let message = text(offence, &["message"]).unwrap_or_else(|| rule.clone());
    let message = message.strip_prefix(&format!("{rule}: ")).unwrap_or(&message);
    let mut finding = Finding::new(Kind::Sast, rule, first_line(message));
    if let Some(raw) = text(offence, &["severity"]) {
        let severity = match raw.to_ascii_lowercase().as_str() {
            "refactor" | "r" => Severity::Low,
            "convention" | "c" | "w" => Severity::Medium,
            "e" => Severity::High,
            "fatal" | "f" => Severity::Critical,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    finding.location.path = Some(path.to_owned());
    if let Some(place) = at(offence, "location") {
        let to = &mut finding.location;
        to.start_line = position(place, &["start_line", "line"]);
        to.end_line = position(place, &["last_line"]).or(to.start_line);
        to.start_column = position(place, &["start_column", "column"]);
        to.end_column = position(place, &["last_column"]).map(|column| column.saturating_add(1));
    }
    out.finding(finding);
}
