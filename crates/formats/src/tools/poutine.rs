//! poutine (build pipelines of GitHub, GitLab, Azure and Tekton), JSON. Versions seen: 0.10 to 1.0.
//!
//! Make it with `poutine analyze_local . --format json > poutine.json` (`analyze_org`, `analyze_repo` alike).
//!
//! - index: `findings[]`.
//! - `rule_id` is the rule; title and severity (`level`: error high, warning medium, note info) stand in `rules{}`, which may come behind.
//! - place: `meta.path` and `line` (from 1); `job` and `step` are the resource. A finding of an action in use names it in `details`.
//! - `meta.osv_id` is an identifier: a build component with a known vulnerability. The package is that of `purl` where it is no repository.
//! - `purl` (`pkg:github/acme/shop`) names the scanned repository; several repositories in one report stand in the place then.
//! - ran: `rules`, which lists all rules that poutine has: they are the active rules.
//! - no time, no version. The fingerprint of its SARIF holds the line and is not written here.

use std::collections::BTreeMap;

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use crate::read::lenient;
use crate::read::loose::Loose;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `poutine --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "poutine", name: "poutine", kinds: &[Kind::Pipeline], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["findings[].rule_id", "findings[].meta", "findings[].purl"]);
    Match::sure_if(row || (head.has_all(&["findings", "rules"]) && head.has("rules.injection.level")))
}

#[derive(Deserialize)]
struct Row {
    rule_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    purl: Option<String>,
    #[serde(default)]
    meta: Value,
}

/// What `rules` says of one.
#[derive(Default)]
struct Rule {
    title: Option<String>,
    description: Option<String>,
    level: Option<String>,
    references: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut rules = BTreeMap::new();
    out.run("poutine");
    input.json()?.object(|json, key| {
        if key == "rules" {
            json.object(|json, id| {
                let value = json.row::<Value>()?.unwrap_or_default();
                rules.insert(id.to_owned(), rule(&value));
                Ok(())
            })?;
        }
        Ok(())
    })?;
    if !rules.is_empty() {
        out.this().claims.ran = true;
        out.this().claims.rules = Some(rules.keys().cloned().collect());
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "findings" => json.rows(out, |out, row: Row| {
            let rule = rules.get(&row.rule_id);
            out.finding(finding(row, rule));
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["findings"]);
    json.end()
}

fn rule(value: &Value) -> Rule {
    Rule {
        title: value.text(&["title"]),
        description: value.text(&["description"]),
        level: value.text(&["level"]),
        references: value.list("refs").into_iter().filter_map(|reference| reference.text(&["ref"])).collect(),
    }
}

fn finding(row: Row, rule: Option<&Rule>) -> Finding {
    let title = rule.and_then(|rule| rule.title.clone()).unwrap_or_else(|| row.rule_id.clone());
    let mut finding = Finding::new(Kind::Pipeline, row.rule_id, title);
    if let Some(raw) = rule.and_then(|rule| rule.level.as_deref()) {
        let severity = match raw {
            "error" => Severity::High,
            "warning" => Severity::Medium,
            "note" | "none" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let meta = &row.meta;
    let details = meta.text(&["details"]);
    let description = rule.and_then(|rule| rule.description.clone());
    finding.description = super::web::paragraphs([details.clone(), description]);
    finding.references = rule.map(|rule| rule.references.clone()).unwrap_or_default();
    finding.location.path = meta.text(&["path"]);
    finding.location.start_line = meta.whole(&["line"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    let part = |name: &str| meta.text(&[name]).map(|text| format!("{name} {text}"));
    let parts: Vec<String> = [part("job"), part("step")].into_iter().flatten().collect();
    finding.location.resource = Some(parts.join(", ")).filter(|text| !text.is_empty());
    if let Some(id) = meta.text(&["osv_id"]) {
        super::sca::identify(&mut finding, &id, []);
    }
    finding.distinct = details;
    match row.purl.as_deref() {
        Some(purl) if purl.starts_with("pkg:githubactions/") || purl.starts_with("pkg:docker/") => {
            finding.package_mut().purl = Some(purl.to_owned());
        }
        // A repository: the place where nothing else is named.
        Some(purl) if finding.location.path.is_none() => {
            finding.location.resource.get_or_insert_with(|| purl.to_owned());
        }
        _ => {}
    }
    finding
}
