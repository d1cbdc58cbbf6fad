//! PMD (Java and other languages), CSV. Versions seen: 6.
//!
//! Make it with `pmd check -d src -R rulesets/java/quickstart.xml -f csv -r pmd.csv` (SARIF is better).
//!
//! - index: rows without the header.
//! - rule: `Rule`; `Description` is the title, `Rule set` goes to the description.
//! - severity: `Priority` 1 and 2 high, 3 medium, 4 low, 5 info.
//! - place: `File` and `Line`, the first line of the violation; both can be trusted. No column.
//! - a table shows nothing of the run: no version, no time.

use model::{Finding, Kind, Severity};

use super::wording::first_line;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `pmd -f csv`.
pub(crate) static FORMAT: Format =
    Format { id: "pmd", name: "PMD", kinds: &[Kind::Sast], media: &[Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["Problem", "Package", "File", "Priority", "Line", "Rule set", "Rule"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PMD");
    csv::each(input, out, 0, |out, row| {
        let (Some(rule), Some(file)) = (row.get(&["Rule"]), row.get(&["File"])) else {
            return out.bad_row(format!("line {}", row.line), "a row without rule or file");
        };
        let mut finding = Finding::new(Kind::Sast, rule, first_line(row.get(&["Description"]).unwrap_or(rule)));
        if let Some(raw) = row.get(&["Priority"]) {
            let severity = match raw {
                "1" | "2" => Severity::High,
                "3" => Severity::Medium,
                "4" => Severity::Low,
                "5" => Severity::Info,
                _ => Severity::Unknown,
            };
            finding.set_severity(raw, severity);
        }
        finding.description = row.get(&["Rule set"]).map(|set| format!("Rule set: {set}"));
        finding.location.path = Some(file.to_owned());
        finding.location.start_line = row.whole(&["Line"]).filter(|line| *line > 0);
        finding.location.end_line = finding.location.start_line;
        out.finding(finding);
    })
}
