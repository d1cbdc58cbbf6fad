//! QARK (Android apps), JSON. Versions seen: 4.0, the last one.
//!
//! Make it with `qark --apk shop.apk --report-type json`.
//!
//! - index: array elements.
//! - rule: `name`, which is also the title; QARK has no other.
//! - severity: `VULNERABILITY` high, `ERROR` high, `WARNING` medium, `INFO` info.
//! - place: `file_object`; `line_number` is line and column, the line counts from 1 where it is above 0. The path holds the folder QARK unpacked to.
//! - coverage: `[]` tells nothing.
//! - left out: `apk_exploit_dict`, the recipe of an exploit app.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `qark --report-type json`.
pub(crate) static FORMAT: Format =
    Format { id: "qark", name: "QARK", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("[].apk_exploit_dict") || head.has_all(&["[].file_object", "[].line_number", "[].category"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("QARK");
    let mut json = input.json()?;
    dig::each(&mut json, out, |out, place, row| match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(place, "an issue without name"),
    })?;
    json.end()
}

fn finding(row: &Value) -> Option<Finding> {
    let name = row.text("name")?;
    let mut finding = Finding::new(Kind::Sast, name.as_str(), name.as_str());
    if let Some(word) = row.text("severity") {
        let severity = if word.eq_ignore_ascii_case("vulnerability") { Severity::High } else { Severity::from_word(&word) };
        finding.set_severity(word, severity);
    }
    finding.description = row.text("description");
    finding.location.path = row.text("file_object");
    let line = row.texts("line_number").first().and_then(|text| text.parse::<u32>().ok());
    finding.location.start_line = line.filter(|line| *line > 0);
    finding.distinct = row.text("category");
    Some(finding)
}
