//! Alert Logic (Fortra), CSV of vulnerabilities. Exports seen: 2026.
//!
//! Make it in *Health*, *Vulnerabilities*, *Export*.
//!
//! - index: rows without the header.
//! - rule: `Vulnerability ID`; title `Vulnerability`; `CVE` gives the identifiers.
//! - severity: `Severity` in words; `CVSS Score` without a vector.
//! - place: `IP Address` with the port of `Protocol/Port`; `Asset Name` is part of the description. Kind dast, as for other
//!   scanners of hosts.
//! - fingerprint: `Vulnerability Key` names finding and asset and is trusted.
//! - the scan's time is the latest `Last Scanned`, day and month in the American order.
//! - an export is what a filter let through: it is read and closes nothing.
//!
//! # Differs
//! - place: the address and port that were scanned. Some readers put the name of the asset, of which several addresses may have one.

use model::{Cvss, Finding, Kind, Timestamp};

use super::nessus::set_host;
use super::tracked::track;
use super::web::{cves, labelled, paragraphs};
use super::wording::first_line;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Alert Logic's export of vulnerabilities.
pub(crate) static FORMAT: Format =
    Format { id: "alertlogic", name: "Alert Logic", kinds: &[Kind::Dast], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let columns = ["Vulnerability", "Severity", "Asset Name", "Vulnerability ID"];
    Match::sure_if(head.csv_has(&columns) && (head.csv_has(&["Vulnerability Span ID"]) || head.csv_has(&["Protocol/Port", "Asset Key"])))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Alert Logic");
    csv::each(input, out, 0, |out, row| {
        let Some(title) = row.get(&["Vulnerability"]) else { return out.bad_row(format!("line {}", row.line), "no vulnerability") };
        let at = row.get(&["Last Scanned"]).and_then(american);
        let run = out.this();
        run.at = run.at.max(at);
        out.finding(finding(title, row));
    })
}

fn finding(title: &str, row: &Row<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.get(&["Vulnerability ID"]).unwrap_or(title), first_line(title));
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    if let Some(score) = row.get(&["CVSS Score"]).and_then(|text| text.parse().ok()) {
        finding.cvss.push(Cvss::default().with_score(Some(score)));
    }
    finding.identifiers = cves(row.get(&["CVE"]).unwrap_or(title));
    finding.description = paragraphs([
        row.text(&["Description"]),
        labelled("Asset", row.get(&["Asset Name"])),
        labelled("Service", row.get(&["Service"])),
        labelled("Operating system", row.get(&["Operating System"])),
        labelled("Evidence", row.get(&["Evidence"])),
    ]);
    finding.remediation = row.text(&["Resolution"]);
    let (protocol, port) = row.get(&["Protocol/Port"]).and_then(|text| text.split_once('/')).unwrap_or_default();
    set_host(&mut finding, row.get(&["IP Address", "Asset Name"]).unwrap_or_default(), port, protocol);
    track(&mut finding, "vulnerability_key", row.text(&["Vulnerability Key"]));
    finding.first_seen_by_tool = row.get(&["First Seen"]).and_then(american);
    finding
}

/// `5/27/26 6:37`.
fn american(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "0:00"));
    let mut parts = date.split('/').map(str::parse::<u32>);
    let (Some(Ok(month)), Some(Ok(day)), Some(Ok(year))) = (parts.next(), parts.next(), parts.next()) else {
        return Timestamp::lenient(text);
    };
    let year = if year < 100 { 2000 + year } else { year };
    Timestamp::lenient(&format!("{year:04}-{month:02}-{day:02} {time:0>5}"))
}
