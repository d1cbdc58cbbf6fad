//! Rows of findings that people wrote: pentest reports, spreadsheets, exports with the column names of DefectDojo's generic import.
//!
//! - title (`title`, `name`, `summary`, `finding`, `vulnerability`, `issue`) is needed; all else is read where it is there.
//! - severity: `severity`, `risk`, `criticality`, `rating`; the word as it stands, a number from 0 to 10 by the CVSS bands.
//! - kind: pentest, unless `kind` (or `type`) is one of Muster's kinds, or `static_finding` or `dynamic_finding` alone is true. Pentest
//!   findings never close by absence.
//! - rule: `vuln_id_from_tool`, `rule`, `rule_id`, `plugin_id`, `check_id`, else the title.
//! - place: `url` or `endpoint` with `method` and `parameter`; `path` or `file` with `line`; `component` or `package` with `version`;
//!   `resource`, `image`, `commit`.
//! - `false positive`, `mitigated`, `risk accepted`, `out of scope`, `duplicate` and a false `active` are suppressions with that reason.
//! - `verified` is a proof. `date` is when it was first seen. A day like `06/11/2026` is read day first; `01/30/2018` can only be month first.
//! - `unique_id_from_tool` is kept as a fingerprint, not trusted.

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::sca;
use crate::read::csv::fold;
use crate::read::lenient;

/// Names of the title, best first, as [`fold`] writes them.
pub(super) const TITLE: [&str; 7] = ["title", "name", "summary", "finding", "findingname", "vulnerability", "issue"];
/// Names of the severity.
pub(super) const SEVERITY: [&str; 6] = ["severity", "risk", "risklevel", "criticality", "rating", "threat"];

/// Makes a finding. `get` gives the texts of the first of these columns that is there; a list gives several.
pub(super) fn finding(get: &dyn Fn(&[&str]) -> Vec<String>) -> Result<Finding, String> {
    let one = |names: &[&str]| get(names).into_iter().next();
    let yes = |names: &[&str]| one(names).is_some_and(|text| is_true(&text));
    let title = one(&TITLE).ok_or_else(|| format!("no title (one of: {})", TITLE.join(", ")))?;
    let named = one(&["vulnidfromtool", "rule", "ruleid", "pluginid", "checkid"]);
    let mut finding = Finding::new(kind(&one), named.unwrap_or_else(|| title.clone()), title.chars().take(500).collect::<String>());
    if let Some(raw) = one(&SEVERITY) {
        finding.set_severity(raw.clone(), severity(&raw));
    }
    let cwes = get(&["cwe", "cweid", "cwes"]);
    sca::weaknesses(&mut finding, cwes.iter().flat_map(|text| text.split([',', ';', ' '])));
    finding.cwes.retain(|cwe| *cwe < 100_000);
    let ids: Vec<String> =
        [["cve", "cves"], ["vulnerabilityid", "vulnerabilityids"], ["ghsa", "identifiers"]].iter().flat_map(|names| get(names)).collect();
    let ids: Vec<&str> = ids.iter().flat_map(|text| text.split([',', ';', ' '])).filter(|text| !text.is_empty()).collect();
    if let Some((first, others)) = ids.split_first() {
        sca::identify(&mut finding, first, others.iter().copied());
    }
    for (vector, score) in [
        (["cvssv4", "cvss4vector"], ["cvssv4score", "cvss4score"]),
        (["cvssv3", "cvss3vector"], ["cvssv3score", "cvss3score"]),
        (["cvss", "cvssvector"], ["cvssscore", "cvssbasescore"]),
    ] {
        assessed(&mut finding, one(&vector), one(&score));
    }
    texts(&mut finding, get);
    place(&mut finding, &one);
    package(&mut finding, &one);
    finding.verified = yes(&["verified"]).then_some(true);
    finding.first_seen_by_tool = one(&["date", "founddate", "discovered", "firstseen", "created"]).and_then(|text| day(&text));
    finding.confidence = one(&["confidence", "scannerconfidence"]);
    if let Some(id) = one(&["uniqueidfromtool", "findingid", "uniqueid", "uuid"]) {
        finding.fingerprint("unique_id_from_tool", id);
    }
    if yes(&["ismitigated", "mitigated", "fixed", "resolved"]) {
        finding.resolve("report", "mitigated");
        return Ok(finding);
    }
    let reasons = [
        (yes(&["falsepositive", "falsep", "isfalsepositive"]), "false positive"),
        (yes(&["riskaccepted", "accepted"]), "risk accepted"),
        (yes(&["outofscope"]), "out of scope"),
        (yes(&["duplicate"]), "duplicate"),
        (one(&["active"]).is_some_and(|text| is_false(&text)), "not active"),
    ];
    if let Some((_, reason)) = reasons.iter().find(|(holds, _)| *holds) {
        finding.suppressed = Some(Suppression { by: "report".to_owned(), reason: Some((*reason).to_owned()) });
    }
    Ok(finding)
}

fn kind(one: &dyn Fn(&[&str]) -> Option<String>) -> Kind {
    let stated = one(&["kind"]).or_else(|| one(&["type"])).and_then(|word| Kind::from_word(&word.to_ascii_lowercase()));
    let yes = |name: &str| one(&[name]).is_some_and(|text| is_true(&text));
    stated.unwrap_or_else(|| match (yes("staticfinding"), yes("dynamicfinding")) {
        (true, false) => Kind::Sast,
        (false, true) => Kind::Dast,
        _ => Kind::Pentest,
    })
}

fn severity(raw: &str) -> Severity {
    match raw.trim().parse::<f64>() {
        Ok(score) if (0.0..=10.0).contains(&score) => Severity::from_cvss(score),
        _ => Severity::from_word(raw),
    }
}

fn assessed(finding: &mut Finding, vector: Option<String>, score: Option<String>) {
    let score = score.and_then(|text| text.parse::<f64>().ok());
    match vector {
        // A column `cvss` may hold the score alone.
        Some(text) if text.parse::<f64>().is_ok() => finding.cvss.push(Cvss::default().with_score(text.parse().ok())),
        vector => sca::assessed(finding, vector.as_deref(), score, None),
    }
}

fn texts(finding: &mut Finding, get: &dyn Fn(&[&str]) -> Vec<String>) {
    let one = |names: &[&str]| get(names).into_iter().next();
    let parts = [
        (None, one(&["description", "details", "detail"])),
        (Some("Impact"), one(&["impact"])),
        (Some("Steps"), one(&["stepstoreproduce", "steps", "proofofconcept", "poc"])),
    ];
    let told = parts
        .into_iter()
        .filter_map(|(head, text)| Some(head.map_or_else(|| text.clone(), |head| text.as_ref().map(|text| format!("{head}: {text}"))))?);
    finding.description = Some(told.collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty());
    finding.remediation = one(&["mitigation", "remediation", "solution", "recommendation", "fix"]);
    let references = get(&["references", "reference", "links", "link"]);
    finding.references = references.iter().flat_map(|text| text.split_whitespace()).map(|text| text.trim_matches(',').to_owned()).collect();
    finding.request = one(&["request"]);
    finding.response = one(&["response"]);
}

fn place(finding: &mut Finding, one: &dyn Fn(&[&str]) -> Option<String>) {
    let to = &mut finding.location;
    to.url = one(&["url", "endpoint", "endpoints", "uri", "target"]);
    to.method = one(&["method", "httpmethod"]);
    to.parameter = one(&["parameter", "param"]);
    to.path = one(&["path", "filepath", "file", "filename", "sastsourcefilepath"]);
    let line = |names: &[&str]| one(names).and_then(|text| text.parse::<u32>().ok()).filter(|line| *line > 0);
    to.start_line = line(&["line", "linenumber", "startline", "sastsourceline"]);
    to.end_line = line(&["endline", "lineend"]).or(to.start_line);
    to.symbol = one(&["symbol", "function"]);
    to.resource = one(&["resource", "asset", "arn", "host", "hostname"]);
    to.image = one(&["image"]);
    to.commit = one(&["commit"]);
}

fn package(finding: &mut Finding, one: &dyn Fn(&[&str]) -> Option<String>) {
    let name = one(&["component", "componentname", "package", "packagename", "library"]);
    let purl = one(&["purl", "packageurl"]);
    if name.is_none() && purl.is_none() {
        return;
    }
    let file = finding.location.path.clone();
    let package = finding.package_mut();
    package.name = name;
    package.purl = purl;
    package.version = one(&["componentversion", "packageversion", "version"]);
    package.ecosystem = one(&["ecosystem", "packagemanager"]);
    package.fixed = one(&["fixedversion", "fixversion", "fixedin", "fixed"]).into_iter().collect();
    package.file = file;
}

fn is_true(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "y" | "1" | "x")
}

fn is_false(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "false" | "no" | "n" | "0")
}

/// A time, or a day with slashes.
fn day(text: &str) -> Option<Timestamp> {
    let numbers: Vec<u32> = text.split('/').map_while(|part| part.trim().parse().ok()).collect();
    match numbers.as_slice() {
        [first, second, year] if *year > 1000 => {
            let (day, month) = if *second > 12 { (second, first) } else { (first, second) };
            Timestamp::lenient(&format!("{year:04}-{month:02}-{day:02}"))
        }
        _ => Timestamp::lenient(text),
    }
}

/// The texts of a JSON value: one, or a list. Objects of an endpoint give its address.
pub(super) fn values(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Array(list) => list.iter().take(200).filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    }
}

fn scalar(value: &serde_json::Value) -> Option<String> {
    let text = lenient::scalar(value).or_else(|| {
        let part = |key: &str| value.get(key).and_then(lenient::scalar);
        let host = part("host")?;
        let path = part("path").map(|path| format!("/{}", path.trim_start_matches('/'))).unwrap_or_default();
        Some(format!("{}{host}{path}", part("protocol").map(|protocol| format!("{protocol}://")).unwrap_or_default()))
    })?;
    // Placeholders for "none".
    (!matches!(text.trim(), "" | "N/A" | "n/a" | "-" | "None" | "null")).then(|| text.trim().to_owned())
}

/// True where one of the names is among the folded columns.
pub(super) fn has_any(columns: &[String], names: &[&str]) -> bool {
    names.iter().any(|name| columns.iter().any(|column| *column == fold(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_with_slashes() {
        let shown = |text: &str| day(text).map(|at| at.to_string().chars().take(10).collect::<String>());
        assert_eq!(shown("28/02/2021").as_deref(), Some("2021-02-28"));
        assert_eq!(shown("01/30/2018").as_deref(), Some("2018-01-30"));
        assert_eq!(shown("06/11/2026").as_deref(), Some("2026-11-06"));
        assert_eq!(shown("2024-01-24T11:02:11Z").as_deref(), Some("2024-01-24"));
        assert_eq!(shown("yesterday"), None);
    }
}
