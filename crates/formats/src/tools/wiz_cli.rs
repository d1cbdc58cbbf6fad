//! Wiz CLI (directories, images and infrastructure as code before they run), JSON. Versions seen: 0.30 to 0.60.
//!
//! Make it with `wizcli dir scan --path . -f json`, `wizcli docker scan --image IMAGE -f json` or `wizcli iac scan --path . -f json`.
//!
//! - index: of `result` the `osPackages[].vulnerabilities[]`, `libraries[].vulnerabilities[]`, `applications[].vulnerabilities[]`,
//!   `cpes[].vulnerabilities[]`, `secrets[]`, `ruleMatches[].matches[]`, `dataFindings[]`.
//! - rule: the CVE, the secret's `type`, the rule's id. Title: the CVE with the package, the secret's `description`, the rule's name.
//! - severity: the word as it stands; of secrets `severity` where it stands (newer versions), else high, as of all secrets that were not tried.
//! - place: path and line (from 1), the resource of a rule match, the image by `scanOriginResource.name` of an image scan.
//! - a secret's value is not in the report; what its description shows is masked by Wiz.
//! - coverage: `status.state: SUCCESS` says that the scan got through; another end is a failed scan. The policies
//!   say which kinds were looked for. `createdAt` is the time.
//! - `failedPolicyMatches` and ignore rules are policy, not findings; what is left out by `ignoreRules` of a policy stays listed.

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::loose::{at, items, looked_for, number, position, rows, text, yes};
use super::sca;
use super::secret_value::{secret, set_severity_by_proof};
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `wizcli … -f json`.
pub(crate) static FORMAT: Format = Format {
    id: "wiz-cli",
    name: "Wiz CLI",
    kinds: &[Kind::Sca, Kind::Container, Kind::Iac, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let named = head.value("scanOriginResource.__typename").is_some_and(|name| name.starts_with("CICDScanOrigin"))
        || head.value("result.__typename").is_some_and(|name| name.starts_with("CICD"));
    // Policies may fill the head.
    let policies = head.has_all(&["policies[].policyLifecycleEnforcements", "status.verdict"]);
    let lists = ["osPackages", "libraries", "applications", "cpes", "secrets", "ruleMatches", "dataFindings", "failedPolicyMatches"];
    let listed = lists.iter().filter(|name| head.has(&format!("result.{name}"))).count();
    Match::sure_if(named || policies || listed >= 2 && head.has("status.verdict"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wiz CLI");
    // What was scanned stands before or behind the result, so that the report is read twice.
    let mut is_image = false;
    let mut policies = Vec::new();
    let mut first = input.json()?;
    first.object(|json, key| {
        match key {
            "createdAt" => out.this().at = json.row::<String>()?.ok().as_deref().and_then(Timestamp::lenient),
            "status" => {
                let state = json.row::<Value>()?.ok().as_ref().and_then(|status| text(status, &["state"]));
                let claims = &mut out.this().claims;
                match state.as_deref() {
                    Some("SUCCESS") => claims.ran = true,
                    Some(other) => claims.failed = Some(format!("the scan ended in state {other}")),
                    None => {}
                }
            }
            "policies" => {
                let list = json.row::<Value>()?.unwrap_or_default();
                let named = list.as_array().into_iter().flatten().filter_map(|policy| text(policy, &["type"]));
                policies.extend(named);
            }
            "scanOriginResource" => {
                let origin = json.row::<Value>()?.unwrap_or_default();
                is_image = text(&origin, &["__typename"]).is_some_and(|name| name.contains("Image"));
                if is_image {
                    out.this().image = text(&origin, &["name"]);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    for policy in policies {
        match policy.as_str() {
            "VULNERABILITIES" => looked_for(out, if is_image { Kind::Container } else { Kind::Sca }),
            "SECRETS" => looked_for(out, Kind::Secret),
            "IAC" => looked_for(out, Kind::Iac),
            _ => {}
        }
    }
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "result" {
            return Ok(());
        }
        json.object(|json, key| match key {
            "osPackages" | "libraries" | "applications" | "cpes" => {
                let kind = if is_image { Kind::Container } else { Kind::Sca };
                json.rows(out, |out, package: Value| {
                    rows(out, &package, "vulnerabilities", |out, row| match text(row, &["name"]) {
                        Some(id) => out.finding(vulnerability(row, id, &package, kind)),
                        None => out.bad_row(format!("vulnerabilities, row {}", out.next_index()), "no name"),
                    });
                })
            }
            "secrets" => json.rows(out, |out, row: Value| out.finding(secret_of(&row))),
            "ruleMatches" => json.rows(out, |out, row: Value| {
                let Some(rule) = text(&row, &["rule.id", "rule.name"]) else {
                    return out.bad_row(format!("ruleMatches, row {}", out.next_index()), "no rule");
                };
                rows(out, &row, "matches", |out, found| out.finding(rule_match(&row, found, &rule)));
            }),
            "dataFindings" => json.rows(out, |out, row: Value| out.finding(data_finding(&row))),
            _ => Ok(()),
        })
    })?;
    json.end()
}

fn rate(finding: &mut Finding, raw: Option<String>) {
    if let Some(raw) = raw {
        finding.set_severity_word(&raw);
    }
}

fn vulnerability(row: &Value, id: String, package: &Value, kind: Kind) -> Finding {
    let name = text(package, &["name"]).unwrap_or_default();
    let mut finding = Finding::new(kind, id.clone(), format!("{id} in {name}"));
    let source = text(row, &["source"]);
    let advisory = source.as_deref().and_then(|link| link.rsplit('/').next()).filter(|last| last.starts_with("GHSA-"));
    sca::identify(&mut finding, &id, advisory);
    rate(&mut finding, text(row, &["severity"]));
    sca::assessed(&mut finding, text(row, &["cvssV3Metrics.vector", "cvssVector"]).as_deref(), number(row, &["score"]), None);
    let exploit = yes(row, &["hasExploit"]).then(|| "An exploit is known.".to_owned());
    finding.description = paragraphs([text(row, &["description"]), exploit]);
    finding.references.extend(source);
    finding.location.layer = text(package, &["layerMetadata.id", "layerMetadata.digest"]);
    let to = finding.package_mut();
    to.name = Some(name).filter(|name| !name.is_empty());
    to.version = text(package, &["version"]);
    to.fixed = text(row, &["fixedVersion"]).into_iter().collect();
    if let Some(path) = text(package, &["path"]) {
        sca::in_file(&mut finding, &path);
    }
    finding
}

fn secret_of(row: &Value) -> Finding {
    let kind = text(row, &["type"]).unwrap_or_else(|| "SECRET".to_owned());
    // The kinds are named where the description would show a part of the value.
    let named = items(row, "contains").iter().filter_map(|part| text(part, &["name"])).collect::<Vec<_>>().join(", ");
    let title = Some(named).filter(|named| !named.is_empty()).or_else(|| text(row, &["description"])).unwrap_or_else(|| kind.clone());
    let mut finding = secret(kind, title);
    match text(row, &["severity"]) {
        Some(raw) => finding.set_severity_word(&raw),
        None => set_severity_by_proof(&mut finding),
    }
    finding.location.path = text(row, &["path"]);
    finding.location.start_line = position(row, &["lineNumber"]);
    finding.location.end_line = finding.location.start_line;
    finding
}

fn rule_match(rule: &Value, found: &Value, id: &str) -> Finding {
    let mut finding = Finding::new(Kind::Iac, id, text(rule, &["rule.name"]).unwrap_or_else(|| id.to_owned()));
    rate(&mut finding, text(rule, &["severity"]));
    finding.description = paragraphs([
        text(rule, &["rule.description"]),
        labelled("Expected", text(found, &["expected"]).as_deref()),
        labelled("Found", text(found, &["found"]).as_deref()),
    ]);
    finding.remediation = text(found, &["remediationInstructions"]);
    finding.snippet = text(found, &["matchContent"]);
    finding.location.path = text(found, &["fileName"]);
    finding.location.start_line = position(found, &["lineNumber"]);
    finding.location.end_line = finding.location.start_line;
    finding.location.resource = text(found, &["resourceName"]);
    finding.location.resource_type = text(found, &["fileType"]);
    finding
}

fn data_finding(row: &Value) -> Finding {
    let rule = text(row, &["dataClassifier.id", "dataClassifier.name", "type"]).unwrap_or_else(|| "data".to_owned());
    let mut finding = Finding::new(Kind::Secret, rule.clone(), text(row, &["dataClassifier.name"]).unwrap_or(rule));
    rate(&mut finding, text(row, &["severity"]));
    if finding.severity == Severity::Unknown && at(row, "severity").is_none() {
        finding.severity_raw = None;
    }
    finding.location.path = text(row, &["path", "matchLocation", "fileName"]);
    finding
}
