//! Yarn audit, JSON lines. Versions seen: Yarn 1 (`yarn audit --json`), Yarn 2 to 4 (`yarn npm audit --json`).
//!
//! Make it with `yarn audit --json > yarn-audit.json` or `yarn npm audit --recursive --json > yarn-audit.json`.
//!
//! - index: Yarn 1: the lines of type `auditAdvisory`, one a dependency path. Yarn 2 and later: each line.
//! - Yarn 1 as npm 6 (`npm-audit`); the dependency path is `resolution.path`, and part of what tells two findings apart.
//! - Yarn 2: `value` is the package, `children.ID` the advisory's number, `Issue` the title, `URL` gives the GHSA id, which is the rule.
//!   An `ID` of `… (deprecation)` is a deprecated package: a finding of severity as stated, without vulnerability.
//! - place: `yarn.lock`, the file that Yarn reads. The report names no root: `--prefix` of the import is put before it.
//! - ran: the line of type `auditSummary` (Yarn 1 writes it last). A line of type `error` is a failed scan. Yarn 2 writes no summary.
//!
//! # Differs
//! - Other importers give the chain of dependencies as path; here the path is the lockfile and the chain is with the package.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::npm_advisory::{self, Advisory};
use super::sca;
use crate::read::{lenient, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The lockfile that Yarn reads.
const MANIFEST: &str = "yarn.lock";

/// The format of `yarn audit --json`.
pub(crate) static FORMAT: Format = Format {
    id: "yarn-audit",
    name: "Yarn audit",
    kinds: &[Kind::Sca],
    media: &[Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let one = head.contains("\"auditAdvisory\"") || head.contains("\"auditSummary\"");
    let start = if head.is_json_lines() { "[]." } else { "" };
    let failed = head.is_json_lines() && head.has("[].type") && head.has("[].data") && head.contains("yarn");
    let two = ["Issue", "Severity", "Tree Versions"].iter().all(|name| head.has(&format!("{start}children.{name}")));
    Match::sure_if(head.is_json_object() && (one || two || failed))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Child {
    #[serde(rename = "ID", deserialize_with = "lenient::text", default)]
    id: Option<String>,
    issue: String,
    #[serde(default, rename = "URL", deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, rename = "Vulnerable Versions", deserialize_with = "lenient::text")]
    vulnerable: Option<String>,
    #[serde(default, rename = "Tree Versions", deserialize_with = "lenient::texts")]
    versions: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    dependents: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Yarn audit");
    let mut number = 0;
    lines::json(input, out, |out, row: Value| {
        number += 1;
        let place = format!("row {number}");
        match row.get("type").and_then(Value::as_str) {
            Some("auditAdvisory") => match advisory(&row) {
                Ok(finding) => out.finding(finding),
                Err(reason) => out.bad_row(place, reason),
            },
            Some("auditSummary") => out.this().claims.ran = true,
            Some("error") => {
                let reason = row.get("data").and_then(lenient::scalar).unwrap_or_else(|| "Yarn reports an error".to_owned());
                out.this().claims.failed.get_or_insert(reason);
            }
            Some(_) => {}
            None if row.get("children").is_some() => match child(&row) {
                Ok(finding) => out.finding(finding),
                Err(reason) => out.bad_row(place, reason),
            },
            None => out.bad_row(place, "neither `type` nor `children`"),
        }
    })
}

fn advisory(row: &Value) -> Result<Finding, String> {
    let advisory = row.pointer("/data/advisory").ok_or("no `data.advisory`")?;
    let advisory = Advisory::deserialize(advisory).map_err(|error| error.to_string())?;
    let path = row.pointer("/data/resolution/path").and_then(Value::as_str);
    let mut finding = npm_advisory::finding(advisory, path, MANIFEST);
    finding.distinct = path.map(str::to_owned);
    Ok(finding)
}

fn child(row: &Value) -> Result<Finding, String> {
    let child = row.get("children").ok_or("no `children`")?;
    let child = Child::deserialize(child).map_err(|error| error.to_string())?;
    let name = row.get("value").and_then(lenient::scalar).ok_or("no `value`")?;
    let rule = child.url.as_deref().and_then(npm_advisory::ghsa_of).or(child.id).unwrap_or_else(|| name.clone());
    let title = if rule.ends_with("(deprecation)") { format!("{name} is deprecated") } else { child.issue.clone() };
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    if let Some(raw) = child.severity {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &rule, []);
    finding.description =
        Some(child.issue).filter(|issue| *issue != finding.title).or(child.vulnerable.map(|range| format!("Vulnerable versions: {range}")));
    finding.url = child.url;
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.version = child.versions.into_iter().next();
    if let Some(dependent) = child.dependents.into_iter().next() {
        package.chain = vec![dependent, name.clone()];
    }
    package.name = Some(name);
    sca::in_file(&mut finding, MANIFEST);
    Ok(finding)
}
