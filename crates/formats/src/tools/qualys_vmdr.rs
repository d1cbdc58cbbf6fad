//! Qualys VMDR (the newer console), CSV of vulnerabilities by CVE or by QID. Versions seen: exports of 2026.
//!
//! Make it with VMDR > Vulnerabilities > Download > CSV.
//!
//! - three lines of head (`Asset Vuln Datalist Report` …) may stand before the header line.
//! - index: rows.
//! - rule: the CVE in the list by CVE, else the QID (`qid_100001`); the QID is in the references of the first.
//! - severity: `Severity`, 5 critical to 1 info.
//! - place: the resource `asset:port` by the asset's name, else its address. The addresses go to the description; protocol tells rows apart.
//! - `Status` `FIXED` is resolved; `Ignored` and `Disabled` `yes` are suppressions. `Type Detected` is the confidence.
//! - CVSS scores of NVD; `First Detected` is first seen, the newest `Last Detected` the time of the run.
//! - coverage: the list is what the console was filtered to, and does not say so: read-only.
//!
//! Differs: the place is the asset's name, not its address.

use model::{Cvss, Finding, Kind, Suppression, Timestamp};

use super::ports::host_and_port;
use super::qualys_scale::{describe, set_level};
use super::web::{cves, labelled, paragraphs, plain_some};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of VMDR's CSV.
pub(crate) static FORMAT: Format = Format {
    id: "qualys-vmdr",
    name: "Qualys VMDR",
    kinds: &[Kind::Dast],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff: |head: &Head<'_>| Match::sure_if(header_line(head).is_some()),
    parse,
};

fn header_line(head: &Head<'_>) -> Option<usize> {
    (0..8).find(|lines| {
        let columns = head.csv_columns_after(*lines);
        let has = |name: &str| columns.iter().any(|column| column == name);
        has("qid") && has("title") && (has("assetname") || has("assetid")) && (has("kbseverity") || has("typedetected"))
    })
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Qualys VMDR");
    let skip = header_line(&input.head()).unwrap_or_default();
    csv::each(input, out, skip, |out, row| match finding(row) {
        Some(mut finding) => {
            if let Some(status) = row.get(&["Status"]).filter(|status| status.eq_ignore_ascii_case("fixed")) {
                finding.resolve("Qualys", status);
            }
            let seen = row.get(&["Last Detected"]).and_then(time);
            let run = out.this();
            run.at = seen.max(run.at);
            out.finding(finding);
        }
        None => out.bad_row(format!("line {}", row.line), "a row without QID and CVE"),
    })
}

/// `Feb 03, 2026 07:00 AM`.
fn time(text: &str) -> Option<Timestamp> {
    let with_seconds = text.rsplit_once(' ').map(|(clock, half)| format!("{clock}:00 {half}"));
    Timestamp::lenient(text).or_else(|| with_seconds.as_deref().and_then(Timestamp::lenient))
}

fn finding(row: &Row<'_>) -> Option<Finding> {
    let qid = row.get(&["QID"]).map(|qid| format!("qid_{qid}"));
    let cve = row.get(&["CVE"]).filter(|cve| cve.starts_with("CVE-"));
    let rule = cve.map(str::to_owned).or_else(|| qid.clone())?;
    let mut finding = Finding::new(Kind::Dast, rule.as_str(), row.get(&["Title"]).unwrap_or(&rule));
    finding.identifiers = cves(row.get(&["CVE"]).unwrap_or_default());
    if let Some(level) = row.get(&["Severity", "KB Severity"]) {
        set_level(&mut finding, level);
    }
    finding.references.extend(qid.filter(|qid| *qid != rule));
    for (name, version) in [("CVSSv2 Base (nvd)", "2.0"), ("CVSSv3.1 Base (nvd)", "3.1")] {
        if let Some(score) = row.get(&[name]).and_then(|text| text.parse::<f64>().ok()).filter(|score| *score > 0.0) {
            finding.cvss.push(
                Cvss { version: Some(version.to_owned()), source: Some("nvd".to_owned()), ..Cvss::default() }.with_score(Some(score)),
            );
        }
    }
    describe(&mut finding, row.get(&["Threat", "CVE-Description"]), None, row.get(&["Results"]));
    finding.description = paragraphs([
        finding.description.take(),
        labelled("Addresses", row.get(&["Asset IPV4", "Asset IPV6"])),
        labelled("System", row.get(&["Operating System"])),
    ]);
    finding.remediation = plain_some(row.get(&["Solution"]));
    finding.confidence = row.text(&["Type Detected"]).map(|word| word.to_lowercase());
    finding.location.resource = row.get(&["Asset Name", "Asset IPV4", "Asset Id"]).map(|host| host_and_port(host, row.get(&["Port"])));
    finding.distinct = row.text(&["Protocol"]).map(|protocol| protocol.to_lowercase());
    finding.first_seen_by_tool = row.get(&["First Detected"]).and_then(time);
    for flag in ["Ignored", "Disabled"] {
        if row.get(&[flag]).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "yes" | "true" | "1")) {
            finding.suppressed = Some(Suppression { by: "Qualys".to_owned(), reason: Some(flag.to_lowercase()) });
        }
    }
    Some(finding)
}
