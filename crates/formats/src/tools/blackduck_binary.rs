//! Black Duck Binary Analysis (Protecode SC), CSV of vulnerabilities. Exports seen: 2020 to 2024.
//!
//! Make it with *Export*, *Vulnerabilities CSV* of a scan.
//!
//! - index: rows without the header.
//! - rule: `CVE` (else `BDSA`), the other of both is an alias.
//! - severity: the tool gives scores only. `CVSS3`, else `CVSS`, by the bands of CVSS v3; a score of 0 beside the other version's means *not scored*.
//! - place: `Object full path`, members of archives behind colons. The package is `Component` with `Version`; `Latest version` is no fix.
//! - kind sca; `Distribution package` makes it container. `Triage vectors` or a `Note type` is a suppression with its reason.
//! - left out: check sums, compilation dates, missing exploit mitigations.
//!
//! # Differs
//! CWE 1357, which some readers give to each row, is not in the report.

use model::{Finding, Kind, Severity, Suppression};

use super::sca;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Black Duck Binary Analysis.
pub(crate) static FORMAT: Format = Format {
    id: "blackduck-binary",
    name: "Black Duck Binary Analysis",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["Component", "CVE", "Object"]) || head.csv_has(&["Component", "CVE", "Object full path"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Black Duck Binary Analysis");
    csv::each(input, out, 0, |out, row| match (row.get(&["CVE", "BDSA"]), row.get(&["Component"])) {
        (Some(id), Some(name)) => out.finding(finding(id, name, row)),
        _ => out.bad_row(format!("line {}", row.line), "no vulnerability or no component"),
    })
}

fn finding(id: &str, name: &str, row: &Row<'_>) -> Finding {
    let is_system = row.get(&["Distribution package"]).is_some();
    let mut finding = Finding::new(if is_system { Kind::Container } else { Kind::Sca }, id, format!("{id} in {name}"));
    sca::identify(&mut finding, id, row.get(&["BDSA"]));
    let score = |names: &[&str]| row.get(names).and_then(|text| text.parse::<f64>().ok()).filter(|score| *score > 0.0);
    let (three, two) = (score(&["CVSS3", "CVSS3 (Distribution)"]), score(&["CVSS", "CVSS (Distribution)"]));
    if let Some(best) = three.or(two) {
        finding.set_severity(best.to_string(), Severity::from_cvss(best));
    }
    let vector =
        row.get(&["CVSS vector (v3)"]).map(|text| if text.starts_with("CVSS:") { text.to_owned() } else { format!("CVSS:3.0/{text}") });
    sca::assessed(&mut finding, vector.as_deref(), three, None);
    sca::assessed(&mut finding, row.get(&["CVSS vector (v2)"]), two, None);
    finding.description = row.text(&["Summary"]);
    finding.url = row.text(&["Vulnerability URL"]);
    if let Some(note) = row.get(&["Note type", "Triage vectors"]) {
        finding.suppressed = Some(Suppression { by: "triage".to_owned(), reason: row.text(&["Note reason"]).or(Some(note.to_owned())) });
    }
    let package = finding.package_mut();
    (package.name, package.version) = (Some(name.to_owned()), row.text(&["Version"]));
    sca::in_file(&mut finding, row.get(&["Object full path", "Object"]).unwrap_or_default());
    finding
}
