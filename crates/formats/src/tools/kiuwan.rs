//! Kiuwan Code Security and Insights (SAST and code quality), CSV export of defects or vulnerabilities. Columns seen: those of 2018 to 2024.
//!
//! Make it on the page of vulnerabilities or defects with *Export to CSV*.
//!
//! - index: the rows without the header.
//! - `Rule code` is the rule, `Rule` the title.
//! - severity: `Priority`: Very High critical, High high, Normal medium, Low low, Very Low info.
//! - place: `File` and `Line number` are the sink; `Source file` and `Source line number` the source, from which the flow starts. `Line text` is the code.
//! - CWE: the column `CWE` where there is one, else what `Normative` names.
//! - `Muted` Yes is a suppression. `Status` is that of the defect (none, reviewed, …) and is no state of its own.
//! - coverage: the page may be filtered before the export, so it is read and closes nothing. No time, no version, no fingerprint.
//!
//! # Differs
//! - rules of quality (`Software characteristic` other than Security) are findings too, as in the export.

use model::{Finding, FlowStep, Kind, Severity, Suppression};

use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV export of Kiuwan.
pub(crate) static FORMAT: Format =
    Format { id: "kiuwan", name: "Kiuwan", kinds: &[Kind::Sast], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Rule code", "Rule", "Priority", "File", "Line number"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Kiuwan").claims.partial = Some("an export, maybe filtered".to_owned());
    csv::each(input, out, 0, |out, row| match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(format!("line {}", row.line), "no rule"),
    })
}

fn finding(row: &Row<'_>) -> Option<Finding> {
    let title = row.get(&["Rule"]).or(row.get(&["Rule code"]))?;
    let mut finding = Finding::new(Kind::Sast, row.get(&["Rule code"]).unwrap_or(title), title);
    if let Some(raw) = row.get(&["Priority"]) {
        finding.set_severity(raw, severity(raw));
    }
    let normative = row.get(&["Normative"]).unwrap_or_default();
    match row.get(&["CWE"]) {
        Some(cwe) => add_cwes(&mut finding.cwes, cwe.split([',', ';', ' '])),
        None => add_cwes(&mut finding.cwes, normative.split(',').filter(|text| text.trim().starts_with("CWE:"))),
    }
    finding.description = paragraphs([
        labelled("Vulnerability type", row.get(&["Vulnerability type"])),
        labelled("Software characteristic", row.get(&["Software characteristic"])),
        labelled("Language", row.get(&["Language"])),
        labelled("Standards", Some(normative)),
    ]);
    finding.location.path = row.text(&["File"]);
    finding.location.start_line = row.whole(&["Line number"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.snippet = row.text(&["Line text"]);
    if let Some(source) = row.text(&["Source file"]) {
        let step = |path: Option<String>, line: Option<u32>, text: Option<&str>| FlowStep {
            path,
            line,
            message: text.map(str::to_owned),
            ..FlowStep::default()
        };
        finding.flow = vec![
            step(Some(source), row.whole(&["Source line number"]), row.get(&["Source line text"])),
            step(finding.location.path.clone(), finding.location.start_line, row.get(&["Line text"])),
        ];
    }
    let muted = row.get(&["Muted"]).is_some_and(|word| word.eq_ignore_ascii_case("yes"));
    finding.suppressed = muted.then(|| Suppression { by: "Kiuwan".to_owned(), reason: Some("muted".to_owned()) });
    Some(finding)
}

/// The severity of Kiuwan's five priorities.
pub(super) fn severity(word: &str) -> Severity {
    match word.to_ascii_lowercase().as_str() {
        "very high" => Severity::Critical,
        "normal" => Severity::Medium,
        "very low" => Severity::Info,
        other => Severity::from_word(other),
    }
}
