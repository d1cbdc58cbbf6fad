//! actionlint (GitHub Actions), JSON. Versions seen: 1.6 to 1.7.
//!
//! Make it with `actionlint -format '{{json .}}' > actionlint.json` (an array), or `'{{range $err := .}}{{json $err}}{{end}}'` (lines).
//!
//! - index: the elements of the array, or the objects one behind the other.
//! - `kind` is the rule (`expression`, `credentials`, `shellcheck` …), `message` the title, `snippet` the code.
//! - severity: actionlint has none: medium. What it takes over from ShellCheck says its own (`SC2086:info:3:14`): error high, warning medium,
//!   info low, style info; the code is then part of the rule (`shellcheck/SC2086`).
//! - lines and columns start at 1; the end column is exclusive. The line of a ShellCheck result is that of the `run:`.
//! - an empty array says nothing: not even which tool wrote it. No time, no version, no fingerprint, no list of rules.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::first_line;
use crate::read::json::Shape;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `actionlint -format '{{json .}}'`.
pub(crate) static FORMAT: Format = Format {
    id: "actionlint",
    name: "actionlint",
    kinds: &[Kind::Pipeline],
    media: &[Media::Json, Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| ["message", "filepath", "line", "column", "kind"].iter().all(|name| head.has(&format!("{top}{name}")));
    Match::sure_if(row("[].") || row(""))
}

#[derive(Deserialize)]
struct Row {
    message: String,
    filepath: String,
    kind: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    end_column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    snippet: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("actionlint");
    let mut json = input.json()?;
    json.values(|json, _| {
        if json.shape()? == Shape::Array {
            return json.rows(out, |out, row: Row| out.finding(finding(row)));
        }
        let place = json.place();
        match json.row::<Row>()? {
            Ok(row) => out.finding(finding(row)),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })
}

fn finding(row: Row) -> Finding {
    let (rule, level) = match from_shellcheck(&row) {
        Some((code, level)) => (format!("{}/{code}", row.kind), Some(level)),
        None => (row.kind.clone(), None),
    };
    let mut finding = Finding::new(Kind::Pipeline, rule, first_line(&row.message));
    finding.severity = Severity::Medium;
    if let Some(raw) = level {
        let severity = match raw {
            "error" => Severity::High,
            "warning" => Severity::Medium,
            "info" => Severity::Low,
            _ => Severity::Info,
        };
        finding.set_severity(raw, severity);
    }
    let place = &mut finding.location;
    place.path = Some(row.filepath.clone());
    place.start_line = row.line.filter(|line| *line > 0);
    place.end_line = place.start_line;
    place.start_column = row.column.filter(|column| *column > 0);
    // `end_column` is that of the last character.
    place.end_column = row.end_column.filter(|column| *column > 0).map(|column| column.saturating_add(1));
    // The second line of the snippet points at the column.
    finding.snippet = row.snippet.as_deref().and_then(|text| text.lines().next()).map(str::to_owned);
    finding.distinct = Some(row.message);
    finding
}

/// Code and level of `shellcheck reported issue in this script: SC2086:info:3:14: …`.
fn from_shellcheck(row: &Row) -> Option<(&str, &str)> {
    let (_, rest) = row.message.split_once("issue in this script: ")?;
    let mut parts = rest.splitn(3, ':');
    let (code, level) = (parts.next()?, parts.next()?);
    (row.kind == "shellcheck" && code.starts_with("SC")).then_some((code, level))
}
