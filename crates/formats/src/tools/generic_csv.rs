//! Findings in a CSV file with a header line: pentests, spreadsheets, DefectDojo's generic findings CSV.
//!
//! Columns are compared without case, spaces and punctuation (`CweId`, `cwe_id`), cells by `,`, `;`, tab or `|`. A file needs a title
//! column; with a severity column beside it it is recognised, else name the format with `--format generic-csv`.
//!
//! - index: rows without the header.
//! - columns, kinds, severities, suppressions: as of all generic findings, see `generic-json`.
//! - a column `tool` (or `scanner`) names the tool; rows of another tool begin another run.
//! - ran: never; a list of findings says nothing about what was looked at.
//!
//! # Differs
//! - severity: a word that is not known is unknown. (Some readers call it info.)

use model::Kind;

use super::generic;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Findings in CSV.
pub(crate) static FORMAT: Format = Format {
    id: "generic-csv",
    name: "Generic findings (CSV)",
    kinds: &Kind::ALL,
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let columns = head.csv_columns();
    let fits = columns.len() > 1 && generic::has_any(&columns, &generic::TITLE) && generic::has_any(&columns, &generic::SEVERITY);
    if fits { Match::Maybe } else { Match::No }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let head = input.head();
    if !generic::has_any(&head.csv_columns(), &generic::TITLE) {
        let found: String = head.text().lines().next().unwrap_or_default().chars().take(300).collect();
        let wanted = generic::TITLE.join(", ");
        return Err(ParseError::at(
            "line 1",
            format!("no column for the title; one of these is needed: {wanted}; the header has: {found}"),
        ));
    }
    out.run("Generic findings");
    let mut tool: Option<String> = None;
    csv::each(input, out, 0, |out, row| {
        let named = row.text(&["tool", "scanner", "foundby"]);
        if named.is_some() && named != tool {
            // The first tool names the run that is open already.
            if tool.is_some() || out.next_index() > 0 {
                out.run("");
            }
            out.this().tool = named.clone().unwrap_or_default();
            tool = named;
        }
        let get = |names: &[&str]| row.text(names).into_iter().collect();
        match generic::finding(&get) {
            Ok(finding) => out.finding(finding),
            Err(reason) => out.bad_row(format!("line {}", row.line), reason),
        }
    })
}
