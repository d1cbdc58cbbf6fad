//! Fortify Software Security Center and Fortify on Demand (OpenText), issues as JSON of their APIs. Versions seen: SSC 20 to 25, FoD v3.
//!
//! Make it with `GET /api/v1/projectVersions/{id}/issues?limit=-1` (SSC) or `GET /api/v3/releases/{id}/vulnerabilities` (FoD).
//!
//! - index: `data[]` (SSC) or `items[]` (FoD).
//! - rule: `issueName` or `category`; the APIs name no rule id.
//! - severity: `friority` or `severityString` (the Fortify priority order).
//! - place: `fullFileName` or `primaryLocationFull` with `lineNumber`; dynamic results have an address there.
//! - kind by `engineType` or `scantype`: SCA and Static sast, WEBINSPECT and Dynamic dast, SONATYPE, DEBRICKED and OpenSource sca.
//! - `issueInstanceId` or `instanceId` is kept as a fingerprint and trusted, as in the project file (`fortify`).
//! - `removed` true, `closedStatus` true and `status` *Fix Validated* are resolved; `suppressed`, `isSuppressed` and a tag *Not an Issue* are suppressions.
//! - `foundDate` or `introducedDate` is first seen. An answer is a page, and may be filtered: read-only.

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::tracked;
use super::wording::add_cwes;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Answers of Fortify's APIs.
pub(crate) static FORMAT: Format = Format {
    id: "fortify-api",
    name: "Fortify (SSC and FoD API)",
    kinds: &[Kind::Sast, Kind::Dast, Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let center = head.has("data[].issueInstanceId") || head.has_all(&["data[].issueName", "data[].friority"]);
    let demand = head.has_all(&["items[].severityString", "items[].category"]) && head.has("items[].vulnId");
    Match::sure_if(center || demand)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Fortify").claims.partial = Some("an answer of the API".to_owned());
    fields::read(
        input,
        out,
        &["data", "items"],
        |_, _| {},
        |out, place, row| {
            let Some(rule) = row.text(&["issueName", "category"]) else { return out.bad_row(place, "an issue without name") };
            let gone = row.is_true(&["removed"]) || row.is_true(&["closedStatus"]);
            let mut finding = finding(rule, row);
            if gone || row.text(&["status"]).is_some_and(|status| status == "Fix Validated") {
                finding.resolve("Fortify", row.text(&["status"]).unwrap_or_else(|| "removed".to_owned()));
            }
            out.finding(finding);
        },
    )
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let engine = row.text(&["engineType", "scantype", "scanType"]).unwrap_or_default().to_ascii_lowercase();
    let kind = match engine.as_str() {
        "webinspect" | "dynamic" => Kind::Dast,
        "sonatype" | "debricked" | "opensource" | "cyclonedx" => Kind::Sca,
        _ => Kind::Sast,
    };
    let mut finding = Finding::new(kind, rule.clone(), rule);
    if let Some(raw) = row.text(&["friority", "severityString"]) {
        finding.set_severity_word(&raw);
    }
    let cwes = row.text(&["cwe", "cweIds"]).unwrap_or_default();
    add_cwes(&mut finding.cwes, cwes.split([',', ';']));
    finding.confidence = row.text(&["confidence"]);
    finding.description = row.text(&["kingdom"]).map(|kingdom| format!("Kingdom: {kingdom}"));
    tracked::first_seen(&mut finding, row.text(&["foundDate", "introducedDate"]));
    tracked::track(&mut finding, "instance_id", row.text(&["issueInstanceId", "instanceId"]));
    let tag = row.text(&["primaryTag", "auditorStatus"]);
    let no_issue = tag.as_deref().is_some_and(|tag| tag.eq_ignore_ascii_case("not an issue"));
    if no_issue || row.is_true(&["suppressed"]) || row.is_true(&["isSuppressed"]) {
        finding.suppressed = Some(Suppression { by: "Fortify".to_owned(), reason: tag });
    }
    match row.text(&["fullFileName", "primaryLocationFull", "primaryLocation"]) {
        Some(place) if place.contains("://") => finding.location.url = Some(place),
        Some(path) => {
            finding.location.path = Some(path.replace('\\', "/"));
            finding.location.start_line = row.line(&["lineNumber"]);
            finding.location.end_line = finding.location.start_line;
        }
        None => {}
    }
    if let Some(Value::String(package)) = row.value("package") {
        finding.location.symbol = Some(package.clone()).filter(|name| kind == Kind::Sast && !name.is_empty());
    }
    finding
}
