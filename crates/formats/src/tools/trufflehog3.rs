//! trufflehog3 (secrets), JSON. Versions seen: 2 and 3.
//!
//! Make it with `trufflehog3 -f json -o trufflehog3.json .`.
//!
//! - index: the elements of the array. The tool reports every line of one key as a result of its own.
//! - version 3: `rule.id` is the rule, `rule.message` the title, `rule.severity` the severity as it stands. Version 2: `reason` is both, and all
//!   are high.
//! - `line` starts at 1 (version 3 only); there are no columns.
//! - the value (`secret`) becomes evidence; `context` is shown without it. In version 2 the strings are whole lines: they are evidence of nothing.
//! - `id` is made of the value and is left out. No evidence of a run, no time, no version, no list of rules.
//!
//! # Differs
//! - Other importers make one finding of a rule in a file.

use std::collections::BTreeMap;

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::secret_value::{evidence, secret, without_value};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `trufflehog3 -f json`.
pub(crate) static FORMAT: Format = Format {
    id: "trufflehog3",
    name: "trufflehog3",
    kinds: &[Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let new = head.has_all(&["[].rule.id", "[].path", "[].secret"]);
    // The hogs of Rusty Hog write the same with a `diff`, but know no branch.
    let old = head.has_all(&["[].reason", "[].path", "[].stringsFound"]) && (!head.has("[].diff") || head.has("[].branch"));
    Match::sure_if(!head.is_json_lines() && head.is_json_array() && (new || old))
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    rule: Option<Rule>,
    #[serde(default, deserialize_with = "lenient::text")]
    reason: Option<String>,
    path: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    secret: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    context: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "lenient::text")]
    commit: Option<String>,
    #[serde(default, rename = "commitHash", deserialize_with = "lenient::text")]
    commit_hash: Option<String>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("trufflehog3");
    let mut json = input.json()?;
    json.array(|json, _| {
        let place = json.place();
        match json.row::<Row>()?.and_then(|row| finding(row).ok_or_else(|| "neither rule nor reason".to_owned())) {
            Ok(finding) => out.finding(finding),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })?;
    json.end()
}

fn finding(row: Row) -> Option<Finding> {
    let is_new = row.rule.is_some();
    let mut finding = match (row.rule, row.reason) {
        (Some(rule), _) => {
            let title = rule.message.unwrap_or_else(|| rule.id.clone());
            let mut finding = secret(rule.id, title);
            finding.severity = Severity::High;
            if let Some(raw) = rule.severity {
                finding.set_severity_word(&raw);
            }
            finding
        }
        (None, Some(reason)) => {
            let mut finding = secret(reason.clone(), reason);
            finding.severity = Severity::High;
            finding
        }
        (None, None) => return None,
    };
    finding.location.path = Some(row.path);
    finding.location.start_line = row.line.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.commit = if is_new { row.commit } else { row.commit_hash };
    let value = row.secret.unwrap_or_default();
    finding.secret = evidence(&value);
    let code = row.context.values().cloned().collect::<Vec<_>>().join("\n");
    finding.snippet = without_value(&code, &value);
    Some(finding)
}
