//! CyCognito (attack surface), issues as JSON of its API. API version 1.
//!
//! Make it with `GET https://api.platform.cycognito.com/v1/issues` (`POST` with a filter gives the same elements).
//!
//! - index: the elements of the array.
//! - rule: `issue_type`, else `title`: `issue_id` is that of one issue on one asset. The id is kept as a fingerprint and, being the platform's key of the issue, trusted.
//! - severity: `severity` as it stands; it is the base severity unless the customer changed it.
//! - place: the asset (`ip/…`, `domain/…`, `webapp/…`, `cert/…`): a URL for a web application, else the resource; with `port` where one is given.
//! - `issue_status` resolved or `resolved_at` is resolved; snoozed issues are suppressions with that reason.
//! - `cve_ids` are identifiers, no names of one thing. No CVSS vector, no version.
//! - coverage: a page of issues, maybe filtered, so it is read and closes nothing. An empty array says nothing.
//! - left out: control numbers of standards, teams, tags, geography.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Issues of the CyCognito API.
pub(crate) static FORMAT: Format =
    Format { id: "cycognito", name: "CyCognito", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let named = ["attractiveness", "attacker_interest", "potential_threat", "investigation_status", "enhanced_severity", "base_severity"];
    let count = named.iter().filter(|name| head.has(&format!("[].{name}")) || head.has(name)).count();
    let row = head.has("[].affected_asset") || head.has("affected_asset");
    Match::sure_if(row && count >= 2)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("CyCognito").claims.partial = Some("a page of the platform's issues".to_owned());
    let mut json = input.json()?;
    loose::rows(&mut json, out, |out, _, row| {
        out.finding(finding(row)?);
        Ok(())
    })?;
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let title = row.text(&["title", "issue_type"]).ok_or("no `title`")?;
    let mut finding = Finding::new(Kind::Dast, row.text(&["issue_type"]).unwrap_or_else(|| title.clone()), title);
    if let Some(raw) = row.text(&["severity", "base_severity", "enhanced_severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.identifiers = row.texts("cve_ids");
    finding.confidence = row.text(&["confidence"]);
    finding.description = paragraphs([row.text(&["summary"]), labelled("Evidence", row.text(&["evidence/evidence"]).as_deref())]);
    finding.remediation = paragraphs(row.texts("remediation_steps").into_iter().map(Some));
    finding.references = row.texts("references");
    finding.first_seen_by_tool = row.text(&["first_detected"]).and_then(|text| Timestamp::lenient(&text));
    if let Some(id) = row.text(&["id", "issue_id"]) {
        finding.fingerprint("id", id);
        finding.trusted_fingerprint = Some("id");
    }
    place(&mut finding, row);
    let resolved = row.text(&["issue_status", "status"]).is_some_and(|status| status.eq_ignore_ascii_case("resolved"))
        || row.find("resolved_at").is_some();
    if resolved {
        finding.resolve("CyCognito", "resolved");
        return Ok(finding);
    }
    let reason = (row.truth("is_snoozed") == Some(true)).then(|| row.text(&["comment"]).unwrap_or_else(|| "snoozed".to_owned()));
    finding.suppressed = reason.map(|reason| Suppression { by: "CyCognito".to_owned(), reason: Some(reason) });
    Ok(finding)
}

fn place(finding: &mut Finding, row: &Value) {
    let Some(asset) = row.text(&["affected_asset"]) else { return };
    let (class, name) = asset.split_once('/').unwrap_or(("asset", asset.as_str()));
    let port = row.text(&["port"]).map(|port| format!(":{port}")).unwrap_or_default();
    if name.contains("://") {
        finding.location.url = Some(name.to_owned());
    } else {
        finding.location.resource = Some(if class == "cert" { name.to_owned() } else { format!("{name}{port}") });
        finding.location.resource_type = Some(class.to_owned());
    }
}
