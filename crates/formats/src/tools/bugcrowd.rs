//! Bugcrowd, CSV of submissions and JSON of its API. Exports seen: 2020 to 2024; API versions 2021-10-28 and later.
//!
//! Make it with *Export submissions*, or `GET https://api.bugcrowd.com/submissions` (the whole answer or its `data`).
//!
//! - index: rows without the header; elements of `data[]` or of the array.
//! - rule: the entry of the vulnerability rating taxonomy (`vrt_id`, `vrt_lineage`), else the title.
//! - severity: `priority` or `severity` 1 to 5 (P1 critical, P2 high, P3 medium, P4 low, P5 info), in the tool's word `P1` …
//! - place: `bug_url`, else the target's name. kind pentest.
//! - state resolved is resolved; not_applicable, not_reproducible, out_of_scope, informational, duplicates: settled, a suppression with the state. In the table the state is
//!   `substate`.
//! - fingerprint: the submission's number is trusted.
//! - a list of what hunters reported is no scan: it is read and closes nothing.
//!
//! # Differs
//! - severity: the priority stays what it is when a submission is no longer open. (Some readers make it info.)

use model::{Finding, Kind, Severity, Suppression};

use super::tracked::{at_address, first_seen, settle, track};
use super::web::{add_references, paragraphs};
use super::wording::first_line;
use crate::read::csv;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Bugcrowd's submissions.
pub(crate) static FORMAT: Format = Format {
    id: "bugcrowd",
    name: "Bugcrowd",
    kinds: &[Kind::Pentest],
    media: &[Media::Csv, Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let table = head.csv_has(&["vrt_lineage", "bug_url", "priority"]) || head.csv_has(&["reference_number", "bounty_code"]);
    let rows = |top: &str| head.is(&format!("{top}.type"), "submission") || head.has(&format!("{top}.attributes.vrt_id"));
    Match::sure_if(table || rows("[]") || rows("data[]"))
}

#[derive(Default)]
struct Submission {
    id: Option<String>,
    title: String,
    rule: Option<String>,
    priority: Option<String>,
    state: Option<String>,
    duplicate: bool,
    bug_url: Option<String>,
    target: Option<String>,
    description: Option<String>,
    extra: Option<String>,
    request: Option<String>,
    advice: Option<String>,
    references: Option<String>,
    submitted: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Bugcrowd");
    if input.head().is_json() {
        return fields::read(
            input,
            out,
            &["data"],
            |_, _| {},
            |out, place, row| match from_json(row) {
                Some(row) => out.finding(finding(row)),
                None => out.bad_row(place, "a submission without title"),
            },
        );
    }
    csv::each(input, out, 0, |out, row| {
        let Some(title) = row.text(&["title", "caption"]) else {
            return out.bad_row(format!("line {}", row.line), "a submission without title");
        };
        let submission = Submission {
            id: row.text(&["reference_number"]),
            title,
            rule: row.text(&["vrt_lineage"]),
            priority: row.text(&["priority"]),
            state: row.text(&["substate", "state"]),
            duplicate: row.get(&["duplicate"]).is_some_and(|text| text.eq_ignore_ascii_case("true")),
            bug_url: row.text(&["bug_url"]),
            target: row.text(&["target_name"]),
            description: row.text(&["description"]),
            extra: row.text(&["extra_info"]),
            request: row.text(&["http_request"]),
            advice: row.text(&["remediation_advice"]),
            references: row.text(&["vulnerability_references"]),
            submitted: row.text(&["submitted_at"]),
        };
        out.finding(finding(submission));
    })
}

fn from_json(row: Fields<'_>) -> Option<Submission> {
    let inner = Fields::of(row.value("attributes")?);
    Some(Submission {
        id: row.text(&["id"]),
        title: inner.text(&["title"])?,
        rule: inner.text(&["vrt_id"]),
        priority: inner.text(&["severity", "priority"]),
        state: inner.text(&["state", "substate"]),
        duplicate: inner.is_true(&["duplicate"]),
        bug_url: inner.text(&["bug_url"]),
        target: row.text(&["relationships/target/data/attributes/name"]),
        description: inner.text(&["description"]),
        extra: inner.text(&["extra_info"]),
        request: inner.text(&["http_request"]),
        advice: inner.text(&["remediation_advice"]),
        references: inner.text(&["vulnerability_references"]),
        submitted: inner.text(&["submitted_at"]),
    })
}

fn finding(row: Submission) -> Finding {
    let title = first_line(&row.title);
    let mut finding = Finding::new(Kind::Pentest, row.rule.unwrap_or_else(|| title.clone()), title);
    if let Some(priority) = row.priority.as_deref().map(|text| text.trim().trim_start_matches(['P', 'p'])) {
        let severity = match priority {
            "1" => Severity::Critical,
            "2" => Severity::High,
            "3" => Severity::Medium,
            "4" => Severity::Low,
            "5" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(format!("P{priority}"), severity);
    }
    let state = row.state.map(|state| state.to_ascii_lowercase());
    settle(&mut finding, "Bugcrowd", state.as_deref());
    if row.duplicate || matches!(state.as_deref(), Some("informational")) {
        finding.suppressed = Some(Suppression { by: "Bugcrowd".to_owned(), reason: state });
    }
    finding.description = paragraphs([row.description, row.extra]);
    (finding.request, finding.remediation) = (row.request, row.advice);
    add_references(&mut finding, &row.references.unwrap_or_default().replace(['[', ']', '('], " "));
    at_address(&mut finding, row.bug_url.or(row.target).as_deref().unwrap_or_default());
    first_seen(&mut finding, row.submitted);
    track(&mut finding, "id", row.id);
    finding
}
