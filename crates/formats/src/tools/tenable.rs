//! Tenable Vulnerability Management and Tenable Security Center, JSON of their APIs. Answers seen: 2022 to 2026.
//!
//! Make it with `POST /vulns/export` and `GET /vulns/export/{uuid}/chunks/1` (Vulnerability Management, also of its data stream), or
//! `POST /rest/analysis` with `"tool": "vulndetails"` (Security Center).
//!
//! - index: the elements of the chunk, `updates[]` of the data stream, `response.results[]` of Security Center.
//! - rule: the plug-in's id, title its name, as in `.nessus` (`nessus.rs`).
//! - severity: `severity` as it stands, which people may have recast; Security Center gives id and name.
//! - CVE, CVSS 2, 3 and 4 with their vectors, the first CPE as the package.
//! - place: the resource `host:port` (FQDN, host name, else the address).
//! - `state` FIXED is resolved; a severity that was accepted (`severity_modification_type` ACCEPTED, `acceptRisk` 1) is a suppression.
//! - `first_found` is first seen; `finding_id` is kept and not trusted. The newest `last_found` is the time.
//! - left out: VPR, EPSS and exploit frameworks (Muster has its own feeds).
//! - a chunk is one of several and filtered: read-only.

use model::{Finding, Kind, Suppression, Timestamp};

use super::nessus::{add_cvss, set_host, set_package};
use super::web::{add_references, labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::fields::Fields;
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Answers of Tenable's APIs.
pub(crate) static FORMAT: Format =
    Format { id: "tenable", name: "Tenable (API)", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| head.has(&format!("{top}plugin.id")) && head.has(&format!("{top}asset"));
    let center = head.has("response.results[].pluginID") || head.has("response.results[].pluginName");
    Match::sure_if(row("[].") || row("updates[].") || center)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nessus");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, |out, row| push(out, &row))?;
        return json.end();
    }
    json.object(|json, key| match key {
        "updates" => json.rows(out, |out, row| push(out, &row)),
        "response" => json.object(|json, key| if key == "results" { json.rows(out, |out, row| push(out, &row)) } else { Ok(()) }),
        _ => Ok(()),
    })?;
    json.expect(out, &["updates", "response"]);
    json.end()
}

fn push(out: &mut Output<'_>, row: &serde_json::Value) {
    let row = Fields::of(row);
    let Some(rule) = row.text(&["plugin/id", "pluginID"]) else {
        return out.bad_row(format!("row {}", out.next_index()), "a row without plug-in");
    };
    let last = row.text(&["last_found", "lastSeen"]).as_deref().and_then(moment);
    out.this().at = out.this().at.max(last);
    let mut finding = finding(rule, row);
    if let Some(state) = row.text(&["state"]).filter(|state| state.eq_ignore_ascii_case("fixed")) {
        finding.resolve("Tenable", state);
    }
    out.finding(finding);
}

/// A date and time, or seconds since 1970.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp::from_seconds).or_else(|| Timestamp::lenient(text))
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let title = row.text(&["plugin/name", "pluginName"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Dast, rule, title.trim());
    if let Some(raw) = row.text(&["severity/name", "severity"]) {
        finding.set_severity_word(&raw);
    }
    let listed = row.texts(&["plugin/cve", "cve"]);
    let cves = listed.iter().flat_map(|text| text.split(',')).map(|id| id.trim().to_ascii_uppercase());
    finding.identifiers = cves.filter(|id| id.starts_with("CVE-")).collect();
    add_cwes(&mut finding.cwes, row.texts(&["plugin/cwe"]).iter().map(String::as_str));
    let assessments = [
        ("plugin/cvss_vector/raw", "cvssVector", "plugin/cvss_base_score", "baseScore", "2.0"),
        ("plugin/cvss3_vector/raw", "cvssV3Vector", "plugin/cvss3_base_score", "cvssV3BaseScore", "3.0"),
        ("plugin/cvss4_vector/raw", "cvssV4Vector", "plugin/cvss4_base_score", "cvssV4BaseScore", "4.0"),
    ];
    for (vector, vector_2, score, score_2, version) in assessments {
        let vector = row.text(&[vector, vector_2]).filter(|vector| vector.contains('/'));
        add_cvss(&mut finding, vector.as_deref(), row.text(&[score, score_2]).as_deref(), version);
    }
    if let Some(cpe) = row.texts(&["plugin/cpe", "cpe"]).first() {
        set_package(&mut finding, cpe.split("<br/>").next().unwrap_or_default());
    }
    finding.description = paragraphs([
        row.text(&["plugin/synopsis", "synopsis"]),
        row.text(&["plugin/description", "description"]),
        labelled("Output", row.text(&["output", "pluginText"]).as_deref()),
    ]);
    finding.remediation = row.text(&["plugin/solution", "solution"]).filter(|text| text != "n/a");
    row.texts(&["plugin/see_also", "seeAlso"]).iter().for_each(|text| add_references(&mut finding, text));
    finding.first_seen_by_tool = row.text(&["first_found", "firstSeen"]).as_deref().and_then(moment);
    if let Some(id) = row.text(&["finding_id"]) {
        finding.fingerprint("finding_id", id);
    }
    let accepted = row.text(&["severity_modification_type"]).is_some_and(|word| word == "ACCEPTED") || row.is_true(&["acceptRisk"]);
    if accepted {
        let reason = row.text(&["recast_reason"]).or_else(|| Some("accepted".to_owned()));
        finding.suppressed = Some(Suppression { by: "Tenable".to_owned(), reason });
    }
    let host = row.text(&["asset/fqdn", "dnsName", "asset/hostname", "asset/ipv4", "asset/ipv6", "ip", "netbiosName"]).unwrap_or_default();
    let (port, protocol) = (row.text(&["port/port", "port"]), row.text(&["port/protocol", "protocol"]));
    set_host(&mut finding, &host, &port.unwrap_or_default(), &protocol.unwrap_or_default());
    finding
}
