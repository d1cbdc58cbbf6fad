//! Chef InSpec (compliance of hosts), JSON of its reporter and its log of one control a line. Versions seen: 4 and 5.
//!
//! Make it with `inspec exec PROFILE --reporter json:inspec.json`; the log comes from Chef's audit handlers.
//!
//! - index: `profiles[].controls[]` laid end to end, or the lines. A control that passed or was skipped is counted and is no finding.
//! - rule: the control's `id`, title its `title`. Severity by `impact`, as InSpec names it: 0.9 and above critical, 0.7 high, 0.4 medium, 0.1 low, 0 info;
//!   or its word.
//! - a control failed where one of its `results[]` did; the failed ones are the description. `waiver_data` that skips is a suppression.
//! - place: the host (`target_id`), or the platform. kind config.
//! - ran: `statistics` or a line with its `status`. Version and time as given (`version`, `results[].start_time`).
//!
//! # Differs
//! Some readers make a finding of each control, passed or not, with its impact as severity.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of InSpec's results.
pub(crate) static FORMAT: Format = Format {
    id: "chef-inspec",
    name: "Chef InSpec",
    kinds: &[Kind::Config],
    media: &[Media::Json, Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let report =
        head.has("profiles[].controls") && (head.has("statistics") || head.has("platform") || head.has("profiles[].controls[].impact"));
    let row = |top: &str| {
        head.has_all(&[&format!("{top}impact"), &format!("{top}results[].code_desc"), &format!("{top}title"), &format!("{top}profile")])
    };
    Match::sure_if(report || row("") || row("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Chef InSpec");
    let mut host = None;
    let cell = std::cell::RefCell::new(&mut host);
    fields::read(
        input,
        out,
        &["profiles"],
        |out, head| {
            let run = out.this();
            run.tool_version = head.text(&["version"]);
            run.claims.ran = head.value("statistics").is_some();
            **cell.borrow_mut() = head.text(&["platform/target_id", "platform/name"]);
        },
        |out, place, row| match row.value("controls") {
            Some(_) => {
                if let Some(message) =
                    row.text(&["status_message"]).filter(|_| row.text(&["status"]).is_some_and(|status| status == "failed"))
                {
                    out.this().claims.failed = Some(message);
                }
                let host = cell.borrow().clone();
                row.rows(out, "controls", |out, control| push(out, place, control, host.clone()));
            }
            None => push(out, place, row, row.text(&["platform/target_id", "platform/name"])),
        },
    )
}

fn push(out: &mut Output<'_>, place: &str, control: Fields<'_>, host: Option<String>) {
    let Some(rule) = control.text(&["id"]) else { return out.bad_row(place, "a control without id") };
    let results: Vec<Fields<'_>> = control.list("results").collect();
    let run = out.this();
    run.claims.ran |= control.text(&["status"]).is_some();
    run.at =
        run.at.max(results.iter().filter_map(|result| result.text(&["start_time"])).filter_map(|text| Timestamp::lenient(&text)).max());
    let is_known = |fields: Fields<'_>| {
        fields.text(&["status"]).is_none_or(|status| matches!(status.as_str(), "passed" | "failed" | "skipped" | "error"))
    };
    if control.is_blocked("results") || !is_known(control) || !results.iter().all(|result| is_known(*result)) {
        return out.bad_row(place, "a control without results that are known");
    }
    let failed: Vec<&Fields<'_>> =
        results.iter().filter(|result| result.text(&["status"]).is_some_and(|status| status == "failed")).collect();
    let stated = control.text(&["status"]).is_some_and(|status| status == "failed");
    if failed.is_empty() && !stated {
        if control.value("results").is_none() && control.text(&["status"]).is_none() {
            return out.bad_row(place, "a control without results");
        }
        return out.no_finding();
    }
    let mut finding = Finding::new(Kind::Config, rule.clone(), first_line(&control.text(&["title"]).unwrap_or(rule)));
    if let Some(raw) = control.text(&["impact"]) {
        let severity =
            raw.parse::<f64>().map_or_else(|_| Severity::from_word(&raw), |impact| Severity::from_cvss(impact.clamp(0.0, 1.0) * 10.0));
        finding.set_severity(raw, severity);
    }
    let said = failed.iter().map(|result| {
        let said = [result.text(&["code_desc"]), result.text(&["message"])].into_iter().flatten().collect::<Vec<_>>().join(": ");
        Some(said)
    });
    let desc = control.text(&["description", "desc"]);
    finding.description =
        paragraphs(std::iter::once(desc).chain(said).chain([labelled("Profile", control.text(&["profile/name"]).as_deref())]));
    finding.remediation = control
        .list("descriptions")
        .find(|text| text.text(&["label"]).is_some_and(|label| label == "fix"))
        .and_then(|text| text.text(&["data"]));
    if control.is_true(&["waiver_data/skipped_due_to_waiver"]) {
        finding.suppressed = Some(Suppression { by: "waiver".to_owned(), reason: control.text(&["waiver_data/justification"]) });
    }
    finding.references = control.list("refs").filter_map(|link| link.text(&["url"])).collect();
    finding.location.resource = host.filter(|host| !host.is_empty());
    finding.location.path = control.value("source_location/ref").and_then(Value::as_str).filter(|path| !path.is_empty()).map(str::to_owned);
    finding.location.start_line = control.line(&["source_location/line"]).filter(|_| finding.location.path.is_some());
    finding.location.end_line = finding.location.start_line;
    out.finding(finding);
}
