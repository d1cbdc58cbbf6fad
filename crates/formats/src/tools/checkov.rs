//! Checkov (IaC, pipelines, secrets, packages), JSON. Versions seen: 1.0 to 3.3.
//!
//! Make it with `checkov -d . -o json > checkov.json`.
//!
//! - index: `results.failed_checks[]`, the frameworks (`check_type`) in the order of the file. `skipped_checks[]` are findings with their
//!   suppression; they come behind all others and move no index.
//! - `check_id` is the rule, `check_name` the title, `code_block` the snippet, `guideline` a reference.
//! - kind by the check's id: `CKV_SECRET` secret, `CKV_GHA` and its like pipeline, `CKV_OPENAPI` API, `CKV_CVE` SCA, `BC_LIC` licence, `CKV_GITHUB`
//!   configuration, others IaC.
//! - severity: only with a platform key; else medium without a raw word, in all formats of the tool.
//! - place: `repo_file_path` where it is inside the repository, else `file_path`, both without the leading slash. The range is that of the
//!   resource's block. A range from 0 starts at 1; that of a secret ends one line too late and is cut to the first. There are no columns.
//! - secrets: `resource` is the SHA-1 of the value (of the head of a private key) and kept as evidence only. `validation_status` Valid is
//!   verified.
//! - packages (`sca_package`, `sca_image`): `vulnerability_details` gives identifier, package, versions, CVSS, root package.
//! - coverage: passed checks count as passed; a file in `parsing_errors` is unread; the frameworks that stand in the report say which kinds
//!   were looked for. `{"passed": 0, …}` is a run without results. Only checks that fired are named, so no list of rules. No fingerprint.
//! - left out: `entity_tags`, `breadcrumbs`, benchmarks.

use model::{Cvss, Finding, Kind, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::checkov_rules::{framework_kind, kind, set_place, set_resource, set_severity};
use super::wording::{add_cwes, beyond};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `checkov -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "checkov",
    name: "Checkov",
    kinds: &[Kind::Iac, Kind::Secret, Kind::Pipeline, Kind::Sca, Kind::Container, Kind::License, Kind::Api, Kind::Config, Kind::Sast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let block = |top: &str| head.has(&format!("{top}check_type")) && head.has(&format!("{top}results"));
    let empty = head.has_all(&["checkov_version", "passed", "failed"]);
    Match::sure_if(block("") || block("[].") || empty || head.has("[].checkov_version") || head.has("results.failed_checks"))
}

#[derive(Deserialize)]
struct Row {
    check_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    check_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    check_result: Outcome,
    #[serde(default)]
    code_block: Value,
    file_path: String,
    #[serde(default, deserialize_with = "lenient::text")]
    repo_file_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    file_line_range: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    guideline: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    details: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    validation_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    added_commit_hash: Option<String>,
    #[serde(default)]
    vulnerability_details: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    #[serde(deserialize_with = "lenient::text")]
    suppress_comment: Option<String>,
}

#[derive(Default)]
struct Block {
    framework: String,
    version: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let blocks = blocks(input)?;
    out.run("Checkov");
    let mut skipped = Vec::new();
    let mut json = input.json()?;
    let mut position = 0;
    each_block(&mut json, |json| {
        if let Some(block) = blocks.get(position) {
            read_block(json, out, block, &mut skipped)?;
        }
        position += 1;
        Ok(())
    })?;
    for finding in skipped {
        out.finding(finding);
    }
    json.end()
}

/// One block, or a list of them.
fn each_block(json: &mut Json<'_>, mut each: impl FnMut(&mut Json<'_>) -> Result<(), ParseError>) -> Result<(), ParseError> {
    if json.shape()? == Shape::Array { json.array(|json, _| each(json)) } else { each(json) }
}

/// Framework and version of each block: they stand around the results.
fn blocks(input: &Input) -> Result<Vec<Block>, ParseError> {
    let mut blocks = Vec::new();
    let mut json = input.json()?;
    each_block(&mut json, |json| {
        let mut block = Block::default();
        json.object(|json, key| {
            match key {
                "check_type" => block.framework = json.row::<String>()?.unwrap_or_default(),
                "checkov_version" => block.version = json.row::<String>()?.ok(),
                "summary" => {
                    let summary = json.row::<Value>()?.unwrap_or_default();
                    block.version = summary.get("checkov_version").and_then(Value::as_str).map(str::to_owned);
                }
                _ => {}
            }
            Ok(())
        })?;
        blocks.push(block);
        Ok(())
    })?;
    Ok(blocks)
}

fn read_block(json: &mut Json<'_>, out: &mut Output<'_>, block: &Block, skipped: &mut Vec<Finding>) -> Result<(), ParseError> {
    let run = out.this();
    run.tool_version.clone_from(&block.version);
    let looked_for = framework_kind(&block.framework);
    if !block.framework.is_empty() && !run.claims.kinds.contains(&looked_for) {
        run.claims.kinds.push(looked_for);
    }
    json.object(|json, key| match key {
        "results" => json.object(|json, key| match key {
            "failed_checks" => json.rows(out, |out, row: Row| out.finding(finding(row, &block.framework))),
            "passed_checks" => json.array(|_, _| {
                let claims = &mut out.this().claims;
                claims.passed += 1;
                claims.ran = true;
                Ok(())
            }),
            "skipped_checks" => json.array(|json, _| {
                let place = json.place();
                match json.row::<Row>()? {
                    Ok(row) => {
                        let reason = row.check_result.suppress_comment.clone();
                        let mut finding = finding(row, &block.framework);
                        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason });
                        skipped.push(finding);
                    }
                    Err(reason) => out.warn(place, reason),
                }
                Ok(())
            }),
            "parsing_errors" => json.rows(out, |out, path: String| out.this().claims.unread.push(path.trim_start_matches('/').to_owned())),
            _ => Ok(()),
        }),
        "summary" => {
            let summary = json.row::<Value>()?.unwrap_or_default();
            let count = |key: &str| summary.get(key).and_then(Value::as_u64).unwrap_or(0);
            out.this().claims.ran |= count("passed") + count("failed") + count("resource_count") > 0;
            Ok(())
        }
        _ => Ok(()),
    })
}

fn finding(row: Row, framework: &str) -> Finding {
    let title = row.check_name.unwrap_or_else(|| row.check_id.clone());
    let mut finding = Finding::new(kind(&row.check_id, framework), row.check_id, title);
    set_severity(&mut finding, row.severity.as_deref());
    let in_repository = row.repo_file_path.filter(|path| !path.contains("..") && path.ends_with(row.file_path.trim_start_matches('/')));
    let path = in_repository.unwrap_or(row.file_path);
    set_place(&mut finding, &path, row.file_line_range.first().copied(), row.file_line_range.get(1).copied());
    set_resource(&mut finding, row.resource.as_deref().unwrap_or_default());
    finding.location.commit = row.added_commit_hash;
    finding.description = row
        .description
        .and_then(|text| beyond(&finding.title, &text))
        .or_else(|| Some(row.details.join("\n")).filter(|text| !text.is_empty()));
    finding.references.extend(row.guideline);
    add_cwes(&mut finding.cwes, row.cwe.iter().map(String::as_str));
    let code: String = row.code_block.as_array().into_iter().flatten().filter_map(|line| line.get(1)?.as_str()).collect();
    finding.snippet = Some(code).filter(|code| !code.is_empty());
    finding.verified = match row.validation_status.as_deref() {
        Some("Valid") => Some(true),
        Some("Invalid") => Some(false),
        _ => None,
    };
    if finding.kind == Kind::Secret {
        add_cwes(&mut finding.cwes, ["CWE-798"]);
    }
    if row.vulnerability_details.is_object() {
        package(&mut finding, &row.vulnerability_details);
    }
    finding
}

fn package(finding: &mut Finding, details: &Value) {
    let text = |key: &str| details.get(key).and_then(lenient::scalar);
    let (file, is_license) = (finding.location.path.clone(), finding.kind == Kind::License);
    let package = finding.package_mut();
    (package.name, package.version, package.file) = (text("package_name"), text("package_version"), file);
    package.ecosystem = text("package_type").or_else(|| text("package_registry"));
    let fixed = details.get("fixed_versions").and_then(Value::as_array).into_iter().flatten().filter_map(lenient::scalar);
    package.fixed =
        text("lowest_fixed_version").filter(|version| version != "N/A").map_or_else(|| fixed.collect(), |version| vec![version]);
    if let (Some(root), Some(root_version)) = (text("root_package_name"), text("root_package_version")) {
        let is_root = package.name.as_ref() == Some(&root);
        package.direct = Some(is_root);
        if !is_root {
            package.chain = vec![format!("{root}@{root_version}")];
        }
    }
    if is_license {
        package.licenses.extend(text("license"));
        return;
    }
    if let Some(id) = text("id") {
        finding.title = match text("package_name") {
            Some(name) => format!("{id} in {name}"),
            None => id.clone(),
        };
        finding.identifiers.push(id);
    }
    let score = text("cvss").and_then(|score| score.parse().ok());
    match text("vector") {
        Some(vector) => finding.cvss.push(Cvss::from_vector(&vector).with_score(score)),
        None => finding.cvss.extend(score.map(Cvss::from_score)),
    }
    finding.description = text("description").or(finding.description.take());
    finding.references.extend(text("link"));
}
