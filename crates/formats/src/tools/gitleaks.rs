//! Gitleaks and its successor Betterleaks (secrets), JSON; Betterleaks also JSON lines. Versions seen: Gitleaks 6 to 8.30, Betterleaks 1.
//!
//! Make it with `gitleaks dir . -f json -r gitleaks.json` or `gitleaks git -f json -r gitleaks.json`.
//!
//! - index: the elements of the array.
//! - version 8: `RuleID` is the rule, `Description` the title; version 7 and before: `rule` is both.
//! - severity: the tool has none; all are high, and critical what was tried and works.
//! - Betterleaks: `ValidationStatus` valid is a secret that was tried and works, invalid and revoked one that does not; file and commit may stand in
//!   `Attributes` alone. The report does not name the tool: both are *Gitleaks*.
//! - `StartLine` starts at 1. Columns are one too high on every line but the first in some versions: they are not taken.
//! - the value (`Secret`, `offender`) becomes evidence and stands nowhere else; the code (`Match`, `line`) is shown without it.
//! - `Fingerprint` holds the line and the commit: kept, not trusted. `Entropy`, author and mail are left out.
//! - a finding in the history has its `commit`; the same value in several commits is several findings.
//! - an empty array says nothing: not even which tool wrote it. No time, no version, no list of rules.
//!
//! # Differs
//! - severity: some readers call secrets of certain rules critical.

use serde::Deserialize;

use super::secret_value::{evidence, secret, set_severity_by_proof, without_value};
use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};
use model::{Finding, Kind};

/// The JSON report of Gitleaks.
pub(crate) static FORMAT: Format = Format {
    id: "gitleaks",
    name: "Gitleaks",
    kinds: &[Kind::Secret],
    media: &[Media::Json, Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        has("RuleID") && (has("File") || has("Attributes")) && (has("Secret") || has("Match") || has("Fingerprint"))
    };
    Match::sure_if(row("[].") || row("") || head.has_all(&["[].offender", "[].rule", "[].file"]))
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "RuleID", alias = "rule")]
    rule: String,
    #[serde(rename = "File", alias = "file", default, deserialize_with = "lenient::text")]
    file: Option<String>,
    #[serde(rename = "Description", default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(rename = "StartLine", alias = "lineNumber", default, deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(rename = "EndLine", default, deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
    #[serde(rename = "Match", alias = "line", default, deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(rename = "Secret", alias = "offender", default, deserialize_with = "lenient::text")]
    value: Option<String>,
    #[serde(rename = "Commit", alias = "commit", default, deserialize_with = "lenient::text")]
    commit: Option<String>,
    #[serde(rename = "Link", alias = "leakURL", default, deserialize_with = "lenient::text")]
    link: Option<String>,
    #[serde(rename = "Fingerprint", default, deserialize_with = "lenient::text")]
    fingerprint: Option<String>,
    /// Of Betterleaks, and so is the next.
    #[serde(rename = "ValidationStatus", default, deserialize_with = "lenient::text")]
    validation: Option<String>,
    #[serde(rename = "Attributes", default, deserialize_with = "lenient::text_members")]
    attributes: lenient::Members<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Gitleaks");
    input.json()?.rows_or_one(out, push)
}

fn push(out: &mut Output<'_>, mut row: Row) {
    let file = row.file.take().filter(|file| !file.is_empty()).or_else(|| row.attributes.get("path").cloned());
    match file {
        Some(file) => out.finding(finding(row, file)),
        None => out.bad_row(format!("row {}", out.next_index()), "a result without a file"),
    }
}

fn finding(row: Row, file: String) -> Finding {
    let title = row.description.as_deref().map(first_line).filter(|title| !title.is_empty()).unwrap_or_else(|| row.rule.clone());
    let mut finding = secret(row.rule, title);
    finding.verified = match row.validation.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("valid" | "confirmed") => Some(true),
        Some("invalid" | "revoked") => Some(false),
        _ => None,
    };
    set_severity_by_proof(&mut finding);
    finding.location.path = Some(file);
    finding.location.start_line = row.start_line.filter(|line| *line > 0);
    finding.location.end_line = row.end_line.filter(|line| *line > 0).or(finding.location.start_line);
    finding.location.commit = row.commit.filter(|commit| !commit.is_empty()).or_else(|| row.attributes.get("git.sha").cloned());
    let value = row.value.unwrap_or_default();
    finding.secret = evidence(&value);
    finding.snippet = row.code.and_then(|code| without_value(&code, &value));
    finding.url = row.link;
    if let Some(fingerprint) = row.fingerprint {
        finding.fingerprint("fingerprint", fingerprint);
    }
    finding
}
