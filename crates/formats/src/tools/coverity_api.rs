//! Coverity Connect (static analysis), JSON of a view's contents. Versions seen: 2018 to 2021.
//!
//! Make it with `GET /api/viewContents/issues/v1/VIEW?projectId=NAME&rowCount=-1`.
//!
//! - index: `viewContentsV1.rows[]`.
//! - rule: `checker`; title `displayType`. Severity: `displayImpact`, the tool's own; `severity` is what a person set.
//! - place: `displayFile` and `displayFunction`; a view has no lines.
//! - fingerprint: `cid` is Coverity's number of the issue over time. Trusted.
//! - `status` Fixed is resolved; Dismissed, and `classification` False Positive and Intentional, are a suppression.
//! - a view is what a filter let through: it is read and closes nothing.
//!
//! # Differs
//! Some readers leave out what Coverity calls *Quality* unless it is a resource leak. Null dereferences and overruns are among it, so all rows are findings here.

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::tracked::{settle, track};
use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of a view's contents.
pub(crate) static FORMAT: Format = Format {
    id: "coverity-api",
    name: "Coverity Connect",
    kinds: &[Kind::Sast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("viewContentsV1.rows") || head.has("viewContentsV1.columns"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    out.run("Coverity");
    let Some(view) = document.get("viewContentsV1").filter(|view| view.is_object()) else {
        return Err(ParseError::at("viewContentsV1", "expected an object"));
    };
    Fields::of(view).rows(out, "rows", |out, row| match row.text(&["checker", "displayType"]) {
        Some(rule) => out.finding(finding(rule, row)),
        None => out.bad_row("viewContentsV1.rows", "an issue without checker"),
    });
    let total = view.get("totalRows").and_then(Value::as_u64).unwrap_or_default();
    let run = out.this();
    if total > run.claims.rows_read + run.claims.rows_skipped {
        run.claims.partial = Some(format!("a part of {total} rows"));
    }
    Ok(())
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Sast, rule.clone(), row.text(&["displayType"]).unwrap_or(rule));
    if let Some(raw) = row.text(&["displayImpact"]) {
        finding.set_severity_word(&raw);
    }
    add_cwes(&mut finding.cwes, row.text(&["cwe"]).as_deref());
    finding.description = paragraphs([
        row.text(&["displayCategory"]),
        labelled("Kind", row.text(&["displayIssueKind"]).as_deref()),
        labelled("Component", row.text(&["displayComponent"]).as_deref()),
    ]);
    (finding.location.path, finding.location.symbol) = (row.text(&["displayFile"]), row.text(&["displayFunction"]));
    for member in ["classification", "status"] {
        settle(&mut finding, "Coverity", row.text(&[member]).as_deref());
        if finding.suppressed.is_some() {
            break;
        }
    }
    finding.first_seen_by_tool = row.text(&["firstDetected"]).as_deref().and_then(american);
    track(&mut finding, "cid", row.text(&["cid"]));
    finding
}

/// `03/31/21`.
fn american(text: &str) -> Option<Timestamp> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let century = if year.len() == 2 { "20" } else { "" };
    Timestamp::lenient(&format!("{century}{year}-{month}-{day}"))
}
