//! Sysdig Secure (packages of images), CSV of its reports and of its command line scanner. Versions seen: reports of 2022 to 2025,
//! sysdig-cli-scanner 1.20.
//!
//! Make it with *Vulnerabilities → Reporting → download*, or export the scanner's result.
//!
//! - index: CSV rows without the header.
//! - columns as in the JSON of the same report (see the format `sysdig`): identifier, severity, package, path, image, workload, CVSS, fix.
//! - a row with more cells than the header has shifted columns and is a bad row, as is one whose severity is no word that Sysdig knows.
//! - a report is a selection of what runs: absence proves nothing (read-only). No time, no version.
//! - left out: dates of disclosure and fix, KEV and EPSS columns (Muster has its own feeds), image id.
//!
//! # Differs
//! - severity: `Other` is rated by the score where there is one. (Some readers call it info.)

use model::{Finding, Kind, Severity};

use super::sysdig_row::{self, Names};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV formats of Sysdig Secure.
pub(crate) static FORMAT: Format = Format {
    id: "sysdig-csv",
    name: "Sysdig Secure (CSV)",
    kinds: &[Kind::Container],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let report = head.csv_has_most(&["Vulnerability ID", "Severity", "Package name", "Package version", "Vuln link"])
        || head.csv_has(&["Vulnerability Name", "Vulnerability Severity", "Package name", "Package version"])
        || head.csv_has(&["Vulnerability ID", "Package name", "K8S cluster name"]);
    Match::sure_if(report || head.csv_has(&["CVE ID", "CVE Severity", "Package name", "Package version"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Sysdig").claims.partial = Some("a report of the platform".to_owned());
    csv::each(input, out, 0, |out, row| {
        let get = |names: &[&str]| row.text(names);
        let read = sysdig_row::finding(&get, &Names::CSV);
        match read {
            Ok(finding) if !is_word(&finding) => out.bad_row(format!("line {}", row.line), "the cells do not stand under their columns"),
            Ok(finding) => out.finding(finding),
            Err(reason) => out.bad_row(format!("line {}", row.line), reason),
        }
    })
}

/// Whether the severity is one of Sysdig's words.
fn is_word(finding: &Finding) -> bool {
    let raw = finding.severity_raw.as_deref().unwrap_or_default().to_ascii_lowercase();
    finding.severity != Severity::Unknown || matches!(raw.as_str(), "unknown" | "other" | "n/a")
}
