//! VisualCodeGrepper (patterns in source code), XML and CSV. Versions seen: 2.1 to 2.3.
//!
//! Make it with *File → Export results as XML*, or `VisualCodeGrepper -c -l CS -t DIR --export results.xml`; or *Export results as CSV*.
//!
//! - index: `CodeIssue`; rows of the table, which has no header: priority, severity, title, description, file, line, code.
//! - `Title` is the rule and the title, `Description` the description, `CodeLine` the snippet.
//! - severity: `Priority` 1 critical, 2 high, 3 medium, 4 (standard) and 5 low, 6 (suspicious comment) and 7 (potential issue) info; without
//!   one the word.
//! - place: `FileName` as the tool gives it (often absolute) and `Line`, which starts at 1.
//! - `Checked` is a mark of the person who looked and is not read.
//! - coverage: the report has no word about the run beside the comment with the folder. No time, version or fingerprint.

use model::{Finding, Kind, Severity};

use crate::read::csv::{self, fold};
use crate::read::xml;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of VisualCodeGrepper's XML export.
pub(crate) static FORMAT: Format = Format {
    id: "vcg",
    name: "VisualCodeGrepper",
    kinds: &[Kind::Sast],
    media: &[Media::Xml, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("CodeIssueCollection") || is_table(head))
}

/// The columns of a table without header, as far as they are read.
const COLUMNS: [&str; 7] = ["Priority", "Severity", "Title", "Description", "FileName", "Line", "CodeLine"];
const SEVERITIES: [&str; 7] = ["critical", "high", "medium", "standard", "low", "suspicious comment", "potential issue"];

fn is_table(head: &Head<'_>) -> bool {
    // Folded as a header would be: the cells of the first row without spaces.
    let cells = head.csv_columns();
    let number = |at: usize| cells.get(at).and_then(|cell| cell.parse::<u32>().ok());
    let word = cells.get(1).is_some_and(|cell| SEVERITIES.iter().any(|word| fold(word) == *cell));
    cells.len() >= COLUMNS.len() && number(0).is_some_and(|priority| (1..=7).contains(&priority)) && word && number(5).is_some()
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("VisualCodeGrepper");
    if !input.head().starts_with("<") {
        return csv::each_named(input, out, &COLUMNS, |out, row| match row.get(&["Title"]) {
            Some(title) => out.finding(finding(&|name| row.get(&[name]), title)),
            None => out.bad_row(format!("line {}", row.line), "no title"),
        });
    }
    xml::rows(input, &["CodeIssue"], |issue| {
        match issue.text_at("Title") {
            Some(title) => out.finding(finding(&|name| issue.text_at(name), title)),
            None => out.bad_row(format!("byte {}", issue.offset), "no Title"),
        }
        Ok(())
    })
}

fn finding<'a>(said: &dyn Fn(&'a str) -> Option<&'a str>, title: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sast, title, title);
    let word = said("Severity");
    let severity = match said("Priority").and_then(|priority| priority.parse::<u32>().ok()) {
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
    if let Some(raw) = word.or_else(|| said("Priority")) {
        finding.set_severity(raw, severity);
    }
    finding.description = said("Description").map(str::to_owned);
    finding.snippet = said("CodeLine").map(str::to_owned);
    finding.location.path = said("FileName").map(str::to_owned);
    finding.location.start_line = said("Line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding
}
