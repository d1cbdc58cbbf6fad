//! Checkmarx OSA (open source analysis), JSON. Versions seen: 8.9 to 9.3.
//!
//! Make it with the command line's `-osajson`: the lists of libraries and of vulnerabilities in one array.
//!
//! - index: the vulnerabilities in the order of the report (elements with `cveName`, or with `libraryId` and a severity).
//! - rule: `cveName`. Severity: `severity.name`. `score` is CVSS without a vector.
//! - the package: the library of `libraryId` by name and version; its `newestVersion` is no fix, what `recommendations` names is.
//! - state NOT_EXPLOITABLE and the like is a suppression. `id` names library and vulnerability: kept; the identity says the same.
//! - `publishDate` is the vulnerability's. The report holds no time, no project, no path.
//!
//! # Differs
//! CWE 1035, which some readers give to each row, is not in the report.

use std::collections::HashMap;

use model::{Finding, Kind};
use serde_json::Value;

use super::sca;
use super::tracked::settle;
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Checkmarx OSA.
pub(crate) static FORMAT: Format = Format {
    id: "checkmarx-osa",
    name: "Checkmarx OSA",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let rows =
        head.has_all(&["[][].libraryId", "[][].severity"]) || head.has_all(&["[][].id", "[][].newestVersion", "[][].confidenceLevel"]);
    if rows || head.has_all(&["[].libraryId", "[].cveName"]) {
        return Match::Sure;
    }
    let text: String = head.text().chars().take(20).filter(|c| !c.is_whitespace()).collect();
    if matches!(text.as_str(), "[[]]" | "[[],[]]") { Match::Maybe } else { Match::No }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkmarx OSA");
    let document = document(input)?;
    let mut rows: Vec<&Value> = Vec::new();
    for element in document.as_array().into_iter().flatten() {
        match element {
            Value::Array(inner) => rows.extend(inner),
            other => rows.push(other),
        }
    }
    let is_library = |row: &Value| row.get("libraryId").is_none() && row.get("cveName").is_none() && row.get("name").is_some();
    let mut libraries = HashMap::new();
    for row in rows.iter().filter(|row| is_library(row)) {
        if let Some(id) = Fields::of(row).text(&["id"]) {
            libraries.insert(id, Fields::of(row));
        }
    }
    for row in rows.into_iter().filter(|row| !is_library(row)) {
        let row = Fields::of(row);
        let library = row.text(&["libraryId"]).and_then(|id| libraries.get(&id).copied());
        match (row.text(&["cveName"]), row.text(&["libraryId"])) {
            (Some(id), Some(_)) => out.finding(finding(&id, row, library.unwrap_or(Fields::of(&Value::Null)))),
            _ => out.bad_row("vulnerabilities", "no vulnerability or no library"),
        }
    }
    Ok(())
}

fn finding(id: &str, row: Fields<'_>, library: Fields<'_>) -> Finding {
    let name = library.text(&["name"]).or_else(|| row.text(&["sourceFileName"]));
    let title = name.as_deref().map_or_else(|| id.to_owned(), |name| format!("{id} in {name}"));
    let mut finding = Finding::new(Kind::Sca, id, title);
    if let Some(raw) = row.text(&["severity/name", "severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, id, None);
    sca::assessed(&mut finding, None, row.number(&["score"]), None);
    (finding.description, finding.remediation) = (row.text(&["description"]), row.text(&["recommendations"]));
    finding.references = row.texts(&["url"]);
    settle(&mut finding, "Checkmarx OSA", row.text(&["state/name", "state/actionType"]).as_deref());
    if let Some(number) = row.text(&["id"]) {
        finding.fingerprint("id", number);
    }
    let fixed = finding
        .remediation
        .as_deref()
        .and_then(|text| text.strip_prefix("Upgrade to "))
        .map(|version| version.trim_end_matches('.').to_owned());
    let package = finding.package_mut();
    (package.name, package.version) = (name, library.text(&["version"]));
    package.fixed = fixed.into_iter().collect();
    finding
}
