//! GitHub Dependabot alerts, JSON: of the REST API (version 2022-11-28) or of the GraphQL API (`vulnerabilityAlerts`).
//!
//! Make it with `gh api --paginate /repos/acme/shop/dependabot/alerts > dependabot.json`, or with a GraphQL query for
//! `repository { vulnerabilityAlerts { nodes { … securityVulnerability { … } } } }` (also below `search`, `organization` or `viewer`, for many repositories).
//!
//! - index: the alerts, of all repositories laid end to end.
//! - rule: the GHSA id of the advisory, else its first identifier. Identifiers of one advisory are names of one thing.
//! - severity: that of the vulnerable range (`securityVulnerability.severity`), else the advisory's: LOW, MODERATE (REST: medium), HIGH, CRITICAL.
//! - package: name and ecosystem; the version is in `vulnerableRequirements` where that is an exact one (`= 5.3.29`); the REST API gives no version. The first patched version is the fix.
//!   `relationship` says whether it is direct.
//! - place: the manifest's path. No line.
//! - state fixed is resolved; dismissed and auto-dismissed are a suppression with its reason.
//! - `number` (`id` in GraphQL) is kept as a fingerprint and not trusted: the two APIs number differently.
//! - repository of the run: that of the first alert; GraphQL answers for several repositories are runs of their own.
//! - coverage: a page of alerts, maybe filtered, so it is read and closes nothing.
//! - left out: EPSS (Muster has its own), the pull request of an update.

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::github_code_scanning::{end, repository};
use super::sca::{assessed, identify, in_file, weaknesses};
use crate::read::json::{Json, Shape};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Alerts of Dependabot by either API.
pub(crate) static FORMAT: Format = Format {
    id: "dependabot",
    name: "GitHub Dependabot alerts",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let graph = head.is_json_object() && head.has("data") && head.contains("\"vulnerabilityAlerts\"");
    let rest = |at: &str| head.has(&format!("{at}security_advisory")) && head.has(&format!("{at}dependency"));
    Match::sure_if(graph || rest("[].") || rest(""))
}

fn begin(out: &mut Output<'_>, repository: Option<String>) {
    if out.this().tool.is_empty() || (repository.is_some() && out.this().repository != repository) {
        let fresh = out.this().tool.is_empty();
        let run = if fresh { out.this() } else { out.run("") };
        "Dependabot".clone_into(&mut run.tool);
        run.repository = repository;
        run.claims.partial = Some("a page of GitHub's alerts".to_owned());
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    begin(out, None);
    let mut json = input.json()?;
    if json.shape()? == Shape::Array || input.head().has("security_advisory") {
        return loose::strung(input, out, |out, _, row| {
            let site = row.text(&["repository/html_url"]).or_else(|| row.text(&["html_url", "url"]));
            let repository = site.as_deref().and_then(repository);
            if out.this().repository.is_none() {
                out.this().repository.clone_from(&repository);
            }
            begin(out, repository);
            out.finding(finding(row)?);
            Ok(())
        });
    }
    walk(&mut json, out)?;
    json.end()
}

/// Goes down to the repositories, whatever the query asked for around them.
fn walk(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.object(|json, key| match key {
        "repository" | "nodes" => loose::rows(json, out, of_repository),
        "edges" => loose::rows(json, out, |out, place, edge| match edge.find("node") {
            Some(node) => of_repository(out, place, node),
            None => Err("no `node`".to_owned()),
        }),
        "data" | "search" | "organization" | "enterprise" | "viewer" | "user" | "repositories" => walk(json, out),
        _ => Ok(()),
    })
}

fn of_repository(out: &mut Output<'_>, place: &str, row: &Value) -> Result<(), String> {
    let name = row.text(&["url"]).as_deref().and_then(repository).or_else(|| row.text(&["nameWithOwner", "name"]));
    let alerts = row.find("vulnerabilityAlerts").filter(|alerts| alerts.is_object()).ok_or("no `vulnerabilityAlerts`")?;
    if out.this().repository.is_none() {
        out.this().repository.clone_from(&name);
    }
    begin(out, name);
    let mut nodes = inner(out, place, alerts, "nodes");
    nodes.extend(alerts.list("edges").into_iter().filter_map(|edge| edge.find("node")));
    for node in nodes {
        match finding(node) {
            Ok(finding) => out.finding(finding),
            Err(reason) => out.bad_row(place, reason),
        }
    }
    Ok(())
}

fn finding(row: &Value) -> Result<Finding, String> {
    let vulnerability = row.find("securityVulnerability").or_else(|| row.find("security_vulnerability")).cloned().unwrap_or_default();
    let advisory = row.find("security_advisory").or_else(|| row.find("securityAdvisory")).or_else(|| vulnerability.find("advisory"));
    let advisory = advisory.ok_or("no advisory")?;
    let mut ids: Vec<String> = advisory.list("identifiers").iter().filter_map(|id| id.text(&["value"])).collect();
    ids.extend([advisory.text(&["ghsa_id", "ghsaId"]), advisory.text(&["cve_id"])].into_iter().flatten());
    let rule = ids.iter().find(|id| id.starts_with("GHSA-")).or(ids.first()).cloned().ok_or("an advisory without identifiers")?;
    let title = advisory.text(&["summary"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    identify(&mut finding, &rule, ids.iter().map(String::as_str));
    if let Some(raw) = vulnerability.text(&["severity"]).or_else(|| advisory.text(&["severity"])) {
        finding.set_severity_word(&raw);
    }
    let weak: Vec<String> =
        advisory.list("cwes").iter().chain(&advisory.list("cwes/nodes")).filter_map(|cwe| cwe.text(&["cwe_id"])).collect();
    weaknesses(&mut finding, weak.iter().map(String::as_str));
    for cvss in ["cvss", "cvss_severities/cvss_v4", "cvss_severities/cvss_v3", "cvssSeverities/cvssV4", "cvssSeverities/cvssV3"] {
        if let Some(cvss) = advisory.find(cvss) {
            assessed(
                &mut finding,
                cvss.text(&["vector_string"]).as_deref(),
                cvss.number(&["score"]).filter(|score| *score > 0.0),
                Some("ghsa"),
            );
        }
    }
    finding.description = advisory.text(&["description"]);
    finding.references = advisory.list("references").iter().filter_map(|link| link.text(&["url"])).collect();
    in_file(
        &mut finding,
        &row.text(&["dependency/manifest_path", "vulnerableManifestPath", "vulnerableManifestFilename"]).unwrap_or_default(),
    );
    let package = finding.package_mut();
    let named = |value: &Value, at: &str, name: &str| value.text(&[&format!("{at}/{name}")]);
    package.name = named(row, "dependency/package", "name").or_else(|| named(&vulnerability, "package", "name"));
    package.ecosystem = named(row, "dependency/package", "ecosystem")
        .or_else(|| named(&vulnerability, "package", "ecosystem"))
        .map(|name| name.to_ascii_lowercase());
    let required = row.text(&["vulnerableRequirements"]);
    package.version = required.and_then(|text| text.strip_prefix('=').map(|version| version.trim_start_matches('=').trim().to_owned()));
    package.fixed = vulnerability.text(&["first_patched_version/identifier", "first_patched_version"]).into_iter().collect();
    package.direct =
        row.text(&["dependency/relationship", "dependencyRelationship"]).and_then(|word| match word.to_ascii_lowercase().as_str() {
            "direct" => Some(true),
            "transitive" => Some(false),
            _ => None,
        });
    finding.first_seen_by_tool = row.text(&["created_at"]).and_then(|text| Timestamp::lenient(&text));
    finding.url = row.text(&["html_url"]);
    if let Some(id) = row.text(&["number", "id"]) {
        finding.fingerprint("number", id);
    }
    end(&mut finding, row);
    Ok(finding)
}
