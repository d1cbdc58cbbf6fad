//! npm audit, JSON. Versions seen: npm 6 (`advisories`), npm 7 to 10 (`auditReportVersion` 2).
//!
//! Make it with `npm audit --json > npm-audit.json`.
//!
//! - index: npm 6: `advisories` in the order of the file, one finding an advisory. npm 7: the objects in `vulnerabilities.*.via[]`; a name
//!   there points to another entry and is no result (a package that only inherits a flaw has none of its own).
//! - rule: the GHSA id, from `github_advisory_id` or the advisory's address, else the advisory's number, which the registry changes.
//! - severity: the advisory's own word (`moderate` is medium), not that of the package, which is the worst of all it inherits.
//! - npm 6 gives installed versions and dependency paths: the first counts, further ones of the same advisory are one finding with it.
//!   npm 7 gives neither; `isDirect` says whether the package is a direct dependency.
//! - place: `package-lock.json`, the file that `npm audit` reads. The report names no root: `--prefix` of the import is put before it.
//! - fix: npm 6 `patched_versions`; npm 7 the version that `fixAvailable` installs, where that is of the same package, else the upgrade of
//!   the direct dependency as remediation.
//! - ran: `metadata` with the number of packages. `{"error": {"code", "summary"}}` is a failed scan.
//! - left out: `actions`, `muted`, `nodes` beyond the first, ranges.
//!
//! Differs: the dependency path is the package's chain and the place the lockfile; a package that only inherits a flaw is no finding of its own; no CWE 1035 is
//! made up.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::npm_advisory::{self, Advisory, Cvss};
use super::sca;
use crate::read::json::Json;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The lockfile that `npm audit` reads.
const MANIFEST: &str = "package-lock.json";

/// The format of `npm audit --json`.
pub(crate) static FORMAT: Format =
    Format { id: "npm-audit", name: "npm audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let six = head.has("advisories") && (head.has("actions") || head.has("muted") || head.has("runId"));
    let failed = head.has("error.summary") && head.has("error.code");
    Match::sure_if(!head.is_json_lines() && (six || failed || head.has("auditReportVersion")))
}

#[derive(Deserialize)]
struct Via {
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    cvss: Cvss,
    #[serde(default, deserialize_with = "lenient::text")]
    range: Option<String>,
}

/// An entry of `vulnerabilities` without its advisories.
#[derive(Default)]
struct Entry {
    direct: Option<bool>,
    fix: Value,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("npm audit");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "advisories" => json.object(|json, key| advisory(json, key, out)),
        "vulnerabilities" => json.object(|json, package| {
            // `fixAvailable` stands behind `via`: the entry is held, it is one package.
            let place = json.place();
            match json.row::<Value>()? {
                Ok(Value::Object(entry)) => advisories(&entry, package, &place, out),
                Ok(_) => out.bad_row(place, "expected an object"),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        "metadata" => metadata(json, out),
        "error" => {
            out.this().claims.failed = Some(npm_advisory::error(&json.row::<Value>()?.unwrap_or_default()));
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["vulnerabilities", "advisories", "error"]);
    json.end()
}

pub(super) fn metadata(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    let metadata = json.row::<Value>()?.unwrap_or_default();
    out.this().claims.ran |= metadata.get("vulnerabilities").is_some_and(Value::is_object);
    Ok(())
}

fn advisory(json: &mut Json<'_>, key: &str, out: &mut Output<'_>) -> Result<(), ParseError> {
    let place = json.place();
    match json.row::<Advisory>()? {
        Ok(row) => out.finding(npm_advisory::finding(row, None, MANIFEST)),
        Err(reason) => out.bad_row(place, format!("advisory {key}: {reason}")),
    }
    Ok(())
}

fn advisories(entry: &serde_json::Map<String, Value>, package: &str, place: &str, out: &mut Output<'_>) {
    let about =
        Entry { direct: entry.get("isDirect").and_then(Value::as_bool), fix: entry.get("fixAvailable").cloned().unwrap_or_default() };
    let via = match entry.get("via") {
        Some(Value::Array(via)) => via.as_slice(),
        Some(single @ Value::Object(_)) => std::slice::from_ref(single),
        Some(Value::Null) | None => &[],
        Some(_) => {
            out.bad_row(place, "`via` is no array");
            &[]
        }
    };
    for value in via.iter().filter(|value| !value.is_string()) {
        match Via::deserialize(value) {
            Ok(via) => out.finding(finding(via, package, &about)),
            Err(error) => out.bad_row(place, error.to_string()),
        }
    }
}

fn finding(via: Via, package: &str, entry: &Entry) -> Finding {
    let rule = via.url.as_deref().and_then(npm_advisory::ghsa_of).or(via.source).unwrap_or_else(|| via.title.clone());
    let mut finding = Finding::new(Kind::Sca, rule.clone(), via.title);
    if let Some(raw) = via.severity {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &rule, []);
    npm_advisory::cwes(&mut finding, &via.cwe);
    sca::assessed(&mut finding, via.cvss.vector_string.as_deref(), via.cvss.score, Some("ghsa"));
    finding.url = via.url;
    finding.description = via.range.map(|range| format!("Vulnerable versions: {range}"));
    let name = via.name.unwrap_or_else(|| package.to_owned());
    let text = |key: &str| entry.fix.get(key).and_then(lenient::scalar);
    let (to, version) = (text("name"), text("version"));
    let own_fix = version.clone().filter(|_| to.as_deref() == Some(name.as_str()));
    finding.remediation = match (to, version, &entry.fix) {
        (Some(to), Some(version), _) => Some(format!("Upgrade {to} to {version}")),
        (_, _, Value::Bool(true)) => Some("npm audit fix".to_owned()),
        _ => None,
    };
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.name = Some(name);
    package.fixed.extend(own_fix);
    package.direct = entry.direct;
    sca::in_file(&mut finding, MANIFEST);
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_failed_scan() {
        let mut none = |_| panic!("no finding expected");
        let mut out = Output::new("npm-audit", &mut none);
        let text = r#"{"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile."}}"#;
        parse(&Input::from_bytes("x", text.into()), &mut out).unwrap();
        let failed = out.finish().runs[0].claims.failed.clone();
        assert_eq!(failed.as_deref(), Some("ENOLOCK: This command requires an existing lockfile."));
    }
}
