//! gosec (Go SAST), CSV. Versions seen: 2.0 to 2.22.
//!
//! Make it with `gosec -fmt csv -out gosec.csv ./...`; JSON is better, see below.
//!
//! - index: the rows. There is no header line: the columns are file, line, details, severity, confidence, code and CWE.
//! - there is no id of the rule, so the text of *details* is the rule and differs from that of the other reports: this format is read and closes
//!   nothing. Nothing in an empty table shows that anything was scanned.
//! - the rest is as in `gosec.rs`; `nosec` and suppressions are not written.

use model::{Finding, Kind};

use super::wording::{add_cwes, first_line};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

const COLUMNS: [&str; 7] = ["file", "line", "details", "severity", "confidence", "code", "cwe"];

/// The format of `gosec -fmt csv`.
pub(crate) static FORMAT: Format =
    Format { id: "gosec-csv", name: "gosec CSV", kinds: &[Kind::Sast], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

/// The first cells of the first row: a Go file, and a line or a span of lines. The cell with the code may hold line breaks, so words of the last
/// cells are looked for in the whole head.
fn sniff(head: &Head<'_>) -> Match {
    let first = head.text().lines().next().unwrap_or_default();
    let mut cells = first.split(',');
    let file = cells.next().is_some_and(|file| file.trim_matches('"').ends_with(".go"));
    let line = cells.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let words = ["LOW", "MEDIUM", "HIGH"];
    let rated = words.iter().any(|severity| words.iter().any(|confidence| head.contains(&format!(",{severity},{confidence},"))));
    Match::sure_if(file && line && rated && head.contains(",CWE-"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("gosec");
    csv::each_named(input, out, &COLUMNS, |out, row| match (row.get(&["file"]), row.get(&["details"])) {
        (Some(path), Some(details)) => {
            let mut finding = Finding::new(Kind::Sast, details, first_line(details));
            if let Some(raw) = row.get(&["severity"]) {
                finding.set_severity_word(raw);
            }
            finding.confidence = row.text(&["confidence"]);
            add_cwes(&mut finding.cwes, row.get(&["cwe"]));
            finding.snippet = row.text(&["code"]);
            finding.location.path = Some(path.to_owned());
            let mut lines = row.get(&["line"]).unwrap_or_default().split('-').filter_map(|line| line.trim().parse::<u32>().ok());
            finding.location.start_line = lines.next().filter(|line| *line > 0);
            finding.location.end_line = lines.next().or(finding.location.start_line);
            out.finding(finding);
        }
        _ => out.bad_row(format!("line {}", row.line), "no file or no details"),
    })
}
