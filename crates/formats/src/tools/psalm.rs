//! Psalm (PHP static analysis with taint analysis), JSON. Versions seen: 4 to 6.
//!
//! Make it with `psalm --taint-analysis --output-format=json > psalm.json` or `psalm --report=psalm.json`.
//!
//! - index: the elements of the array.
//! - `type` is the rule (`TaintedSql`), `message` the title, `link` a reference, `snippet` the code.
//! - severity: error high, info info. `error_level` says from which strictness on Psalm reports it and is no severity.
//! - lines and columns start at 1; `column_to` is behind the last character.
//! - flow: `taint_trace` from the source to the sink.
//! - `dupe_key` numbers equal issues inside Psalm: left out, and so are offsets in bytes.
//! - an empty array says nothing: not even which tool wrote it. No time, no version, no list of rules.

use model::{Finding, FlowStep, Kind, Severity};
use serde::Deserialize;

use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `psalm --output-format=json`.
pub(crate) static FORMAT: Format =
    Format { id: "psalm", name: "Psalm", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].type", "[].line_from", "[].file_name", "[].selected_text"]))
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    file_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line_from: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line_to: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column_from: Option<u32>,
    #[serde(default, deserialize_with = "lenient::whole")]
    column_to: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    snippet: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    link: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    taint_trace: Vec<Step>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(deserialize_with = "lenient::text")]
    label: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    file_name: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    line_from: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    line_to: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Psalm");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| out.finding(finding(row)))?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Sast, row.kind, first_line(&row.message));
    if let Some(raw) = row.severity {
        let severity = match raw.as_str() {
            "error" => Severity::High,
            "info" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let place = &mut finding.location;
    place.path = Some(row.file_name);
    place.start_line = row.line_from.filter(|line| *line > 0);
    place.end_line = row.line_to.filter(|line| *line > 0).or(place.start_line);
    place.start_column = row.column_from.filter(|column| *column > 0);
    place.end_column = row.column_to.filter(|column| *column > 0);
    finding.snippet = row.snippet;
    finding.references.extend(row.link.filter(|link| !link.is_empty()));
    let step = |step: Step| FlowStep {
        path: step.file_name,
        line: step.line_from,
        end_line: step.line_to,
        message: step.label,
        ..FlowStep::default()
    };
    finding.flow = row.taint_trace.into_iter().map(step).collect();
    finding
}
