//! Edgescan, JSON of its API. Versions seen: v1.
//!
//! Make it with `GET https://live.edgescan.com/api/v1/vulnerabilities.json` (the whole answer or its `vulnerabilities`).
//!
//! - index: `vulnerabilities[]`, or the elements of the array.
//! - rule: `definition_id` where it is there, else the name. Severity: 1 info, 2 low, 3 medium, 4 high, 5 critical.
//! - place: `location`, an address or a host. kind dast. CVSS vector, CWE and CVE as given.
//! - status closed and the risk states of the service are settled, a suppression with the state.
//! - fingerprint: `id` is trusted.
//! - the list is what a filter let through: it is read and closes nothing.

use model::{Finding, Kind, Severity};

use super::sca;
use super::tracked::{at_address, first_seen, settle, track};
use super::web::cves;
use super::wording::{add_cwes, first_line};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Edgescan's vulnerabilities.
pub(crate) static FORMAT: Format =
    Format { id: "edgescan", name: "Edgescan", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let rows = |top: &str| head.has(&format!("{top}.location_specifier_id")) || head.has(&format!("{top}.pci_compliance_status"));
    Match::sure_if(rows("[]") || rows("vulnerabilities[]"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Edgescan");
    fields::read(
        input,
        out,
        &["vulnerabilities"],
        |_, _| {},
        |out, place, row| match row.text(&["name"]) {
            Some(name) => out.finding(finding(&name, row)),
            None => out.bad_row(place, "a vulnerability without name"),
        },
    )
}

fn finding(name: &str, row: Fields<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.text(&["definition_id"]).unwrap_or_else(|| name.to_owned()), first_line(name));
    if let Some(raw) = row.text(&["severity"]) {
        let severity = match raw.as_str() {
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" => Severity::Low,
            "1" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(raw, severity);
    }
    finding.identifiers = cves(&row.texts(&["cves"]).join(" "));
    add_cwes(&mut finding.cwes, row.texts(&["cwes"]).iter().map(String::as_str));
    sca::assessed(&mut finding, row.text(&["cvss_vector"]).as_deref(), row.number(&["cvss_score"]), None);
    (finding.description, finding.remediation) = (row.text(&["description"]), row.text(&["remediation"]));
    at_address(&mut finding, &row.text(&["location", "asset_name"]).unwrap_or_default());
    settle(&mut finding, "Edgescan", row.text(&["status"]).as_deref());
    first_seen(&mut finding, row.text(&["date_opened"]));
    track(&mut finding, "id", row.text(&["id"]));
    finding
}
