//! KICS (IaC, pipelines, secrets), JSON. Versions seen: 1.3 to 2.1.
//!
//! Make it with `kics scan -p . --report-formats json -o .`.
//!
//! - index: `queries[].files[]`, queries laid end to end.
//! - `query_id` is the rule, `query_name` the title, `cwe` the CWE, `expected_value` the remediation, `actual_value` the end of the description.
//! - kind: the query *Passwords And Secrets* is secret, platform CICD pipeline, OpenAPI API, all others IaC.
//! - severity: CRITICAL, HIGH, MEDIUM, LOW, INFO as they stand, TRACE info.
//! - `line` starts at 1 and is that of the attribute, or of the block where the attribute is missing; there are no columns.
//! - `resource`: read off `search_key` (`aws_s3_bucket[logs].acl` is `aws_s3_bucket.logs`, `metadata.name={{web}}…` is `web`), else type and name.
//! - `similarity_id` is kept as a fingerprint and not trusted: it changes with the file's name, and two results may share it.
//! - coverage: `files_scanned` over 0 shows a run; queries or files that failed make it partial. `paths` are those inside a container and are not
//!   taken as roots. Queries that found nothing are not named, so there is no list of rules.
//! - left out: `value`, counters, bill of materials.
//!
//! # Differs
//! - component: none. (Some readers put the platform there.)

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::wording::add_cwes;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The JSON report of KICS.
pub(crate) static FORMAT: Format = Format {
    id: "kics",
    name: "KICS",
    kinds: &[Kind::Iac, Kind::Pipeline, Kind::Secret, Kind::Api],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("queries_total") || head.has("kics_version") || head.has_all(&["queries[].query_id", "queries[].files[].similarity_id"]),
    )
}

#[derive(Deserialize)]
pub(super) struct Query {
    pub(super) query_id: String,
    pub(super) query_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) query_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) platform: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) description: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    pub(super) cwe: Vec<String>,
    pub(super) files: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) file_name: String,
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) line: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) similarity_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) resource_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) resource_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) search_key: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) expected_value: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) actual_value: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("KICS");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "queries" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Query>()? {
                Ok(mut query) => {
                    for (position, file) in std::mem::take(&mut query.files).into_iter().enumerate() {
                        match serde_json::from_value::<Place>(file) {
                            Ok(file) => out.finding(finding(&query, file)),
                            Err(error) => out.bad_row(format!("{place}.files[{position}]"), error.to_string()),
                        }
                    }
                }
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        _ => {
            let value = json.row::<Value>()?.unwrap_or_default();
            head(out, key, &value);
            Ok(())
        }
    })?;
    json.expect(out, &["queries"]);
    json.end()
}

fn head(out: &mut Output<'_>, key: &str, value: &Value) {
    let run = out.this();
    let count = value.as_u64().unwrap_or(0);
    match key {
        "kics_version" => run.tool_version = value.as_str().map(|text| text.trim_start_matches('v').to_owned()),
        "start" => run.at = value.as_str().and_then(Timestamp::lenient),
        "files_scanned" => run.claims.ran = count > 0,
        "files_failed_to_scan" | "queries_failed_to_execute" if count > 0 => {
            run.claims.partial.get_or_insert_with(|| format!("{key}: {count}"));
        }
        _ => {}
    }
}

fn kind(query: &Query) -> Kind {
    match query.platform.as_deref().unwrap_or_default() {
        _ if query.query_name.starts_with("Passwords And Secrets") => Kind::Secret,
        "CICD" => Kind::Pipeline,
        "OpenAPI" => Kind::Api,
        _ => Kind::Iac,
    }
}

pub(super) fn finding(query: &Query, place: Place) -> Finding {
    let mut finding = Finding::new(kind(query), query.query_id.clone(), query.query_name.clone());
    if let Some(raw) = &query.severity {
        let severity = if raw.eq_ignore_ascii_case("trace") { Severity::Info } else { Severity::from_word(raw) };
        finding.set_severity(raw, severity);
    }
    add_cwes(&mut finding.cwes, query.cwe.iter().map(String::as_str));
    let parts = [query.description.as_deref(), place.actual_value.as_deref()];
    finding.description = Some(parts.into_iter().flatten().collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty());
    finding.remediation = place.expected_value;
    finding.references.extend(query.query_url.clone());
    finding.location.path = Some(place.file_name);
    finding.location.start_line = place.line.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    let (kind, name) = place.search_key.as_deref().and_then(resource).unwrap_or_default();
    finding.location.resource_type = kind.or(place.resource_type);
    let with_type = place.resource_name.map(|name| match &finding.location.resource_type {
        Some(kind) => format!("{kind}.{name}"),
        None => name,
    });
    finding.location.resource = name.or(with_type);
    if let Some(id) = place.similarity_id {
        finding.fingerprint("SIMILARITY_ID", id);
    }
    finding
}

/// Type and name of the resource at the head of a search key.
fn resource(key: &str) -> Option<(Option<String>, Option<String>)> {
    if let Some(rest) = key.split("metadata.name={{").nth(1) {
        return Some((None, Some(rest.split("}}").next()?.to_owned())));
    }
    let (head, rest) = key.split_once('[')?;
    let kind = head.rsplit('.').next().filter(|kind| !kind.is_empty())?;
    let name = rest.split(']').next()?.trim_matches(|c| c == '{' || c == '}' || c == '"');
    Some((Some(kind.to_owned()), Some(format!("{kind}.{name}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_of_search_keys() {
        let name = |key| resource(key).and_then(|(_, name)| name);
        assert_eq!(name("aws_s3_bucket[logs].acl").as_deref(), Some("aws_s3_bucket.logs"));
        assert_eq!(name("resource.aws_alb[{{front}}]").as_deref(), Some("aws_alb.front"));
        assert_eq!(name("metadata.name={{web}}.spec.containers").as_deref(), Some("web"));
        assert_eq!(name("FROM={{alpine}}"), None);
    }
}
