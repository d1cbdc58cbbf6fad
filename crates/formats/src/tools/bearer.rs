//! Bearer CLI (static analysis), JSON. Versions seen: 1.0 to 1.49.
//!
//! Make it with `bearer scan . --format json --output bearer.json`.
//!
//! - index: the findings under `critical`, `high`, `medium`, `low`, `warning`, in the order of the report.
//! - rule: `id`. Severity: the name of the list; `warning`, which fails no build, is info.
//! - place: `full_filename` (else `filename`) and the lines of `sink`, else `line_number`. Columns count from 1 in bytes and are not taken.
//! - a source elsewhere than the sink makes a flow of two steps. `code_extract` is the code.
//! - `fingerprint` holds the file's name and a count, so it is kept and not trusted.
//! - with `--severity` or `--only-rule` a report holds less and does not say so. A report without results is `{}`, which tells nothing; one that names all five
//!   lists is taken for it.

use model::{Finding, FlowStep, Kind, Severity};
use serde_json::Value;

use super::wording::add_cwes;
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bearer scan --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "bearer", name: "Bearer CLI", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

const LISTS: [&str; 5] = ["critical", "high", "medium", "low", "warning"];

fn sniff(head: &Head<'_>) -> Match {
    let rows = |list: &str| {
        head.has(&format!("{list}[].id")) && (head.has(&format!("{list}[].cwe_ids")) || head.has(&format!("{list}[].parent_line_number")))
    };
    Match::sure_if(LISTS.iter().any(|list| rows(list)) || head.has_all(&LISTS))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Bearer CLI");
    let mut json = input.json()?;
    json.object(|json, key| {
        if !LISTS.contains(&key) {
            return Ok(());
        }
        let severity = if key == "warning" { Severity::Info } else { Severity::from_word(key) };
        json.array(|json, _| {
            let place = json.place();
            match json.row::<Value>()? {
                Ok(row) => push(out, &place, Fields::of(&row), key, severity),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        })
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, row: Fields<'_>, list: &str, severity: Severity) {
    let (Some(rule), Some(path)) = (row.text(&["id"]), row.text(&["full_filename", "filename"])) else {
        return out.bad_row(place, "no rule or no file");
    };
    let mut finding = Finding::new(Kind::Sast, rule.clone(), row.text(&["title"]).unwrap_or(rule));
    finding.set_severity(list, severity);
    add_cwes(&mut finding.cwes, row.texts(&["cwe_ids"]).iter().map(String::as_str));
    finding.description = row.text(&["description"]);
    finding.references = row.texts(&["documentation_url"]);
    finding.snippet = row.text(&["code_extract", "snippet"]);
    let start = row.line(&["sink/start", "line_number"]);
    finding.location.start_line = start;
    finding.location.end_line = row.line(&["sink/end"]).filter(|end| Some(*end) >= start).or(start);
    if let Some(source) = row.line(&["source/start"]).filter(|line| Some(*line) != start) {
        let step = |line, end| FlowStep { path: Some(path.clone()), line, end_line: end, ..FlowStep::default() };
        finding.flow = vec![step(Some(source), row.line(&["source/end"])), step(start, finding.location.end_line)];
    }
    finding.location.path = Some(path);
    if let Some(text) = row.text(&["fingerprint"]) {
        finding.fingerprint("fingerprint", text);
    }
    out.finding(finding);
}
