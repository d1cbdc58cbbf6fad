//! 42Crunch (audit of OpenAPI definitions), JSON. Versions seen: assessment 3.1.
//!
//! Make it with the audit's *Download report*, the pipeline task's report, or `GET /api/v1/apis/ID/assessmentreport`.
//!
//! - index: the issues of each rule under `report.security.issues` and then `report.data.issues`, rules sorted by name.
//! - rule: the name of the issue (`v3-operation-securityrequirement-emptyarray`), title its description. Severity: `criticality` 1 info, 2 low, 3 medium, 4 high,
//!   5 critical.
//! - place: the JSON pointer in `report.index` at `pointer`; one below `/paths` also gives route and method. kind api.
//! - fingerprint: `fingerprint` is kept; how stable it is, is not said.
//! - ran: `openapiState` valid. `tooManyError` of a rule says that its list is cut, so the report is partial. Time: `end`, in seconds.
//! - left out: errors of the definition itself (`semanticErrors`, `validationErrors`, `warnings`), which are no weaknesses.

use model::{Finding, Kind, Severity, Timestamp};

use super::wording::first_line;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of 42Crunch's audit.
pub(crate) static FORMAT: Format =
    Format { id: "crunch42", name: "42Crunch", kinds: &[Kind::Api], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let report = |top: &str| {
        head.has(&format!("{top}assessmentVersion"))
            && (head.has(&format!("{top}security")) || head.has(&format!("{top}index")) || head.has(&format!("{top}score")))
    };
    Match::sure_if(report("report.") || report("[].report.") || report("") || report("reports[].report."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("42Crunch");
    fields::read(
        input,
        out,
        &["reports"],
        |_, _| {},
        |out, place, row| {
            let report = row.value("report").map_or(row, Fields::of);
            let run = out.this();
            run.tool_version = report.text(&["assessmentVersion"]);
            run.claims.ran |= report.text(&["openapiState"]).is_some_and(|state| state == "valid");
            run.at = row.text(&["end"]).and_then(|end| end.parse().ok()).map(Timestamp::from_seconds).or(run.at);
            let before = out.next_index();
            for part in ["security/issues", "data/issues"] {
                if report.is_blocked(part) {
                    out.bad_row(place, "expected an object of issues");
                }
                for (rule, group) in report.members(part) {
                    if !group.whole_value().is_object() {
                        out.bad_row(place, "expected an object of issues");
                    }
                    if group.is_true(&["tooManyError"]) {
                        out.this().claims.partial = Some(format!("{rule} has more places than are listed"));
                    }
                    group.rows(out, "issues", |out, issue| out.finding(finding(rule, group, issue, report)));
                }
            }
            if before == out.next_index() && report.text(&["assessmentVersion"]).is_none() {
                out.bad_row(place, "no audit");
            }
        },
    )
}

fn finding(rule: &str, group: Fields<'_>, issue: Fields<'_>, report: Fields<'_>) -> Finding {
    let title = issue.text(&["specificDescription"]).or_else(|| group.text(&["description"])).unwrap_or_else(|| rule.to_owned());
    let mut finding = Finding::new(Kind::Api, rule, first_line(&title));
    finding.description = group.text(&["description"]).filter(|text| *text != finding.title);
    if let Some(raw) = issue.text(&["criticality"]).or_else(|| group.text(&["criticality"])) {
        let severity = match raw.as_str() {
            "1" => Severity::Info,
            "2" => Severity::Low,
            "3" => Severity::Medium,
            "4" => Severity::High,
            "5" => Severity::Critical,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    if let Some(text) = issue.text(&["fingerprint"]) {
        finding.fingerprint("fingerprint", text);
    }
    let pointer = issue.text(&["pointer"]).and_then(|pointer| report.text(&[&format!("index/{pointer}")]));
    if let Some(rest) = pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/paths/")) {
        let mut parts = rest.split('/');
        finding.location.route = parts.next().map(|route| route.replace("~1", "/").replace("~0", "~"));
        finding.location.method = parts.next().filter(|method| method.len() < 8).map(str::to_uppercase);
    }
    finding.location.resource = pointer;
    finding
}
