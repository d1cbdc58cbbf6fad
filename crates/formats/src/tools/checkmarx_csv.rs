//! Checkmarx SAST (CxSAST), CSV of a scan's results. Versions seen: 8.8 to 9.7.
//!
//! Make it in *Create Report, CSV*, or `POST /cxrestapi/reports/sastScan` with `"reportType": "CSV"`.
//!
//! - index: rows behind the header, one a path from source to sink. `Result Status` Fixed is resolved.
//! - rule: `Query`, with the language of `QueryPath` before it (`Java/SQL_Injection`), as in XML (`checkmarx.rs`).
//! - severity: `Result Severity`. `Result State` *Not Exploitable* (proposed too) is a suppression with the comment.
//! - place: the destination (the sink): file, line, column; the flow is source and destination.
//! - `Link` is the page of the result. `Detection Date` is first seen. Left out: the columns of standards.

use model::{Finding, FlowStep, Kind, Suppression};

use super::tracked;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV report of Checkmarx SAST.
pub(crate) static FORMAT: Format = Format {
    id: "checkmarx-csv",
    name: "Checkmarx SAST CSV",
    kinds: &[Kind::Sast],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Query", "SrcFileName", "DestFileName", "Result Severity"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkmarx");
    csv::each(input, out, 0, |out, row| match (row.get(&["Query"]), row.get(&["Result Status"])) {
        (None, _) => out.bad_row(format!("line {}", row.line), "a row without Query"),
        (Some(query), status) => {
            let mut finding = finding(query, row);
            if let Some(status) = status.filter(|status| *status == "Fixed") {
                finding.resolve("Checkmarx", status);
            }
            out.finding(finding);
        }
    })
}

fn finding(query: &str, row: &Row<'_>) -> Finding {
    // `Java\Cx\Java High Risk\SQL Injection Version:1`.
    let language = row.get(&["QueryPath"]).and_then(|path| path.split(['\\', '/']).next()).filter(|language| !language.is_empty());
    let name = query.replace('_', " ");
    let rule = query.replace(' ', "_");
    let rule = language.map_or(rule.clone(), |language| format!("{language}/{rule}"));
    let mut finding = Finding::new(Kind::Sast, rule, name);
    if let Some(raw) = row.get(&["Result Severity"]) {
        finding.set_severity_word(raw);
    }
    let state = row.text(&["Result State"]);
    if state.as_deref().is_some_and(|state| state.to_ascii_lowercase().contains("not exploitable")) {
        finding.suppressed = Some(Suppression { by: "Checkmarx".to_owned(), reason: row.text(&["Comment"]).or(state) });
    }
    finding.url = row.text(&["Link"]);
    tracked::first_seen(&mut finding, row.text(&["Detection Date"]));
    let step = |file: &str, line: &str, name: &str| FlowStep {
        path: row.text(&[file]),
        line: row.whole(&[line]),
        message: row.text(&[name]),
        ..FlowStep::default()
    };
    finding.flow = vec![step("SrcFileName", "Line", "Name"), step("DestFileName", "DestLine", "DestName")];
    let place = &mut finding.location;
    place.path = row.text(&["DestFileName", "SrcFileName"]);
    place.start_line = row.whole(&["DestLine", "Line"]).filter(|line| *line > 0);
    place.end_line = place.start_line;
    place.start_column = row.whole(&["DestColumn"]).filter(|column| *column > 0);
    finding
}
