//! Veracode SCA, agent-based (formerly SourceClear), issues as CSV. One version seen.
//!
//! Make it with *Workspace → Issues → Export*.
//!
//! - index: CSV rows without the header.
//! - as the API's JSON (see the format `veracode-sca`): `CVE` without `CVE-`, else `SRCCLR-SID-` with `Vulnerability ID`; rows of type `License` have
//!   the licence as rule, rows of type `Library` are no finding.
//! - severity: `Severity` as a word; `CVSS score` is a score without vector.
//! - package: `Package manager` with `Coordinate 1` and `Coordinate 2`, `Version in use`, `Updated Version`; `Dependency` says direct.
//! - `Has vulnerable methods` true is the verdict `reachable`. `Status` `Fixed` is resolved, `Ignored` true a suppression.
//! - target: `Project` and `Branch` of the first row; `Scan date` is the time. `Issue ID` is kept as a fingerprint, not trusted.
//! - an export may be filtered: absence proves nothing (read-only).
//!
//! # Differs
//! - rows of old libraries are no findings.

use model::{Finding, Kind, Reachability, Suppression, Timestamp};

use super::sca;
use super::veracode_sca::{cve, named};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV format of SourceClear's issues.
pub(crate) static FORMAT: Format = Format {
    id: "veracode-sca-csv",
    name: "Veracode SCA (SourceClear, CSV)",
    kinds: &[Kind::Sca, Kind::License],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Issue ID", "Issue type", "Library", "Coordinate 1", "Version in use"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Veracode SCA").claims.partial = Some("an export of the issues".to_owned());
    csv::each(input, out, 0, |out, row| {
        let kind = row.get(&["Issue type"]).unwrap_or_default().to_ascii_lowercase();
        let fixed = row.get(&["Status"]).is_some_and(|status| matches!(status.to_ascii_lowercase().as_str(), "fixed" | "resolved"));
        if kind == "library" {
            return out.no_finding();
        }
        let id = if kind == "license" { row.text(&["License"]) } else { cve(row.text(&["CVE"]), row.text(&["Vulnerability ID"])) };
        let Some(id) = id else { return out.bad_row(format!("line {}", row.line), "neither vulnerability nor license") };
        let run = out.this();
        if run.repository.is_none() {
            run.repository = row.text(&["Project"]);
            run.branch = row.text(&["Branch"]);
        }
        let mut finding = finding(row, if kind == "license" { Kind::License } else { Kind::Sca }, id);
        if fixed {
            finding.resolve("Veracode SCA", "fixed");
        }
        out.finding(finding);
    })
}

fn finding(row: &Row<'_>, kind: Kind, id: String) -> Finding {
    let mut finding = Finding::new(kind, id.clone(), row.text(&["Title"]).unwrap_or_else(|| id.clone()));
    sca::identify(&mut finding, &id, []);
    if let Some(raw) = row.get(&["Severity", "License Risk"]) {
        finding.set_severity_word(raw);
    }
    sca::assessed(&mut finding, None, row.get(&["CVSS score"]).and_then(|score| score.parse().ok()), Some("veracode"));
    finding.first_seen_by_tool = row.get(&["Issue opened: Scan date"]).and_then(Timestamp::lenient);
    if let Some(id) = row.text(&["Issue ID"]) {
        finding.fingerprint("id", id);
    }
    let yes = |name: &str| row.get(&[name]).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if yes("Ignored") {
        finding.suppressed = Some(Suppression { by: "Veracode SCA".to_owned(), reason: Some("ignored".to_owned()) });
    }
    if yes("Has vulnerable methods") {
        finding.reachability = Some(Reachability { verdict: "reachable".to_owned(), source: Some("Veracode SCA".to_owned()) });
    }
    let manager = row.get(&["Package manager"]).unwrap_or_default().to_ascii_lowercase();
    let coordinates = [row.get(&["Coordinate 1"]), row.get(&["Coordinate 2"])];
    let (name, purl) = named(&[Some(manager.as_str()), coordinates[0], coordinates[1]].into_iter().flatten().collect::<Vec<_>>().join(":"));
    let package = finding.package_mut();
    package.name = name.or_else(|| coordinates[1].or(coordinates[0]).map(str::to_owned)).or_else(|| row.text(&["Library"]));
    package.purl = purl;
    package.version = row.text(&["Version in use"]);
    package.ecosystem = Some(manager).filter(|manager| !manager.is_empty());
    package.fixed = row.text(&["Updated Version"]).into_iter().collect();
    package.direct = row.get(&["Dependency (Transitive or Direct)"]).map(|word| word.eq_ignore_ascii_case("direct"));
    finding
}
