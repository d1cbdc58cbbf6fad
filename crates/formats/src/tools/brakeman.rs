//! Brakeman (Ruby on Rails SAST), JSON. Versions seen: 4.7 to 7.
//!
//! Make it with `brakeman -f json -o brakeman.json`.
//!
//! - index: `warnings[]`, then `ignored_warnings[]`, which are suppressed (by the ignore file).
//! - rule: `warning_code` as Brakeman's SARIF writes it (`BRAKE0000`), else `warning_type`. `message` is the title; type and check go to the description.
//! - severity: Brakeman has none; `confidence` High, Medium, Weak stands for it as high, medium, low, as Brakeman's own SARIF and GitLab formats do. The
//!   reference importer calls all of them medium.
//! - CWE: `cwe_id` (since 5.2). CVEs are read from the message.
//! - `fingerprint` is made from the warning's code, file and message without lines and is what the ignore file goes by: trusted. SARIF has it, too.
//! - `code` is the snippet, `render_path[]` the flow, `location` the method.
//! - `errors[]` names files that could not be read. `scan_info.checks_performed` are the checks that ran, which are not the rules' names: no list is claimed.
//!   `scan_info.end_time` shows that the run got through.
//! - left out: `obsolete`, `user_input` (part of the code).
//!
//! # Differs
//! - severity: the report gives none; the confidence stands for it, high, medium and low for weak. (Some readers call every warning medium.)

use model::{Finding, FlowStep, Kind, Severity, Suppression, Timestamp};
use serde::Deserialize;

use super::web::cves;
use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `brakeman -f json`.
pub(crate) static FORMAT: Format =
    Format { id: "brakeman", name: "Brakeman", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("scan_info.brakeman_version")
            || head.has("scan_info.checks_performed")
            || head.has_all(&["warnings[].warning_type", "warnings[].check_name"]),
    )
}

#[derive(Deserialize)]
struct Row {
    warning_type: String,
    #[serde(default, deserialize_with = "lenient::text")]
    check_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    warning_code: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    fingerprint: Option<String>,
    message: String,
    file: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    link: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    render_path: Vec<Step>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    location: Place,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    cwe_id: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    note: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(deserialize_with = "lenient::text")]
    file: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(deserialize_with = "lenient::text")]
    class: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::text")]
    class: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    #[serde(deserialize_with = "lenient::text")]
    brakeman_version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    start_time: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    end_time: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Unread {
    #[serde(deserialize_with = "lenient::text")]
    location: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Brakeman");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "scan_info" => {
            let info: Info = json.row()?.unwrap_or_default();
            let run = out.this();
            run.tool_version = info.brakeman_version;
            run.at = info.start_time.as_deref().and_then(Timestamp::lenient);
            run.claims.ran = info.end_time.is_some();
            Ok(())
        }
        "warnings" => json.rows(out, |out, row: Row| out.finding(finding(row, false))),
        "ignored_warnings" => json.rows(out, |out, row: Row| out.finding(finding(row, true))),
        "errors" => json.rows(out, |out, error: Unread| {
            let file = error.location.and_then(|place| place.split(':').next().map(str::to_owned));
            out.this().claims.unread.extend(file);
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["warnings"]);
    json.end()
}

fn finding(row: Row, ignored: bool) -> Finding {
    let rule = row.warning_code.map_or_else(|| row.warning_type.clone(), |code| format!("BRAKE{code:04}"));
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&row.message));
    if let Some(raw) = row.confidence {
        let severity = if raw == "Weak" { Severity::Low } else { Severity::from_word(&raw) };
        finding.confidence = Some(raw.clone());
        finding.set_severity(raw, severity);
    }
    (finding.cwes, finding.identifiers) = (row.cwe_id, cves(&row.message));
    finding.description = Some(row.check_name.map_or_else(|| row.warning_type.clone(), |check| format!("{} ({check})", row.warning_type)));
    finding.references.extend(row.link);
    finding.snippet = row.code;
    if let Some(fingerprint) = row.fingerprint {
        finding.fingerprint("brakeman", fingerprint);
        finding.trusted_fingerprint = Some("brakeman");
    }
    if ignored {
        finding.suppressed =
            Some(Suppression { by: "config/brakeman.ignore".to_owned(), reason: row.note.filter(|note| !note.is_empty()) });
    }
    finding.flow = row.render_path.into_iter().map(step).collect();
    finding.location.path = Some(row.file);
    finding.location.start_line = row.line.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.symbol = symbol(row.location.class, row.location.method);
    finding
}

fn step(step: Step) -> FlowStep {
    FlowStep { path: step.file, line: step.line, symbol: symbol(step.class, step.method), ..FlowStep::default() }
}

fn symbol(class: Option<String>, method: Option<String>) -> Option<String> {
    match (class, method) {
        (Some(class), Some(method)) => Some(format!("{class}#{method}")),
        (class, method) => class.or(method),
    }
}
