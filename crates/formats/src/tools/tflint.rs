//! TFLint (Terraform), JSON. Versions seen: 0.30 to 0.60.
//!
//! Make it with `tflint --recursive --format json > tflint.json`.
//!
//! - index: `issues[]`.
//! - `rule.name` is the rule, `message` the title, `rule.link` a reference.
//! - severity: error high, warning medium, notice and info info.
//! - place: `range`; lines and columns start at 1, the end column is exclusive. An issue that was fixed in the run (`fixed`) is counted.
//! - `errors[]` are files or modules that could not be read: partial, and where they name a file nothing closes there.
//! - ran: `errors` that is there and empty. No version, no time, no list of rules.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::wording::{add_unread, first_line};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `tflint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "tflint", name: "TFLint", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["issues[].rule.name", "issues[].range.filename"]);
    let failed = head.has_all(&["issues", "errors[].summary", "errors[].severity"]);
    Match::sure_if(row || failed)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("TFLint");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "issues" => loose::rows(json, out, |out, _, row| {
            if row.truth("fixed") == Some(true) {
                out.no_finding();
                return Ok(());
            }
            let rule = row.text(&["rule/name"]).ok_or("an issue without rule")?;
            out.finding(finding(rule, row));
            Ok(())
        }),
        "errors" => {
            let errors = json.row::<Value>()?.unwrap_or_default();
            let list = errors.as_array().cloned().unwrap_or_default();
            let claims = &mut out.this().claims;
            claims.ran = list.is_empty();
            for error in &list {
                let said = error.text(&["summary", "message"]).unwrap_or_default();
                claims.partial.get_or_insert_with(|| format!("the tool reports an error: {}", first_line(&said)));
                if let Some(file) = error.text(&["range/filename"]) {
                    add_unread(&mut claims.unread, &file);
                }
            }
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["issues"]);
    json.end()
}

fn finding(rule: String, row: &Value) -> Finding {
    let title = row.text(&["message"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Iac, rule, first_line(&title));
    if let Some(raw) = row.text(&["rule/severity"]) {
        let severity = match raw.to_ascii_lowercase().as_str() {
            "error" => Severity::High,
            "warning" => Severity::Medium,
            _ => Severity::Info,
        };
        finding.set_severity(raw, severity);
    }
    finding.references.extend(row.text(&["rule/link"]));
    let number = |path: &str| row.whole(&[path]).filter(|number| *number > 0);
    let place = &mut finding.location;
    place.path = row.text(&["range/filename"]);
    (place.start_line, place.end_line) = (number("range/start/line"), number("range/end/line"));
    (place.start_column, place.end_column) = (number("range/start/column"), number("range/end/column"));
    finding
}
