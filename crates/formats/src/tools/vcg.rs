//! VisualCodeGrepper (patterns in source code), XML. Versions seen: 2.1 to 2.3.
//!
//! Make it with *File → Export results as XML*, or `VisualCodeGrepper -c -l CS -t DIR --export results.xml`.
//!
//! - index: `CodeIssue`.
//! - `Title` is the rule and the title, `Description` the description, `CodeLine` the snippet.
//! - severity: `Priority` 1 critical, 2 high, 3 medium, 4 (standard) and 5 low, 6 (suspicious comment) and 7 (potential issue) info; without
//!   one the word.
//! - place: `FileName` as the tool gives it (often absolute) and `Line`, which starts at 1.
//! - `Checked` is a mark of the person who looked and is not read.
//! - coverage: the report has no word about the run beside the comment with the folder. No time, version or fingerprint.

use model::{Finding, Kind, Severity};

use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of VisualCodeGrepper's XML export.
pub(crate) static FORMAT: Format =
    Format { id: "vcg", name: "VisualCodeGrepper", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("CodeIssueCollection"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("VisualCodeGrepper");
    xml::rows(input, &["CodeIssue"], |issue| {
        match issue.text_at("Title") {
            Some(title) => out.finding(finding(&issue, title)),
            None => out.bad_row(format!("byte {}", issue.offset), "no Title"),
        }
        Ok(())
    })
}

fn finding(issue: &Element, title: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sast, title, title);
    let word = issue.text_at("Severity");
    let severity = match issue.text_at("Priority").and_then(|priority| priority.parse::<u32>().ok()) {
        Some(1) => Severity::Critical,
        Some(2) => Severity::High,
        Some(3) => Severity::Medium,
        Some(4 | 5) => Severity::Low,
        Some(6 | 7) => Severity::Info,
        _ => match word.map(str::to_ascii_lowercase).as_deref() {
            Some("standard") => Severity::Low,
            Some("suspicious comment" | "potential issue") => Severity::Info,
            Some(other) => Severity::from_word(other),
            None => Severity::Unknown,
        },
    };
    if let Some(raw) = word.or_else(|| issue.text_at("Priority")) {
        finding.set_severity(raw, severity);
    }
    finding.description = issue.text_at("Description").map(str::to_owned);
    finding.snippet = issue.text_at("CodeLine").map(str::to_owned);
    finding.location.path = issue.text_at("FileName").map(str::to_owned);
    finding.location.start_line = issue.text_at("Line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding
}
