//! dirsearch (content discovery), JSON, CSV and plain text. Versions seen: 0.4.0 to 0.4.3.
//!
//! Make it with `dirsearch -u https://shop.example.com --format=json -o dirsearch.json`, or the same with `csv` or `plain`.
//!
//! - index: `results[]`, the rows behind the header, or the lines behind the first. The rule is `content-discovered` for all, severity info; the place is the URL.
//! - `info.time` is the scan's time in the scanner's zone, taken as UTC. It is written from the start, so nothing shows that the run got through.
//! - left out: length and content type.

use model::{Kind, Timestamp};
use serde::Deserialize;

use super::discovery::answered;
use super::web::{labelled, origin};
use super::wording::whole;
use crate::read::{csv, lenient, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dirsearch --format=json`.
pub(crate) static FORMAT: Format = Format {
    id: "dirsearch",
    name: "dirsearch",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Csv, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["info.time", "results[].content-length", "results[].status", "results[].url"]);
    Match::sure_if(
        row || head.value("info.args").is_some_and(|args| args.contains("dirsearch")) && head.has_all(&["info.time", "results"])
            || is_table(head)
            || is_plain(head),
    )
}

/// `URL,Status,Size,Content Type,Redirection`, in newer versions with the time it took.
fn is_table(head: &Head<'_>) -> bool {
    head.csv_has(&["URL", "Status", "Size", "Content Type", "Redirection"])
}

fn is_plain(head: &Head<'_>) -> bool {
    head.starts_with("# Dirsearch started ")
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
    if is_table(&input.head()) {
        return csv::each(input, out, 0, |out, row| match row.text(&["URL"]) {
            Some(url) => push(out, Row { url, status: row.text(&["Status"]), redirect: row.text(&["Redirection"]) }),
            None => out.bad_row(format!("line {}", row.line), "no URL"),
        });
    }
    if is_plain(&input.head()) {
        return plain(input, out);
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "info" => {
            let info: Info = json.row()?.unwrap_or_default();
            out.this().at = info.time.as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "results" => json.rows(out, push),
        _ => Ok(()),
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, row: Row) {
    let mut finding = answered(&row.url, row.status.as_deref());
    finding.description = labelled("Redirects to", row.redirect.as_deref());
    out.this().url.get_or_insert_with(|| origin(&row.url).to_owned());
    out.finding(finding);
}

/// `301   162B  https://shop.example.com/admin  (41ms)  ->  https://shop.example.com/admin/`.
fn plain(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let ended = lines::each(input, |number, line| {
        if let Some((_, time)) = line.split_once("# Dirsearch started ") {
            let words = time.trim_start_matches("at ").split(" as: ").next().unwrap_or_default();
            out.this().at = Timestamp::lenient(words.trim());
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let url = words.iter().find(|word| word.contains("://"));
        match (words.first().filter(|status| status.len() == 3 && status.parse::<u16>().is_ok()), url) {
            (Some(status), Some(url)) => {
                let redirect = line.split_once("-> ").map(|(_, to)| to.trim().trim_start_matches("REDIRECTS TO: ").to_owned());
                push(out, Row { url: (*url).to_owned(), status: Some((*status).to_owned()), redirect });
            }
            _ => out.bad_row(format!("line {number}"), "no status and URL"),
        }
        Ok(())
    })?;
    whole(out, ended);
    Ok(())
}
