//! ReversingLabs Spectra Assure (rl-secure), JSON report `report.rl.json`. Versions seen: schema 3 (5.3).
//!
//! Make it with `rl-secure report --format rl-json --output-path out …`.
//!
//! - index: each active or triaged vulnerability of each component, then of each dependency of each component, in the order of the report; a vulnerability of
//!   one version in one file counts once, however many parts of the file bring it.
//! - rule: the vulnerability's id. Severity: the CVSS base score by its bands; the metrics are put together to a vector of CVSS 3.1 where all are there.
//! - `exploit` words (`EXISTS`, `MALWARE`, `MANDATE`, `FIXABLE`) go to the description; triaged ones are suppressed.
//! - package: product and version of the dependency (of a component: its file name and version), purl where given, licence. Place: the component's path.
//! - scan time, version: `timestamp`, `version`.
//! - coverage: the report is written at the end of an analysis; `info.unpacking.errors` name files that could not be unpacked: they are warnings.
//! - left out: the policy's other violations (hardening, signatures, behaviour, secrets, tampering), which judge a release rather than name weaknesses,
//!   and the listings of certificates and cryptography.

use std::collections::HashSet;

use model::{Cvss, Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::dig::{self, Dig, member};
use super::sca;
use super::web::labelled;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `report.rl.json`.
pub(crate) static FORMAT: Format = Format {
    id: "reversinglabs",
    name: "ReversingLabs Spectra Assure",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["catalogue", "report.info"])
            || head.has_all(&["report.info.file", "report.info.statistics"])
            || head.has("report.metadata.assessments"),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = dig::document(input)?;
    let run = out.run("ReversingLabs Spectra Assure");
    run.tool_version = document.text("version");
    run.at = document.time("timestamp");
    run.claims.ran = document.dig("report.info.statistics").is_some();
    for (path, _) in document.dig("report.info.unpacking.errors.path").and_then(Value::as_object).into_iter().flatten() {
        out.warn(path.as_str(), "could not be unpacked");
    }
    let Some(metadata) = document.dig("report.metadata").filter(|metadata| metadata.is_object()) else {
        return Err(ParseError::at("report.metadata", "expected an object"));
    };
    for list in ["components", "dependencies", "vulnerabilities"] {
        if metadata.dig(list).is_some_and(|value| !value.is_object()) {
            out.bad_row(list, "expected an object");
        }
    }
    let mut seen = HashSet::new();
    for component in metadata.dig("components").and_then(Value::as_object).into_iter().flat_map(|all| all.values()) {
        let path = component.text("path").or_else(|| component.text("name"));
        let identity = component.dig("identity").unwrap_or(&Value::Null);
        let file = (component.text("name"), path);
        vulnerable(out, &mut seen, metadata, identity, component.text("name"), &file);
        for uuid in identity.texts("dependencies") {
            if let Some(dependency) = metadata.dig("dependencies").and_then(|all| member(all, &uuid)) {
                vulnerable(out, &mut seen, metadata, dependency, dependency.text("product"), &file);
            }
        }
    }
    Ok(())
}

/// Name and path of a file.
type InFile = (Option<String>, Option<String>);
/// What was told already: the vulnerability, name and version of what has it, and the file.
type Seen = HashSet<(String, String, String, InFile)>;

fn vulnerable(out: &mut Output<'_>, seen: &mut Seen, metadata: &Value, holder: &Value, name: Option<String>, file: &InFile) {
    for (list, triaged) in [("vulnerabilities.active", false), ("vulnerabilities.triaged", true)] {
        for id in holder.texts(list) {
            let version = holder.text("version");
            let shown = name.clone().unwrap_or_default();
            if !seen.insert((id.clone(), shown, version.clone().unwrap_or_default(), file.clone())) {
                continue;
            }
            let row = metadata.dig("vulnerabilities").and_then(|all| member(all, &id)).unwrap_or(&Value::Null);
            let mut finding = finding(&id, row, name.as_deref());
            if triaged {
                finding.suppressed = Some(Suppression { by: "ReversingLabs".to_owned(), reason: Some("triaged".to_owned()) });
            }
            if let Some(path) = &file.1 {
                sca::in_file(&mut finding, path);
            }
            let package = finding.package_mut();
            (package.name, package.version) = (name.clone(), version);
            package.purl = holder.text("purl");
            package.licenses = holder.text("license").into_iter().collect();
            out.finding(finding);
        }
    }
}

fn finding(id: &str, row: &Value, name: Option<&str>) -> Finding {
    let mut finding = Finding::new(Kind::Sca, id, format!("{id} in {}", name.unwrap_or("a component")));
    sca::identify(&mut finding, id, None);
    let score = row.number("cvss.baseScore");
    if let Some(score) = score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    let source = row.texts("sources").into_iter().next().unwrap_or_else(|| "reversinglabs".to_owned()).to_ascii_lowercase();
    match vector(row) {
        Some(vector) => finding.cvss.push(Cvss::from_vector(&vector).with_score(score).with_source(source)),
        None => sca::assessed(&mut finding, None, score, Some(&source)),
    }
    finding.description = labelled("Exploit", Some(&row.texts("exploit").join(", ")));
    finding
}

/// The vector that the metrics spell out; `None` where one is missing.
fn vector(row: &Value) -> Option<String> {
    const METRICS: [(&str, &str); 8] = [
        ("Attack Vector", "AV"),
        ("Attack Complexity", "AC"),
        ("Privileges Required", "PR"),
        ("User Interaction", "UI"),
        ("Scope", "S"),
        ("Confidentiality Impact", "C"),
        ("Integrity Impact", "I"),
        ("Availability Impact", "A"),
    ];
    if row.whole("cvss.version") != Some(3) {
        return None;
    }
    let metrics = row.dig("cvss.metrics")?.as_array()?;
    let mut out = "CVSS:3.1".to_owned();
    for (name, short) in METRICS {
        let pair = metrics.iter().find(|pair| pair.get(0).and_then(Value::as_str) == Some(name))?;
        let letter = pair.get(1)?.as_str()?.chars().next()?;
        out.push_str(&format!("/{short}:{letter}"));
    }
    Some(out)
}
