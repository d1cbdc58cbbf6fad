//! Wazuh (packages of hosts with known vulnerabilities), JSON and CSV. Versions seen: 4.2 to 4.14.
//!
//! Make it with `GET /vulnerability/{agent}` (up to 4.7), or from 4.8 on with a search of the index `wazuh-states-vulnerabilities-*`.
//!
//! Alerts of the vulnerability detector (`alerts.json`) and the CSV of *Vulnerability Detection, Inventory, Export Formatted* are read too.
//!
//! - index: `data.affected_items[]` (up to 4.7), `hits.hits[]` (from 4.8 on); the hits alone, as a list or one a line; alerts; rows of the table.
//! - an alert without a vulnerability is no finding, and so is one whose status is `Solved` or `Obsolete`.
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
use crate::read::{csv, loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Wazuh's vulnerabilities.
pub(crate) static FORMAT: Format =
    Format { id: "wazuh", name: "Wazuh", kinds: &[Kind::Sca], media: &[Media::Json, Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let old = head.has("data.affected_items") && (head.has("data.affected_items[].cve") || head.has("data.total_affected_items"));
    let new = head.value("hits.hits[]._index").is_some_and(|index| index.starts_with("wazuh"))
        || head.has_all(&["hits.hits[]._source.vulnerability", "hits.hits[]._source.agent"]);
    let strung = ["", "[].", "_source.", "[]._source."].iter().any(|start| {
        let has = |name: &str| head.has(&format!("{start}{name}"));
        let hit = has("vulnerability.id") && (has("agent.name") || has("package.name") && has("agent"));
        let alert = has("data.vulnerability.cve") && (has("agent.name") || has("agent.id"));
        hit || alert
    });
    let by_index = ["_index", "[]._index"].iter().any(|path| head.value(path).is_some_and(|index| index.starts_with("wazuh-states-vuln")));
    Match::sure_if(old || new || strung || by_index || is_table(head))
}

fn is_table(head: &Head<'_>) -> bool {
    head.csv_has(&["vulnerability.id", "agent.name"])
}

/// The columns of the table that are read, each the path of a member.
const COLUMNS: [&str; 15] = [
    "agent.id",
    "agent.name",
    "agent.ip",
    "package.name",
    "package.version",
    "package.type",
    "package.path",
    "vulnerability.id",
    "vulnerability.severity",
    "vulnerability.description",
    "vulnerability.reference",
    "vulnerability.detected_at",
    "vulnerability.score.base",
    "vulnerability.score.version",
    "vulnerability.scanner.condition",
];

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wazuh").claims.partial = Some("an answer of a search".to_owned());
    let head = input.head();
    if is_table(&head) {
        return csv::each(input, out, 0, |out, row| {
            let mut value = Value::Object(serde_json::Map::new());
            for path in COLUMNS {
                // The dashboard writes `-` for what is not there.
                if let Some(text) = row.text(&[path]).filter(|text| text != "-") {
                    put(&mut value, path, text);
                }
            }
            item(out, value);
        });
    }
    if head.is_json_array() || head.is_json_lines() || ["_source", "vulnerability", "rule"].iter().any(|name| head.has(name)) {
        return loose::strung(input, out, |out, _, row| {
            let row = at(row, "_source").unwrap_or(row);
            match (at(row, "vulnerability"), at(row, "data"), at(row, "rule")) {
                (Some(_), ..) => item(out, row.clone()),
                (None, Some(Value::Object(data)), _) if data.contains_key("vulnerability") => alert(out, row)?,
                (None, Some(Value::Object(_)) | None, Some(Value::Object(_))) => out.no_finding(),
                _ => return Err("neither a vulnerability nor an alert".to_owned()),
            }
            Ok(())
        });
    }
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

/// Sets a text at a path of members.
fn put(value: &mut Value, path: &str, text: String) {
    let slot = path.split('.').fold(value, |value, name| {
        if !value.is_object() {
            *value = Value::Object(serde_json::Map::new());
        }
        &mut value[name]
    });
    *slot = Value::String(text);
}

/// An alert holds the vulnerability as the API up to 4.7 did, with the agent beside it.
fn alert(out: &mut Output<'_>, row: &Value) -> Result<(), String> {
    let Some(Value::Object(said)) = at(row, "data.vulnerability") else { return Err("a vulnerability that is no object".to_owned()) };
    let mut said = said.clone();
    for (name, paths) in [("agent_name", ["agent.name", "agent.id"]), ("detection_time", ["timestamp", "@timestamp"])] {
        if let Some(text) = text(row, &paths) {
            said.insert(name.to_owned(), Value::String(text));
        }
    }
    item(out, Value::Object(said));
    Ok(())
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
    for (members, version) in [(["cvss3_score", "cvss.cvss3.base_score"], "3.1"), (["cvss2_score", "cvss.cvss2.base_score"], "2.0")] {
        if let Some(score) = number(&row, &members).filter(|score| *score > 0.0) {
            finding.cvss.push(Cvss { version: Some(version.to_owned()), ..Cvss::from_score(score) });
        }
    }
    if let Some(score) = number(&row, &["vulnerability.score.base"]).filter(|score| *score > 0.0) {
        finding.cvss.push(Cvss { version: text(&row, &["vulnerability.score.version"]), ..Cvss::from_score(score) });
    }
    let condition = text(&row, &["condition", "package.condition", "vulnerability.scanner.condition"]);
    finding.description = paragraphs([text(&row, &["vulnerability.description", "rationale"]), labelled("Affected", condition.as_deref())]);
    finding.references = texts(&row, "external_references");
    finding.references.extend(texts(&row, "references"));
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
