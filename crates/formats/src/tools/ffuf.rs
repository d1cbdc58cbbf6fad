//! ffuf (content discovery), JSON and CSV. Versions seen: 1.0 to 2.1.
//!
//! Make it with `ffuf -u https://shop.example.com/FUZZ -w words.txt -of json -o ffuf.json`, or the same with `-of csv`.
//!
//! - index: `results[]`, or the rows behind the header. The rule is `content-discovered` for all, severity info; the place is the URL, the method that of `config`, which stands
//!   behind the results and is only described.
//! - `time` is the scan's time. The file is written at the end, with the configuration last, so `config` shows that the run got through; of the CSV
//!   nothing does.
//! - left out: counts, the input words, `config`.

use model::{Kind, Timestamp};
use serde::Deserialize;

use super::discovery::answered;
use super::web::{labelled, origin};
use crate::read::{csv, lenient};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `ffuf -of json`.
pub(crate) static FORMAT: Format =
    Format { id: "ffuf", name: "ffuf", kinds: &[Kind::Dast], media: &[Media::Json, Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let results = head.has("results[].input.FFUFHASH") || head.has("config.inputproviders");
    Match::sure_if(
        head.has("commandline")
            && ["time", "results", "config"].iter().any(|name| head.has(name))
            && (results || head.value("commandline").is_some_and(|line| line.contains("ffuf")))
            || is_table(head),
    )
}

fn is_table(head: &Head<'_>) -> bool {
    head.csv_has_most(&["url", "redirectlocation", "position", "status_code", "content_words", "content_lines"])
}

#[derive(Deserialize)]
struct Row {
    url: String,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirectlocation: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ffuf");
    if is_table(&input.head()) {
        return csv::each(input, out, 0, |out, row| match row.text(&["url"]) {
            Some(url) => push(out, Row { url, status: row.text(&["status_code"]), redirectlocation: row.text(&["redirectlocation"]) }),
            None => out.bad_row(format!("line {}", row.line), "no `url`"),
        });
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "time" => {
            out.this().at = json.row::<String>()?.ok().as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "config" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "results" => json.rows(out, push),
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    json.end()
}

fn push(out: &mut Output<'_>, row: Row) {
    let mut finding = answered(&row.url, row.status.as_deref());
    finding.description = labelled("Redirects to", row.redirectlocation.as_deref());
    out.this().url.get_or_insert_with(|| origin(&row.url).to_owned());
    out.finding(finding);
}
