//! IntSights, now Rapid7 Threat Command (threat intelligence), CSV export of alerts.
//!
//! Make it on the page of alerts with *Export to CSV*.
//!
//! - index: the rows without the header. What the columns mean is said with the JSON (`intsights`); both give the same rule and severity.
//! - `Assets` is a list joined by commas, of which the first is the place. `Alert Link` is the page of the alert.
//! - dates are American with two digits of the year (`3/8/19 13:03`) and are not read.
//! - coverage: an export of alerts, maybe filtered, so it is read and closes nothing.

use model::Kind;

use super::intsights::{alert, begin, closed};
use super::web::{labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV export of IntSights.
pub(crate) static FORMAT: Format = Format {
    id: "intsights-csv",
    name: "IntSights (CSV)",
    kinds: &[Kind::Dast],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Alert ID", "Title", "Severity", "Source URL", "Assets"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    begin(out);
    csv::each(input, out, 0, |out, row| match finding(row) {
        Ok(finding) => out.finding(finding),
        Err(reason) => out.bad_row(format!("line {}", row.line), reason),
    })
}

fn finding(row: &Row<'_>) -> Result<model::Finding, String> {
    let mut finding = alert(row.text(&["Alert ID"]), row.text(&["Type"]), row.text(&["Title"]), row.text(&["Severity"]))?;
    let mut assets = row.get(&["Assets"]).unwrap_or_default().split(',').map(str::trim).filter(|asset| !asset.is_empty());
    finding.location.resource = assets.next().map(str::to_owned);
    finding.description = paragraphs([
        row.text(&["Description"]),
        labelled("Further assets", Some(&assets.collect::<Vec<_>>().join(", "))),
        labelled("Source", row.get(&["Source URL"])),
    ]);
    finding.references = row.get(&["Source URL"]).filter(|url| url.contains("://")).map(str::to_owned).into_iter().collect();
    finding.url = row.text(&["Alert Link"]);
    if row.get(&["Status"]).is_some_and(|status| status.eq_ignore_ascii_case("closed")) {
        closed(&mut finding, row.text(&["Closed Reason"]));
    }
    Ok(finding)
}
