//! Infer (static analysis of C, C++, Objective-C, Java, Erlang and Hack), JSON. Versions seen: 0.17 to 1.2.
//!
//! Make it with `infer run -- make`, which writes `infer-out/report.json`.
//!
//! - index: the elements of the array.
//! - rule: `bug_type`; the title is `bug_type_hum`. `qualifier` is the description.
//! - severity: ERROR high, WARNING medium, ADVICE low, INFO and LIKE info.
//! - place: `file`, `line`; the column counts from 1 and is -1 where Infer does not know it (Java). `procedure` is the symbol. `bug_trace` is the flow.
//! - `hash` is kept as a fingerprint and not trusted: two reports in one procedure may share it. `key` and `node_key` say the same with less.
//! - `censored_reason` is a suppression (`.inferconfig`).
//! - an empty array says nothing: not even which tool wrote it. No time, no version, no list of rules.

use model::{Finding, FlowStep, Kind, Severity, Suppression};
use serde_json::Value;

use super::wording::add_cwes;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The `report.json` of Infer.
pub(crate) static FORMAT: Format =
    Format { id: "infer", name: "Infer", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let own = ["[].procedure", "[].bug_trace", "[].bug_type_hum", "[].node_key"];
    Match::sure_if(head.has_all(&["[].bug_type", "[].file"]) && (head.has("[].qualifier") || own.iter().any(|name| head.has(name))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Infer");
    let mut json = input.json()?;
    loose::rows(&mut json, out, |out, _, row| {
        out.finding(finding(row)?);
        Ok(())
    })?;
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["bug_type"]).ok_or("no `bug_type`")?;
    let mut finding = Finding::new(Kind::Sast, rule.clone(), row.text(&["bug_type_hum"]).unwrap_or(rule));
    if let Some(raw) = row.text(&["severity", "kind"]) {
        let severity = match raw.to_ascii_uppercase().as_str() {
            "ERROR" => Severity::High,
            "WARNING" => Severity::Medium,
            "ADVICE" => Severity::Low,
            "INFO" | "LIKE" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    add_cwes(&mut finding.cwes, row.texts("cwe").iter().map(String::as_str));
    finding.description = row.text(&["qualifier"]);
    finding.remediation = row.text(&["suggestion"]);
    finding.references = row.texts("doc_url");
    finding.location.path = row.text(&["file"]);
    finding.location.start_line = row.whole(&["line"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.start_column = row.whole(&["column"]).filter(|column| *column > 0);
    finding.location.symbol = row.text(&["procedure"]);
    finding.flow = row
        .list("bug_trace")
        .into_iter()
        .map(|step| {
            let line = step.whole(&["line_number"]).filter(|line| *line > 0);
            FlowStep { path: step.text(&["filename"]), line, message: step.text(&["description"]), ..FlowStep::default() }
        })
        .collect();
    if let Some(hash) = row.text(&["hash"]) {
        finding.fingerprint("hash", hash);
    }
    let reason = row.text(&["censored_reason"]);
    finding.suppressed = reason.map(|reason| Suppression { by: ".inferconfig".to_owned(), reason: Some(reason) });
    Ok(finding)
}
