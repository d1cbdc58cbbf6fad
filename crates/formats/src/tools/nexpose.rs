//! Rapid7 Nexpose and InsightVM, XML export. Versions seen: report formats `XML Export` (1.0) and `XML Export 2.0`.
//!
//! Make it with a report of the template "XML Export 2.0".
//!
//! - index: in the order of the document, the nodes' `tests/test` of every status but `not-vulnerable` and its like, then each endpoint's tests and
//!   the open port itself; a test that found nothing counts as passed.
//! - rule: the test's `id`; title, severity, description, solution and references come from `VulnerabilityDefinitions`, wherever they stand.
//! - severity: the number from 0 to 10: 10 critical, 7 to 9 high, 4 to 6 medium, 1 to 3 low, 0 info (Rapid7's own words: critical from 8, severe from 4).
//! - `vulnerable-exploited` is verified; `…potential` is a lower confidence; `exception-…` is a suppression.
//! - place: the resource `host:port` (`host` for tests of the node), the address; `key` and the endpoint's protocol tell two results apart.
//! - an open endpoint is an info finding of the rule `open-port`.
//! - coverage: `scans/scan` with status `finished`; `stopped`, `aborted`, `error` and the like are partial scans. The scan's name is not a target.
//! - left out: fingerprints of systems, malware kits, tags.
//!
//! Differs: no finding `Host Up` for each node; a result a place, not one for all places.

use std::collections::HashMap;

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::ports;
use super::sca::weaknesses;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Nexpose's XML export.
pub(crate) static FORMAT: Format =
    Format { id: "nexpose", name: "Rapid7 Nexpose", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("NexposeReport"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut known: HashMap<String, Finding> = HashMap::new();
    xml::rows(input, &["vulnerability"], |element| {
        if let Some(id) = element.attr("id") {
            known.insert(id.to_ascii_lowercase(), definition(id, &element));
        }
        Ok(())
    })?;
    out.run("Nexpose");
    xml::walk(input, &["node", "scan", "vulnerability"], |found| {
        match found {
            Node::Row(element) if element.name == "scan" => scan(out, &element),
            Node::Row(element) if element.name == "node" => node(out, &element, &known),
            _ => {}
        }
        Ok(())
    })
}

fn scan(out: &mut Output<'_>, scan: &Element) {
    let run = out.this();
    run.at = scan.attr("startTime").and_then(time).or(run.at);
    match scan.attr("status") {
        Some("finished") => run.claims.ran = true,
        Some(status) => run.claims.partial = Some(format!("the scan is {status}")),
        None => {}
    }
}

/// `20210211T162340221`: date, time, milliseconds.
fn time(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once('T')?;
    let part = |text: &str, from: usize, to: usize| text.get(from..to).map(str::to_owned);
    let (year, month, day) = (part(date, 0, 4)?, part(date, 4, 6)?, part(date, 6, 8)?);
    let (hour, minute, second) = (part(clock, 0, 2)?, part(clock, 2, 4)?, part(clock, 4, 6)?);
    Timestamp::lenient(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

fn definition(id: &str, element: &Element) -> Finding {
    let mut finding = Finding::new(Kind::Dast, id, element.attr("title").unwrap_or(id));
    let score = element.attr("cvssScore").and_then(|text| text.parse::<f64>().ok()).filter(|score| (0.0..=10.0).contains(score));
    if let Some(raw) = element.attr("severity") {
        let severity = match raw.parse::<u32>() {
            Ok(10..) => Severity::Critical,
            Ok(7..=9) => Severity::High,
            Ok(4..=6) => Severity::Medium,
            Ok(1..=3) => Severity::Low,
            Ok(0) => Severity::Info,
            Err(_) => Severity::from_word(raw),
        };
        finding.set_severity(raw, severity);
    }
    if let Some(vector) = element.attr("cvssVector") {
        finding.cvss.push(Cvss::from_vector(vector).with_score(score).with_source("rapid7"));
    }
    for reference in element.child("references").into_iter().flat_map(|all| all.children("reference")) {
        let (source, text) = (reference.attr("source").unwrap_or_default(), reference.text.trim());
        match source {
            "CVE" => finding.identifiers.push(if text.starts_with("CVE-") { text.to_owned() } else { format!("CVE-{text}") }),
            "CWE" => weaknesses(&mut finding, [text]),
            "URL" => finding.references.push(text.to_owned()),
            _ => finding.references.push(format!("{source} {text}")),
        }
    }
    finding.description = element.child("description").map(words).filter(|text| !text.is_empty());
    finding.remediation = element.child("solution").map(words).filter(|text| !text.is_empty());
    finding
}

/// The text of an element and all below it, white space folded.
fn words(element: &Element) -> String {
    element.deep_text().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn node(out: &mut Output<'_>, node: &Element, known: &HashMap<String, Finding>) {
    let address = node.attr("address").unwrap_or("unknown");
    for test in node.child("tests").into_iter().flat_map(|tests| tests.children("test")) {
        result(out, test, known, (address, None, "host"));
    }
    for endpoint in node.child("endpoints").into_iter().flat_map(|all| all.children("endpoint")) {
        let (port, protocol) = (endpoint.attr("port").unwrap_or("0"), endpoint.attr("protocol").unwrap_or("tcp").to_ascii_lowercase());
        let services: Vec<&Element> = endpoint.child("services").into_iter().flat_map(|all| all.children("service")).collect();
        let inner = services.iter().flat_map(|service| service.children("tests"));
        for test in inner.chain(endpoint.children("tests")).flat_map(|tests| tests.children("test")) {
            result(out, test, known, (address, Some(port), protocol.as_str()));
        }
        if endpoint.attr("status") == Some("open") {
            let mut finding = ports::open_port(address, port, &protocol);
            finding.description = services.first().and_then(|service| service.attr("name")).map(|name| format!("Service: {name}"));
            out.finding(finding);
        }
    }
}

fn result(out: &mut Output<'_>, test: &Element, known: &HashMap<String, Finding>, (address, port, protocol): (&str, Option<&str>, &str)) {
    let Some(id) = test.attr("id") else {
        out.bad_row(format!("byte {}", test.offset), "a test without id");
        return;
    };
    let status = test.attr("status").unwrap_or_default();
    let found = status.starts_with("vulnerable")
        || status.starts_with("potential")
        || status.starts_with("exception")
        || status.starts_with("overridden");
    if !found {
        out.no_finding();
        return;
    }
    let mut finding = known.get(&id.to_ascii_lowercase()).cloned().unwrap_or_else(|| Finding::new(Kind::Dast, id, id));
    finding.location.resource = Some(ports::host_and_port(address, port));
    finding.location.resource_type = Some(if port.is_some() { format!("{protocol} port") } else { protocol.to_owned() });
    finding.distinct = Some(format!("{protocol} {}", test.attr("key").unwrap_or_default()).trim().to_owned());
    finding.confidence = Some(status.to_owned());
    finding.verified = (status == "vulnerable-exploited").then_some(true);
    finding.first_seen_by_tool = test.attr("vulnerable-since").and_then(time);
    if status.starts_with("exception") {
        finding.suppressed = Some(Suppression { by: "Nexpose".to_owned(), reason: Some("vulnerability exception".to_owned()) });
    }
    let proof = words(test);
    if !proof.is_empty() {
        finding.description = super::web::paragraphs([finding.description.take(), Some(format!("Proof: {proof}"))]);
    }
    out.finding(finding);
}
