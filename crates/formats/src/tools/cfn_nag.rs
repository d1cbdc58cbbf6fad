//! cfn_nag (CloudFormation templates), JSON. Versions seen: 0.6 to 0.8.
//!
//! Make it with `cfn_nag_scan --input-path . --output-format json > cfn-nag.json`.
//!
//! - index: the violations of each file, and of each violation its resources in turn.
//! - rule: `id` (`W48`, `F1`); the title is the message, the name of the rule stands in the description.
//! - severity: FAIL high, WARN medium; the tool knows no other.
//! - place: the file and the line of the resource in `line_numbers`; a number that is not above 0 is none. The resource is its logical name.
//! - ran: a file with its results. `scanned_file`s make the root. No fingerprint, no time, no version.
//! - suppressed rules (metadata of a resource, deny lists) are left out by the tool.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::wording::first_line;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cfn_nag_scan --output-format json`.
pub(crate) static FORMAT: Format =
    Format { id: "cfn-nag", name: "cfn_nag", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["[].filename", "[].file_results.violations"]) || head.has_all(&["[].filename", "[].file_results.failure_count"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cfn_nag");
    fields::read(
        input,
        out,
        &[],
        |_, _| {},
        |out, place, row| {
            let (Some(file), Some(_)) = (row.text(&["filename"]), row.value("file_results")) else {
                return out.bad_row(place, "no file or no results");
            };
            out.this().claims.ran = true;
            out.scanned_file(&file);
            row.rows(out, "file_results/violations", |out, violation| push(out, place, &file, violation));
        },
    )
}

fn push(out: &mut Output<'_>, place: &str, file: &str, row: Fields<'_>) {
    let Some(rule) = row.text(&["id"]) else { return out.bad_row(place, "a violation without id") };
    let message = row.text(&["message"]).unwrap_or_else(|| rule.clone());
    if row.is_blocked("logical_resource_ids") {
        out.warn(place, "expected a list of resources");
    }
    let resources = row.texts(&["logical_resource_ids"]);
    let lines = match row.value("line_numbers") {
        Some(Value::Array(lines)) => lines.clone(),
        _ => Vec::new(),
    };
    for position in 0..resources.len().max(1) {
        let mut finding = Finding::new(Kind::Iac, rule.clone(), first_line(&message));
        if let Some(raw) = row.text(&["type"]) {
            let severity = match raw.to_ascii_uppercase().as_str() {
                "FAIL" => Severity::High,
                "WARN" => Severity::Medium,
                word => Severity::from_word(word),
            };
            finding.set_severity(raw, severity);
        }
        finding.description = row.text(&["name"]);
        let line = lines.get(position).and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0);
        let at = &mut finding.location;
        at.path = Some(file.to_owned());
        (at.start_line, at.end_line) = (line, line);
        at.resource = resources.get(position).cloned();
        out.finding(finding);
    }
}
