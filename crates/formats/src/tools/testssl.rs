//! testssl.sh (TLS configuration), JSON, pretty JSON and CSV. Versions seen: 3.0 to 3.2.
//!
//! Make it with `testssl.sh --jsonfile testssl.json https://shop.example.com` (or `--jsonfile-pretty`, `--csvfile`).
//!
//! - index: elements of the array, or rows without the header; in pretty JSON the objects with an `id` in the lists of `scanResult[]`, laid end to end.
//! - rule: `id`. Severity: CRITICAL, HIGH, MEDIUM, LOW, INFO; WARN is a remark on the scan and info. `OK` is a passed result and no finding.
//! - `cve` and `cwe` hold several, separated by blanks.
//! - place: the resource `host:port`; the address behind the host (`host/ip`) is only described, it changes.
//! - failure: an element of severity FATAL (`scanProblem`) means that the target was not scanned. A run that got to its end writes `scanTime` last (or as
//!   a member of pretty JSON); without it the report is partial: CSV that was cut off between two rows looks whole otherwise.
//! - no scan time in flat JSON and CSV, no version, no fingerprint.
//! - left out: command line, OpenSSL used.
//!
//! # Differs
//! - Other importers take `scanProblem` for a finding; here it is a failed scan.

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::{cves, labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::json::Shape;
use crate::read::{csv, lenient};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of testssl.sh.
pub(crate) static FORMAT: Format = Format {
    id: "testssl",
    name: "testssl.sh",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let flat = head.has_all(&["[].id", "[].ip", "[].port", "[].severity", "[].finding"]);
    let pretty = head.has("Invocation") && head.has("openssl") && head.has("scanResult");
    Match::sure_if(flat || pretty || head.csv_has(&["id", "fqdn/ip", "port", "severity", "finding"]))
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    port: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    cve: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    cwe: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    finding: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("testssl.sh");
    if !input.head().is_json() {
        csv::each(input, out, 0, |out, row| match row.get(&["id"]) {
            Some(id) => push(
                out,
                Row {
                    id: id.to_owned(),
                    ip: row.text(&["fqdn/ip"]),
                    port: row.text(&["port"]),
                    severity: row.text(&["severity"]),
                    cve: row.text(&["cve"]),
                    cwe: row.text(&["cwe"]),
                    finding: row.text(&["finding"]),
                },
            ),
            None => out.bad_row(format!("line {}", row.line), "a row without id"),
        })?;
    } else {
        let mut json = input.json()?;
        if json.shape()? == Shape::Array {
            json.rows(out, push)?;
        } else {
            json.object(|json, key| match key {
                "version" => {
                    out.this().tool_version = json.row::<String>()?.ok().and_then(|text| text.split_whitespace().next().map(str::to_owned));
                    Ok(())
                }
                "startTime" => {
                    out.this().at = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar).and_then(|text| time(&text));
                    Ok(())
                }
                "scanTime" => {
                    let seconds = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar);
                    out.this().claims.ran |= seconds.is_some_and(|text| text.parse::<f64>().is_ok());
                    Ok(())
                }
                "scanResult" => json.rows(out, target),
                _ => Ok(()),
            })?;
        }
        json.end()?;
    }
    let claims = &mut out.this().claims;
    if !claims.ran && claims.failed.is_none() {
        let reason = "no `scanTime`: the scan did not get to its end";
        claims.partial = Some(reason.to_owned());
        out.warn("", reason);
    }
    Ok(())
}

fn time(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(seconds) => Some(Timestamp::from_seconds(seconds)),
        Err(_) => Timestamp::lenient(text),
    }
}

/// The lists of results of a target in pretty JSON.
const LISTS: [&str; 13] = [
    "pretest",
    "protocols",
    "grease",
    "ciphers",
    "serverPreferences",
    "fs",
    "pfs",
    "serverDefaults",
    "headerResponse",
    "vulnerabilities",
    "cipherTests",
    "browserSimulations",
    "rating",
];

/// A target of pretty JSON: its lists hold the results.
fn target(out: &mut Output<'_>, target: serde_json::Map<String, Value>) {
    let text = |key: &str| target.get(key).and_then(lenient::scalar);
    let (host, port) = (text("targetHost").or_else(|| text("ip")), text("port"));
    for (key, value) in &target {
        let Some(rows) = value.as_array() else {
            if LISTS.contains(&key.as_str()) && !value.is_null() {
                out.bad_row(format!("scanResult[].{key}"), "expected a list");
            }
            continue;
        };
        for (position, value) in rows.iter().enumerate() {
            match serde_json::from_value::<Row>(value.clone()) {
                Ok(mut row) => {
                    (row.ip, row.port) = (row.ip.or_else(|| host.clone()), row.port.or_else(|| port.clone()));
                    push(out, row);
                }
                Err(error) => out.bad_row(format!("scanResult[].{key}[{position}]"), error.to_string()),
            }
        }
    }
    // A target that could not be scanned is itself the row.
    if let (Some(_), Ok(row)) = (target.get("id"), serde_json::from_value(Value::Object(target.clone()))) {
        push(out, row);
    }
}

fn push(out: &mut Output<'_>, row: Row) {
    let raw = row.severity.unwrap_or_default();
    let said = row.finding.unwrap_or_default();
    match raw.as_str() {
        "FATAL" => {
            out.this().claims.failed = Some(said);
            return out.no_finding();
        }
        "OK" => return out.no_finding(),
        _ if row.id == "scanTime" => {
            out.this().claims.ran = true;
            if raw != "WARN" {
                return out.no_finding();
            }
        }
        _ => {}
    }
    let host = row.ip.unwrap_or_default();
    let (name, address) = host.split_once('/').unwrap_or((&host, ""));
    let name = if name.is_empty() { address } else { name };
    let mut finding = Finding::new(Kind::Dast, row.id.as_str(), format!("{}: {}", row.id, said.chars().take(200).collect::<String>()));
    let severity = if raw == "WARN" { Severity::Info } else { Severity::from_word(&raw) };
    finding.set_severity(raw, severity);
    finding.identifiers = cves(row.cve.as_deref().unwrap_or_default());
    add_cwes(&mut finding.cwes, row.cwe.as_deref().unwrap_or_default().split_whitespace());
    finding.description = paragraphs([Some(said), labelled("Address", Some(address))]);
    finding.location.resource = Some(match row.port {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    });
    finding.location.resource_type = Some("tls".to_owned());
    out.finding(finding);
}
