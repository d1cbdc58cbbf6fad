//! OWASP Dependency-Check, CSV. Versions seen: 5 to 12.
//!
//! Make it with `dependency-check --scan . --format CSV --out dependency-check.csv`.
//!
//! - index: rows behind the header, one a vulnerability of a file. Files without vulnerabilities are not in it, nor suppressed ones.
//! - `CVE` is the rule, as `name` in JSON; `CWE` the weaknesses, `Vulnerability` the description.
//! - severity: `CVSSv4_Severity`, else of version 3, else 2, as JSON takes the newest; the vectors are kept with their scores.
//! - package: the first package URL of `Identifiers`; without one only the file is known, and the name is the file's.
//! - place: `DependencyPath`. `ScanDate` is the time. Nothing in an empty table shows that anything was scanned.
//! - left out: licences, hashes, evidence, what CISA says of the vulnerability.

use model::{Finding, Kind, Timestamp};

use super::sca;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dependency-check --format CSV`.
pub(crate) static FORMAT: Format = Format {
    id: "dependency-check-csv",
    name: "OWASP Dependency-Check CSV",
    kinds: &[Kind::Sca],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["DependencyName", "DependencyPath", "Identifiers", "CVE", "CWE"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("dependency-check");
    csv::each(input, out, 0, |out, row| {
        let (Some(rule), Some(file)) = (row.get(&["CVE"]), row.get(&["DependencyPath", "DependencyName"])) else {
            return out.bad_row(format!("line {}", row.line), "a row without CVE or file");
        };
        if let (None, Some(date)) = (out.this().at, row.get(&["ScanDate"])) {
            out.this().at = Timestamp::lenient(date);
        }
        out.finding(finding(rule, file, row));
    })
}

fn finding(rule: &str, file: &str, row: &Row<'_>) -> Finding {
    let identifiers = row.get(&["Identifiers"]).unwrap_or_default();
    let purl = identifiers.split([',', ' ']).map(str::trim).find(|id| id.starts_with("pkg:"));
    let name = purl.and_then(name_of).or_else(|| row.text(&["DependencyName"]));
    let mut finding = Finding::new(Kind::Sca, rule, format!("{rule} in {}", name.as_deref().unwrap_or("a file")));
    if let Some(raw) = row.get(&["CVSSv4_Severity", "CVSSv4_BaseSeverity", "CVSSv3_BaseSeverity", "CVSSv2_Severity"]) {
        finding.set_severity_word(raw);
    }
    sca::identify(&mut finding, rule, []);
    sca::weaknesses(&mut finding, row.get(&["CWE"]).unwrap_or_default().split([',', '[', ']', ' ']));
    for (vector, score) in [("CVSSv4", "CVSSv4_Score"), ("CVSSv3", "CVSSv3_BaseScore"), ("CVSSv2", "CVSSv2_Score")] {
        // The vector of version 2 stands in brackets, as the database writes it.
        let vector = row.get(&[vector]).map(|text| text.trim_matches(['(', ')', '/']));
        sca::assessed(&mut finding, vector, row.get(&[score]).and_then(|score| score.parse().ok()), row.get(&["Source"]));
    }
    finding.description = row.text(&["Vulnerability"]);
    finding.confidence = row.text(&["CPE Confidence"]);
    let package = finding.package_mut();
    package.purl = purl.map(str::to_owned);
    package.version = purl.and_then(sca::purl_version);
    package.name = name;
    // Packages of a lockfile are written `package-lock.json?/name:version`.
    sca::in_file(&mut finding, file.split('?').next().unwrap_or_default());
    finding
}

/// `group:artifact` of Maven, else what stands between type and version.
fn name_of(purl: &str) -> Option<String> {
    let path = purl.split(['?', '#']).next().unwrap_or_default();
    let path = path.rsplit_once('@').filter(|(head, _)| !head.ends_with('/')).map_or(path, |(head, _)| head);
    let name = path.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).map(|(_, name)| name.replace("%40", "@"));
    sca::maven_name(purl).or(name)
}
