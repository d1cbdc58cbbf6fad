//! dirsearch (content discovery), JSON. Versions seen: 0.4.3.
//!
//! Make it with `dirsearch -u https://shop.example.com --format=json -o dirsearch.json`.
//!
//! - index: `results[]`. The rule is `content-discovered` for all, severity info; the place is the URL.
//! - `info.time` is the scan's time in the scanner's zone, taken as UTC. It is written from the start, so nothing shows that the run got through.
//! - left out: length and content type.

use model::{Kind, Timestamp};
use serde::Deserialize;

use super::discovery::answered;
use super::web::{labelled, origin};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dirsearch --format=json`.
pub(crate) static FORMAT: Format =
    Format { id: "dirsearch", name: "dirsearch", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["info.time", "results[].content-length", "results[].status", "results[].url"]);
    Match::sure_if(row || head.value("info.args").is_some_and(|args| args.contains("dirsearch")) && head.has_all(&["info.time", "results"]))
}

#[derive(Deserialize)]
struct Row {
    url: String,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    #[serde(deserialize_with = "lenient::text")]
    time: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("dirsearch");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "info" => {
            let info: Info = json.row()?.unwrap_or_default();
            out.this().at = info.time.as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "results" => json.rows(out, |out, row: Row| {
            let mut finding = answered(&row.url, row.status.as_deref());
            finding.description = labelled("Redirects to", row.redirect.as_deref());
            out.this().url.get_or_insert_with(|| origin(&row.url).to_owned());
            out.finding(finding);
        }),
        _ => Ok(()),
    })?;
    json.end()
}
