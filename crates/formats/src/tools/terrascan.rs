//! Terrascan (infrastructure as code), JSON, YAML and XML. Versions seen: 1.0 to 1.19.
//!
//! Make it with `terrascan scan -d . -o json > terrascan.json`, or the same with `yaml` or `xml`.
//!
//! - index: `results.violations[]`, then `results.skipped_violations[]`, which are suppressed.
//! - rule: `rule_id`; the title is `description`.
//! - severity: HIGH, MEDIUM, LOW.
//! - place: `file`, relative to the scanned folder, and the first line of the block; `resource_type.resource_name` is the resource, `module_name` before it
//!   where it is not the root.
//! - coverage: `scan_summary` shows that the run got through; `scan_errors[]` name files that could not be read, or say that there is nothing of a kind of
//!   file (*not found in the directory*), which hides nothing. `scanned_at` is the time.
//! - left out: `category` goes to the description; passed rules (`-v`, `--show-passed`) are counted.
//!
//! # Differs
//! - Other importers write the resource `type/name`; here it is the Terraform address `type.name`.

use model::{Finding, Kind, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::labelled;
use super::wording::first_line;
use crate::read::lenient;
use crate::read::xml::{self, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `terrascan scan -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "terrascan",
    name: "Terrascan",
    kinds: &[Kind::Iac],
    media: &[Media::Json, Media::Yaml, Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("results.violations") && (head.has("results.scan_summary") || head.has("results.violations[].rule_id"))
            || head.has("results.violations") && head.has("results.count.low")
            || head.has("results.scan_errors[].iac_type")
            || is_xml(head),
    )
}

fn is_xml(head: &Head<'_>) -> bool {
    head.is_xml("results") && (head.has_tag("violations") || head.has_tag("violation") || head.has_tag("scan_summary"))
}

#[derive(Deserialize)]
struct Row {
    rule_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    rule_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    module_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    file: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    skip_comment: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Unread {
    #[serde(deserialize_with = "lenient::text")]
    directory: Option<String>,
    #[serde(rename = "errMsg", deserialize_with = "lenient::text")]
    message: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Terrascan");
    if is_xml(&input.head()) {
        return parse_xml(input, out);
    }
    let mut skipped = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "results" {
            return Ok(());
        }
        json.object(|json, key| match key {
            "violations" => json.rows(out, |out, row: Row| out.finding(finding(row, false))),
            "skipped_violations" => json.rows(out, |_, row: Row| skipped.push(finding(row, true))),
            "passed_rules" => json.array(|_, _| {
                out.this().claims.passed += 1;
                Ok(())
            }),
            "scan_errors" => json.rows(out, |out, error: Unread| {
                if error.message.is_none_or(|message| !message.contains("not found in the directory") && !message.contains("no ")) {
                    out.this().claims.unread.extend(error.directory);
                }
            }),
            "scan_summary" => {
                let summary: Value = json.row()?.unwrap_or_default();
                let run = out.this();
                run.claims.ran = summary.is_object();
                run.at = summary.get("scanned_at").and_then(Value::as_str).and_then(scanned_at);
                Ok(())
            }
            _ => Ok(()),
        })
    })?;
    for finding in skipped {
        out.finding(finding);
    }
    json.end()
}

/// The same members as attributes. Skipped violations stand behind the others, as in JSON.
fn parse_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut skips = false;
    xml::walk(input, &["violation", "skipped_violation", "scan_summary"], |node| {
        let element = match node {
            Node::Row(element) => element,
            Node::Open(list) => {
                skips = list.name == "skipped_violations";
                return Ok(());
            }
            _ => return Ok(()),
        };
        let text = |name: &str| element.attr(name).map(str::to_owned);
        if element.name == "scan_summary" {
            let run = out.this();
            run.claims.ran = true;
            run.at = element.attr("scanned_at").and_then(scanned_at);
            return Ok(());
        }
        let Some(rule_id) = text("rule_id") else {
            out.bad_row(format!("byte {}", element.offset), "a violation without `rule_id`");
            return Ok(());
        };
        let row = Row {
            rule_id,
            rule_name: text("rule_name"),
            description: text("description"),
            severity: text("severity"),
            category: text("category"),
            resource_name: text("resource_name"),
            resource_type: text("resource_type"),
            module_name: text("module_name"),
            file: text("file"),
            line: element.attr("line").and_then(|line| line.parse().ok()),
            skip_comment: text("skip_comment"),
        };
        out.finding(finding(row, skips || element.name == "skipped_violation"));
        Ok(())
    })
}

/// `2021-05-19 13:13:06.083208 +0000 UTC`.
fn scanned_at(text: &str) -> Option<Timestamp> {
    Timestamp::lenient(text.trim_end_matches(" UTC"))
}

fn finding(row: Row, skipped: bool) -> Finding {
    let title = row.description.as_deref().or(row.rule_name.as_deref()).unwrap_or(&row.rule_id);
    let mut finding = Finding::new(Kind::Iac, row.rule_id.as_str(), first_line(title));
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    finding.description = labelled("Category", row.category.as_deref());
    if skipped {
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: row.skip_comment });
    }
    let place = &mut finding.location;
    (place.path, place.start_line) = (row.file, row.line.filter(|line| *line > 0));
    let address = [row.module_name.filter(|module| module != "root"), row.resource_type.clone(), row.resource_name];
    let address = address.into_iter().flatten().collect::<Vec<_>>().join(".");
    place.resource = Some(address).filter(|address| !address.is_empty());
    place.resource_type = row.resource_type;
    finding
}
