//! Prisma Cloud Compute (formerly Twistlock; packages and settings of images), JSON. Versions seen: 19.x to 34.x.
//!
//! Make it with `twistcli images scan --details --output-file twistlock.json IMAGE`, `GET /api/v1/images` or `GET /api/v1/scans`.
//!
//! - index: for each of `results[]` (or `[]`, or `[].entityInfo`) `vulnerabilities[]`, then `compliances[]` (`complianceIssues[]` of the API).
//! - rule: the vulnerability's `id` (`CVE-…`, `PRISMA-…`), the compliance check's `id`, else its title.
//! - severity: the word as it stands (`important` and `moderate` are words of distributions); `cvss` with `vector` is the assessment.
//! - package: `packageName`, `packageVersion`, `packagePath`, `packageType`; a name `zlib (used in zlib1g)` is the source package with the
//!   packages made of it. Fixed versions are taken from `status` (`fixed in 1.2, 1.3`).
//! - place: the image (`name`, else `repoTag`, else `id`), its layer's instruction is left out.
//! - `scanTime` is the time. `vulnerabilityScanPassed` and the distributions are written at the end: the scan got through. An answer of the API is a page: partial. The lists and their
//!   counts say which kinds were looked for.
//! - `exploit` in `riskFactors` is in the description; a package `packageInUse` (agents) gives the verdict on reachability.
//! - left out: the list of packages, applications, collections, `discoveredDate` (it is the scanner's clock).

use model::{Finding, Kind, Reachability, Timestamp};
use serde_json::Value;

use super::loose::{at, looked_for, number, rows, text, texts};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The JSON format of Prisma Cloud Compute.
pub(crate) static FORMAT: Format = Format {
    id: "twistlock",
    name: "Prisma Cloud Compute (Twistlock)",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        has("complianceDistribution")
            || has("vulnerabilityDistribution")
            || (has("vulnerabilities[].packageName") && (has("vulnerabilities[].riskFactors") || has("packages") || has("compliances")))
    };
    let of_api = ["[].", "[].entityInfo."].iter().any(|top| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        has("repoTag") && (has("vulnerabilities") || has("complianceIssues") || has("vulnerabilitiesCount"))
    });
    Match::sure_if(of_api || of("results[].") || of("[].") || (head.is_json_object() && of("")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prisma Cloud Compute");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, |out, image: Value| one(out, &image))?;
    } else if input.head().has("results") {
        json.object(|json, key| if key == "results" { json.rows(out, |out, image: Value| one(out, &image)) } else { Ok(()) })?;
    } else {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(image) => one(out, &image),
            Err(reason) => return Err(ParseError::at(place, reason)),
        }
    }
    json.end()
}

fn one(out: &mut Output<'_>, image: &Value) {
    if !image.is_object() {
        return out.bad_row(format!("results, row {}", out.next_index()), "expected an object");
    }
    // The API wraps a scan of the command line.
    let image = at(image, "entityInfo").unwrap_or(image);
    if !image.is_object() {
        return out.bad_row(format!("results, row {}", out.next_index()), "entityInfo is no object");
    }
    let name = text(image, &["name"]).or_else(|| tagged(image)).or_else(|| text(image, &["id", "_id"]));
    for (list, counts, kind) in [
        ("vulnerabilities", "vulnerabilityDistribution", Kind::Container),
        ("compliances", "complianceDistribution", Kind::Config),
        ("complianceIssues", "complianceIssuesCount", Kind::Config),
    ] {
        if at(image, list).is_some() || at(image, counts).is_some() {
            looked_for(out, kind);
        }
    }
    let run = out.this();
    run.claims.ran |= at(image, "vulnerabilityDistribution").is_some() || at(image, "complianceDistribution").is_some();
    run.at = run.at.max(text(image, &["scanTime"]).as_deref().and_then(Timestamp::lenient));
    run.image = run.image.take().or(name.clone());
    if at(image, "repoTag").is_some() {
        run.claims.partial = Some("an answer of the API".to_owned());
    }
    rows(out, image, "vulnerabilities", |out, row| {
        let Some(id) = text(row, &["cve", "id"]) else {
            return out.bad_row(format!("vulnerabilities, row {}", out.next_index()), "neither cve nor id");
        };
        let mut finding = vulnerability(row, id);
        finding.location.image.clone_from(&name);
        out.finding(finding);
    });
    let compliances = if at(image, "compliances").is_some() { "compliances" } else { "complianceIssues" };
    rows(out, image, compliances, |out, row| {
        let title = text(row, &["title", "description"]);
        let Some(rule) = text(row, &["id"]).or_else(|| title.clone()) else {
            return out.bad_row(format!("compliances, row {}", out.next_index()), "neither id nor title");
        };
        let mut finding = Finding::new(Kind::Config, rule.clone(), title.unwrap_or(rule));
        if let Some(raw) = text(row, &["severity"]) {
            finding.set_severity_word(&raw);
        }
        finding.description = paragraphs([text(row, &["description"]), labelled("Cause", text(row, &["cause"]).as_deref())]);
        finding.location.image.clone_from(&name);
        out.finding(finding);
    });
}

/// `registry/repository:tag` of the API's answers.
fn tagged(image: &Value) -> Option<String> {
    let repository = text(image, &["repoTag.repo"])?;
    let registry = text(image, &["repoTag.registry"]).map(|registry| format!("{registry}/")).unwrap_or_default();
    let tag = text(image, &["repoTag.tag"]).map(|tag| format!(":{tag}")).unwrap_or_default();
    Some(format!("{registry}{repository}{tag}"))
}

fn vulnerability(row: &Value, id: String) -> Finding {
    let package = text(row, &["packageName"]).unwrap_or_default();
    let mut finding = Finding::new(Kind::Container, id.clone(), format!("{id} in {package}"));
    sca::identify(&mut finding, &id, []);
    if let Some(raw) = text(row, &["severity"]) {
        finding.set_severity_word(&raw);
    }
    let source = text(row, &["link"]).map(|link| super::web::origin(&link).trim_start_matches("https://").to_owned());
    sca::assessed(&mut finding, text(row, &["vector", "vecStr"]).as_deref(), number(row, &["cvss"]), source.as_deref());
    // A list of words, or an object with them as names.
    let mut factors = texts(row, "riskFactors");
    if let Some(Value::Object(named)) = at(row, "riskFactors") {
        factors = named.keys().cloned().collect();
    }
    finding.description = paragraphs([text(row, &["description"]), labelled("Risk factors", Some(&factors.join(", ")))]);
    finding.references.extend(text(row, &["link"]));
    let status = text(row, &["status"]).unwrap_or_default();
    finding.reachability = at(row, "packageInUse").and_then(Value::as_bool).map(|in_use| Reachability {
        verdict: if in_use { "loaded" } else { "not_loaded" }.to_owned(),
        source: Some("Prisma Cloud".to_owned()),
    });
    let path = text(row, &["packagePath"]);
    let to = finding.package_mut();
    to.fixed = fixed(&status);
    to.version = text(row, &["packageVersion"]);
    to.ecosystem = text(row, &["packageType", "type"]);
    to.source = package.split_once(" (used in ").map(|(source, _)| source.to_owned());
    to.name = Some(package).filter(|package| !package.is_empty());
    if let Some(path) = path {
        sca::in_file(&mut finding, &path);
    }
    finding
}

/// The versions of `fixed in 4.1.3, 4.0.9`.
pub(super) fn fixed(status: &str) -> Vec<String> {
    let Some((_, versions)) = status.split_once("fixed in ") else { return Vec::new() };
    versions.split(',').map(|version| version.trim().trim_start_matches(">=").to_owned()).filter(|version| !version.is_empty()).collect()
}
