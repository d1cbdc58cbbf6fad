//! PHPStan (PHP static analysis), JSON. Versions seen: 0.12 to 2.1.
//!
//! Make it with `phpstan analyse --error-format=json src > phpstan.json` (`prettyJson` alike).
//!
//! - index: `files{path}.messages[]`, files in the order of the report.
//! - `identifier` (since 1.11) is the rule; without it the rule is `phpstan`. `message` is the title, `tip` the remediation.
//! - severity: PHPStan has none: medium.
//! - `line` starts at 1; a message about a whole file has none. A path `x.php (in context of class Y)` is that of the trait, the class the symbol.
//! - what tells two findings of one line apart is the message.
//! - `errors[]` at the top are about no file: the analysis did not get through all of it, so the report is partial. A message of
//!   `phpstan.parse` means that the file could not be read: nothing closes there.
//! - ran: `totals`. No version, no time, no fingerprint, no list of rules.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::first_line;
use crate::read::json::Shape;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `phpstan analyse --error-format=json`.
pub(crate) static FORMAT: Format =
    Format { id: "phpstan", name: "PHPStan", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["totals.file_errors", "totals.errors", "files"]))
}

#[derive(Deserialize)]
struct Message {
    message: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    identifier: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    tip: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PHPStan");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "totals" => {
            out.this().claims.ran = true;
            Ok(())
        }
        // PHP writes an empty map as a list.
        "files" if json.shape()? == Shape::Object => json.object(|json, file| {
            let mut listed = false;
            json.object(|json, key| match key {
                "messages" => {
                    listed = true;
                    json.rows(out, |out, row: Message| each(out, file, row))
                }
                _ => Ok(()),
            })?;
            if !listed {
                out.bad_row(json.place(), "a file without `messages`");
            }
            Ok(())
        }),
        "files" if json.shape()? != Shape::Array => {
            out.bad_row("files", "expected an object");
            Ok(())
        }
        "errors" => {
            let errors = json.row::<Vec<String>>()?.unwrap_or_default();
            if let Some(first) = errors.first() {
                out.this().claims.partial = Some(format!("the analysis reports: {}", first_line(first)));
            }
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["files"]);
    json.end()
}

fn each(out: &mut Output<'_>, file: &str, row: Message) {
    let (path, context) = match file.split_once(" (in context of class ") {
        Some((path, class)) => (path, Some(class.trim_end_matches(')').to_owned())),
        None => (file, None),
    };
    if row.identifier.as_deref() == Some("phpstan.parse") {
        out.this().claims.unread.push(path.to_owned());
        return out.no_finding();
    }
    let mut finding = Finding::new(Kind::Sast, row.identifier.unwrap_or_else(|| "phpstan".to_owned()), first_line(&row.message));
    finding.severity = Severity::Medium;
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = row.line.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.symbol = context;
    finding.remediation = row.tip;
    finding.distinct = Some(row.message);
    out.finding(finding);
}
