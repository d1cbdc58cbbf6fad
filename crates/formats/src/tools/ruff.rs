//! Ruff (Python linter with the rules of flake8-bandit), JSON and JSON lines. Versions seen: 0.1 to 0.17.
//!
//! Make it with `ruff check --output-format json . > ruff.json` (`--select S` for security alone; `json-lines` alike).
//!
//! - index: elements of the array, or lines.
//! - `code` is the rule, `message` the title. Without a code, or as `invalid-syntax`, the file could not be parsed: no finding, and it is unread.
//! - severity: Ruff has none. Rules `S…` (security) are medium; all others, which are about style and mistakes, info.
//! - lines and columns start at 1; the end column is exclusive. `cell` counts the cells of a notebook: the line is one of that cell, and is left out.
//! - an empty array says nothing: not even which tool wrote it. No time, no version, no list of rules.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::{add_unread, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `ruff check --output-format json`.
pub(crate) static FORMAT: Format = Format {
    id: "ruff",
    name: "Ruff",
    kinds: &[Kind::Sast],
    media: &[Media::Json, Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| ["noqa_row", "end_location", "filename", "message"].iter().all(|name| head.has(&format!("{top}{name}")));
    Match::sure_if(row("[].") || row(""))
}

#[derive(Deserialize)]
struct Row {
    filename: String,
    message: String,
    /// Strict: a row that lacks it is not one of a file that could not be parsed.
    #[serde(deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    cell: Option<u32>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    location: Place,
    #[serde(default, deserialize_with = "lenient::or_default")]
    end_location: Place,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::whole")]
    row: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    column: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Ruff");
    input.json()?.rows_or_one(out, push)
}

fn push(out: &mut Output<'_>, row: Row) {
    let Some(code) = row.code.filter(|code| code != "invalid-syntax") else {
        add_unread(&mut out.this().claims.unread, &row.filename);
        return out.no_finding();
    };
    let is_security = code.strip_prefix('S').is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    let mut finding = Finding::new(Kind::Sast, code, first_line(&row.message));
    finding.severity = if is_security { Severity::Medium } else { Severity::Info };
    finding.references.extend(row.url);
    let place = &mut finding.location;
    place.path = Some(row.filename);
    if row.cell.is_none() {
        place.start_line = row.location.row.filter(|line| *line > 0);
        place.end_line = row.end_location.row.filter(|line| *line > 0).or(place.start_line);
        place.start_column = row.location.column.filter(|column| *column > 0);
        place.end_column = row.end_location.column.filter(|column| *column > 0);
    }
    finding.distinct = row.cell.map(|cell| format!("cell {cell}"));
    out.finding(finding);
}
