//! ShellCheck (shell scripts), JSON. Versions seen: 0.7 to 0.11; `json1` and the older `json`.
//!
//! Make it with `shellcheck --format json1 *.sh > shellcheck.json`.
//!
//! - index: `comments[]`, or the elements of the older array.
//! - `code` with `SC` before it is the rule, `message` the title.
//! - severity: error high, warning medium, info and style info.
//! - lines and columns start at 1, the end column is exclusive. In the older format a tab counts eight columns: there they are not taken.
//! - `{"comments": []}` says that a run ended, not what it read: no claim. No fingerprint, no list of rules, no time, no version.
//! - left out: `fix`, which is a list of edits.

use model::{Finding, Kind};
use serde::Deserialize;

use super::wording::{beyond, first_line};
use crate::read::json::Shape;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The formats `json1` and `json` of ShellCheck.
pub(crate) static FORMAT: Format =
    Format { id: "shellcheck", name: "ShellCheck", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    // `fix` came with 0.7, `endLine` with 0.5; hadolint's rows, which look alike, have neither.
    let row = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}[].{name}"));
        has("file") && has("code") && has("level") && (has("endLine") || has("fix")) && !has("filePath")
    };
    let empty = !head.is_cut() && head.text().split_whitespace().collect::<String>() == r#"{"comments":[]}"#;
    Match::sure_if(row("comments") || row("") || empty)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    file: String,
    code: u32,
    message: String,
    #[serde(default, deserialize_with = "lenient::text")]
    level: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_column: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ShellCheck");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, |out, row: Row| out.finding(finding(row, false)))?;
    } else {
        json.object(|json, key| if key == "comments" { json.rows(out, |out, row: Row| out.finding(finding(row, true))) } else { Ok(()) })?;
    }
    json.end()
}

fn finding(row: Row, columns: bool) -> Finding {
    let mut finding = Finding::new(Kind::Sast, format!("SC{}", row.code), first_line(&row.message));
    finding.description = beyond(&finding.title, &row.message);
    if let Some(raw) = row.level {
        finding.set_severity_word(&raw);
    }
    let place = &mut finding.location;
    place.path = Some(row.file);
    place.start_line = row.line.filter(|line| *line > 0);
    place.end_line = row.end_line.filter(|line| *line > 0).or(place.start_line);
    if columns {
        (place.start_column, place.end_column) = (row.column, row.end_column);
    }
    finding
}
