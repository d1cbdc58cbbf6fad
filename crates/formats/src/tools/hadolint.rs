//! Hadolint (linter of Dockerfiles), JSON. Versions seen: 1.17 to 2.15.
//!
//! Make it with `hadolint --format json Dockerfile > hadolint.json`.
//!
//! - index: the elements of the array.
//! - `code` is the rule (`DL…` its own, `SC…` of ShellCheck), `message` the title.
//! - severity: error high, warning medium, info and style info; in all formats of the tool.
//! - `line` starts at 1 and is that of the instruction; `column` is 1 nearly always and is not taken.
//! - an empty array says nothing: not even which tool wrote it. No fingerprint, no list of rules, no time, no version.
//!
//! # Differs
//! - severity: some readers call a warning high.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `hadolint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "hadolint", name: "Hadolint", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let shape = head.has_all(&["[].code", "[].file", "[].level", "[].line", "[].message"]) && !head.has("[].endLine");
    Match::sure_if(shape && head.value("[].code").is_some_and(|code| code.starts_with("DL") || code.starts_with("SC")))
}

#[derive(Deserialize)]
struct Row {
    code: String,
    message: String,
    file: String,
    #[serde(default, deserialize_with = "lenient::text")]
    level: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Hadolint");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| {
        let mut finding = Finding::new(Kind::Iac, row.code, first_line(&row.message));
        if let Some(raw) = row.level {
            finding.set_severity(raw.clone(), Severity::from_word(&raw));
        }
        finding.location.path = Some(row.file);
        finding.location.start_line = row.line.filter(|line| *line > 0);
        finding.location.end_line = finding.location.start_line;
        out.finding(finding);
    })?;
    json.end()
}
