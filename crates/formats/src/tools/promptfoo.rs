//! promptfoo (red team of language models), JSON, YAML and JSON lines of an evaluation. Versions seen: result versions 2 and 3.
//!
//! Make it with `promptfoo redteam eval --output promptfoo.json` (or `.jsonl`).
//!
//! - index: the failed results (`results.results[]`, older `results[]`), those of one plugin against one provider together: a red team words its prompts
//!   anew for each run, so a single prompt is no lasting weakness. The first that failed is shown, the number of all in the description.
//! - rule: `metadata.pluginId` (`harmful:hate`), else the type of the assertion that failed.
//! - severity: `metadata.severity`; assertions without one are unknown.
//! - place: the provider; an address is the URL, else it is the resource. Strategy of the attack and reason go to the description, the prompt is the
//!   request and the answer the response.
//! - passed results say that the model was asked. Results that failed by an error (`failureReason` 2) make the run partial.
//! - ran: `results.stats`; JSON lines, which hold the results alone, show nothing.
//! - left out: tokens, costs, prompts that passed.
//!
//! Differs: no CWE is made up by plugin; no severity medium for plain assertions.

use std::collections::BTreeMap;

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most characters of a prompt or answer that are kept.
const MOST: usize = 4000;

/// The format of `promptfoo … --output x.json`.
pub(crate) static FORMAT: Format =
    Format { id: "promptfoo", name: "promptfoo", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let inner = head.has("results.results") && (head.has("evalId") || head.has("results.prompts") || head.has("results.stats"));
    Match::sure_if(
        is_list(head)
            || inner
            || head.has_all(&["evalId", "results"])
            || head.has_all(&["results.results[].gradingResult", "results.results[].provider"]),
    )
}

/// True for the results alone, as lines or as a list.
fn is_list(head: &Head<'_>) -> bool {
    let row = |start: &str| ["gradingResult", "provider", "testCase", "success"].iter().all(|name| head.has(&format!("{start}{name}")));
    row("") || row("[].")
}

/// The failed results of one rule against one provider.
struct Group {
    first: usize,
    finding: Finding,
    failed: u32,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("promptfoo");
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    let mut seen = 0;
    let mut row = |out: &mut Output<'_>, place: &str, row: &Value| {
        seen += 1;
        if row.whole("failureReason") == Some(2) {
            out.this().claims.partial = Some("some prompts ended in an error".to_owned());
            return out.no_finding();
        }
        match row.truth("success|gradingResult.pass") {
            Some(true) => out.no_finding(),
            Some(false) => {
                let finding = finding(row);
                let key = (finding.rule.clone(), provider(row));
                groups.entry(key).and_modify(|group| group.failed += 1).or_insert(Group { first: seen, finding, failed: 1 });
            }
            None => out.bad_row(place, "a result without success"),
        }
    };
    if is_list(&input.head()) {
        input.json()?.values(|json, _| dig::each(json, out, &mut row))?;
        push_all(out, groups);
        return Ok(());
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" if json.shape()? == crate::read::json::Shape::Array => dig::each(json, out, &mut row),
        "results" => json.object(|json, key| match key {
            "timestamp" => {
                out.this().at = json.row::<String>()?.ok().and_then(|text| model::Timestamp::lenient(&text));
                Ok(())
            }
            "stats" => {
                out.this().claims.ran = json.row::<Value>()?.is_ok_and(|stats| stats.is_object());
                Ok(())
            }
            "results" => dig::each(json, out, &mut row),
            _ => Ok(()),
        }),
        "metadata" => {
            let about: Value = json.row()?.unwrap_or_default();
            out.this().tool_version = about.text("promptfooVersion");
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()?;
    push_all(out, groups);
    Ok(())
}

fn push_all(out: &mut Output<'_>, groups: BTreeMap<(String, String), Group>) {
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| group.first);
    for mut group in groups {
        let told = labelled("Failed prompts", Some(&group.failed.to_string()));
        group.finding.description = paragraphs([group.finding.description.take(), told]);
        out.finding(group.finding);
    }
}

fn provider(row: &Value) -> String {
    row.text("provider.id|provider.label|provider").unwrap_or_else(|| "provider".to_owned())
}

fn finding(row: &Value) -> Finding {
    let failed = row.items("gradingResult.componentResults").iter().find(|part| part.truth("pass") == Some(false));
    let assertion = failed.and_then(|part| part.text("assertion.type")).or_else(|| row.text("gradingResult.assertion.type"));
    let about = row
        .dig("metadata")
        .filter(|about| about.text("pluginId").is_some())
        .or_else(|| row.dig("testCase.metadata"))
        .unwrap_or(&Value::Null);
    let rule = about.text("pluginId").or(assertion).unwrap_or_else(|| "assertion".to_owned());
    let title = about.text("harmCategory").map_or_else(|| format!("Failed: {rule}"), |class| format!("{class} ({rule})"));
    let mut finding = Finding::new(Kind::Dast, rule, title);
    if let Some(word) = about.text("severity") {
        finding.set_severity_word(&word);
    }
    finding.description = paragraphs([
        about.text("goal"),
        labelled("Strategy", about.text("strategyId").as_deref()),
        labelled("Reason", row.text("gradingResult.reason|error").as_deref()),
    ]);
    finding.request = row.text("prompt.raw").map(|text| text.chars().take(MOST).collect());
    finding.response = row.text("response.output").map(|text| text.chars().take(MOST).collect());
    let provider = provider(row);
    if provider.starts_with("http") {
        finding.location.url = Some(provider);
    } else {
        finding.location.resource = Some(provider);
    }
    finding
}
