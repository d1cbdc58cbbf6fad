//! Burp Suite, JSON: the answer of the REST API of Burp Professional (`/v0.1/scan/N`), and the issues of Burp Suite DAST's GraphQL API. Seen: 2020 to 2024.
//!
//! Make it with `curl http://127.0.0.1:1337/v0.1/scan/5 > burp.json`, or save the `issues` of a GraphQL query as `{"Issues": […]}`.
//!
//! - index: `issue_events[]` (REST) or `Issues[]` (GraphQL).
//! - rule: `type_index`, the number that is `type` in Burp's XML; issues of extensions (134217728) and of GraphQL, which has no number, go by the name.
//! - severity: high, medium, low, info; `false_positive` is suppressed.
//! - place: `origin` and `path`; the parameter is read from the caption (`/login [password parameter]`).
//! - request and response: the segments of the first evidence, base 64 in REST, HTML in GraphQL. Bytes that are no text are left out.
//! - CWE: from `vulnerability_classifications_html` (GraphQL only).
//! - coverage: `scan_status` `succeeded` got through, `failed` failed, all others are partial. GraphQL says nothing of the scan. No version, no time.
//! - `serial_number` is kept as a fingerprint and not trusted: it is unique in one project only.
//! - left out: scan metrics, internal data.

use model::{Finding, Kind};
use serde::Deserialize;
use serde_json::Value;

use super::burp::{EXTENSION, parameter, set_severity};
use super::web::{add_references, on_site, paragraphs, plain_some};
use super::wording::{add_cwes, from_base64};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Burp's APIs.
pub(crate) static FORMAT: Format =
    Format { id: "burp-api", name: "Burp Suite API", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let rest = head.has("issue_events") && (head.has("scan_status") || head.has("scan_metrics") || head.has("issue_events[].issue"));
    let none = head.has("Issues") && !head.has("Issues[]") && head.text().len() < 40;
    let graph = none || head.has_all(&["Issues[].issue_type", "Issues[].origin"]);
    Match::sure_if(rest || graph)
}

#[derive(Deserialize)]
struct Event {
    issue: Issue,
}

#[derive(Deserialize)]
struct Issue {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    type_index: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    issue_type: Definition,
    #[serde(default, deserialize_with = "lenient::text")]
    serial_number: Option<String>,
    origin: String,
    #[serde(default, deserialize_with = "lenient::text")]
    path: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(default, alias = "description_html", deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, alias = "remediation_html", deserialize_with = "lenient::text")]
    remediation: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    caption: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    evidence: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Definition {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    description_html: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    remediation_html: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    vulnerability_classifications_html: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    references_html: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Burp Suite");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "scan_status" => {
            let claims = &mut out.this().claims;
            match json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar).as_deref() {
                Some("succeeded") => claims.ran = true,
                Some("failed") => claims.failed = Some("the scan's status is failed".to_owned()),
                Some(other) => claims.partial = Some(format!("the scan's status is {other}")),
                None => {}
            }
            Ok(())
        }
        "issue_events" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Event>()? {
                Ok(event) => push(out, &place, event.issue),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        "Issues" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Issue>()? {
                Ok(issue) => push(out, &place, issue),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, issue: Issue) {
    let name = issue.name.as_deref().or(issue.issue_type.name.as_deref());
    let Some(rule) = issue.type_index.as_deref().filter(|index| *index != EXTENSION).or(name) else {
        return out.bad_row(place, "an issue without a name");
    };
    let mut finding = Finding::new(Kind::Dast, rule, name.unwrap_or(rule));
    if let Some(raw) = &issue.severity {
        set_severity(&mut finding, raw);
    }
    let class = &issue.issue_type;
    finding.confidence = issue.confidence;
    let links = class.vulnerability_classifications_html.as_deref().unwrap_or_default();
    add_cwes(&mut finding.cwes, links.split(['<', '>', '"']).filter(|part| part.starts_with("CWE-") || part.contains("cwe.mitre.org")));
    finding.description = paragraphs([plain_some(issue.description.as_deref()), plain_some(class.description_html.as_deref())]);
    finding.remediation = paragraphs([plain_some(issue.remediation.as_deref()), plain_some(class.remediation_html.as_deref())]);
    add_references(&mut finding, class.references_html.as_deref().unwrap_or_default());
    if let Some(number) = issue.serial_number {
        finding.fingerprint("serialNumber", number);
    }
    finding.request = issue.evidence.iter().find_map(|evidence| exchange(evidence, "request"));
    finding.response = issue.evidence.iter().find_map(|evidence| exchange(evidence, "response"));
    let verb = finding.request.as_deref().and_then(|request| request.split_whitespace().next());
    finding.location.method = verb.filter(|verb| verb.len() <= 10 && verb.chars().all(|c| c.is_ascii_uppercase())).map(str::to_owned);
    finding.location.url = Some(on_site(&issue.origin, issue.path.as_deref().unwrap_or_default()));
    finding.location.parameter = issue.caption.as_deref().and_then(parameter);
    out.this().url.get_or_insert(issue.origin);
    out.finding(finding);
}

/// One side of an exchange, its segments put together.
fn exchange(evidence: &Value, side: &str) -> Option<String> {
    let rest = evidence.pointer(&format!("/request_response/{side}")).and_then(Value::as_array);
    let graph = evidence.get(format!("{side}_segments")).and_then(Value::as_array);
    let text: String = match (rest, graph) {
        (Some(segments), _) => segments.iter().filter_map(|segment| from_base64(segment.get("data")?.as_str()?)).collect(),
        (None, Some(segments)) => segments
            .iter()
            .filter_map(|segment| segment.get("data_html").or_else(|| segment.get("highlight_html"))?.as_str())
            .map(super::web::plain)
            .collect(),
        (None, None) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}
