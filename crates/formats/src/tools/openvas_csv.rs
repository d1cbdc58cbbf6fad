//! OpenVAS (Greenbone), CSV reports. Exports seen: 2019 to 2024.
//!
//! Make it in *Reports*, *Download*, *CSV Results*. XML is better: `openvas.rs`.
//!
//! - index: rows without the header.
//! - rule: `NVT OID`, else `NVT Name`; severity, place and identifiers as in `openvas.rs`.
//! - a table shows nothing of the scan: no time, no evidence that it got through.
//! - left out: task, result and CERT ids.

use model::{Cvss, Finding, Kind};

use super::openvas::{rate, set_place};
use super::web::{add_references, cves, labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of OpenVAS' CSV reports.
pub(crate) static FORMAT: Format = Format {
    id: "openvas-csv",
    name: "OpenVAS (Greenbone) CSV",
    kinds: &[Kind::Dast],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["IP", "NVT Name"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("OpenVAS");
    csv::each(input, out, 0, |out, row| match row.get(&["NVT Name"]) {
        Some(name) => out.finding(of_row(name, row)),
        None => out.bad_row(format!("line {}", row.line), "a row without a test"),
    })
}

fn of_row(name: &str, row: &Row<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.get(&["NVT OID"]).unwrap_or(name), name);
    rate(&mut finding, row.get(&["Severity"]));
    finding.confidence = row.text(&["QoD"]);
    finding.identifiers = cves(&format!("{} {}", row.get(&["CVEs"]).unwrap_or_default(), name));
    finding.cvss.extend(row.get(&["CVSS"]).and_then(|text| text.parse().ok()).map(Cvss::from_score));
    finding.description = paragraphs([
        row.text(&["Summary"]),
        row.text(&["Vulnerability Insight"]),
        row.text(&["Impact"]),
        labelled("Result", row.get(&["Specific Result"])),
    ]);
    finding.remediation = row.text(&["Solution"]);
    add_references(&mut finding, row.get(&["Other References"]).unwrap_or_default());
    let host = row.get(&["Hostname", "IP"]).unwrap_or_default();
    let port = format!("{}/{}", row.get(&["Port"]).unwrap_or_default(), row.get(&["Port Protocol"]).unwrap_or_default());
    set_place(&mut finding, host, &port);
    finding
}
