//! Bandit (Python SAST), JSON and YAML. Versions seen: 1.6 to 1.9.
//!
//! Make it with `bandit -r . -f json -o bandit.json`, or the same with `yaml`.
//!
//! - index: `results[]`.
//! - `test_id` is the rule, `issue_text` the title, `issue_cwe.id` the CWE, `code` the snippet.
//! - severity: `HIGH`, `MEDIUM`, `LOW` as they stand; `UNDEFINED` is unknown.
//! - `line_range` holds the statement, `line_number` the line in question; columns (`col_offset`) count from 0 and are those of the statement.
//! - `errors[]` names files that could not be read: nothing closes there. `metrics` with `_totals` shows that the run got to its end.
//! - Bandit names only the rules that fired, so no rule list is claimed. It has no fingerprint.
//! - left out: `more_info` is kept as a reference; metrics by file are not kept.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bandit -f json`.
pub(crate) static FORMAT: Format = Format {
    id: "bandit",
    name: "Bandit",
    kinds: &[Kind::Sast],
    media: &[Media::Json, Media::Yaml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let by_result = head.has_all(&["results[].test_id", "results[].issue_text"]);
    let by_metrics = head.has("metrics._totals") && (head.has("metrics._totals.CONFIDENCE.HIGH") || head.contains("CONFIDENCE.HIGH"));
    Match::sure_if(by_result || by_metrics)
}

#[derive(Deserialize)]
struct Row {
    test_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    test_name: Option<String>,
    issue_text: String,
    #[serde(default, deserialize_with = "lenient::text")]
    issue_severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    issue_confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    issue_cwe: Cwe,
    filename: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line_number: Option<u32>,
    #[serde(default, deserialize_with = "lenient::list")]
    line_range: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    more_info: Option<String>,
}

#[derive(Default, Deserialize)]
struct Cwe {
    #[serde(default, deserialize_with = "lenient::whole")]
    id: Option<u32>,
}

#[derive(Deserialize)]
struct Unread {
    #[serde(default, deserialize_with = "lenient::text")]
    filename: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Bandit");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" => json.rows(out, |out, row: Row| out.finding(finding(row))),
        "errors" => json.rows(out, |out, error: Unread| out.this().claims.unread.extend(error.filename)),
        "generated_at" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| model::Timestamp::lenient(&text));
            Ok(())
        }
        "metrics" => json.object(|_, key| {
            out.this().claims.ran |= key == "_totals";
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Sast, row.test_id, row.issue_text);
    if let Some(raw) = row.issue_severity {
        let severity = if raw.eq_ignore_ascii_case("undefined") { Severity::Unknown } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    finding.confidence = row.issue_confidence;
    finding.cwes.extend(row.issue_cwe.id);
    finding.location.path = Some(row.filename);
    finding.location.start_line = row.line_number.or_else(|| row.line_range.iter().min().copied());
    finding.location.end_line = row.line_range.iter().max().copied().max(finding.location.start_line);
    finding.snippet = row.code;
    finding.references.extend(row.more_info);
    finding.description = row.test_name;
    finding
}
