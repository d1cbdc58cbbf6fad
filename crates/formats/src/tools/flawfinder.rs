//! Flawfinder (C and C++), CSV. Versions seen: 2.0.11 to 2.0.19. Its SARIF is read by [sarif](s.md#sarif).
//!
//! Make it with `flawfinder --csv src > flawfinder.csv`.
//!
//! - index: the rows behind the header.
//! - rule: `RuleId` (`FF1014`, as in SARIF), which 2.0.15 brought; before that category and name (`buffer:gets`). The title is the warning's first
//!   sentence.
//! - severity: `Level` 0 to 5 as its SARIF has them: 4 and 5 are an error (high), 3 a warning (medium), the rest notes (low), 0 info.
//! - CWE: `CWEs`. Of `CWE-119!/CWE-120` the general one in front stands for the list, as Flawfinder's documentation says; both are kept.
//! - `Fingerprint` is a sum of the line's text, which two results may share: it is no fingerprint here.
//! - coverage: nothing tells that the run got through; `--minlevel` hides lower levels without saying so.
//! - left out: `DefaultLevel`, `HelpUri` (a CWE).

use model::{Finding, Kind, Severity};

use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV report of Flawfinder.
pub(crate) static FORMAT: Format =
    Format { id: "flawfinder", name: "Flawfinder", kinds: &[Kind::Sast], media: &[Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["File", "Line", "Level", "Category", "Name", "Warning", "Suggestion", "CWEs"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Flawfinder");
    csv::each(input, out, 0, |out, row| {
        let named = [row.get(&["Category"]), row.get(&["Name"])].into_iter().flatten().collect::<Vec<_>>().join(":");
        let rule = row.text(&["RuleId"]).unwrap_or(named);
        let Some(file) = row.text(&["File"]).filter(|_| !rule.is_empty()) else {
            // A file that could not be parsed is told between the rows.
            return out.bad_row(format!("line {}", row.line), "a row without file or rule");
        };
        out.this().tool_version = row.text(&["ToolVersion"]).or_else(|| out.this().tool_version.take());
        let warning = row.get(&["Warning"]).unwrap_or(&rule);
        let mut finding = Finding::new(Kind::Sast, rule.as_str(), title(warning));
        if let Some(level) = row.get(&["Level", "DefaultLevel"]) {
            finding.set_severity(level, severity(level));
        }
        let cwes = row.get(&["CWEs"]).unwrap_or_default();
        add_cwes(&mut finding.cwes, cwes.split([',', '/', ' ']).map(|cwe| cwe.trim_matches('!')).filter(|cwe| !cwe.is_empty()));
        let call = labelled("Function", row.get(&["Name"]));
        finding.description =
            paragraphs([Some(warning.to_owned()), row.text(&["Note"]), call, labelled("Category", row.get(&["Category"]))]);
        finding.remediation = row.text(&["Suggestion"]);
        finding.snippet = row.text(&["Context"]);
        finding.location.path = Some(file);
        finding.location.start_line = row.whole(&["Line"]).filter(|line| *line > 0);
        finding.location.start_column = row.whole(&["Column"]).filter(|column| *column > 0);
        out.finding(finding);
    })
}

fn severity(level: &str) -> Severity {
    match level.trim() {
        "4" | "5" => Severity::High,
        "3" => Severity::Medium,
        "1" | "2" => Severity::Low,
        "0" => Severity::Info,
        _ => Severity::Unknown,
    }
}

/// The warning without the CWEs in brackets at its end.
fn title(warning: &str) -> &str {
    warning.split(" (CWE-").next().unwrap_or(warning).trim()
}
