//! Wazuh (packages of hosts with known vulnerabilities), JSON. Versions seen: 4.3 to 4.11.
//!
//! Make it with `GET /vulnerability/{agent}` (up to 4.7), or from 4.8 on with a search of the index `wazuh-states-vulnerabilities-*`.
//!
//! - index: `data.affected_items[]` (up to 4.7), `hits.hits[]` (from 4.8 on).
//! - rule and identifier: `cve`, `vulnerability.id`. Title: `title`, else the identifier with the package.
//! - severity: the word as it stands (`Untriaged` and `-` are unknown); the score has no vector.
//! - package: `name`, `version`, `architecture`, its `type` (`deb`, `rpm`) as ecosystem. `condition` says which versions are affected.
//! - place: the host (`agent_name`, `agent.name`, else its address) as resource.
//! - `status: OBSOLETE` (the package is gone) is a passed result. `detection_time` is the tool's first sight.
//! - one answer holds a page of one agent or a search: absence proves nothing (read-only). `error` over 0 is a failed scan.
//!
//! # Differs
//! - severity: the word, else the score's band; a word that is not known does not hide the score. (Some readers call it info.)

use model::{Cvss, Finding, Kind, Timestamp};
use serde_json::Value;

use super::loose::{at, number, text, texts};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Wazuh's vulnerabilities.
pub(crate) static FORMAT: Format =
    Format { id: "wazuh", name: "Wazuh", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let old = head.has("data.affected_items") && (head.has("data.affected_items[].cve") || head.has("data.total_affected_items"));
    let new = head.value("hits.hits[]._index").is_some_and(|index| index.starts_with("wazuh"))
        || head.has_all(&["hits.hits[]._source.vulnerability", "hits.hits[]._source.agent"]);
    Match::sure_if(old || new)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wazuh").claims.partial = Some("an answer of a search".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "data" => json.object(|json, key| if key == "affected_items" { json.rows(out, item) } else { Ok(()) }),
        "hits" => json.object(|json, key| if key == "hits" { json.rows(out, hit) } else { Ok(()) }),
        "error" => {
            if json.row::<Value>()?.is_ok_and(|error| error.as_i64().is_some_and(|code| code > 0)) {
                out.this().claims.failed = Some("the answer is an error".to_owned());
            }
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn hit(out: &mut Output<'_>, hit: Value) {
    match at(&hit, "_source") {
        Some(source) if source.is_object() => item(out, source.clone()),
        _ => out.bad_row(format!("hits.hits[{}]", out.next_index()), "no _source"),
    }
}

fn item(out: &mut Output<'_>, row: Value) {
    let Some(id) = text(&row, &["cve", "vulnerability.id"]) else {
        return out.bad_row(format!("row {}", out.next_index()), "neither cve nor vulnerability.id");
    };
    if text(&row, &["status"]).is_some_and(|status| matches!(status.to_ascii_uppercase().as_str(), "OBSOLETE" | "SOLVED")) {
        return out.no_finding();
    }
    let package = text(&row, &["name", "package.name"]).unwrap_or_default();
    let title = text(&row, &["title"]).unwrap_or_else(|| format!("{id} affects {package}"));
    let mut finding = Finding::new(Kind::Sca, id.clone(), title);
    sca::identify(&mut finding, &id, []);
    if let Some(raw) = text(&row, &["severity", "vulnerability.severity"]).filter(|raw| raw != "-") {
        finding.set_severity_word(&raw);
    }
    for (member, version) in [("cvss3_score", "3.1"), ("cvss2_score", "2.0")] {
        if let Some(score) = number(&row, &[member]).filter(|score| *score > 0.0) {
            finding.cvss.push(Cvss { version: Some(version.to_owned()), ..Cvss::from_score(score) });
        }
    }
    if let Some(score) = number(&row, &["vulnerability.score.base"]).filter(|score| *score > 0.0) {
        finding.cvss.push(Cvss { version: text(&row, &["vulnerability.score.version"]), ..Cvss::from_score(score) });
    }
    let condition = text(&row, &["condition", "vulnerability.scanner.condition"]);
    finding.description = paragraphs([text(&row, &["vulnerability.description"]), labelled("Affected", condition.as_deref())]);
    finding.references = texts(&row, "external_references");
    finding
        .references
        .extend(text(&row, &["vulnerability.reference"]).iter().flat_map(|text| text.split(',').map(|link| link.trim().to_owned())));
    finding.first_seen_by_tool = text(&row, &["detection_time", "vulnerability.detected_at"]).as_deref().and_then(Timestamp::lenient);
    finding.location.resource = text(&row, &["agent_name", "agent.name", "agent_ip", "agent.ip", "agent_id", "agent.id"]);
    finding.location.resource_type = finding.location.resource.as_ref().map(|_| "host".to_owned());
    let to = finding.package_mut();
    to.name = Some(package).filter(|package| !package.is_empty());
    to.version = text(&row, &["version", "package.version"]);
    to.ecosystem = text(&row, &["package.type", "format"]);
    if let Some(path) = text(&row, &["package.path"]) {
        sca::in_file(&mut finding, &path);
    }
    out.finding(finding);
}
