//! Burp Suite Professional, XML. Versions seen: 1.6 to 2021.4.
//!
//! Make it in *Target*, *Site map*: select the host, *Issues*, *Report issues*, *XML*; or `burp-rest` and its exporters.
//!
//! - index: `issue` elements.
//! - rule: `type`, the number of Burp's issue definition. Issues of extensions all have the type 134217728; there the name is the rule.
//! - severity: High, Medium, Low, Information; `False positive` is suppressed.
//! - CWE: from `vulnerabilityClassifications` (Burp 2.0 and later).
//! - place: `host` and `path`; `location` repeats the path with the parameter or cookie in brackets, from which the parameter is read.
//! - request and response: those of the first `requestresponse`, decoded from base 64. Bytes that are no text are left out.
//! - `serialNumber` is kept as a fingerprint and not trusted: it is unique in one project only.
//! - time: `exportTime`, which is when the report was made, with the zone's short name. A report of issues does not show that a scan got through, and
//!   a person chooses what is in it: read-only.
//! - left out: further requests and responses, Collaborator events.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::web::{add_references, on_site, paragraphs, plain, plain_some};
use super::wording::{add_cwes, from_base64};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The type of every issue that an extension reports.
pub(super) const EXTENSION: &str = "134217728";

/// The format of Burp's XML report.
pub(crate) static FORMAT: Format =
    Format { id: "burp", name: "Burp Suite", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("issues") && (head.contains("burpVersion") || head.has_tag("serialNumber")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Burp Suite");
    xml::walk(input, &["issue"], |node| {
        match node {
            Node::Open(element) if element.name == "issues" => {
                let run = out.this();
                run.tool_version = element.attr("burpVersion").map(str::to_owned);
                run.at = element.attr("exportTime").and_then(java_date);
            }
            Node::Row(element) => push(out, &element),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, issue: &Element) {
    let name = issue.text_at("name");
    let Some(rule) = issue.text_at("type").filter(|rule| *rule != EXTENSION).or(name) else {
        return out.bad_row(format!("byte {}", issue.offset), "an issue without type and name");
    };
    let mut finding = Finding::new(Kind::Dast, rule, name.unwrap_or(rule));
    if let Some(raw) = issue.text_at("severity") {
        set_severity(&mut finding, raw);
    }
    finding.confidence = issue.text_at("confidence").map(str::to_owned);
    let classes = issue.text_at("vulnerabilityClassifications").unwrap_or_default();
    add_cwes(
        &mut finding.cwes,
        classes.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).filter(|text| text.starts_with("CWE-")),
    );
    let items = issue.child("issueDetailItems").map(Element::deep_text);
    finding.description =
        paragraphs([plain_some(issue.text_at("issueDetail")), plain_some(items.as_deref()), plain_some(issue.text_at("issueBackground"))]);
    finding.remediation = paragraphs([plain_some(issue.text_at("remediationDetail")), plain_some(issue.text_at("remediationBackground"))]);
    add_references(&mut finding, issue.text_at("references").unwrap_or_default());
    if let Some(number) = issue.text_at("serialNumber") {
        finding.fingerprint("serialNumber", number);
    }
    let site = issue.text_at("host").unwrap_or_default();
    finding.location.url = Some(on_site(site, issue.text_at("path").unwrap_or_default()));
    finding.location.parameter = issue.text_at("location").and_then(parameter);
    if let Some(exchange) = issue.child("requestresponse") {
        finding.location.method = exchange.child("request").and_then(|request| request.attr("method")).map(str::to_owned);
        finding.request = exchange.child("request").and_then(body);
        finding.response = exchange.child("response").and_then(body);
    }
    out.this().url.get_or_insert_with(|| site.to_owned());
    out.finding(finding);
}

/// Sets a severity in Burp's words.
pub(super) fn set_severity(finding: &mut Finding, raw: &str) {
    finding.set_severity_word(raw);
    if raw.to_ascii_lowercase().replace('_', " ") == "false positive" {
        finding.severity = Severity::Info;
        finding.suppressed = Some(Suppression { by: "Burp Suite".to_owned(), reason: Some("marked as a false positive".to_owned()) });
    }
}

/// The name in `/login [password parameter]`.
pub(super) fn parameter(location: &str) -> Option<String> {
    let inner = location.trim().strip_suffix(']')?.rsplit_once('[')?.1;
    let name =
        [" parameter", " cookie", " HTTP header", " JSON parameter", " XML parameter"].iter().find_map(|end| inner.strip_suffix(end))?;
    let name = name.trim_start_matches("the ").trim();
    (!name.is_empty()).then(|| plain(name))
}

fn body(element: &Element) -> Option<String> {
    let text = element.text.trim();
    if element.attr("base64") == Some("true") { from_base64(text) } else { Some(text.to_owned()).filter(|text| !text.is_empty()) }
}

/// Java's `Sat Sep 13 22:39:44 CEST 2014`; an unknown zone counts as UTC.
pub(super) fn java_date(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [day, month, number, time, zone, year] = words.as_slice() else { return Timestamp::lenient(text) };
    let at = Timestamp::lenient(&format!("{day} {month} {number} {time} {year}"))?;
    let minutes_ahead: i64 = match *zone {
        "BST" | "CET" => 60,
        "CEST" | "EET" => 120,
        "EEST" | "MSK" => 180,
        "IST" => 330,
        "SGT" | "AWST" => 480,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "EDT" => -240,
        "EST" | "CDT" => -300,
        "CST" | "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" => -480,
        _ => 0,
    };
    Some(Timestamp(at.0 - minutes_ahead * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_in_brackets() {
        assert_eq!(parameter("/login.jsp [password parameter]").as_deref(), Some("password"));
        assert_eq!(parameter("/basket.jsp [b_id cookie]").as_deref(), Some("b_id"));
        assert_eq!((parameter("/login.jsp"), parameter("/a [URL path filename]")), (None, None));
    }

    #[test]
    fn zones_of_java() {
        assert_eq!(java_date("Sat Sep 13 22:39:44 CEST 2014"), "2014-09-13T20:39:44Z".parse().ok());
        assert_eq!(java_date("soon"), None);
    }
}
