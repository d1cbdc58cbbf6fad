//! AppScan of HCL (formerly IBM), XML report: AppScan Standard and Enterprise (DAST), AppScan on Cloud (DAST, SAST, IaC). Versions seen: Standard 9.0 to 10.4 (`xmlExportVersion` 2.42 to
//! 2.7), on Cloud (`AsocXmlExportVersion` 1.7).
//!
//! Make it with *Report*, *XML* in the product, or `appscan.sh get_report -i SCAN -s scan -t security -f xml`.
//!
//! - index: the `item` elements of `issue-group`.
//! - rule: the `issue-type` reference (`attSqlInjectionChecks`, `AccessControl.Bypass`); the title is the name of that type.
//! - severity: the word; where the report is in another language, `severity-id` (0 informational to 3 high; 4 and above critical).
//! - place of DAST: the URL of `url`, by way of `url-group`; the parameter, cookie or header of `entity`, by way of `entity-group`. Of SAST: `source-file`, else what stands
//!   before the last `:` of `location`, and `line`; the context is the code.
//! - request and response: `test-http-traffic` of the first variant. `reasoning` and the security risks go to the description; the name in `remediation-group` or `fix` is the
//!   remediation.
//! - CVSS: `cvss-vector` with the version of `scan-information`; `cvss-score`. CWE of the issue, else of its type.
//! - `status` Noise and Passed (on Cloud) is a suppression with that word; Fixed is resolved.
//! - ids: Standard makes new ones in each scan. `asoc-issue-id` is kept as a fingerprint and trusted: on Cloud it stays with the issue.
//! - coverage: an AppScan Standard report says with `scan-summary` that the scan got through; an export of on Cloud may be filtered, so it is partial.
//! - left out: cookies, scripts, visited and broken URLs, screenshots, further variants.
//!
//! # Differs
//! - count: one finding for each issue; some readers join those of one type or one URL.

use std::collections::HashMap;

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::sca::weaknesses;
use super::web::{cves, labelled, paragraphs};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML report of AppScan.
pub(crate) static FORMAT: Format = Format {
    id: "appscan",
    name: "HCL AppScan (IBM AppScan)",
    kinds: &[Kind::Dast, Kind::Sast],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.is_xml("xml-report") && head.xml_root_tag().is_some_and(|tag| tag.contains("AppScan") || tag.contains("mlExportVersion")),
    )
}

/// What issues refer to: element by group and id.
type Groups = HashMap<(String, String), Element>;

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let on_cloud = input.head().xml_root_tag().is_some_and(|tag| tag.contains("AsocXmlExportVersion"));
    out.run("AppScan");
    if on_cloud {
        out.this().claims.partial = Some("an export of AppScan on Cloud, maybe filtered".to_owned());
    }
    let mut groups = Groups::new();
    let mut version = None;
    // Groups stand before or behind the issues, by version.
    items(input, |group, item| match (group, item) {
        ("url-group" | "entity-group" | "issue-type-group" | "remediation-group" | "security-risk-group", Ok(item)) => {
            if let Some(id) = item.attr("id") {
                groups.insert((group.to_owned(), id.to_owned()), item);
            }
        }
        (_, Err((name, text))) if !text.is_empty() => match name {
            "product-version" => out.this().tool_version = Some(text.to_owned()),
            "scan-date-and-time-iso" => out.this().at = Timestamp::lenient(text),
            "cvss-version" => version = Some(text.to_owned()),
            "num-issues-found" => out.this().claims.ran = !on_cloud,
            _ => {}
        },
        _ => {}
    })?;
    items(input, |group, item| {
        if let ("issue-group", Ok(item)) = (group, item) {
            match finding(&item, &groups, version.as_deref()) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(format!("byte {}", item.offset), "an issue without type"),
            }
        }
    })
}

/// Calls `each` with every `item` and the innermost group around it, and with the name and text of every element that is outside them.
fn items<'a>(input: &Input, mut each: impl FnMut(&str, Result<Element, (&str, &str)>) + 'a) -> Result<(), ParseError> {
    let mut open: Vec<String> = Vec::new();
    xml::walk(input, &["item"], |node| {
        match node {
            Node::Open(element) => open.push(element.name.clone()),
            Node::Row(item) => each(open.last().map_or("", String::as_str), Ok(item)),
            Node::Close(name, text) => {
                open.pop();
                each(open.last().map_or("", String::as_str), Err((name, text)));
            }
        }
        Ok(())
    })
}

fn finding(item: &Element, groups: &Groups, version: Option<&str>) -> Option<Finding> {
    let reference = |group: &str, path: &str| groups.get(&(group.to_owned(), item.text_at(path)?.to_owned()));
    let rule = item.text_at("issue-type/ref").or_else(|| item.text_at("issue-type-name"))?;
    let kind_of = reference("issue-type-group", "issue-type/ref");
    let title = item.text_at("issue-type-name").or_else(|| kind_of?.text_at("name")).unwrap_or(rule);
    let url = reference("url-group", "url/ref").and_then(|url| url.text_at("name"));
    let file = item.text_at("source-file").or(item.attr("filename"));
    let mut finding = Finding::new(if file.is_some() { Kind::Sast } else { Kind::Dast }, rule, title);
    rate(&mut finding, item, version);
    let weak = [item.text_at("cwe/ref"), item.text_at("cwe"), kind_of.and_then(|kind| kind.text_at("cwe"))];
    weaknesses(&mut finding, weak.into_iter().flatten().take(1));
    finding.identifiers =
        cves(&format!("{} {}", item.attr("cve").unwrap_or_default(), kind_of.and_then(|kind| kind.text_at("cve")).unwrap_or_default()));
    let variant = item.at("variant-group/item");
    let text = |path: &str| variant.and_then(|variant| variant.text_at(path));
    let risk = reference("security-risk-group", "security-risks/ref").map(|risk| risk.text.clone());
    finding.description = paragraphs([
        text("reasoning").map(str::to_owned),
        text("issue-information/method-signature").map(str::to_owned),
        risk,
        labelled("Context", item.attr("context")),
    ]);
    let fix = reference("remediation-group", "remediation/ref").and_then(|fix| fix.text_at("name"));
    finding.remediation = fix.or_else(|| item.text_at("fix/item/remediation")).map(str::to_owned);
    match file {
        Some(file) => in_code(&mut finding, item, file),
        None => on_site(&mut finding, item, url, reference("entity-group", "entity/ref")),
    }
    let traffic = text("test-http-traffic").unwrap_or_default();
    let cut = traffic.match_indices("HTTP/").map(|(at, _)| at).find(|at| traffic.get(..*at).is_some_and(|before| before.ends_with('\n')));
    finding.request = traffic.get(..cut.unwrap_or(traffic.len())).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    finding.response = cut.and_then(|at| traffic.get(at..)).map(str::to_owned);
    finding.snippet = item.attr("context").filter(|_| file.is_some()).map(str::to_owned);
    if let Some(id) = item.text_at("asoc-issue-id") {
        finding.fingerprint("asoc-issue-id", id);
        finding.trusted_fingerprint = Some("asoc-issue-id");
    }
    let ended = ["noise", "passed"];
    finding.suppressed = item
        .text_at("status")
        .filter(|status| ended.contains(&status.to_ascii_lowercase().as_str()))
        .map(|status| Suppression { by: "AppScan".to_owned(), reason: Some(status.to_owned()) });
    if let Some(status) = item.text_at("status").filter(|status| status.eq_ignore_ascii_case("fixed")) {
        finding.resolve("AppScan", status);
    }
    Some(finding)
}

fn rate(finding: &mut Finding, item: &Element, version: Option<&str>) {
    let id = item.text_at("severity-id");
    if let Some(raw) = item.text_at("severity").or(id) {
        let severity = match (Severity::from_word(raw), id) {
            (Severity::Unknown, Some("0")) => Severity::Info,
            (Severity::Unknown, Some("1")) => Severity::Low,
            (Severity::Unknown, Some("2")) => Severity::Medium,
            (Severity::Unknown, Some("3")) => Severity::High,
            (Severity::Unknown, Some("4" | "5" | "6")) => Severity::Critical,
            (known, _) => known,
        };
        finding.set_severity(raw, severity);
    }
    let score = item.text_at("cvss-score").and_then(|text| text.parse().ok()).filter(|score: &f64| *score > 0.0);
    if let Some(vector) = item.text_at("cvss-vector/vector").filter(|vector| vector.contains('/')) {
        let known = version.filter(|_| !vector.starts_with("CVSS:") && !vector.contains("Au:"));
        let full = known.map_or_else(|| vector.to_owned(), |version| format!("CVSS:{version}/{vector}"));
        finding.cvss.push(Cvss::from_vector(&full).with_score(score).with_source("AppScan"));
    } else if let Some(score) = score {
        finding.cvss.push(Cvss::from_score(score).with_source("AppScan"));
    }
}

fn in_code(finding: &mut Finding, item: &Element, file: &str) {
    let place = item.text_at("location").and_then(|text| text.rsplit_once(':'));
    finding.location.path = Some(file.to_owned());
    let line = item.text_at("line").or(place.map(|(_, line)| line));
    finding.location.start_line = line.and_then(|line| line.parse().ok()).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
}

fn on_site(finding: &mut Finding, item: &Element, url: Option<&str>, entity: Option<&Element>) {
    let named =
        entity.and_then(|entity| entity.text_at("url-name")).or_else(|| item.text_at("location").filter(|text| text.contains("://")));
    finding.location.url = url.or(named).map(str::to_owned);
    finding.location.method = item.child("url").and_then(|url| url.attr("original_request_method")).map(str::to_owned);
    let class = entity.and_then(|entity| entity.text_at("entity-type")).filter(|class| *class != "Page");
    if let (Some(class), Some(name)) = (class, entity.and_then(|entity| entity.text_at("name"))) {
        finding.location.parameter = Some(name.to_owned());
        finding.description = paragraphs([finding.description.take(), labelled("Entity", Some(class))]);
    }
}
