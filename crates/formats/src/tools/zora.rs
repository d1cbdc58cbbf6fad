//! Zora (Undistro; Kubernetes clusters, with the plug-ins Trivy, Marvin and Popeye), CSV exports of vulnerabilities and of misconfigurations. Versions seen: 0.8 to 0.10.
//!
//! Make it with the export of the dashboard, or `kubectl get vulnerabilities,clusterissues` turned into CSV as its documentation shows.
//!
//! - index: CSV rows without the header.
//! - vulnerabilities: `id` is the rule and identifier, `image` the image, `fixVersion` what fixes it. The package is not in the export.
//! - misconfigurations: `checkID` (or `id` without an image) is the rule; `resource` or `resources`, `cluster`, `namespace` the place where they stand.
//! - severity: the word as it stands; `UNKNOWN` stays unknown. `source` names the plug-in that found it.
//! - `status` is Trivy's word on the fix (`fixed`: there is a fixed version), not the state of the finding. `remediation` as it stands.
//! - an export may be filtered: absence proves nothing (read-only).
//!
//! # Differs
//! - others take `fixed` for a mitigated finding, and an unknown severity for info.

use model::{Finding, Kind};

use super::sca;
use super::web::labelled;
use super::wording::first_line;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV exports of Zora.
pub(crate) static FORMAT: Format = Format {
    id: "zora",
    name: "Zora",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let vulnerabilities = head.csv_has(&["source", "image", "id", "title", "severity", "status"]);
    Match::sure_if(vulnerabilities || head.csv_has(&["source", "checkID", "title", "severity", "status"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Zora").claims.partial = Some("an export of the dashboard".to_owned());
    csv::each(input, out, 0, |out, row| match row.text(&["checkID", "id", "title"]) {
        Some(rule) => out.finding(finding(row, rule)),
        None => out.bad_row(format!("line {}", row.line), "neither id nor title"),
    })
}

fn finding(row: &Row<'_>, rule: String) -> Finding {
    let image = row.text(&["image"]);
    let kind = if image.is_some() || sca::is_public_id(&rule) { Kind::Container } else { Kind::Config };
    let title = row.get(&["title"]).map_or_else(|| rule.clone(), first_line);
    let mut finding = Finding::new(kind, rule.clone(), title);
    sca::identify(&mut finding, &rule, []);
    if let Some(raw) = row.get(&["severity"]) {
        finding.set_severity_word(raw);
    }
    finding.description = super::web::paragraphs([row.text(&["description"]), labelled("Found by", row.get(&["source"]))]);
    finding.remediation = row.text(&["remediation"]);
    finding.location.image = image;
    finding.location.resource = row.text(&["resource", "resources", "name"]);
    if let Some(fixed) = row.get(&["fixVersion"]) {
        let package = finding.package_mut();
        package.fixed = fixed.split(',').map(|version| version.trim().to_owned()).filter(|version| !version.is_empty()).collect();
        package.name = row.text(&["package", "pkgName"]);
        package.version = row.text(&["version", "packageVersion"]);
    } else if let Some(name) = row.text(&["package", "pkgName"]) {
        finding.package_mut().name = Some(name);
    }
    finding
}
