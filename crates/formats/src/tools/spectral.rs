//! Spectral (OpenAPI, AsyncAPI), JSON. Version 6.
//!
//! Make it with `spectral lint openapi.yaml --format json --output spectral.json`.
//!
//! - index: the elements of the array.
//! - `code` is the rule, `message` the title, `path` the resource (`paths//orders/get`).
//! - severity: 0 (error) high, 1 (warn) medium, 2 (info) and 3 (hint) info.
//! - lines and columns start at 0: one is added. The end column is exclusive.
//! - an empty array says nothing: not even which tool wrote it. No fingerprint, no list of rules, no time, no version.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::{beyond, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `spectral lint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "spectral", name: "Spectral", kinds: &[Kind::Api], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].code", "[].source", "[].range.start.character", "[].severity"]))
}

#[derive(Deserialize)]
struct Row {
    #[serde(deserialize_with = "lenient::text")]
    code: Option<String>,
    message: String,
    source: String,
    #[serde(default, deserialize_with = "lenient::texts")]
    path: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    range: Range,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    #[serde(deserialize_with = "lenient::or_default")]
    start: Point,
    #[serde(deserialize_with = "lenient::or_default")]
    end: Point,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Point {
    #[serde(deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    character: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Spectral");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| out.finding(finding(row)))?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Api, row.code.unwrap_or_else(|| "unnamed".to_owned()), first_line(&row.message));
    finding.description = beyond(&finding.title, &row.message);
    if let Some(raw) = row.severity {
        let severity = match raw.as_str() {
            "0" => Severity::High,
            "1" => Severity::Medium,
            "2" | "3" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let one_based = |number: Option<u32>| number.and_then(|number| number.checked_add(1));
    let place = &mut finding.location;
    place.path = Some(row.source);
    (place.start_line, place.start_column) = (one_based(row.range.start.line), one_based(row.range.start.character));
    (place.end_line, place.end_column) = (one_based(row.range.end.line), one_based(row.range.end.character));
    place.resource = Some(row.path.join("/")).filter(|path| !path.is_empty());
    finding
}
