//! Solar appScreener (code analysis), CSV of its detailed results. Versions seen: 3.x.
//!
//! Make it with *Export report → CSV* of a scan.
//!
//! - index: CSV rows without the header.
//! - `Vulnerability` is the rule and the title; the CWE numbers are those of the links to cwe.mitre.org.
//! - severity: `Severity Level` as it stands (`Critical`, `Medium`, `Low`, `Info`).
//! - place: `File` with `Line` (`151` or `151-152`); no columns. `Trace` (`[a.php:5]-[b.php:7]`) is the flow.
//! - a `Status` of `Rejected` is a suppression with `Vulnerability Comment`; `Confirmed` and `Not processed` are not.
//! - an export may be filtered: absence proves nothing (read-only). No time, version or fingerprint.
//! - left out: Jira columns, language.

use model::{Finding, FlowStep, Kind, Suppression};

use super::web::add_references;
use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most steps of a flow that are kept.
const MOST_STEPS: usize = 100;

/// The format of Solar appScreener's CSV export.
pub(crate) static FORMAT: Format = Format {
    id: "solar-appscreener",
    name: "Solar appScreener",
    kinds: &[Kind::Sast],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Vulnerability", "Recommendations", "File", "Line", "Severity Level"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Solar appScreener").claims.partial = Some("an export of the results".to_owned());
    csv::each(input, out, 0, |out, row| match row.text(&["Vulnerability"]) {
        Some(title) => out.finding(finding(row, title)),
        None => out.bad_row(format!("line {}", row.line), "no Vulnerability"),
    })
}

fn finding(row: &Row<'_>, title: String) -> Finding {
    let get = |name: &str| row.get(&[name]).filter(|text| *text != "-");
    let mut finding = Finding::new(Kind::Sast, title.clone(), title);
    if let Some(raw) = get("Severity Level") {
        finding.set_severity_word(raw);
    }
    finding.description = get("Description").map(str::to_owned);
    finding.remediation = get("Recommendations").map(str::to_owned);
    add_references(&mut finding, get("Links").unwrap_or_default());
    let links: Vec<String> = finding.references.iter().filter(|link| link.contains("cwe.mitre.org")).cloned().collect();
    add_cwes(&mut finding.cwes, links.iter().map(String::as_str));
    finding.location.path = get("File").map(str::to_owned);
    let (start, end) = lines(get("Line").unwrap_or_default());
    (finding.location.start_line, finding.location.end_line) = (start, end.or(start));
    finding.flow = get("Trace").map(flow).unwrap_or_default();
    if get("Status").is_some_and(|status| status.eq_ignore_ascii_case("rejected")) {
        let reason = get("Vulnerability Comment").map(str::to_owned);
        finding.suppressed = Some(Suppression { by: "Solar appScreener".to_owned(), reason });
    }
    finding
}

fn lines(text: &str) -> (Option<u32>, Option<u32>) {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|line| *line > 0);
    let (start, end) = text.split_once('-').unwrap_or((text, ""));
    (number(start), number(end))
}

fn flow(trace: &str) -> Vec<FlowStep> {
    let steps = trace.split("]-[").map(|step| step.trim_matches(['[', ']', ' '])).filter(|step| !step.is_empty());
    steps
        .take(MOST_STEPS)
        .map(|step| {
            let (path, line) = step.rsplit_once(':').unwrap_or((step, ""));
            let (line, end_line) = lines(line);
            FlowStep { path: Some(path.to_owned()), line, end_line, ..FlowStep::default() }
        })
        .collect()
}
