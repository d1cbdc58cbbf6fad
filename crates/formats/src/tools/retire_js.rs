//! retire.js (JavaScript libraries in files), JSON. Versions seen: 1.x and 2.0 (a bare array), 2.2 to 5.x.
//!
//! Make it with `retire --outputformat json --outputpath retire.json`.
//!
//! - index: `data[].results[].vulnerabilities[]`. A library without vulnerabilities has no index.
//! - rule: the first CVE, else the GHSA id, else the summary: retire.js has no ids of its own that stay.
//! - severity: the word as it stands.
//! - place: `file`, which holds the library; no line. retire.js writes absolute paths.
//! - package: `npmname`, else `component`, in the version that was recognised. `below` is the fixed version.
//! - several CVEs in one entry are several vulnerabilities told at once: identifiers, not names of one thing.
//! - ran: `time`, written at the end. An entry in `errors` makes the report partial.
//! - left out: licences, how the library was recognised.
//!
//! Differs: no CWE 1035 is made up.

use model::{Finding, Kind, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `retire --outputformat json`.
pub(crate) static FORMAT: Format =
    Format { id: "retire-js", name: "retire.js", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |start: &str| head.has(&format!("{start}results[].component"));
    let empty = head.has_all(&["version", "start", "data", "messages", "errors"]);
    Match::sure_if(row("data[].") || (head.is_json_array() && row("[].")) || empty)
}

#[derive(Deserialize)]
struct Library {
    component: String,
    #[serde(default, deserialize_with = "lenient::text")]
    npmname: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default)]
    vulnerabilities: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(default, deserialize_with = "lenient::texts")]
    info: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    below: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    identifiers: Identifiers,
    #[serde(default, deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Identifiers {
    #[serde(deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(rename = "CVE", deserialize_with = "lenient::texts")]
    cves: Vec<String>,
    #[serde(rename = "githubID", deserialize_with = "lenient::text")]
    ghsa: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("retire.js");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.array(|json, _| file(json, out))?;
        return json.end();
    }
    json.object(|json, key| {
        match key {
            "data" => json.array(|json, _| file(json, out))?,
            "version" => out.this().tool_version = text(json)?,
            "start" => out.this().at = text(json)?.and_then(|time| Timestamp::lenient(&time)),
            "time" => out.this().claims.ran = true,
            "errors" => {
                let errors = json.row::<Vec<Value>>()?.unwrap_or_default();
                let first = errors.first().map(|error| lenient::scalar(error).unwrap_or_else(|| error.to_string()));
                out.this().claims.partial =
                    first.map(|error| format!("the tool reports an error: {}", error.chars().take(200).collect::<String>()));
            }
            _ => {}
        }
        Ok(())
    })?;
    json.expect(out, &["data"]);
    json.end()
}

fn text(json: &mut Json<'_>) -> Result<Option<String>, ParseError> {
    Ok(json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar))
}

fn file(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    let place = json.place();
    let entry = json.row::<Value>()?.unwrap_or_default();
    let path = entry.get("file").and_then(lenient::scalar);
    let Some(results) = entry.get("results").and_then(Value::as_array) else {
        out.bad_row(place, "no list `results`");
        return Ok(());
    };
    for (number, value) in results.iter().enumerate() {
        let place = format!("{place}.results[{number}]");
        match Library::deserialize(value) {
            Ok(library) => {
                for (number, value) in library.vulnerabilities.iter().flatten().enumerate() {
                    match Vulnerability::deserialize(value) {
                        Ok(row) => out.finding(finding(row, &library, path.as_deref())),
                        Err(error) => out.bad_row(format!("{place}.vulnerabilities[{number}]"), error.to_string()),
                    }
                }
            }
            Err(error) => out.bad_row(place, error.to_string()),
        }
    }
    Ok(())
}

fn finding(row: Vulnerability, library: &Library, path: Option<&str>) -> Finding {
    let ids = row.identifiers;
    let rule = ids
        .cves
        .first()
        .or(ids.ghsa.as_ref())
        .or(ids.summary.as_ref())
        .cloned()
        .unwrap_or_else(|| format!("vulnerable {}", library.component));
    let title = ids.summary.unwrap_or_else(|| format!("{rule} in {}", library.component));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, ids.cves.iter().chain(ids.ghsa.as_ref()).map(String::as_str));
    sca::weaknesses(&mut finding, row.cwe.iter().map(String::as_str));
    finding.references = row.info;
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.name = Some(library.npmname.clone().unwrap_or_else(|| library.component.clone()));
    package.version.clone_from(&library.version);
    package.fixed.extend(row.below);
    sca::in_file(&mut finding, path.unwrap_or_default());
    finding
}
