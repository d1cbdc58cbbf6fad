//! ffuf (content discovery), JSON. Versions seen: 2.1.
//!
//! Make it with `ffuf -u https://shop.example.com/FUZZ -w words.txt -of json -o ffuf.json`.
//!
//! - index: `results[]`. The rule is `content-discovered` for all, severity info; the place is the URL, the method that of `config`, which stands
//!   behind the results and is only described.
//! - `time` is the scan's time. The file is written at the end, with the configuration last, so `config` shows that the run got through.
//! - left out: counts, the input words, `config`.

use model::{Kind, Timestamp};
use serde::Deserialize;

use super::discovery::answered;
use super::web::{labelled, origin};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `ffuf -of json`.
pub(crate) static FORMAT: Format =
    Format { id: "ffuf", name: "ffuf", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let results = head.has("results[].input.FFUFHASH") || head.has("config.inputproviders");
    Match::sure_if(
        head.has("commandline")
            && ["time", "results", "config"].iter().any(|name| head.has(name))
            && (results || head.value("commandline").is_some_and(|line| line.contains("ffuf"))),
    )
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
        "results" => json.rows(out, |out, row: Row| {
            let mut finding = answered(&row.url, row.status.as_deref());
            finding.description = labelled("Redirects to", row.redirectlocation.as_deref());
            out.this().url.get_or_insert_with(|| origin(&row.url).to_owned());
            out.finding(finding);
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    json.end()
}
