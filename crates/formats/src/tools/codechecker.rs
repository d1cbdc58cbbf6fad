//! CodeChecker (Clang analyzer, clang-tidy, Cppcheck and others), JSON. Versions seen: 6.18 to 6.24.
//!
//! Make it with `CodeChecker parse -e json ./reports > codechecker.json`.
//!
//! - index: `reports[]`.
//! - rule: `checker_name`; the message is the title. Severity: the word; STYLE is info, UNSPECIFIED unknown.
//! - place: `file.path` and the line; `bug_path_events[]` are the flow. Columns count from 1, in bytes or characters by analyzer, and are not taken.
//! - fingerprint: `report_hash` is what CodeChecker itself compares by; equal code gives equal hashes, so it is kept and not trusted.
//! - `review_status` false_positive, intentional and suppress (also from comments in the source) is a suppression.
//! - the frame says that a parse took place, not that all files were analysed.
//!
//! # Differs
//! - severity: `UNSPECIFIED` is unknown. (Some readers call it info.)

use model::{Finding, FlowStep, Kind, Suppression};

use super::wording::{beyond, first_line};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `CodeChecker parse -e json`.
pub(crate) static FORMAT: Format =
    Format { id: "codechecker", name: "CodeChecker", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let none = head.has_all(&["version", "reports"]) && !head.has("reports[]") && head.text().len() < 60;
    Match::sure_if(
        none || head.has_all(&["reports[].checker_name", "reports[].report_hash"])
            || head.has_all(&["reports[].analyzer_name", "reports[].bug_path_events"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("CodeChecker");
    fields::read(
        input,
        out,
        &["reports"],
        |_, _| {},
        |out, place, row| match (row.text(&["checker_name"]), row.text(&["file/path", "file/original_path", "file"])) {
            (Some(rule), Some(path)) => out.finding(finding(rule, path, row)),
            _ => out.bad_row(place, "no checker or no file"),
        },
    )
}

fn finding(rule: String, path: String, row: Fields<'_>) -> Finding {
    let message = row.text(&["message"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&message));
    finding.description = beyond(&finding.title, &message);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.location.path = Some(path);
    finding.location.start_line = row.line(&["line"]);
    finding.location.end_line = finding.location.start_line;
    if let Some(hash) = row.text(&["report_hash"]) {
        finding.fingerprint("report_hash", hash);
    }
    let status = row.text(&["review_status"]).unwrap_or_default().to_ascii_lowercase().replace(' ', "_");
    if matches!(status.as_str(), "false_positive" | "intentional" | "suppress" | "suppressed") {
        let comment = row.text(&["source_code_comments/0/message"]).unwrap_or_else(|| status.clone());
        finding.suppressed = Some(Suppression { by: "CodeChecker review".to_owned(), reason: Some(comment) });
    }
    let events: Vec<FlowStep> = row
        .list("bug_path_events")
        .map(|event| FlowStep {
            path: event.text(&["file/path"]),
            line: event.line(&["line"]),
            end_line: event.line(&["range/end_line"]),
            message: event.text(&["message"]),
            ..FlowStep::default()
        })
        .collect();
    if events.len() > 1 {
        finding.flow = events;
    }
    finding
}
