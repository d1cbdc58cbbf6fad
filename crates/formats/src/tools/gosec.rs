//! gosec (Go SAST), JSON and YAML. Versions seen: 2.0 to 2.22.
//!
//! Make it with `gosec -fmt json -out gosec.json ./...`, or the same with `yaml`.
//!
//! - index: `Issues[]`.
//! - YAML names members otherwise: `issues[].ruleid`, `what`, `col`, `errors`, `stats.numfound`, and counts severity and confidence from 0 (low) to 2.
//! - rule: `rule_id`; `details` is the title, `cwe.id` the CWE, `code` the snippet (with line numbers since 2.5).
//! - severity: HIGH, MEDIUM, LOW.
//! - `line` is a line or a span (`12-15`); `column` counts from 1 and is the first character of the node, it can be trusted.
//! - `nosec` true (with `-track-suppressions`) or `suppressions[]` are suppressions.
//! - `Golang errors` names files that could not be read: nothing closes there. `Stats` is written at the end and shows that the run got through.
//! - paths are absolute, as on the machine that scanned. No time, no fingerprint, no list of rules.
//! - left out: `autofix`.

use std::collections::BTreeMap;

use model::{Finding, Kind, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::wording::{add_cwes, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `gosec -fmt json`.
pub(crate) static FORMAT: Format = Format {
    id: "gosec",
    name: "gosec",
    kinds: &[Kind::Sast],
    media: &[Media::Json, Media::Yaml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let by_issue = head.has_all(&["Issues[].rule_id", "Issues[].details", "Issues[].file"]);
    let yaml = head.has_all(&["issues[].ruleid", "issues[].what"]) || head.has_all(&["issues", "stats.numnosec"]);
    Match::sure_if(by_issue || yaml || head.has("Golang errors") || head.has_all(&["Issues", "Stats.nosec"]))
}

#[derive(Deserialize)]
struct Row {
    #[serde(alias = "ruleid")]
    rule_id: String,
    #[serde(alias = "what")]
    details: String,
    file: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    cwe: Cwe,
    #[serde(default, deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    line: Option<String>,
    #[serde(default, alias = "col", deserialize_with = "lenient::whole")]
    column: Option<u32>,
    #[serde(default, deserialize_with = "lenient::truth")]
    nosec: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    suppressions: Vec<Stated>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cwe {
    #[serde(alias = "ID", deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(alias = "URL", deserialize_with = "lenient::text")]
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stated {
    #[serde(deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    justification: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("gosec");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Issues" | "issues" => json.rows(out, |out, row: Row| out.finding(finding(row))),
        "Golang errors" | "errors" => {
            let errors: BTreeMap<String, Value> = json.row()?.unwrap_or_default();
            out.this().claims.unread.extend(errors.into_keys().filter(|file| !file.is_empty()));
            Ok(())
        }
        "Stats" | "stats" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "GosecVersion" | "gosecversion" => {
            out.this().tool_version = json.row::<String>()?.ok().filter(|version| !matches!(version.as_str(), "" | "dev"));
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["Issues", "issues"]);
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Sast, row.rule_id, first_line(&row.details));
    if let Some(raw) = row.severity {
        finding.set_severity_word(word(&raw));
    }
    finding.confidence = row.confidence.map(|raw| word(&raw).to_owned());
    add_cwes(&mut finding.cwes, row.cwe.id.as_deref());
    finding.references.extend(row.cwe.url);
    finding.snippet = row.code;
    let line = row.line.unwrap_or_default();
    let mut lines = line.split('-').filter_map(|part| part.trim().parse::<u32>().ok()).filter(|line| *line > 0);
    let place = &mut finding.location;
    place.path = Some(row.file);
    place.start_line = lines.next();
    place.end_line = lines.next().or(place.start_line);
    place.start_column = row.column.filter(|column| *column > 0);
    if let Some(stated) = row.suppressions.into_iter().next() {
        finding.suppressed = Some(Suppression { by: stated.kind.unwrap_or_else(|| "gosec".to_owned()), reason: stated.justification });
    } else if row.nosec == Some(true) {
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: None });
    }
    finding
}

/// The word of a score, which YAML counts.
fn word(score: &str) -> &str {
    match score {
        "0" => "LOW",
        "1" => "MEDIUM",
        "2" => "HIGH",
        other => other,
    }
}
