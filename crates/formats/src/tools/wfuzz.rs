//! wfuzz (content discovery), JSON and CSV. Versions seen: 2.4 to 3.1.
//!
//! Make it with `wfuzz -w words.txt -f wfuzz.json,json https://shop.example.com/FUZZ` (or `-f wfuzz.csv,csv`).
//!
//! - index: elements of the array, or rows behind the header. The rule is `content-discovered` for all; the place is URL and method.
//! - the CSV does not name the address: the word that was tried is the resource. A row whose `success` is 0 got no answer and is no finding.
//! - severity info, because wfuzz rates nothing. The reference importer rates by the status (200 high, 404 medium), which says nothing of the weakness.
//! - nothing shows a time, a version or that the run got through; an empty array is not recognised.
//! - left out: counts of characters, words and lines.
//!
//! # Differs
//! - Other importers set CWE-200; the report names none.

use model::Kind;
use serde::Deserialize;

use super::discovery::answered;
use super::web::{labelled, origin};
use crate::read::{csv, lenient};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of wfuzz's JSON printer.
pub(crate) static FORMAT: Format =
    Format { id: "wfuzz", name: "wfuzz", kinds: &[Kind::Dast], media: &[Media::Json, Media::Csv], status: Status::Supported, sniff, parse };

fn is_table(head: &Head<'_>) -> bool {
    head.csv_has(&["id", "response", "lines", "word", "chars", "request"])
}

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        is_table(head)
            || head.is_json_array()
                && head.has_all(&["[].payload", "[].url"])
                && ["chars", "words", "lines"].iter().filter(|name| head.has(&format!("[].{name}"))).count() >= 2,
    )
}

#[derive(Deserialize)]
struct Row {
    url: String,
    #[serde(default, deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    location: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    payload: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("wfuzz");
    if is_table(&input.head()) {
        return csv::each(input, out, 0, |out, row| {
            let Some(request) = row.get(&["request"]).filter(|request| !request.is_empty()) else {
                return out.bad_row(format!("line {}", row.line), "no request");
            };
            if row.get(&["success"]) == Some("0") {
                out.this().claims.partial = Some("a request was not answered".to_owned());
                return out.no_finding();
            }
            let mut finding = answered(request, row.get(&["response"]));
            if !request.contains("://") {
                finding.location.resource = finding.location.url.take();
            }
            out.finding(finding);
        });
    }
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| {
        let mut finding = answered(&row.url, row.code.as_deref());
        finding.description = labelled("Redirects to", row.location.as_deref());
        finding.location.method = row.method;
        finding.request = row.payload.as_deref().and_then(|payload| payload.split_once(" | ")).map(|(_, request)| request.to_owned());
        out.this().url.get_or_insert_with(|| origin(&row.url).to_owned());
        out.finding(finding);
    })?;
    json.end()
}
