//! PHP_CodeSniffer with security standards (phpcs-security-audit 1 and 2, Security Audit of WordPress …), JSON. Versions seen: phpcs 2 and 3.
//!
//! Make it with `phpcs --standard=Security --report=json --report-file=phpcs.json src`.
//!
//! - index: `files.*.messages[]`, files laid end to end.
//! - rule: `source` (`PHPCS_SecurityAudit.BadFunctions.EasyXSS.EasyXSSerr`), the message is the title.
//! - severity: `type`: `ERROR` high, `WARNING` medium. `severity` is phpcs's own number, 5 for all rules unless configured: kept raw.
//! - place: file and line; `column` counts from 1.
//! - messages of `Internal.*` are troubles of phpcs itself and no findings: the file could not be read and nothing closes there, except where it just
//!   holds no PHP (`Internal.NoCodeFound`).
//! - ran: every file that was looked at is listed, also one without messages; `totals` alone shows a run too. The files' common folder is a root.
//!
//! # Differs
//! - severity: by the type, error high and warning medium; PHP_CodeSniffer's own `severity` is 5 for all rules that say nothing else. Its own
//!   messages (`Internal.…`) are about the run and no findings: nothing stands at their path and line.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::wording::{add_unread, beyond, first_line};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `phpcs --report=json`.
pub(crate) static FORMAT: Format =
    Format { id: "phpcs", name: "PHP_CodeSniffer", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["totals.errors", "totals.warnings"])
            && (head.has("totals.fixable") || head.has("files") && !head.has("totals.file_errors")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PHP_CodeSniffer");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "totals" => {
            out.this().claims.ran = json.row::<Value>()?.is_ok_and(|totals| totals.is_object());
            Ok(())
        }
        "files" => {
            // PHP writes an empty map as `[]`.
            if json.shape()? == crate::read::json::Shape::Array {
                return json.array(|_, _| Ok(()));
            }
            json.object(|json, path| {
                let place = json.place();
                match json.row::<Value>()? {
                    Ok(file) if file.is_object() => {
                        out.scanned_file(path);
                        for (place, row) in dig::objects(out, &place, &file, "messages") {
                            message(out, &place, path, row);
                        }
                    }
                    _ => out.bad_row(place, "expected an object"),
                }
                Ok(())
            })
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["files"]);
    json.end()
}

fn message(out: &mut Output<'_>, place: &str, path: &str, row: &Value) {
    let said = row.text("message").unwrap_or_default();
    let Some(rule) = row.text("source").or_else(|| (!said.is_empty()).then(|| first_line(&said))) else {
        out.bad_row(place, "a message without source");
        return;
    };
    if rule.starts_with("Internal.") {
        if rule != "Internal.NoCodeFound" {
            add_unread(&mut out.this().claims.unread, path);
        }
        return out.no_finding();
    }
    let title = if said.is_empty() { rule.clone() } else { first_line(&said) };
    let mut finding = Finding::new(Kind::Sast, rule, title.as_str());
    finding.description = beyond(&title, &said);
    let word = row.text("type").unwrap_or_default();
    let severity = match word.to_ascii_uppercase().as_str() {
        "ERROR" => Severity::High,
        "WARNING" => Severity::Medium,
        _ => Severity::Unknown,
    };
    finding.set_severity(word, severity);
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = row.whole("line").filter(|line| *line > 0);
    finding.location.start_column = row.whole("column").filter(|column| *column > 0);
    dig::drop_blank_severity(&mut finding);
    out.finding(finding);
}
