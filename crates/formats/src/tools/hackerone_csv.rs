//! HackerOne (bug bounty, vulnerability disclosure), CSV export of the reports of a program. Columns seen: those of 2023 to 2024.
//!
//! Make it in the program's inbox with *Export reports*, *CSV*.
//!
//! - index: the rows without the header. What the columns mean is said with the JSON (`hackerone`); both give the same findings.
//! - the weakness is a name here, not a CWE number; the scope an asset or its number.
//! - coverage: reports that people wrote: it is read, and absence never closes anything.

use model::Kind;

use super::hackerone::{begin, exported};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV export of HackerOne.
pub(crate) static FORMAT: Format = Format {
    id: "hackerone-csv",
    name: "HackerOne (CSV)",
    kinds: &[Kind::Pentest],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["id", "title", "severity_rating", "state", "substate", "weakness"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    begin(out);
    csv::each(input, out, 0, |out, row| match exported(&|name| row.text(&[name])) {
        Ok(finding) => out.finding(finding),
        Err(reason) => out.bad_row(format!("line {}", row.line), reason),
    })
}
