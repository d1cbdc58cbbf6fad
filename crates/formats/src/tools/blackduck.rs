//! Black Duck (SCA), CSV of a project version's report and JSON of its REST API. Versions seen: Hub 4 to 2024.
//!
//! Make it with *Generate report* of a project version (the member `security_….csv` of the archive), or
//! `GET /api/projects/…/versions/…/vulnerable-bom-components?limit=…`.
//!
//! - index: rows without the header; elements of the array, or `items[]`.
//! - rule: the vulnerability's id; `BDSA-2019-2725 (CVE-2019-12402)` and `relatedVulnerability` make an alias pair.
//! - severity: `Security Risk` or `severity` in words. `Base score` is a CVSS score without vector.
//! - the package: `Component name` with its version; the origin (`maven`, `npmjs` …) and its id give the ecosystem's own name.
//! - `Remediation status` PATCHED, MITIGATED and REMEDIATION_COMPLETE is resolved; IGNORED, NOT_AFFECTED, DUPLICATE, or `ignored`, is a suppression with its comment.
//! - kind sca. No file, no line: files stand in another member of the archive. Black Duck has no fingerprint of a finding.
//! - the report lists all vulnerable components of a version. An empty one shows no run.
//!
//! # Differs
//! - path: none; it stands in another member of the archive, which some readers join by the component.

use model::{Finding, Kind, Suppression};

use super::sca;
use super::tracked::settle;
use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Black Duck's vulnerable components.
pub(crate) static FORMAT: Format = Format {
    id: "blackduck",
    name: "Black Duck",
    kinds: &[Kind::Sca],
    media: &[Media::Csv, Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let table = head.csv_has(&["Vulnerability id", "Remediation status", "Security Risk"]);
    let rows = |top: &str| head.has(&format!("{top}.vulnerabilityWithRemediation"));
    Match::sure_if(
        table || rows("[]") || rows("items[]") || (head.has("[].componentVersion") && head.has("[].vulnerability.vulnerabilityName")),
    )
}

/// A row of either form.
#[derive(Default)]
struct Vulnerable {
    id: String,
    related: Option<String>,
    name: Option<String>,
    version: Option<String>,
    ecosystem: Option<String>,
    origin: Option<String>,
    severity: Option<String>,
    score: Option<f64>,
    status: Option<String>,
    comment: Option<String>,
    ignored: bool,
    description: Option<String>,
    remediation: Option<String>,
    cwes: Vec<String>,
    url: Option<String>,
    source: Option<String>,
    licenses: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Black Duck");
    if input.head().is_json() {
        return fields::read(
            input,
            out,
            &["items"],
            |_, _| {},
            |out, place, row| match from_json(row) {
                Some(row) => out.finding(finding(row)),
                None => out.bad_row(place, "no vulnerability"),
            },
        );
    }
    csv::each(input, out, 0, |out, row| match from_csv(row) {
        Some(row) => out.finding(finding(row)),
        None => out.bad_row(format!("line {}", row.line), "no vulnerability"),
    })
}

fn from_json(row: Fields<'_>) -> Option<Vulnerable> {
    let inner = Fields::of(row.value("vulnerabilityWithRemediation").or_else(|| row.value("vulnerability"))?);
    let related = inner.text(&["relatedVulnerability"]);
    Some(Vulnerable {
        id: inner.text(&["vulnerabilityName", "vulnerabilityId"])?,
        related: related.and_then(|text| text.rsplit('/').next().map(str::to_owned)),
        name: row.text(&["componentName"]),
        version: row.text(&["componentVersionName"]),
        ecosystem: row.text(&["componentVersionOriginName"]),
        origin: row.text(&["componentVersionOriginId"]),
        severity: inner.text(&["severity"]),
        score: inner.number(&["baseScore", "overallScore"]),
        status: inner.text(&["remediationStatus"]),
        comment: inner.text(&["remediationComment"]),
        ignored: row.is_true(&["ignored"]),
        description: inner.text(&["description"]),
        remediation: inner.text(&["solution", "workaround"]),
        cwes: inner.texts(&["cweId", "cweIds"]),
        url: row.text(&["_meta/href"]),
        source: inner.text(&["source"]),
        licenses: row.list("license/licenses").filter_map(|license| license.text(&["name"])).collect(),
    })
}

fn from_csv(row: &Row<'_>) -> Option<Vulnerable> {
    let id = row.get(&["Vulnerability id"])?;
    let (id, related) = id.split_once('(').unwrap_or((id, ""));
    Some(Vulnerable {
        id: id.trim().to_owned(),
        related: Some(related.trim_end_matches([')', ' ']).to_owned()).filter(|id| !id.is_empty()),
        name: row.text(&["Component name", "Project name"]),
        version: row.text(&["Component version name", "Version"]),
        ecosystem: row.text(&["Component origin name", "Channel version origin"]),
        origin: row.text(&["Component origin id", "Channel version origin id"]),
        severity: row.text(&["Security Risk"]),
        score: row.get(&["Base score"]).and_then(|text| text.parse().ok()),
        status: row.text(&["Remediation status"]),
        comment: row.text(&["Remediation comment"]),
        description: row.text(&["Description"]),
        url: row.text(&["URL"]),
        source: row.text(&["Vulnerability source"]),
        ..Vulnerable::default()
    })
}

fn finding(row: Vulnerable) -> Finding {
    let name = row.name.unwrap_or_default();
    let mut finding = Finding::new(Kind::Sca, row.id.clone(), format!("{} in {name}", row.id));
    if let Some(raw) = &row.severity {
        finding.set_severity_word(raw);
    }
    let source = row.source.map(|source| source.to_ascii_lowercase());
    sca::assessed(&mut finding, None, row.score, source.as_deref());
    sca::identify(&mut finding, &row.id, row.related.as_deref());
    add_cwes(&mut finding.cwes, row.cwes.iter().map(String::as_str));
    settle(&mut finding, "Black Duck", row.status.as_deref());
    if row.ignored {
        finding.suppressed = Some(Suppression { by: "Black Duck".to_owned(), reason: Some("ignored".to_owned()) });
    }
    if let (Some(suppressed), Some(comment)) = (&mut finding.suppressed, row.comment) {
        suppressed.reason = Some(format!("{}: {comment}", suppressed.reason.take().unwrap_or_default()));
    }
    (finding.description, finding.remediation, finding.url) = (row.description, row.remediation, row.url);
    let package = finding.package_mut();
    (package.name, package.version, package.licenses) = (Some(name).filter(|name| !name.is_empty()), row.version, row.licenses);
    package.ecosystem = row.ecosystem.filter(|origin| origin != "unknown");
    if let (Some("maven"), Some(origin)) = (package.ecosystem.as_deref(), row.origin.as_deref()) {
        package.purl = maven(origin);
    }
    finding
}

/// `group:artifact:version` as a package URL.
fn maven(origin: &str) -> Option<String> {
    let mut parts = origin.split(':');
    let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("pkg:maven/{group}/{artifact}@{version}"))
}
