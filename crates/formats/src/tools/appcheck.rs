//! AppCheck (web applications and infrastructure), JSON of its export. Exports seen: 2020 to 2024.
//!
//! Make it with *Export*, *JSON* of a scan's results.
//!
//! - index: `items[]`. An item that an engine repeats (same `_id` and engine) is counted and is no further finding.
//! - rule: the title (a plug-in is too coarse: `HttpChecks`). Severity: `priority` (`3.0-medium`), which is the tool's own.
//! - place: `url` for web applications, else host and port. kind dast. A cpe gives the package.
//! - `CVE`, both CVSS vectors. `details` are the description, `Messages` the request and response.
//! - `fixed` is resolved; `trashed`, `disabled` and settled states are a suppression.
//! - fingerprint: `_id` is the same for a result in each scan and is kept, not trusted: engines share it.
//! - an export is what a filter let through: it is read and closes nothing. `{"items": [], "hosts": []}` is taken for it.
//!
//! # Differs
//! Some readers take the band of the CVSS score where it is above the priority.

use std::collections::HashSet;

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::nessus::{set_host, set_package};
use super::sca;
use super::tracked::{first_seen, settle};
use super::web::paragraphs;
use super::wording::first_line;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of AppCheck's results.
pub(crate) static FORMAT: Format =
    Format { id: "appcheck", name: "AppCheck", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let items = head.has_all(&["items[].title", "items[].mss_confirmed"]) || head.has_all(&["items[].results_set_id", "items[].priority"]);
    let items = items || head.has_all(&["items[].latest_detected_result", "items[].suppression_days"]);
    Match::sure_if(items || (head.has("items") && head.has("hosts") && !head.has("items[]") && !head.has("hosts[]")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("AppCheck");
    let mut seen = HashSet::new();
    fields::read(
        input,
        out,
        &["items"],
        |_, _| {},
        |out, place, row| {
            let Some(title) = row.text(&["title"]) else { return out.bad_row(place, "an item without title") };
            let key = (row.text(&["_id"]), row.text(&["meta/scanning_engine/name"]), title.clone());
            if key.0.is_some() && !seen.insert(key) {
                return out.no_finding();
            }
            out.finding(finding(&title, row));
        },
    )
}

fn finding(title: &str, row: Fields<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, title, first_line(title));
    if let Some(raw) = row.text(&["priority", "impact"]) {
        let severity = Severity::from_word(raw.rsplit('-').next().unwrap_or_default());
        finding.set_severity(raw, severity);
    }
    finding.identifiers = row.texts(&["cves"]);
    sca::assessed(&mut finding, row.text(&["cvss_vector"]).as_deref(), row.number(&["cvss_base_score"]), None);
    sca::assessed(&mut finding, row.text(&["cvss_v3_vector"]).as_deref(), row.number(&["cvss_v3_base_score"]), None);
    if let Some(cpe) = row.texts(&["cpe"]).first() {
        set_package(&mut finding, cpe);
    }
    let mut parts = vec![row.text(&["description", "synopsis"]).map(|text| clean(&text))];
    match row.value("details") {
        Some(Value::Object(members)) => {
            let shown = members.iter().filter(|(name, _)| *name != "_meta" && *name != "Messages");
            parts.extend(shown.map(|(name, value)| value.as_str().map(|text| format!("{name}: {}", clean(text)))));
        }
        Some(Value::String(text)) => parts.push(Some(clean(text))),
        _ => {}
    }
    finding.description = paragraphs(parts);
    finding.request = row.text(&["details/Messages"]);
    finding.remediation = row.text(&["solution"]).map(|text| clean(&text));
    match row.text(&["url", "web_app"]) {
        Some(url) => finding.location.url = Some(url),
        None => {
            let host = row.text(&["host", "ipv4_address", "target"]).unwrap_or_default();
            set_host(&mut finding, &host, &row.text(&["port"]).unwrap_or_default(), "");
        }
    }
    finding.location.parameter = row.text(&["parameter", "param"]);
    let state = row.text(&["status"]);
    settle(&mut finding, "AppCheck", state.as_deref());
    for flag in ["trashed", "disabled"] {
        if row.is_true(&[flag]) {
            finding.suppressed = Some(Suppression { by: "AppCheck".to_owned(), reason: Some(flag.to_owned()) });
        }
    }
    if row.is_true(&["fixed"]) {
        finding.resolve("AppCheck", "fixed");
    }
    first_seen(&mut finding, row.text(&["first_detected_at"]));
    if let Some(id) = row.text(&["_id"]) {
        finding.fingerprint("_id", id);
    }
    finding
}

/// A text without AppCheck's marks.
fn clean(text: &str) -> String {
    text.replace("[[markup]]", "").replace("[[code:", "").replace("[[", "").replace("]]", "")
}
