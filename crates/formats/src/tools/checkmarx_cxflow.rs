//! CxFlow (Checkmarx), JSON of a CxSAST scan's results. Versions seen: 1.5 to 1.7.
//!
//! Make it with `java -jar cx-flow.jar --scan --bug-tracker=Json …`.
//!
//! - index: `additionalDetails.results[]` of each of `xissues[]`, laid end to end; an issue without such a list counts as one for each line of its `details`.
//!   `unFilteredIssues[]` repeats them before the filter and is not read.
//! - rule: language and query (`Java/Reflected_XSS_All_Clients`), as in CxSAST's XML. Severity: the word.
//! - place: the sink, as in CxSAST's XML; the flow goes from the source over the numbered nodes to the sink.
//! - fingerprint: `similarityId`, trusted as in CxSAST's XML. `falsePositive` of a line or `allFalsePositive` is a suppression.
//! - ran: `scanId`. CxFlow filters by severity and state, which the report does not state: where `unFilteredIssues` has more, it is partial.
//!
//! # Differs
//! Some readers name the issue's file (that of the source) beside the sink's line.

use model::{Finding, FlowStep, Kind, Suppression};
use serde_json::Value;

use super::tracked::track;
use super::wording::add_cwes;
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of CxFlow's bug tracker `Json`.
pub(crate) static FORMAT: Format = Format {
    id: "checkmarx-cxflow",
    name: "Checkmarx CxFlow",
    kinds: &[Kind::Sast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("xissues") && (head.has("additionalDetails") || head.has("deepLink") || head.has("projectId")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let report = Fields::of(&document);
    let run = out.run("Checkmarx");
    run.tool_version = report.text(&["version"]);
    run.claims.ran = report.text(&["additionalDetails/scanId", "scanTime"]).is_some();
    if report.list("unFilteredIssues").count() > report.list("xissues").count() {
        run.claims.partial = Some("CxFlow was told to leave some results out".to_owned());
    }
    report.rows(out, "xissues", |out, issue| {
        let Some(name) = issue.text(&["vulnerability"]) else { return out.bad_row("xissues", "an issue without vulnerability") };
        let before = out.next_index();
        issue.rows(out, "additionalDetails/results", |out, result| out.finding(finding(&name, issue, Some(result), None)));
        if before == out.next_index() {
            let lines: Vec<u32> = match issue.value("details") {
                Some(Value::Object(lines)) => lines.keys().filter_map(|line| line.parse().ok()).collect(),
                _ => Vec::new(),
            };
            for line in lines.iter().copied().map(Some).chain(lines.is_empty().then_some(None)) {
                out.finding(finding(&name, issue, None, line));
            }
        }
    });
    Ok(())
}

fn finding(name: &str, issue: Fields<'_>, result: Option<Fields<'_>>, line: Option<u32>) -> Finding {
    let rule = issue.text(&["language"]).map_or_else(|| name.to_owned(), |language| format!("{language}/{name}"));
    let mut finding = Finding::new(Kind::Sast, rule, name.replace('_', " "));
    if let Some(raw) = issue.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    add_cwes(&mut finding.cwes, issue.text(&["cwe"]).as_deref());
    finding.description = issue.text(&["description"]);
    finding.url = issue.text(&["link"]);
    finding.references = issue.texts(&["additionalDetails/recommendedFix"]);
    track(&mut finding, "similarity_id", issue.text(&["similarityId"]));
    let source = result.and_then(|result| result.line(&["source/line"])).or(line);
    let marked = source.is_some_and(|line| issue.is_true(&[&format!("details/{line}/falsePositive")]));
    if marked || issue.is_true(&["allFalsePositive"]) {
        let comment = source.and_then(|line| issue.text(&[&format!("details/{line}/comment")]));
        finding.suppressed = Some(Suppression { by: "Checkmarx".to_owned(), reason: comment });
    }
    let at = &mut finding.location;
    match result {
        Some(result) => {
            at.path = result.text(&["sink/file"]).or_else(|| issue.text(&["filename"]));
            at.start_line = result.line(&["sink/line"]).or(source);
            finding.snippet = result.text(&["sink/snippet"]);
            let numbered = (1..=200).map(|number| number.to_string()).map_while(|number| result.value(&number).map(Fields::of));
            finding.flow = numbered
                .map(|node| FlowStep {
                    path: node.text(&["file"]),
                    line: node.line(&["line"]),
                    message: node.text(&["object"]),
                    ..FlowStep::default()
                })
                .collect();
        }
        None => (at.path, at.start_line) = (issue.text(&["filename"]), line),
    }
    finding.location.end_line = finding.location.start_line;
    finding
}
