//! Anchore Engine, Anchore Enterprise and `anchorectl`, vulnerabilities of an image, JSON. Versions seen: Engine 0.3 to 1.1, Enterprise 5, `anchorectl` 0.2.
//!
//! Make it with `anchore-cli --json image vuln IMAGE all`, `anchorectl -o json image vulnerabilities IMAGE`, or the vulnerability report's download.
//!
//! - index: `vulnerabilities[]`, `securityEvaluation[]`, or the elements of the array.
//! - rule: `vuln`, `vulnerabilityId`. `cves` and the ids of `nvd_data` are identifiers.
//! - severity: the word; `Negligible` is info, as in Grype, `Unknown` unknown.
//! - the package: `package_name` with `package_version`. The download of Enterprise writes both in one member (`tomcat-jdbc-9.0.97`): it is cut where the version
//!   starts. kind: packages of a distribution container, others sca. The word `None` stands for nothing.
//! - place: `package_path`, a path inside the image with members of archives behind colons.
//! - image: `imageDigest`, or registry, repository and tag of the metadata. An array names no image.
//! - ran: the frame with `vulnerability_type` (`os`, `non-os`, `all`, which says what was looked for) or `metadata`. Anchore has no fingerprint.
//!
//! # Differs
//! A package of Enterprise's download is name and version here; other readers take both as the name.

use model::{Finding, Kind, Severity, Timestamp};

use super::sca;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Anchore's vulnerabilities of an image.
pub(crate) static FORMAT: Format = Format {
    id: "anchore",
    name: "Anchore (vulnerabilities)",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let engine = head.has("vulnerability_type") && (head.has("imageDigest") || head.has("vulnerabilities[].feed_group"));
    let row =
        |top: &str| ["feedGroup", "feed_group"].iter().any(|name| head.has(&format!("{top}.{name}"))) && head.has(&format!("{top}.vuln"));
    Match::sure_if(engine || row("[]") || row("vulnerabilities[]") || (head.has("securityEvaluation") && head.has("metadata")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Anchore");
    fields::read(input, out, &["vulnerabilities", "securityEvaluation"], head, |out, place, row| {
        match row.text(&["vuln", "vulnerabilityId"]) {
            Some(id) => {
                let finding = finding(&id, row, out.this().image.clone());
                out.finding(finding);
            }
            None => out.bad_row(place, "no vulnerability"),
        }
    })
}

fn head(out: &mut Output<'_>, head: Fields<'_>) {
    let run = out.this();
    run.claims.ran = head.text(&["vulnerability_type", "metadata/imageDigest"]).is_some();
    run.claims.kinds = match head.text(&["vulnerability_type"]).as_deref() {
        Some("os") => vec![Kind::Container],
        Some("non-os") => vec![Kind::Sca],
        Some(_) => vec![Kind::Container, Kind::Sca],
        None if run.claims.ran => vec![Kind::Container, Kind::Sca],
        None => Vec::new(),
    };
    run.at = head.text(&["metadata/timestamp"]).as_deref().and_then(Timestamp::lenient);
    let digest = head.text(&["imageDigest", "metadata/imageDigest"]);
    let name = [head.text(&["metadata/registry"]), head.text(&["metadata/repository"])].into_iter().flatten().collect::<Vec<_>>().join("/");
    let name = match head.text(&["metadata/tag"]) {
        Some(tag) if !name.is_empty() => format!("{name}:{tag}"),
        _ => name,
    };
    run.image = match digest {
        Some(digest) if !name.is_empty() => Some(format!("{name}@{digest}")),
        Some(digest) => Some(digest),
        None => Some(name).filter(|name| !name.is_empty()),
    };
}

/// A text that is not Anchore's word for nothing.
fn said(row: Fields<'_>, names: &[&str]) -> Option<String> {
    row.text(names).filter(|text| !matches!(text.as_str(), "None" | "none" | "null" | "-"))
}

fn finding(id: &str, row: Fields<'_>, image: Option<String>) -> Finding {
    let system = said(row, &["package_type"]).unwrap_or_default();
    let is_system = matches!(system.to_ascii_lowercase().as_str(), "dpkg" | "deb" | "rpm" | "apk" | "apkg" | "os");
    let whole = said(row, &["package"]).unwrap_or_default();
    let (name, version) = match said(row, &["package_name"]) {
        Some(name) => (name, said(row, &["package_version"])),
        None => cut(&whole, is_system),
    };
    let kind = if is_system { Kind::Container } else { Kind::Sca };
    let mut finding = Finding::new(kind, id, format!("{id} in {name}"));
    if let Some(raw) = said(row, &["severity"]) {
        let severity = if raw.eq_ignore_ascii_case("negligible") { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    let mut others: Vec<String> = said(row, &["cves"]).map(|text| text.split([',', ' ']).map(str::to_owned).collect()).unwrap_or_default();
    for data in row.list("nvd_data") {
        others.extend(data.text(&["id"]));
        for version in ["cvss_v2", "cvss_v3"] {
            let score = data.number(&[&format!("{version}/base_score")]).filter(|score| *score > 0.0);
            sca::assessed(&mut finding, data.text(&[&format!("{version}/vector_string")]).as_deref(), score, Some("nvd"));
        }
    }
    sca::assessed(&mut finding, None, row.number(&["nvdCvssBaseScore"]), Some("nvd"));
    sca::identify(&mut finding, id, others.iter().map(String::as_str));
    finding.description = said(row, &["description"]);
    finding.url = said(row, &["url", "link"]);
    finding.first_seen_by_tool = said(row, &["detectedAt"]).as_deref().and_then(Timestamp::lenient);
    finding.location.image = image;
    let package = finding.package_mut();
    (package.name, package.version) = (Some(name), version);
    package.ecosystem = Some(system).filter(|system| !system.is_empty());
    package.fixed =
        said(row, &["fix", "fixAvailable"]).map(|text| text.split(',').map(|v| v.trim().to_owned()).collect()).unwrap_or_default();
    sca::in_file(&mut finding, &said(row, &["package_path", "path"]).unwrap_or_default());
    finding
}

/// `apt-1.4.9`, `log4j-1.2-api-2.17.1`: the version of a distribution's package has hyphens, that of a language's package seldom.
fn cut(text: &str, is_system: bool) -> (String, Option<String>) {
    let mut starts = text.match_indices('-').map(|(at, _)| at).filter(|at| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit));
    match if is_system { starts.next() } else { starts.next_back() } {
        Some(at) => (text.get(..at).unwrap_or_default().to_owned(), text.get(at + 1..).map(str::to_owned)),
        None => (text.to_owned(), None),
    }
}
