//! Cloudflare Security Center Insights, CSV and JSON. Exports seen: 2024 to 2025.
//!
//! Make it in *Security Center*, *Security Insights*, *Export*, or `GET /accounts/…/security-center/insights` (the whole answer or its `issues`).
//!
//! - index: rows without the header; elements of `result.issues[]`, `issues[]` or of the array.
//! - rule: `issue_class`; title `issue_class` in words with its subject; the insight is the description. Severity: the word (Moderate is medium).
//! - place: `subject`, a host or an address. kind config.
//! - a `status` of resolved is resolved; `dismissed`, or a `status` that is settled, is a suppression.
//! - fingerprint: `id` names zone and class: kept; the identity says the same. The scan's time is the latest `timestamp` or `scan_performed_on`.
//! - the list is what a filter let through: it is read and closes nothing.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::tracked::{at_address, first_seen, settle};
use super::web::{labelled, paragraphs};
use crate::read::csv;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Cloudflare's insights.
pub(crate) static FORMAT: Format = Format {
    id: "cloudflare-insights",
    name: "Cloudflare Insights",
    kinds: &[Kind::Config],
    media: &[Media::Csv, Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let rows = |top: &str| head.has_all(&[&format!("{top}.issue_class"), &format!("{top}.issue_type"), &format!("{top}.subject")]);
    Match::sure_if(
        head.csv_has(&["issue_class", "subject", "issue_type", "severity"])
            || ["[]", "issues[]", "result.issues[]", "result[]"].into_iter().any(rows),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Cloudflare");
    if !input.head().is_json() {
        return csv::each(input, out, 0, |out, row| {
            let members = [
                "severity",
                "issue_class",
                "subject",
                "issue_type",
                "scan_performed_on",
                "status",
                "insight",
                "detection_method",
                "risk",
                "recommended_action",
            ];
            let value: Value = members.into_iter().filter_map(|name| Some((name.to_owned(), Value::from(row.get(&[name])?)))).collect();
            push(out, &format!("line {}", row.line), Fields::of(&value));
        });
    }
    fields::read(
        input,
        out,
        &["issues", "result"],
        |_, _| {},
        |out, place, row| {
            if row.value("issues").is_some() {
                row.rows(out, "issues", |out, row| push(out, place, row));
            } else {
                push(out, place, row);
            }
        },
    )
}

fn push(out: &mut Output<'_>, place: &str, row: Fields<'_>) {
    let (Some(rule), Some(subject)) = (row.text(&["issue_class"]), row.text(&["subject"])) else {
        return out.bad_row(place, "no class or no subject");
    };
    let run = out.this();
    run.at = run.at.max(row.text(&["timestamp", "scan_performed_on"]).as_deref().and_then(Timestamp::lenient));
    let mut finding = Finding::new(Kind::Config, rule.clone(), format!("{}: {subject}", rule.replace('_', " ")));
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description = paragraphs([
        row.text(&["insight"]),
        row.text(&["risk"]),
        labelled("Type", row.text(&["issue_type"]).as_deref()),
        labelled("Detection", row.text(&["detection_method"]).as_deref()),
    ]);
    finding.remediation = row.text(&["recommended_action", "resolve_text"]);
    finding.url = row.text(&["resolve_link"]);
    at_address(&mut finding, &subject);
    settle(&mut finding, "Cloudflare", row.text(&["status"]).as_deref());
    if row.is_true(&["dismissed"]) {
        finding.suppressed = Some(Suppression { by: "Cloudflare".to_owned(), reason: Some("dismissed".to_owned()) });
    }
    first_seen(&mut finding, row.text(&["since"]));
    if let Some(id) = row.text(&["id"]) {
        finding.fingerprint("id", id);
    }
    out.finding(finding);
}
