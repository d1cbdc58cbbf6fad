//! Scout Suite (settings of cloud accounts), the JavaScript file with its results. Versions seen: 5.8 to 5.14, and Scout2 3.
//!
//! Make it with `scout aws --no-browser --report-dir out`; the file is `out/scoutsuite-results/scoutsuite_results_*.js`: one line
//! `scoutsuite_results =` (`aws_info =` of Scout2), then JSON. The JSON alone is read too.
//!
//! - index: `services.*.findings.*.items[]` in the order of the report. A rule without flagged items is a passed result.
//! - the key in `findings` is the rule, `description` the title, `rationale` the description, `remediation` and `references` as they stand.
//! - severity: `danger` critical, `warning` medium: the tool has these two levels only.
//! - place: the item's path in the report (`s3.buckets.0a1b.acls`) is the resource, `dashboard_name` its type. The name or ARN that the
//!   report gives for it is in the description. Ids of objects without a name of their own are hashes that the tool makes from it.
//! - target: `account_id`. `last_run.time` is the time, `last_run.version` the version; a report with `last_run` got to its end.
//! - `last_run.run_parameters` with services or regions left out is a part of the account: partial.
//! - no CWE and no fingerprint. Left out: the inventory of the account, compliance references.
//!
//! # Differs
//! - no CWE is made up. (Some readers put 1032 everywhere.)

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::loose::{at, items, number, text, texts};
use crate::read::json::Json;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Scout Suite's results.
pub(crate) static FORMAT: Format = Format {
    id: "scout-suite",
    name: "Scout Suite",
    kinds: &[Kind::Cloud],
    media: &[Media::Json, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    // Scout2, which was for Amazon alone, called them otherwise.
    let start = head.starts_with("scoutsuite_results") || head.starts_with("aws_info") && head.contains("\"services\"");
    let bare = head.has("provider_code") && (head.has("last_run.ruleset_name") || head.has("last_run.ruleset_about"));
    Match::sure_if(start || bare)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Scout Suite");
    let text = input.text()?;
    let start = text.find('{').ok_or_else(|| ParseError::whole("no JSON behind `scoutsuite_results =`"))?;
    let body = text.get(start..).unwrap_or_default().trim_end().trim_end_matches(';');
    let mut json = Json::new(Box::new(std::io::Cursor::new(body.as_bytes())));
    json.object(|json, key| match key {
        "account_id" | "project_id" => {
            let account = json.row::<Value>()?.ok().as_ref().and_then(crate::read::lenient::scalar);
            let run = out.this();
            run.account = run.account.take().or(account);
            Ok(())
        }
        "last_run" => {
            if let Ok(last) = json.row::<Value>()? {
                last_run(out, &last);
            }
            Ok(())
        }
        "services" => json.object(|json, name| {
            let place = json.place();
            match json.row::<Value>()? {
                Ok(content) => service(out, name, &content),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn last_run(out: &mut Output<'_>, last: &Value) {
    let run = out.this();
    run.at = text(last, &["time"]).as_deref().and_then(Timestamp::lenient);
    run.tool_version = text(last, &["version"]);
    run.claims.ran = true;
    let chosen = ["services", "skipped_services", "regions", "excluded_regions"];
    let named: Vec<&str> = chosen.into_iter().filter(|name| !items(last, &format!("run_parameters.{name}")).is_empty()).collect();
    if !named.is_empty() {
        run.claims.partial = Some(format!("run with {}", named.join(", ")));
    }
}

fn service(out: &mut Output<'_>, name: &str, content: &Value) {
    let Some(Value::Object(rules)) = content.get("findings") else {
        if content.get("findings").is_some_and(|findings| !findings.is_null()) || !(content.is_object() || content.is_null()) {
            out.bad_row(format!("services.{name}.findings"), "expected an object");
        }
        return;
    };
    let mut named = HashMap::new();
    for (rule, said) in rules {
        let flagged = items(said, "items");
        if !said.is_object() || at(said, "items").is_some_and(|items| !items.is_array()) {
            out.bad_row(format!("services.{name}.findings.{rule}"), "expected an object with a list of items");
            continue;
        }
        if flagged.is_empty() {
            if number(said, &["flagged_items"]).is_some_and(|count| count > 0.0) {
                out.bad_row(format!("services.{name}.findings.{rule}"), "flagged items are counted and not listed");
            } else {
                out.no_finding();
            }
        }
        for item in flagged {
            match item.as_str() {
                Some(item) => out.finding(finding(rule, said, item, content, &mut named)),
                None => out.bad_row(format!("services.{name}.findings.{rule}.items"), "expected a path"),
            }
        }
    }
}

fn finding(rule: &str, said: &Value, item: &str, content: &Value, named: &mut HashMap<String, Option<String>>) -> Finding {
    let mut finding = Finding::new(Kind::Cloud, rule, text(said, &["description"]).unwrap_or_else(|| rule.to_owned()));
    if let Some(raw) = text(said, &["level"]) {
        let severity = match raw.to_ascii_lowercase().as_str() {
            "danger" => Severity::Critical,
            "good" | "success" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let object = named.entry(item.to_owned()).or_insert_with(|| name_of(content, item)).clone();
    let parts = [text(said, &["rationale"]), object.map(|name| format!("Resource: {name}"))];
    finding.description = super::web::paragraphs(parts);
    finding.remediation = text(said, &["remediation"]);
    finding.references = texts(said, "references");
    finding.location.resource = Some(item.to_owned());
    finding.location.resource_type = text(said, &["dashboard_name"]);
    finding
}

/// The ARN or name of the innermost object on the item's path that has one. The first name of the path is the service itself.
fn name_of(content: &Value, item: &str) -> Option<String> {
    let (mut value, mut found) = (content, None);
    for part in item.split('.').skip(1) {
        let Some(inner) = value.get(part) else { break };
        value = inner;
        found = ["arn", "name", "id"].iter().find_map(|key| at(value, key).and_then(crate::read::lenient::scalar)).or(found);
    }
    found
}
