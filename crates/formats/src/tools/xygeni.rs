//! Xygeni (code, packages, secrets), JSON. Versions seen: 5 to 6.7.
//!
//! Make it with `xygeni scan --run sast,deps,secrets -f json -o xygeni.json` (one file for each scan).
//!
//! - index: `vulnerabilities[]` (sast), `dependencies[].vulnerabilities[]` (deps), `secrets[]`.
//! - rule: `detector`, of packages the vulnerability's `id`. Title: `explanation` or `description`, else the kind.
//! - severity: the word as it stands. `ratings[]` are CVSS vectors, `overallCvssScore` -1 is none.
//! - place: `location` with lines from 1 (columns are not given); of packages the manifest (`fileName`), `directDependency`, `dependencyPaths`.
//! - `aliases` of a vulnerability are the same vulnerability.
//! - a secret is masked by the tool (`swor********`): no evidence; `code` shows it masked, too. `key` tells two of one detector apart.
//! - `uniqueHash` is kept as a fingerprint, not trusted: it is the same for copies of one secret.
//! - target: `metadata.scm` (URL and branch). `timestamp` is the time, `tool.version` the version.
//! - coverage: `statistics` or an empty `errors` shows that the scan got through; an `errors[]` entry that is `fatal` is a failed scan, another
//!   names a file that was not read whole; a `diffMode` or `incrementalMode` scan is partial. The list that is there says which kind was looked for.
//! - left out: tags, licences' details, reachability statistics, misconfigurations and suspicious dependencies (other scans).

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::loose::{at, cwes, items, looked_for, number, position, rows, text, texts, yes};
use super::sca;
use super::secret_value::secret;
use super::wording::{add_unread, first_line};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `xygeni scan -f json`.
pub(crate) static FORMAT: Format = Format {
    id: "xygeni",
    name: "Xygeni",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let format = head.value("metadata.format").is_some_and(|format| format.ends_with("-xygeni"));
    let tool = head.contains("\"tool.name\": \"Xygeni\"") || head.contains("\"tool.name\":\"Xygeni\"");
    // The metadata of a scan of packages stand behind the packages.
    let packages = head.has_all(&["dependencies[].repositoryType", "dependencies[].displayFileName"]);
    Match::sure_if(head.is_json_object() && (format || (tool && head.has("metadata")) || packages))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Xygeni");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "metadata" => {
            if let Ok(metadata) = json.row::<Value>()? {
                described(out, &metadata);
            }
            Ok(())
        }
        "vulnerabilities" => {
            looked_for(out, Kind::Sast);
            json.rows(out, |out, row: Value| match text(&row, &["detector", "kind"]) {
                Some(rule) => out.finding(weakness(&row, rule)),
                None => out.bad_row(format!("vulnerabilities[{}]", out.next_index()), "no detector"),
            })
        }
        "dependencies" => {
            looked_for(out, Kind::Sca);
            json.rows(out, |out, package: Value| {
                rows(out, &package, "vulnerabilities", |out, row| match text(row, &["id", "cve", "name"]) {
                    Some(id) => out.finding(vulnerability(row, id, &package)),
                    None => out.bad_row(format!("vulnerabilities, row {}", out.next_index()), "no id"),
                });
            })
        }
        "secrets" => {
            looked_for(out, Kind::Secret);
            json.rows(out, |out, row: Value| match text(&row, &["detector", "type"]) {
                Some(rule) => out.finding(secret_of(&row, rule)),
                None => out.bad_row(format!("secrets[{}]", out.next_index()), "no detector"),
            })
        }
        "statistics" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "errors" => {
            out.this().claims.ran = true;
            json.rows(out, |out, error: Value| {
                let claims = &mut out.this().claims;
                if yes(&error, &["fatal"]) {
                    claims.failed = text(&error, &["description", "code"]);
                } else if let Some(file) = text(&error, &["file"]) {
                    add_unread(&mut claims.unread, &file);
                }
            })
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn described(out: &mut Output<'_>, metadata: &Value) {
    let run = out.this();
    run.at = text(metadata, &["timestamp"]).as_deref().and_then(Timestamp::lenient);
    // The name of the member holds a dot.
    run.tool_version = at(metadata, "reportProperties").and_then(|all| all.get("tool.version")).and_then(crate::read::lenient::scalar);
    run.repository = text(metadata, &["scm.url", "projectName"]);
    run.branch = text(metadata, &["scm.branch"]).map(|branch| branch.trim_start_matches("origin/").to_owned());
    for (member, what) in [("diffMode", "a scan of changes"), ("incrementalMode", "an incremental scan")] {
        if yes(metadata, &[member]) {
            run.claims.partial = Some(what.to_owned());
        }
    }
}

fn common(mut finding: Finding, row: &Value) -> Finding {
    if let Some(raw) = text(row, &["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.confidence = text(row, &["confidence"]);
    if let Some(hash) = text(row, &["uniqueHash"]) {
        finding.fingerprint("uniqueHash", hash);
    }
    if let Some(place) = at(row, "location") {
        finding.location.path = text(place, &["filepath", "file"]);
        finding.location.start_line = position(place, &["beginLine"]);
        finding.location.end_line = position(place, &["endLine"]).or(finding.location.start_line);
        finding.snippet = text(place, &["code"]);
    }
    finding
}

fn weakness(row: &Value, rule: String) -> Finding {
    let said = text(row, &["explanation", "description"]);
    let title = said.as_deref().map(first_line).or_else(|| text(row, &["kind"])).unwrap_or_else(|| rule.clone());
    let mut finding = common(Finding::new(Kind::Sast, rule, title), row);
    finding.cwes = cwes(row, &["cwes", "cwe"]);
    finding.description = said.filter(|said| *said != finding.title);
    finding
}

fn secret_of(row: &Value, rule: String) -> Finding {
    let title = text(row, &["description", "type"]).unwrap_or_else(|| rule.clone());
    let mut finding = common(secret(rule, title), row);
    finding.distinct = text(row, &["key"]);
    // What is not masked is not shown.
    finding.snippet = finding.snippet.filter(|code| code.contains('*'));
    finding
}

fn vulnerability(row: &Value, id: String, package: &Value) -> Finding {
    let name = text(package, &["name"]).unwrap_or_default();
    let mut finding = common(Finding::new(Kind::Sca, id.clone(), format!("{id} in {name}")), row);
    let aliases = texts(row, "aliases");
    sca::identify(&mut finding, &id, aliases.iter().map(String::as_str).chain(text(row, &["cve"]).as_deref()));
    finding.cwes = cwes(row, &["cwes"]);
    finding.description = text(row, &["description"]);
    for rating in items(row, "ratings") {
        sca::assessed(&mut finding, text(rating, &["vector"]).as_deref(), number(rating, &["score"]), None);
    }
    if finding.cvss.is_empty() {
        sca::assessed(&mut finding, None, number(row, &["overallCvssScore"]).filter(|score| *score > 0.0), None);
    }
    // `[Patch](https://…)`.
    finding.references = texts(row, "references")
        .into_iter()
        .map(|link| link.split_once("](").map_or(link.clone(), |(_, url)| url.trim_end_matches(')').to_owned()))
        .collect();
    let group = text(package, &["group", "groupId"]);
    let version = text(package, &["version"]);
    let to = finding.package_mut();
    to.purl = text(package, &["purl"]);
    to.ecosystem = text(package, &["ecosystem", "repositoryType"]);
    to.name = Some(group.map_or(name.clone(), |group| format!("{group}:{name}"))).filter(|name| !name.is_empty());
    to.version = version;
    to.fixed = text(row, &["fixedVersion"]).into_iter().collect();
    to.direct = at(package, "paths.directDependency").and_then(Value::as_bool);
    if let Some(path) = text(package, &["fileName"]) {
        sca::in_file(&mut finding, &path);
    }
    finding
}
