//! golangci-lint (Go linters, gosec among them), JSON. Versions seen: 1.50 to 2.6.
//!
//! Make it with `golangci-lint run --output.json.path golangci.json` (version 1: `--out-format json > golangci.json`).
//!
//! - index: `Issues[]`.
//! - rule: `FromLinter`; where the text begins with a code (`G404: …`, `SA1019: …`) the linter with the code: `gosec/G404`.
//! - severity: `Severity` where the configuration sets one, else medium for gosec and info for the others, which are about style and mistakes.
//! - place: `Pos`; lines and columns start at 1. `LineRange` is the range of lines, `SourceLines` the code. `LineOffset`s are left out.
//! - `Report.Error` is a failed run; `typecheck` means that the code could not be compiled: partial.
//! - the linters that ran are in `Report.Linters`; their rules are not listed, so there is no list of rules. Ran: `Report`.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of golangci-lint's JSON.
pub(crate) static FORMAT: Format = Format {
    id: "golangci-lint",
    name: "golangci-lint",
    kinds: &[Kind::Sast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["Issues[].FromLinter", "Issues[].Pos"]) || head.has_all(&["Issues", "Report.Linters"]))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    from_linter: String,
    text: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    source_lines: Vec<String>,
    pos: Pos,
    #[serde(default, deserialize_with = "lenient::or_default")]
    line_range: Range,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pos {
    filename: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Range {
    #[serde(deserialize_with = "lenient::whole")]
    to: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("golangci-lint");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Issues" => json.rows(out, |out, row: Row| {
            if row.from_linter == "typecheck" {
                out.this().claims.partial.get_or_insert_with(|| format!("the code does not compile: {}", first_line(&row.text)));
            }
            out.finding(finding(row));
        }),
        "Report" => {
            let report = json.row::<Value>()?.unwrap_or_default();
            let claims = &mut out.this().claims;
            claims.ran = report.is_object();
            claims.failed = report.get("Error").and_then(lenient::scalar).filter(|error| !error.is_empty());
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["Issues"]);
    json.end()
}

fn finding(row: Row) -> Finding {
    let code = row.text.split_once(": ").map(|(code, _)| code).filter(|code| {
        code.len() <= 12 && code.starts_with(|c: char| c.is_ascii_uppercase()) && code.ends_with(|c: char| c.is_ascii_digit())
    });
    let rule = code.map_or_else(|| row.from_linter.clone(), |code| format!("{}/{code}", row.from_linter));
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&row.text));
    match row.severity.filter(|word| !word.is_empty()) {
        Some(raw) if raw.eq_ignore_ascii_case("error") => finding.set_severity(raw, Severity::High),
        Some(raw) if raw.eq_ignore_ascii_case("warning") => finding.set_severity(raw, Severity::Medium),
        Some(raw) => finding.set_severity_word(&raw),
        None => finding.severity = if row.from_linter == "gosec" { Severity::Medium } else { Severity::Info },
    }
    finding.snippet = Some(row.source_lines.join("\n")).filter(|code| !code.trim().is_empty());
    let place = &mut finding.location;
    place.path = Some(row.pos.filename);
    place.start_line = row.pos.line.filter(|line| *line > 0);
    place.end_line = row.line_range.to.filter(|line| *line > 0).max(place.start_line);
    place.start_column = row.pos.column.filter(|column| *column > 0);
    finding
}
