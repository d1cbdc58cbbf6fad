//! Trustwave (vulnerability scans of a network), CSV export. One version seen.
//!
//! Make it with *Export → CSV* of a scan's findings.
//!
//! - index: CSV rows without the header.
//! - `Vulnerability Name` is the rule and the title; `CVE` the identifiers.
//! - severity: `C`, `H`, `M`, `L`, `I`, or the words.
//! - place: host (`Domain`, else `IP`) and port as resource; `Service` is in the description with `Evidence`.
//! - a `Status` of `Fixed` or `Remediated` is resolved; `Accepted`, `Disputed` and `False Positive` are suppressions.
//! - an export may be filtered: absence proves nothing (read-only). No time, no fingerprint.

use model::{Finding, Kind, Severity, Suppression};

use super::sca;
use super::web::{cves, labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Trustwave's CSV export.
pub(crate) static FORMAT: Format =
    Format { id: "trustwave", name: "Trustwave", kinds: &[Kind::Dast], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["Target Name", "Vulnerability Name", "Severity"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Trustwave").claims.partial = Some("an export of the findings".to_owned());
    csv::each(input, out, 0, |out, row| {
        let Some(name) = row.text(&["Vulnerability Name"]) else {
            return out.bad_row(format!("line {}", row.line), "no Vulnerability Name");
        };
        let status = row.get(&["Status"]).unwrap_or_default().to_ascii_lowercase();
        let mut finding = finding(row, name);
        if matches!(status.as_str(), "accepted" | "disputed" | "false positive" | "risk accepted") {
            finding.suppressed = Some(Suppression { by: "Trustwave".to_owned(), reason: Some(status) });
        } else if matches!(status.as_str(), "fixed" | "remediated" | "resolved") {
            finding.resolve("Trustwave", status);
        }
        out.finding(finding);
    })
}

fn finding(row: &Row<'_>, name: String) -> Finding {
    let mut finding = Finding::new(Kind::Dast, name.clone(), name);
    if let Some(raw) = row.get(&["Severity"]) {
        let severity = match raw.to_ascii_uppercase().as_str() {
            "C" => Severity::Critical,
            "H" => Severity::High,
            "M" => Severity::Medium,
            "L" => Severity::Low,
            "I" => Severity::Info,
            _ => Severity::from_word(raw),
        };
        finding.set_severity(raw, severity);
    }
    let ids = cves(row.get(&["CVE"]).unwrap_or_default());
    if let Some((first, others)) = ids.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    finding.identifiers.extend(row.text(&["CVE"]).filter(|_| ids.is_empty()));
    finding.description =
        paragraphs([row.text(&["Description"]), labelled("Service", row.get(&["Service"])), labelled("Evidence", row.get(&["Evidence"]))]);
    finding.remediation = row.text(&["Remediation"]);
    if let Some(host) = row.text(&["Domain", "IP", "Target Name"]) {
        finding.location.resource = Some(row.get(&["Port"]).map_or(host.clone(), |port| format!("{host}:{port}")));
        finding.location.resource_type = row.text(&["Protocol"]);
    }
    finding
}
