//! Prisma Cloud Compute (formerly Twistlock; packages and settings of images), CSV. Versions seen: 20.x to 32.x.
//!
//! Make it with *Monitor → Vulnerabilities → Images → CSV*, or `twistcli images scan --output-file twistlock.csv`.
//!
//! - index: CSV rows without the header.
//! - as the JSON (see the format `twistlock`): `CVE ID` or `Compliance ID` is the rule, `Packages`, `Source Package`, `Package Version`,
//!   `Package Path`, `Fix Status`, `CVSS`, `Severity`.
//! - place: the image (`Registry`, `Repository`, `Tag`), the layer where it stands.
//! - the console exports what its filter shows: absence proves nothing (read-only). `Scan Time` lacks its date in some versions and is left out.
//! - left out: hosts, clusters, labels, licences, dates.

use model::{Finding, Kind};

use super::sca;
use super::twistlock::fixed;
use super::web::{labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV format of Prisma Cloud Compute.
pub(crate) static FORMAT: Format = Format {
    id: "twistlock-csv",
    name: "Prisma Cloud Compute (Twistlock, CSV)",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["CVE ID", "Severity", "Packages", "Package Version"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prisma Cloud Compute").claims.partial = Some("an export of the console".to_owned());
    csv::each(input, out, 0, |out, row| match (row.text(&["CVE ID"]), row.text(&["Compliance ID"])) {
        (Some(id), _) => out.finding(vulnerability(row, id)),
        (None, Some(check)) => out.finding(compliance(row, check)),
        (None, None) => out.bad_row(format!("line {}", row.line), "neither CVE ID nor Compliance ID"),
    })
}

fn placed(mut finding: Finding, row: &Row<'_>) -> Finding {
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    finding.description = paragraphs([
        row.text(&["Description"]),
        labelled("Cause", row.get(&["Cause"])),
        labelled("Risk factors", row.get(&["Risk Factors"])),
    ]);
    let registry = row.get(&["Registry"]).map(|registry| format!("{}/", registry.trim_end_matches('/'))).unwrap_or_default();
    let tag = row.get(&["Tag"]).map(|tag| format!(":{tag}")).unwrap_or_default();
    let named = row.get(&["Repository"]).map(|repository| format!("{registry}{repository}{tag}"));
    finding.location.image = named.or_else(|| row.text(&["Id", "Image ID"]));
    finding.location.layer = row.text(&["Layer"]);
    finding
}

fn vulnerability(row: &Row<'_>, id: String) -> Finding {
    let package = row.text(&["Packages", "Source Package"]).unwrap_or_default();
    let mut finding = placed(Finding::new(Kind::Container, id.clone(), format!("{id} in {package}")), row);
    sca::identify(&mut finding, &id, []);
    sca::assessed(&mut finding, None, row.get(&["CVSS"]).and_then(|score| score.parse().ok()), None);
    finding.references.extend(row.text(&["Vulnerability Link", "Link"]));
    let path = row.text(&["Package Path"]);
    let to = finding.package_mut();
    to.fixed = fixed(row.get(&["Fix Status"]).unwrap_or_default());
    to.version = row.text(&["Package Version"]);
    to.source = row.text(&["Source Package"]);
    to.name = Some(package).filter(|package| !package.is_empty());
    if let Some(path) = path {
        sca::in_file(&mut finding, &path);
    }
    finding
}

fn compliance(row: &Row<'_>, check: String) -> Finding {
    let said = row.get(&["Description", "Cause"]).unwrap_or(&check);
    let title = super::wording::first_line(said);
    placed(Finding::new(Kind::Config, check, title), row)
}
