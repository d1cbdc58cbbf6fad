//! Qualys VM and PCI, and HackerGuardian (which is Qualys PCI), CSV of reports. Versions seen: exports of 2020 to 2024.
//!
//! Make it with Reports > Download > CSV.
//!
//! - the header line stands behind up to 20 lines of head; it is the first with the columns `IP`, `QID` and a title.
//! - index: rows. `Vuln Status` `Fixed` is resolved.
//! - rule: the QID, written `qid_38293`.
//! - severity: `Q_SEVERITY`, else `Severity`, from 5 critical to 1 info; PCI's own words (High, Medium, Low; H, M, L) only where the scale is not there.
//! - place: the resource `host:port`: DNS name, FQDN or host name, else the address, which goes to the description; protocol and instance tell rows apart.
//! - `TYPE` `POTENTIAL` or `Practice` is the confidence. CVEs, CVSS base scores.
//! - `FALSE POSITIVE STATUS` `Approved` or `Accepted` is a suppression.
//! - coverage: the file does not say what it was filtered by and whether it is whole: read-only.
//!
//! Differs: level 1 is info, as in the other exports; a row a place, not one for all ports.

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::ports::host_and_port;
use super::qualys_scale::{describe, set_level};
use super::web::{cves, labelled, plain_some};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most lines before the header line.
const MOST_HEAD: usize = 20;

/// The format of Qualys' CSV reports.
pub(crate) static FORMAT: Format = Format {
    id: "qualys-csv",
    name: "Qualys VM and PCI (CSV)",
    kinds: &[Kind::Dast],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(header_line(head).is_some())
}

/// How many lines stand before the header line.
fn header_line(head: &Head<'_>) -> Option<usize> {
    (0..MOST_HEAD).find(|lines| {
        let columns = head.csv_columns_after(*lines);
        let has = |name: &str| columns.iter().any(|column| column == name);
        has("ip") && has("qid") && (has("title") || has("vulntitle")) && has("severity")
    })
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Qualys VM");
    let skip = header_line(&input.head()).unwrap_or_default();
    csv::each(input, out, skip, |out, row| match finding(row) {
        Some(mut finding) => {
            if let Some(status) = row.get(&["Vuln Status", "Status"]).filter(|status| status.eq_ignore_ascii_case("fixed")) {
                finding.resolve("Qualys", status);
            }
            let seen = row.get(&["Last Scan", "Last Detected"]).and_then(Timestamp::lenient);
            let run = out.this();
            run.at = seen.max(run.at);
            out.finding(finding);
        }
        None => out.bad_row(format!("line {}", row.line), "a row without QID"),
    })
}

fn finding(row: &Row<'_>) -> Option<Finding> {
    let qid = row.get(&["QID"])?;
    let mut finding = Finding::new(Kind::Dast, format!("qid_{qid}"), row.get(&["Title", "Vuln Title"]).unwrap_or(qid));
    match row.get(&["Q_SEVERITY", "Severity"]) {
        Some("H") => finding.set_severity("H", Severity::High),
        Some("M") => finding.set_severity("M", Severity::Medium),
        Some("L") => finding.set_severity("L", Severity::Low),
        Some(level) => set_level(&mut finding, level),
        None => {}
    }
    let kind = row.get(&["Type"]).unwrap_or_default();
    match kind.to_ascii_lowercase().as_str() {
        "potential" | "practice" => finding.confidence = Some("potential".to_owned()),
        "confirmed" | "vuln" => finding.confidence = Some("confirmed".to_owned()),
        _ => {}
    }
    finding.identifiers = cves(row.get(&["CVE ID", "CVEID", "CVE"]).unwrap_or_default());
    for (names, version) in [(&["CVSS Base", "CVSS_BASE"][..], None), (&["CVSS3 Base", "CVSS3.1 Base"][..], Some("3.0"))] {
        let score = row.get(names).and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
        if let Some(score) = score.filter(|score| *score > 0.0) {
            finding.cvss.push(
                Cvss { version: version.map(str::to_owned), source: Some("qualys".to_owned()), ..Cvss::default() }.with_score(Some(score)),
            );
        }
    }
    let name = row.get(&["DNS", "FQDN", "Hostname", "NetBIOS"]).filter(|name| *name != "-");
    let address = row.get(&["IP"]);
    describe(&mut finding, row.get(&["Threat"]), row.get(&["Impact"]), row.get(&["Results", "Result"]));
    finding.description = super::web::paragraphs([finding.description.take(), labelled("Address", address.filter(|_| name.is_some()))]);
    finding.remediation = plain_some(row.get(&["Solution"]));
    finding.location.resource = name.or(address).map(|host| host_and_port(host, row.get(&["Port"])));
    let parts = [row.get(&["Protocol"]), row.get(&["Instance"])];
    finding.distinct = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    finding.first_seen_by_tool = row.get(&["First Detected"]).and_then(Timestamp::lenient);
    let answer = row.get(&["False Positive Status"]).unwrap_or_default();
    if matches!(answer.to_ascii_lowercase().as_str(), "approved" | "accepted") {
        finding.suppressed =
            Some(Suppression { by: "Qualys".to_owned(), reason: Some(format!("false positive {}", answer.to_lowercase())) });
    }
    Some(finding)
}
