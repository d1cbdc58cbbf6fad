//! Coverity (static analysis), JSON of `cov-format-errors`. Format versions seen: 1 to 10.
//!
//! Make it with `cov-format-errors --dir idir --json-output-v10 coverity.json`.
//!
//! - index: `issues[]`.
//! - rule: `checkerName`, with `/` and `subcategory` where there is one. Severity: `checkerProperties.impact`; `Audit` is info.
//! - place: the main event's file (stripped of the build's folder where that is given) and line; the events are the flow. Columns are not taken: some versions
//!   count them from 0.
//! - fingerprint: `mergeKey` is what Coverity tells issues by over time; trusted where no other occurrence shares it.
//! - `stateOnServer` or `localTriage` with a classification False Positive or Intentional is a suppression.
//! - ran: `type` Coverity issues without `error`; an `error` is a failed run, `suppressedIssueCount` makes it partial no more than a filter in the source does.

use model::{Finding, FlowStep, Kind, Severity};

use super::tracked::settle;
use super::wording::{add_cwes, beyond, first_line};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cov-format-errors --json-output`.
pub(crate) static FORMAT: Format =
    Format { id: "coverity-scan", name: "Coverity", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is("type", "Coverity issues") || head.has_all(&["issues[].mergeKey", "issues[].checkerName"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Coverity");
    fields::read(
        input,
        out,
        &["issues"],
        |out, head| {
            let run = out.this();
            run.claims.failed = head.text(&["error", "error/message"]);
            run.claims.ran = head.text(&["type"]).is_some() && head.value("error").is_none();
        },
        |out, place, row| match row.text(&["checkerName"]) {
            Some(checker) => out.finding(finding(&checker, row)),
            None => out.bad_row(place, "an issue without checker"),
        },
    )
}

fn finding(checker: &str, row: Fields<'_>) -> Finding {
    let rule = row.text(&["subcategory"]).filter(|sub| sub != "none").map_or_else(|| checker.to_owned(), |sub| format!("{checker}/{sub}"));
    let main = row.list("events").find(|event| event.is_true(&["main"]));
    let said = main.and_then(|event| event.text(&["eventDescription"]));
    let title = row.text(&["checkerProperties/subcategoryShortDescription"]).or_else(|| said.clone()).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&title));
    if let Some(raw) = row.text(&["checkerProperties/impact"]) {
        let severity = if raw.eq_ignore_ascii_case("audit") { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    add_cwes(&mut finding.cwes, row.text(&["checkerProperties/cweCategory"]).as_deref());
    let long = said.or_else(|| row.text(&["checkerProperties/subcategoryLongDescription"]));
    finding.description = long.and_then(|text| beyond(&finding.title, &text));
    finding.remediation =
        row.list("events").find(|event| event.is_true(&["remediation"])).and_then(|event| event.text(&["eventDescription"]));
    let at = &mut finding.location;
    at.path = row.text(&["strippedMainEventFilePathname", "mainEventFilePathname"]);
    (at.start_line, at.end_line) = (row.line(&["mainEventLineNumber"]), row.line(&["mainEventLineNumber"]));
    at.symbol = row.text(&["functionDisplayName"]);
    let steps: Vec<FlowStep> = row
        .list("events")
        .filter(|event| !event.is_true(&["remediation"]))
        .map(|event| FlowStep {
            path: event.text(&["strippedFilePathname", "filePathname"]),
            line: event.line(&["lineNumber"]),
            message: event.text(&["eventDescription"]),
            ..FlowStep::default()
        })
        .collect();
    if steps.len() > 1 {
        finding.flow = steps;
    }
    for member in
        ["stateOnServer/triage/classification", "localTriage/classification", "stateOnServer/stateInComparisonSnapshot/classification"]
    {
        if finding.suppressed.is_none() {
            settle(&mut finding, "Coverity", row.text(&[member]).as_deref());
        }
    }
    if let Some(key) = row.text(&["mergeKey"]) {
        finding.fingerprint("mergeKey", key);
        let alone = row.number(&["occurrenceCountForMK"]).is_none_or(|count| count <= 1.0);
        finding.trusted_fingerprint = alone.then_some("mergeKey");
    }
    finding
}
