//! Black Duck (SCA), CSV of a project version's components with their licences. Versions seen: Hub 4 to 2024.
//!
//! Make it with *Generate report* of a project version: the member `components_….csv` of the archive. Vulnerabilities stand in `security_….csv`.
//!
//! - index: rows without the header. A component *In Violation* of a policy is a finding; others are counted. *Overridden* is a suppression.
//! - rule: `policy-violation`. Severity: the report gives none for a violation, so it is unknown. (`Operational Risk` is the component's age.)
//! - every component is taken over as one of the inventory where its origin makes a package URL.
//! - kind license: the report names licences beside the violation, and no other reason.
//!
//! # Differs
//! Other readers call each violation high and merge the vulnerabilities of each component into one finding.

use model::{Finding, Kind, Suppression};

use super::sca;
use super::web::{labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Black Duck's components.
pub(crate) static FORMAT: Format = Format {
    id: "blackduck-components",
    name: "Black Duck (component risk)",
    kinds: &[Kind::License],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Component name", "License names", "Operational Risk", "Component policy status"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Black Duck");
    csv::each(input, out, 0, |out, row| {
        let Some(name) = row.get(&["Component name"]) else { return out.bad_row(format!("line {}", row.line), "no component") };
        let version = row.text(&["Component version name"]);
        if let (Some(purl), Some(_)) = (purl(row), &version) {
            let mut component = sca::component(&purl, version.clone());
            component.licenses = row.text(&["License names"]).into_iter().collect();
            out.component(component);
        }
        let status = row.get(&["Component policy status"]).unwrap_or_default();
        let violated = status.eq_ignore_ascii_case("in violation");
        if !violated && !status.to_ascii_lowercase().contains("overridden") {
            return out.no_finding();
        }
        let mut finding = Finding::new(Kind::License, "policy-violation", format!("{name} violates a policy"));
        if !violated {
            finding.suppressed =
                Some(Suppression { by: row.get(&["Overridden By"]).unwrap_or("Black Duck").to_owned(), reason: Some(status.to_owned()) });
        }
        finding.description = paragraphs([
            labelled("Licences", row.get(&["License names"])),
            labelled("Licence families", row.get(&["License families"])),
            labelled("Operational risk", row.get(&["Operational Risk"])),
            labelled("Usage", row.get(&["Usage"])),
        ]);
        let package = finding.package_mut();
        (package.name, package.version) = (Some(name.to_owned()), version);
        package.purl = purl(row);
        package.licenses = row.text(&["License names"]).into_iter().collect();
        out.finding(finding);
    })
}

/// The package URL of an origin whose ids are known to be names: npm (`xmldom/0.1.21`) and Maven (`group:artifact:version`).
fn purl(row: &Row<'_>) -> Option<String> {
    let id = row.get(&["Origin id", "Component origin id"])?;
    match row.get(&["Origin name", "Component origin name"])? {
        "npmjs" => id.rsplit_once('/').map(|(name, version)| format!("pkg:npm/{}@{version}", name.replace('@', "%40"))),
        "maven" => {
            let mut parts = id.split(':');
            let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next()?);
            Some(format!("pkg:maven/{group}/{artifact}@{version}"))
        }
        _ => None,
    }
}
