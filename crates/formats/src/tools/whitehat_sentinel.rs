//! WhiteHat Sentinel (now Black Duck Continuous Dynamic; scans of running applications), JSON of its API. One version seen.
//!
//! Make it with `GET https://sentinel.whitehatsec.com/api/vuln?display_attack_vectors=1&format=json`.
//!
//! - index: `collection[]`.
//! - `class` is the rule and the title; the CWE numbers are those of `scanner_tags`, else of the links in `solution`.
//! - severity: `risk` (or `custom_risk`) 5 critical, 4 high, 3 medium, 2 low, 1 and 0 info.
//! - place: the URL of the first of `attack_vectors[]` with its method and request; further addresses are in the description.
//! - `id` is kept as a fingerprint, not trusted. `status: closed` is resolved; `accepted`, `invalid` and `mitigated` are suppressions. `found` is
//!   the tool's first sight.
//! - an answer is a page of a search: absence proves nothing (read-only).

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::loose::{items, text, texts};
use super::web::{add_references, message, paragraphs, plain_some};
use super::wording::add_cwes;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most further addresses that are listed.
const MOST_ADDRESSES: usize = 50;

/// The format of WhiteHat Sentinel's API.
pub(crate) static FORMAT: Format = Format {
    id: "whitehat-sentinel",
    name: "WhiteHat Sentinel",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("collection[].class")
            && (head.has("collection[].site_name") || head.has("collection[].attack_vectors") || head.has("collection[].risk"))
            || head.is("page.total", "0") && head.has("collection") && !head.any_member(|name| !matches!(name, "page" | "collection")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("WhiteHat Sentinel").claims.partial = Some("an answer of the API".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "collection" {
            return Ok(());
        }
        json.rows(out, |out, row: Value| {
            let status = text(&row, &["status"]).unwrap_or_default().to_ascii_lowercase();
            let Some(class) = text(&row, &["class", "class_readable"]) else {
                return out.bad_row(format!("collection[{}]", out.next_index()), "no class");
            };
            let mut finding = finding(&row, class);
            if matches!(status.as_str(), "accepted" | "invalid" | "mitigated" | "out of scope") {
                let reason = text(&row, &["reason"]).or(Some(status));
                finding.suppressed = Some(Suppression { by: "WhiteHat Sentinel".to_owned(), reason });
            } else if status == "closed" {
                finding.resolve("WhiteHat Sentinel", status);
            }
            out.finding(finding);
        })
    })?;
    json.end()
}

fn finding(row: &Value, class: String) -> Finding {
    let mut finding = Finding::new(Kind::Dast, class.clone(), class);
    if let Some(raw) = text(row, &["custom_risk", "risk"]) {
        let severity = match raw.as_str() {
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" => Severity::Low,
            "1" | "0" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    let solution = text(row, &["solution.solution", "solution"]);
    add_references(&mut finding, solution.as_deref().unwrap_or_default());
    let vectors = items(row, "attack_vectors");
    let tags: Vec<String> = vectors.iter().flat_map(|vector| texts(vector, "scanner_tags")).collect();
    add_cwes(&mut finding.cwes, tags.iter().map(String::as_str).filter(|tag| tag.starts_with("CWE-")));
    if finding.cwes.is_empty() {
        let links: Vec<String> = finding.references.iter().filter(|link| link.contains("cwe.mitre.org")).cloned().collect();
        add_cwes(&mut finding.cwes, links.iter().map(String::as_str));
    }
    finding.remediation = paragraphs([plain_some(text(row, &["solution.solution_prepend"]).as_deref()), plain_some(solution.as_deref())]);
    let first = vectors.first().unwrap_or(&Value::Null);
    let others: Vec<String> = vectors.iter().skip(1).take(MOST_ADDRESSES).filter_map(|vector| text(vector, &["request.url"])).collect();
    finding.description = paragraphs([
        plain_some(text(row, &["description.description", "description"]).as_deref()),
        plain_some(text(row, &["description.description_prepend"]).as_deref()),
        (!others.is_empty()).then(|| format!("Also at:\n{}", others.join("\n"))),
    ]);
    finding.location.url = text(first, &["request.url"]).or_else(|| text(row, &["url", "site"]));
    finding.location.method = text(first, &["request.method"]);
    finding.location.parameter = text(first, &["request.param_name"]);
    let headers = items(first, "request.headers")
        .iter()
        .filter_map(|header| Some(format!("{}: {}", text(header, &["name"])?, text(header, &["value"])?)));
    let headers = headers.collect::<Vec<_>>().join("\n");
    finding.request = message(Some(&headers), text(first, &["request.body.content", "request.body"]).as_deref());
    finding.response = text(first, &["response.body_match.content", "response.body.content", "response.body_match"]);
    if let Some(id) = text(row, &["id"]) {
        finding.fingerprint("id", id);
    }
    finding.first_seen_by_tool = text(row, &["found", "opened"]).as_deref().and_then(Timestamp::lenient);
    finding
}
