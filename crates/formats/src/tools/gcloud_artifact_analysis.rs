//! Google Cloud Artifact Analysis (packages of images), JSON of the `gcloud` CLI and of the Container Analysis API v1.
//!
//! Make it with `gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format json > gcloud.json`, or
//! `gcloud artifacts docker images list-vulnerabilities SCAN --format json`; `GET …/occurrences` gives the same elements below `occurrences`.
//!
//! - index: the package issues (`vulnerability.packageIssue[]`) of the occurrences laid end to end, in the order of the file.
//! - rule: the vulnerability at the end of `noteName`, which is also `shortDescription`.
//! - severity: `effectiveSeverity` of the package issue, else of the occurrence, else `severity`: that of the distribution before that of NVD. MINIMAL is info; none is unknown.
//! - package: `affectedPackage` in `affectedVersion.fullName`, of `packageType`; fixed where `fixedVersion.kind` is NORMAL (MAXIMUM: no fix). For type OS the CPE says the distribution.
//! - place: `fileLocation[].filePath`, the image from `resourceUri` or `image_summary`, the layer by `diffId`.
//! - `cvssv3` and `cvssV2` are given in words; the score is taken, and the vector from the words where all are there.
//! - coverage: `discovery.analysisStatus` FINISHED_SUCCESS: the scan got through; FINISHED_FAILED and UNSUPPORTED: it failed. `lastScanTime` is the time. A page of the API may be one
//!   of many (`nextPageToken`).
//! - `name` is the occurrence's; it is new after each push and is not trusted.
//! - left out: base images, the command of the layer, notes.
//!
//! # Differs
//! - count: one finding for each package issue; component: the package's name alone. (Some readers join the CPE and all packages of an occurrence into one text.)

use model::{Cvss, Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::sca::identify;
use super::web::cves;
use crate::read::json::{Json, Shape};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Vulnerability occurrences of Artifact Analysis.
pub(crate) static FORMAT: Format = Format {
    id: "gcloud-artifact-analysis",
    name: "Google Cloud Artifact Analysis",
    kinds: &[Kind::Container, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let summary = head.has("package_vulnerability_summary") || head.has("image_summary.fully_qualified_digest");
    let row = |at: &str| head.has(&format!("{at}noteName")) && head.has(&format!("{at}resourceUri"));
    Match::sure_if(summary || row("[].") || row("occurrences[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Google Cloud Artifact Analysis");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        loose::rows(&mut json, out, push)?;
    } else {
        members(&mut json, out)?;
    }
    json.end()
}

fn members(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.object(|json, key| match key {
        "package_vulnerability_summary" | "discovery_summary" => members(json, out),
        "occurrences" | "discovery" => loose::rows(json, out, push),
        // One list for each severity.
        "vulnerabilities" => json.object(|json, _| loose::rows(json, out, push)),
        "image_summary" => {
            let summary = json.row::<Value>()?.unwrap_or_default();
            out.this().image = summary.text(&["fully_qualified_digest"]).map(|image| plain_image(&image));
            Ok(())
        }
        "nextPageToken" => {
            let token = json.row::<String>()?.unwrap_or_default();
            out.this().claims.partial = (!token.is_empty()).then(|| "a page of the occurrences".to_owned());
            Ok(())
        }
        _ => Ok(()),
    })
}

fn plain_image(text: &str) -> String {
    text.trim_start_matches("https://").to_owned()
}

fn push(out: &mut Output<'_>, place: &str, row: &Value) -> Result<(), String> {
    if let Some(discovery) = row.find("discovery") {
        let status = discovery.text(&["analysisStatus"]).unwrap_or_default();
        let run = out.this();
        run.at = discovery.text(&["lastScanTime"]).and_then(|text| Timestamp::lenient(&text)).or(run.at);
        run.claims.ran |= status == "FINISHED_SUCCESS" || status == "COMPLETE";
        if matches!(status.as_str(), "FINISHED_FAILED" | "FINISHED_UNSUPPORTED") {
            run.claims.failed = Some(status);
        }
        return Ok(());
    }
    let Some(vulnerability) = row.find("vulnerability") else {
        out.no_finding();
        return Ok(());
    };
    let note = row.text(&["noteName"]).unwrap_or_default();
    let rule = note.rsplit('/').next().filter(|id| !id.is_empty()).map(str::to_owned).or(vulnerability.text(&["shortDescription"]));
    let rule = rule.ok_or("no `noteName`")?;
    let issues = inner(out, place, vulnerability, "packageIssue");
    if issues.is_empty() {
        return Err("no `packageIssue`".to_owned());
    }
    for issue in issues {
        out.finding(finding(row, vulnerability, issue, &rule));
    }
    Ok(())
}

fn finding(row: &Value, vulnerability: &Value, issue: &Value, rule: &str) -> Finding {
    let name = issue.text(&["affectedPackage"]).unwrap_or_default();
    let system = issue.text(&["packageType"]).is_none_or(|kind| kind == "OS");
    let mut finding = Finding::new(Kind::Container, rule, format!("{rule} in {name}"));
    identify(&mut finding, rule, cves(&vulnerability.text(&["shortDescription"]).unwrap_or_default()).iter().map(String::as_str));
    let raw = issue.text(&["effectiveSeverity"]).or_else(|| vulnerability.text(&["effectiveSeverity", "severity"]));
    if let Some(raw) = raw {
        let severity = if raw == "MINIMAL" { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    finding.cvss.extend(vulnerability.find("cvssv3").and_then(|words| in_words(words, "3.1")));
    finding.cvss.extend(vulnerability.find("cvssV2").and_then(|words| in_words(words, "2.0")));
    finding.description = vulnerability.text(&["longDescription"]);
    finding.references = vulnerability.list("relatedUrls").iter().filter_map(|link| link.text(&["url"])).collect();
    let package = finding.package_mut();
    package.name = Some(name);
    package.version = issue.text(&["affectedVersion/fullName", "affectedVersion/name"]);
    package.fixed = issue.text(&["fixedVersion/fullName"]).into_iter().collect();
    package.ecosystem = if system { distribution(issue) } else { issue.text(&["packageType"]).map(|kind| kind.to_ascii_lowercase()) };
    let file = issue.list("fileLocation").into_iter().next();
    if let Some(file) = file.filter(|_| !system) {
        super::sca::in_file(&mut finding, &file.text(&["filePath"]).unwrap_or_default());
    }
    finding.location.layer = file.and_then(|file| file.text(&["layerDetails/diffId"]));
    finding.location.image = row.text(&["resourceUri"]).map(|uri| plain_image(&uri));
    finding
}

/// `debian` of `cpe:/o:debian:debian_linux:12`.
fn distribution(issue: &Value) -> Option<String> {
    issue.text(&["affectedCpeUri"])?.split(':').nth(2).map(str::to_owned)
}

/// A CVSS assessment whose metrics are given as enumeration words: the initial of each makes the vector.
fn in_words(words: &Value, version: &str) -> Option<Cvss> {
    let metrics: &[(&str, &str)] = if version == "2.0" {
        &[
            ("AV", "attackVector"),
            ("AC", "attackComplexity"),
            ("Au", "authentication"),
            ("C", "confidentialityImpact"),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ]
    } else {
        &[
            ("AV", "attackVector"),
            ("AC", "attackComplexity"),
            ("PR", "privilegesRequired"),
            ("UI", "userInteraction"),
            ("S", "scope"),
            ("C", "confidentialityImpact"),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ]
    };
    let letters = metrics.iter().map(|(short, name)| {
        let word = words.text(&[name])?;
        let initial = word.rsplit('_').next()?.chars().next()?;
        Some(format!("{short}:{initial}"))
    });
    let vector = letters.collect::<Option<Vec<_>>>().map(|parts| parts.join("/"));
    let score = words.number(&["baseScore"]);
    let mut cvss = match vector {
        Some(vector) if version == "2.0" => Cvss::from_vector(&vector).with_score(score),
        Some(vector) => Cvss::from_vector(&format!("CVSS:{version}/{vector}")).with_score(score),
        None => Cvss::from_score(score?).with_score(score),
    };
    cvss.version = Some(version.to_owned());
    Some(cvss)
}
