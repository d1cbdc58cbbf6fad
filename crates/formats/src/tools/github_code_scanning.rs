//! GitHub code scanning alerts, JSON of the REST API. API version 2022-11-28.
//!
//! Make it with `gh api --paginate /repos/acme/shop/code-scanning/alerts > alerts.json` (also of an organisation or enterprise, with `repository`).
//!
//! - index: the elements of the array.
//! - rule: `rule.id`. The tool is that of the alert (`CodeQL`), so its SARIF and its alerts are of one tool.
//! - severity: `rule.security_severity_level` where there is one; else `rule.severity`: error high, warning medium, note and none info.
//! - place: `most_recent_instance.location`; lines and columns count from 1. `message.text` is the description; `rule.description` the title.
//! - CWE from `rule.tags` (`external/cwe/cwe-079`).
//! - `number` is kept as a fingerprint and not trusted: a changed message makes a new alert.
//! - state fixed is resolved, dismissed a suppression with its reason. `classifications` other than empty (test, generated, library, documentation) stand in the description.
//! - branch, commit and repository of the run: those of the first alert.
//! - coverage: a page of alerts, maybe filtered, so it is read and closes nothing. An empty array says nothing.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Alerts of the code scanning API.
pub(crate) static FORMAT: Format = Format {
    id: "github-code-scanning",
    name: "GitHub code scanning alerts",
    kinds: &[Kind::Sast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| head.has(&format!("{at}most_recent_instance")) && head.has(&format!("{at}rule.id"));
    Match::sure_if(row("[].") || row(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    loose::strung(input, out, |out, _, row| {
        let tool = row.text(&["tool/name"]).unwrap_or_else(|| "GitHub code scanning".to_owned());
        if out.this().tool != tool {
            let first = out.this().tool.is_empty();
            let run = if first { out.this() } else { out.run("") };
            run.tool = tool;
            run.tool_version = given(row, "tool/version");
            run.repository =
                row.text(&["repository/full_name", "repository/html_url"]).or_else(|| repository(&row.text(&["html_url", "url"])?));
            run.branch = row.text(&["most_recent_instance/ref"]).and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
            run.commit = row.text(&["most_recent_instance/commit_sha"]);
            run.claims.partial = Some("a page of GitHub's alerts".to_owned());
        }
        out.finding(finding(row)?);
        Ok(())
    })
}

/// A text that is not the word for nothing of a careless export.
fn given(row: &Value, path: &str) -> Option<String> {
    row.text(&[path]).filter(|text| text != "None" && text != "null")
}

/// `github.com/acme/shop` of the address of an alert, on the site or in the API.
pub(super) fn repository(url: &str) -> Option<String> {
    let (host, path) = url.split_once("://")?.1.split_once('/')?;
    let path = path.trim_start_matches("api/v3/").trim_start_matches("repos/");
    let mut parts = path.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{}/{owner}/{name}", host.trim_start_matches("api.")))
}

/// Takes over what ended the alert: a fix, or somebody's decision.
pub(super) fn end(finding: &mut Finding, row: &Value) {
    match ended(row) {
        Some(ended) if ended.reason.as_deref().is_some_and(|reason| reason.starts_with("fixed")) => finding.resolved = Some(ended),
        ended => finding.suppressed = ended,
    }
}

fn ended(row: &Value) -> Option<Suppression> {
    let state = row.text(&["state"]).unwrap_or_default().to_ascii_lowercase();
    let dismissed = given(row, "dismissed_at").or_else(|| given(row, "dismissedAt")).is_some();
    let by = given(row, "dismissed_by/login").or_else(|| given(row, "resolved_by/login")).or_else(|| given(row, "dismisser/login"));
    let because = ["dismissed_reason", "dismissReason", "resolution"].iter().find_map(|name| given(row, name));
    let comment = ["dismissed_comment", "dismissComment", "resolution_comment"].iter().find_map(|name| given(row, name));
    let reason = match state.as_str() {
        "fixed" | "auto_dismissed" => state,
        "dismissed" | "resolved" | "closed" => because.unwrap_or(state),
        _ if dismissed => because.unwrap_or_else(|| "dismissed".to_owned()),
        _ => return None,
    };
    let reason = comment.map_or_else(|| reason.clone(), |comment| format!("{reason}: {comment}"));
    Some(Suppression { by: by.unwrap_or_else(|| "GitHub".to_owned()), reason: Some(reason) })
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["rule/id", "rule/name"]).ok_or("no `rule.id`")?;
    let message = row.text(&["most_recent_instance/message/text"]);
    let title = row.text(&["rule/description", "rule/name"]).or_else(|| message.clone()).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Sast, rule, title);
    if let Some(raw) = given(row, "rule/security_severity_level").or_else(|| given(row, "rule/severity")) {
        let severity = if raw == "note" || raw == "none" { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    let tags = row.texts("rule/tags");
    add_cwes(&mut finding.cwes, tags.iter().filter(|tag| tag.to_ascii_lowercase().contains("cwe")).map(String::as_str));
    let classes = row.texts("most_recent_instance/classifications").join(", ");
    finding.description = paragraphs([message, row.text(&["rule/full_description"]), labelled("Classified as", Some(&classes))]);
    finding.remediation = row.text(&["rule/help"]);
    let place = row.find("most_recent_instance/location").cloned().unwrap_or_default();
    finding.location.path = place.text(&["path"]);
    let number = |name: &str| place.whole(&[name]).filter(|number| *number > 0);
    (finding.location.start_line, finding.location.end_line) = (number("start_line"), number("end_line"));
    (finding.location.start_column, finding.location.end_column) = (number("start_column"), number("end_column"));
    finding.location.commit = row.text(&["most_recent_instance/commit_sha"]);
    finding.first_seen_by_tool = row.text(&["created_at"]).and_then(|text| Timestamp::lenient(&text));
    finding.url = row.text(&["html_url"]);
    if let Some(number) = row.text(&["number"]) {
        finding.fingerprint("number", number);
    }
    end(&mut finding, row);
    Ok(finding)
}
