//! IntSights, now Rapid7 Threat Command (threat intelligence), alerts as JSON of its API. The API has no version in the answer.
//!
//! Make it with `GET https://api.intsights.com/public/v1/data/alerts/get-complete-alert/{id}`, joined below `Alerts`; `GET …/data/alerts` with full details gives the same elements.
//!
//! - index: `Alerts[]`.
//! - rule: the alert's `Type` without blanks (`ExploitableData`), as in the CSV export; the subtype is told in the description. The alert's id is kept as a fingerprint and, being the
//!   platform's key, trusted.
//! - severity: the word as it stands.
//! - place: the first asset as the resource; the others and the source in the description.
//! - a closed alert is a suppression with its reason.
//! - coverage: an export of alerts, maybe filtered, so it is read and closes nothing.
//! - left out: images, tags, assignees, takedown status.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Alerts of the IntSights API.
pub(crate) static FORMAT: Format = Format {
    id: "intsights",
    name: "IntSights (Rapid7 Threat Command)",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("Alerts[].Details") || head.has_all(&["Alerts[]._id", "Alerts[].FoundDate"]);
    Match::sure_if(row || (head.has("Alerts") && !head.has("Alerts[]")))
}

pub(super) fn begin(out: &mut Output<'_>) {
    out.run("IntSights").claims.partial = Some("an export of alerts, maybe filtered".to_owned());
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    begin(out);
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "Alerts" {
            return Ok(());
        }
        loose::rows(json, out, |out, _, row| {
            out.finding(finding(row)?);
            Ok(())
        })
    })?;
    json.end()
}

/// An alert of that id, type, title and severity.
pub(super) fn alert(id: Option<String>, class: Option<String>, title: Option<String>, severity: Option<String>) -> Result<Finding, String> {
    let title = title.ok_or("no title")?;
    let rule = class.map_or_else(|| "alert".to_owned(), |class| class.split_whitespace().collect());
    let mut finding = Finding::new(Kind::Dast, rule, title);
    if let Some(raw) = severity {
        finding.set_severity_word(&raw);
    }
    if let Some(id) = id {
        finding.fingerprint("id", id);
        finding.trusted_fingerprint = Some("id");
    }
    Ok(finding)
}

pub(super) fn closed(finding: &mut Finding, reason: Option<String>) {
    finding.suppressed = Some(Suppression { by: "IntSights".to_owned(), reason: reason.or_else(|| Some("closed".to_owned())) });
}

fn finding(row: &Value) -> Result<Finding, String> {
    let mut finding =
        alert(row.text(&["_id"]), row.text(&["Details/Type"]), row.text(&["Details/Title"]), row.text(&["Details/Severity"]))?;
    let assets: Vec<&Value> = row.list("Assets");
    let first = assets.first();
    finding.location.resource = first.and_then(|asset| asset.text(&["Value"]));
    finding.location.resource_type = first.and_then(|asset| asset.text(&["Type"]));
    let others = assets.iter().skip(1).filter_map(|asset| asset.text(&["Value"])).collect::<Vec<_>>().join(", ");
    finding.description = paragraphs([
        row.text(&["Details/Description"]),
        labelled("Subtype", row.text(&["Details/SubType"]).as_deref()),
        labelled("Further assets", Some(&others)),
        labelled("Source", row.text(&["Details/Source/URL"]).as_deref()),
    ]);
    finding.references = row.texts("Details/Source/URL").into_iter().filter(|url| url.contains("://")).collect();
    finding.first_seen_by_tool = row.text(&["FoundDate"]).and_then(|text| Timestamp::lenient(&text));
    if row.truth("Closed/IsClosed") == Some(true) {
        closed(&mut finding, row.text(&["Closed/CloseReason"]));
    }
    Ok(finding)
}
