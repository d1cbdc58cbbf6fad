//! Nosey Parker and Titus (Praetorian), secrets in files and git history, JSON and JSON lines. Versions seen: 0.16 to 0.24.
//!
//! Make it with `noseyparker report --datastore np.db --format jsonl -o noseyparker.jsonl` (`json` alike).
//!
//! - index: `matches[]` of each finding, laid end to end.
//! - rule: `rule_text_id` (`np.aws.6`), in older versions `rule_name`; the name is the title.
//! - severity: the tool has none; all are high. CWE 798.
//! - place: path, line and commit of the first provenance: a file, else the commit that first brought the blob. Further provenances of a match are
//!   the same content elsewhere in the history. Columns are left out: they count bytes.
//! - `snippet` without the value is the code, the captured groups (base 64 since 0.17) hold the value: the longest is the secret.
//! - statuses: `reject` on a match or finding is a suppression, with the comment as its reason.
//! - no fingerprint: `finding_id`, `structural_id` and `blob_id` are unkeyed hashes over secret values and are not kept.
//! - coverage: a report without findings is empty, or `[]`, and tells nothing.

use model::Suppression;
use serde_json::Value;

use super::dig::{self, Dig};
use super::secret_value::{evidence, secret, set_severity_by_proof, without_value};
use super::wording::from_base64;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `noseyparker report --format jsonl` and `--format json`.
pub(crate) static FORMAT: Format = Format {
    id: "noseyparker",
    name: "Nosey Parker",
    kinds: &[model::Kind::Secret],
    media: &[Media::JsonLines, Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |prefix: &str| {
        let has = |name: &str| head.has(&format!("{prefix}{name}"));
        has("rule_name") && has("matches") && (has("matches[].provenance") || has("finding_id") || has("match_content"))
    };
    Match::sure_if(row("") || row("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nosey Parker");
    if input.head().is_json_array() {
        let mut json = input.json()?;
        dig::each(&mut json, out, group)?;
        return json.end();
    }
    let mut number = 0;
    lines::json(input, out, |out, row: Value| {
        number += 1;
        group(out, &format!("row {number}"), &row);
    })
}

/// What one rule found with one value.
fn group(out: &mut Output<'_>, place: &str, row: &Value) {
    if row.dig("matches").is_none() {
        out.bad_row(place, "a finding without matches");
        return;
    }
    for (place, found) in dig::objects(out, place, row, "matches") {
        push(out, &place, row, found);
    }
}

fn push(out: &mut Output<'_>, place: &str, row: &Value, found: &Value) {
    let name = found.text("rule_name").or_else(|| row.text("rule_name"));
    let Some(rule) = found.text("rule_text_id").or_else(|| row.text("rule_text_id")).or_else(|| name.clone()) else {
        out.bad_row(place, "a match without rule_name");
        return;
    };
    let mut finding = secret(rule.as_str(), name.unwrap_or_else(|| rule.clone()));
    set_severity_by_proof(&mut finding);
    let origins = found.items("provenance");
    let origin = origins.iter().find(|origin| origin.text("kind").as_deref() == Some("file")).or(origins.first()).unwrap_or(&Value::Null);
    let commit = "first_commit|commit_provenance";
    let commit = origin.dig(commit).unwrap_or(&Value::Null);
    finding.location.path = origin.text("path").or_else(|| commit.text("blob_path")).or_else(|| origin.text("payload.path"));
    finding.location.commit = commit.text("commit_metadata.commit_id");
    finding.location.start_line = found.whole("location.source_span.start.line");
    finding.location.end_line = found.whole("location.source_span.end.line").max(finding.location.start_line);
    let value = value_of(found).or_else(|| value_of(row));
    let shown = |path: &str| found.dig(path).and_then(Value::as_str).map(str::to_owned);
    let matching = shown("snippet.matching|match_content").filter(|text| !text.is_empty());
    let around = [shown("snippet.before"), matching.clone(), shown("snippet.after")];
    let code = around.into_iter().flatten().collect::<String>();
    let bare = matching.as_deref().map_or(code.clone(), |matching| code.replace(matching, "REDACTED"));
    finding.snippet = value.as_deref().and_then(|value| without_value(&bare, value));
    finding.secret = value.or(matching).as_deref().and_then(evidence);
    let status = found.text("status").or_else(|| row.text("status")).or_else(|| row.texts("statuses").into_iter().next());
    if status.is_some_and(|status| status.eq_ignore_ascii_case("reject")) {
        finding.suppressed =
            Some(Suppression { by: "Nosey Parker".to_owned(), reason: found.text("comment").or_else(|| row.text("comment")) });
    }
    out.finding(finding);
}

/// The longest captured group; base 64 where it is that, else as it stands.
fn value_of(row: &Value) -> Option<String> {
    let groups = row.texts("groups").into_iter().map(|group| from_base64(&group).unwrap_or(group));
    groups.max_by_key(String::len).or_else(|| row.text("match_content"))
}
