//! wfuzz (content discovery), JSON. Versions seen: 3.1.
//!
//! Make it with `wfuzz -w words.txt -f wfuzz.json,json https://shop.example.com/FUZZ`.
//!
//! - index: elements of the array. The rule is `content-discovered` for all; the place is URL and method.
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
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of wfuzz's JSON printer.
pub(crate) static FORMAT: Format =
    Format { id: "wfuzz", name: "wfuzz", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.is_json_array()
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
