//! Bandit (Python SAST), CSV. Versions seen: 1.7 to 1.9.
//!
//! Make it with `bandit -r . -f csv -o bandit.csv`.
//!
//! - index: the rows behind the header. All fields mean what they mean in the JSON report (`bandit.rs`); there is no code.
//! - nothing in an empty table shows that anything was scanned.

use model::{Finding, Kind, Severity};

use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bandit -f csv`.
pub(crate) static FORMAT: Format =
    Format { id: "bandit-csv", name: "Bandit CSV", kinds: &[Kind::Sast], media: &[Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["filename", "test_id", "issue_severity", "issue_text"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Bandit");
    csv::each(input, out, 0, |out, row| match (row.get(&["test_id"]), row.get(&["filename"])) {
        (Some(rule), Some(path)) => out.finding(finding(rule, path, row)),
        _ => out.bad_row(format!("line {}", row.line), "no test_id or no filename"),
    })
}

/// Bandit's severity word in Muster's scale.
pub(super) fn severity(raw: &str) -> Severity {
    if raw.eq_ignore_ascii_case("undefined") { Severity::Unknown } else { Severity::from_word(raw) }
}

fn finding(rule: &str, path: &str, row: &Row<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Sast, rule, row.get(&["issue_text"]).unwrap_or(rule));
    if let Some(raw) = row.get(&["issue_severity"]) {
        finding.set_severity(raw, severity(raw));
    }
    finding.confidence = row.text(&["issue_confidence"]);
    add_cwes(&mut finding.cwes, row.get(&["issue_cwe"]));
    let range: Vec<u32> =
        row.get(&["line_range"]).unwrap_or_default().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = row.whole(&["line_number"]).or_else(|| range.iter().min().copied());
    finding.location.end_line = range.iter().max().copied().max(finding.location.start_line);
    finding.references.extend(row.text(&["more_info"]));
    finding.description = row.text(&["test_name"]);
    finding
}
