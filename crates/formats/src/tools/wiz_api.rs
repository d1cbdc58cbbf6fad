//! Wiz, answers of its GraphQL API as JSON: issues, vulnerability findings, configuration findings. Answers seen: 2023 to 2026.
//!
//! Make it by saving the answer of a query for `issues`, `issuesV2`, `vulnerabilityFindings` or `configurationFindings`.
//!
//! - index: `nodes[]` of the list (below `data` or at the top).
//! - issues: the rule is that of `sourceRule` (once `control`), the resource that of `entitySnapshot`; kind cloud.
//! - vulnerability findings: `name` is the rule and identifier; package, version, fix and path; the asset in `vulnerableAsset` is the resource. Kind sca, of a
//!   container image container. As in the CSV export (`wiz.rs`), the vendor's severity goes before that of the CVSS.
//! - configuration findings: `rule.shortId`; `result` PASS is counted and is no finding. Kind cloud.
//! - `status` RESOLVED is resolved; REJECTED and IGNORED are suppressions.
//! - the account is the subscription where all rows share it. `id` is kept as a fingerprint and not trusted. First seen: `firstDetectedAt`, `createdAt`.
//! - an answer is a page and what its filter let through: read-only.

use model::{Finding, Kind, Suppression};

use super::web::paragraphs;
use super::{sca, tracked};
use crate::read::fields::Fields;
use crate::read::json::Json;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Answers of Wiz' GraphQL API.
pub(crate) static FORMAT: Format = Format {
    id: "wiz-api",
    name: "Wiz (GraphQL API)",
    kinds: &[Kind::Cloud, Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

/// The lists that are read.
const LISTS: [&str; 4] = ["issues", "issuesV2", "vulnerabilityFindings", "configurationFindings"];

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| {
        LISTS.iter().any(|list| {
            let has = |name: &str| head.has(&format!("{top}{list}.nodes[].{name}"));
            has("entitySnapshot") || has("vulnerableAsset") || has("sourceRule") || (has("rule") && has("resource") && has("result"))
        })
    };
    Match::sure_if(of("data.") || of(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wiz").claims.partial = Some("an answer of the API".to_owned());
    let mut several = false;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "data" => json.object(|json, key| {
            if !LISTS.contains(&key) {
                out.warn(key, "a list that is not read");
            }
            list(json, key, out, &mut several)
        }),
        key => list(json, key, out, &mut several),
    })?;
    json.end()
}

fn list(json: &mut Json<'_>, key: &str, out: &mut Output<'_>, several: &mut bool) -> Result<(), ParseError> {
    if !LISTS.contains(&key) {
        return Ok(());
    }
    json.object(|json, key| match key {
        "nodes" => json.rows(out, |out, row| push(out, Fields::of(&row), several)),
        _ => Ok(()),
    })
}

fn push(out: &mut Output<'_>, row: Fields<'_>, several: &mut bool) {
    let run = out.this();
    let account =
        row.text(&["entitySnapshot/subscriptionExternalId", "vulnerableAsset/subscriptionExternalId", "resource/subscription/externalId"]);
    *several |= run.claims.rows_read + run.claims.passed > 0 && run.account != account;
    run.account = account.filter(|_| !*several);
    let status = row.text(&["status"]).unwrap_or_default().to_ascii_uppercase();
    if row.text(&["result"]).is_some_and(|result| result == "PASS") {
        return out.no_finding();
    }
    let read = if row.value("vulnerableAsset").is_some() {
        vulnerability(row)
    } else if row.value("rule").is_some() && row.value("resource").is_some() {
        configuration(row)
    } else {
        issue(row)
    };
    let Some(mut finding) = read else { return out.bad_row(format!("row {}", out.next_index()), "no rule or name") };
    if matches!(status.as_str(), "REJECTED" | "IGNORED") {
        finding.suppressed = Some(Suppression { by: "Wiz".to_owned(), reason: row.text(&["resolutionReason", "notes/0/text"]) });
    }
    if status == "RESOLVED" {
        finding.resolve("Wiz", status);
    }
    tracked::first_seen(&mut finding, row.text(&["firstDetectedAt", "firstSeenAt", "createdAt"]));
    if let Some(id) = row.text(&["id"]) {
        finding.fingerprint("id", id);
    }
    out.finding(finding);
}

fn issue(row: Fields<'_>) -> Option<Finding> {
    let title = row.text(&["sourceRule/name", "control/name", "sourceRules/0/name"])?;
    let rule = row.text(&["sourceRule/id", "control/id", "sourceRules/0/id"]).unwrap_or_else(|| title.clone());
    let mut finding = Finding::new(Kind::Cloud, rule, title);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description =
        row.text(&["sourceRule/controlDescription", "sourceRule/description", "control/description", "sourceRules/0/description"]);
    finding.remediation = row.text(&["sourceRule/resolutionRecommendation", "control/resolutionRecommendation"]);
    let place = &mut finding.location;
    place.resource = row.text(&["entitySnapshot/externalId", "entitySnapshot/providerId", "entitySnapshot/name"]);
    place.resource_type = row.text(&["entitySnapshot/nativeType", "entitySnapshot/type"]);
    Some(finding)
}

fn vulnerability(row: Fields<'_>) -> Option<Finding> {
    let id = row.text(&["name"])?;
    let package = row.text(&["detailedName"]);
    let title = package.as_ref().map_or_else(|| id.clone(), |package| format!("{id} in {package}"));
    let asset = row.text(&["vulnerableAsset/type"]).unwrap_or_default();
    let kind = if asset.to_ascii_uppercase().contains("CONTAINER") { Kind::Container } else { Kind::Sca };
    let mut finding = Finding::new(kind, id.clone(), title);
    sca::identify(&mut finding, &id, []);
    if let Some(raw) = row.text(&["vendorSeverity", "CVSSSeverity", "severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::assessed(&mut finding, None, row.number(&["score"]), None);
    finding.description = paragraphs([row.text(&["description"]), row.text(&["CVEDescription"])]);
    finding.remediation = row.text(&["remediation"]);
    finding.references.extend(row.text(&["link"]));
    finding.url = row.text(&["portalUrl"]);
    finding.location.resource = row.text(&["vulnerableAsset/providerUniqueId", "vulnerableAsset/name"]);
    finding.location.resource_type = Some(asset).filter(|kind| !kind.is_empty());
    let to = finding.package_mut();
    (to.name, to.version) = (package, row.text(&["version"]));
    to.fixed = row.text(&["fixedVersion"]).into_iter().collect();
    if let Some(path) = row.text(&["locationPath"]) {
        sca::in_file(&mut finding, &path);
    }
    Some(finding)
}

fn configuration(row: Fields<'_>) -> Option<Finding> {
    let rule = row.text(&["rule/shortId", "rule/id", "rule/name"])?;
    let mut finding = Finding::new(Kind::Cloud, rule.clone(), row.text(&["rule/name"]).unwrap_or(rule));
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description = row.text(&["rule/description"]);
    finding.remediation = row.text(&["remediation", "rule/remediationInstructions"]);
    finding.location.resource = row.text(&["resource/providerId", "resource/name"]);
    finding.location.resource_type = row.text(&["resource/nativeType", "resource/type"]);
    Some(finding)
}
