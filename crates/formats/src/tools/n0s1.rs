//! n0s1 (secrets in Jira, Confluence, Slack, Linear, Asana, GitHub and other work places), JSON. Versions seen: 1.0.
//!
//! Make it with `n0s1 confluence_scan --server https://acme.atlassian.net --report-file n0s1.json`.
//!
//! - index: members of `findings`, in the order of their ids.
//! - rule: the pattern's id (`details.matched_regex_config.id`), its description the title.
//! - severity: the tool has none; all are high. CWE 798.
//! - place: the page or ticket's URL; platform and field go to the description.
//! - `secret` shows the text around the secret with `<REDACTED>` for the value: it is the snippet. A value that is not redacted is evidence.
//! - the member's name is a hash over page and secret: not kept, so that no hash of a secret leaves the report.
//! - ran: `scan_date`. `regex_config.rules` are all active rules.

use model::{Finding, Timestamp};
use serde_json::Value;

use super::dig::{self, Dig};
use super::secret_value::{evidence, secret, set_severity_by_proof};
use super::web::{labelled, paragraphs};
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `n0s1 --report-file`.
pub(crate) static FORMAT: Format =
    Format { id: "n0s1", name: "n0s1", kinds: &[model::Kind::Secret], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is("tool.name", "n0s1") || head.has("regex_config") && head.has("tool.scan_arguments"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("n0s1");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "tool" => {
            let tool: Value = json.row()?.unwrap_or_default();
            out.this().tool_version = tool.text("version");
            if let Some(target) = tool.text("scan_arguments.scan_target") {
                out.this().category = target;
            }
            Ok(())
        }
        "scan_date" => {
            let date: Value = json.row()?.unwrap_or_default();
            let run = out.this();
            run.claims.ran = true;
            run.at = date.text("date_utc").as_deref().and_then(Timestamp::lenient).or_else(|| date.time("timestamp"));
            Ok(())
        }
        "regex_config" => {
            let config: Value = json.row()?.unwrap_or_default();
            let rules: Vec<String> = config.items("rules").iter().filter_map(|rule| rule.text("id")).collect();
            out.this().claims.rules = (!rules.is_empty()).then_some(rules);
            Ok(())
        }
        "findings" if json.shape()? == Shape::Array => dig::each(json, out, push),
        "findings" => json.object(|json, _| {
            let place = json.place();
            match json.row::<Value>()? {
                Ok(row) if row.is_object() => push(out, &place, &row),
                _ => out.bad_row(place, "expected an object"),
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["findings"]);
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, row: &Value) {
    let Some(rule) = row.text("details.matched_regex_config.id|details.matched_regex_config.description") else {
        out.bad_row(place, "a finding without the pattern that matched");
        return;
    };
    let title = row.text("details.matched_regex_config.description").unwrap_or_else(|| rule.clone());
    let mut finding: Finding = secret(rule, title);
    set_severity_by_proof(&mut finding);
    finding.location.url = row.text("url");
    finding.description = paragraphs([
        labelled("Platform", row.text("details.platform").as_deref()),
        labelled("Field", row.text("details.ticket_field").as_deref()),
    ]);
    match row.text("secret") {
        Some(shown) if shown.contains("<REDACTED>") => finding.snippet = Some(shown),
        Some(shown) => finding.secret = evidence(&shown),
        None => {}
    }
    out.finding(finding);
}
