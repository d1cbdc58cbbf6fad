//! AIDE (file integrity), text and JSON reports. Versions seen: 0.15 to 0.19.
//!
//! Make it with `aide --check > aide.txt`, or `aide --check --report-format=json` (a setting `report_format=json`) since 0.18.
//!
//! - index: the entries under *Added*, *Removed* and *Changed entries* (*files* in old versions), in the report's order (in JSON sorted by path).
//! - rule: `added`, `removed` or `changed`; the path is the place. There are no lines.
//! - severity: the tool has none; all are medium, since a person must look at each.
//! - the description holds the letters that say what differs, and what the detailed part says of the entry.
//! - a report lists what differs from a database that is renewed at will: it is read and closes nothing.
//! - ran: the sentence that AIDE found (no) differences. The time is that of *Start timestamp*, the version stands beside it.
//! - a text without *End timestamp* is read with a warning: old versions wrote none.
//! - left out: check sums of the database, and the details of the JSON.

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};

use super::web::paragraphs;
use crate::read::fields::{Fields, document};
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of AIDE's report of a check.
pub(crate) static FORMAT: Format = Format {
    id: "aide",
    name: "AIDE",
    kinds: &[Kind::Runtime],
    media: &[Media::Text, Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

/// Most lines of details of one entry.
const MOST_DETAILS: usize = 200;

fn sniff(head: &Head<'_>) -> Match {
    let text = head.contains("AIDE found ") || (head.contains("Start timestamp:") && head.contains("(AIDE "));
    let json = head.has("aide_version") || (head.has("number_of_entries.total") && head.has("start_time"));
    Match::sure_if(json || (text && !head.is_json() && !head.starts_with("<")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("AIDE");
    if input.head().is_json_object() { json(input, out) } else { text(input, out) }
}

fn json(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let report = Fields::of(&document);
    let run = out.this();
    run.tool_version = report.text(&["aide_version"]);
    run.at = report.text(&["start_time"]).as_deref().and_then(Timestamp::lenient);
    run.claims.ran = report.text(&["outline"]).is_some_and(|text| text.contains("found"));
    for rule in ["added", "removed", "changed"] {
        match report.value(rule) {
            None => {}
            Some(serde_json::Value::Object(_)) => {
                for (path, flags) in report.members(rule) {
                    out.finding(entry(rule, path, flags.whole_value().as_str().unwrap_or_default(), None));
                }
            }
            Some(_) => out.bad_row(rule, "expected an object of paths"),
        }
    }
    Ok(())
}

fn text(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut entries: Vec<(&'static str, String, String)> = Vec::new();
    let mut details: HashMap<String, Vec<String>> = HashMap::new();
    let (mut rule, mut of, mut ended) = (None, None, false);
    lines::each(input, |_, line| {
        let trimmed = line.trim();
        if let Some(start) = trimmed.strip_prefix("Start timestamp:") {
            head(out, start);
        } else if trimmed.starts_with("AIDE found ") || trimmed.starts_with("### All files match") {
            out.this().claims.ran = true;
        } else if let Some(next) = section(trimmed) {
            (rule, of) = (next, None);
            ended |= trimmed.starts_with("End timestamp") && trimmed.ends_with(')');
        } else if let Some(path) = trimmed.strip_prefix("File:").or_else(|| trimmed.strip_prefix("Directory:")).map(str::trim) {
            of = Some(path.to_owned());
        } else if let (Some(rule), Some((flags, path))) = (rule, trimmed.split_once(": /")) {
            entries.push((rule, flags.trim().to_owned(), format!("/{path}")));
        } else if let Some(path) = of.as_ref().filter(|_| line.starts_with(' ')) {
            let known = details.entry(path.clone()).or_default();
            if known.len() < MOST_DETAILS {
                known.push(trimmed.to_owned());
            }
        }
        Ok(())
    })?;
    if !ended {
        out.warn("", "the report has no end mark; it may be cut off");
    }
    for (rule, flags, path) in entries {
        let more = details.get(&path).map(|lines| lines.join("\n"));
        out.finding(entry(rule, &path, &flags, more));
    }
    Ok(())
}

/// `2026-07-31 06:03:55 +0000 (AIDE 0.19.1)`.
fn head(out: &mut Output<'_>, text: &str) {
    let (time, version) = text.split_once('(').unwrap_or((text, ""));
    let run = out.this();
    run.at = Timestamp::lenient(time);
    run.tool_version = version.trim_end_matches(')').strip_prefix("AIDE ").map(str::to_owned);
}

/// The rule of the entries that follow that line; an inner `None` for a section of something else.
fn section(line: &str) -> Option<Option<&'static str>> {
    let is = |word: &str| line.strip_prefix(word).is_some_and(|rest| matches!(rest.trim(), "entries:" | "files:"));
    if is("Added") {
        Some(Some("added"))
    } else if is("Removed") {
        Some(Some("removed"))
    } else if is("Changed") {
        Some(Some("changed"))
    } else if line.starts_with("Detailed information") || line.starts_with("The attributes of") || line.starts_with("End timestamp") {
        Some(None)
    } else {
        None
    }
}

fn entry(rule: &'static str, path: &str, flags: &str, details: Option<String>) -> Finding {
    let mut finding = Finding::new(Kind::Runtime, rule, format!("File {rule}: {path}"));
    finding.severity = Severity::Medium;
    finding.location.path = Some(path.to_owned());
    let flags = Some(flags.to_owned()).filter(|flags| !flags.is_empty() && flags != rule);
    finding.description = paragraphs([flags, details]);
    finding
}
