//! Qualys Web Application Scanning, XML reports of scans and web applications (`WAS_SCAN_REPORT`, `WAS_WEBAPP_REPORT`). Seen: 2020 to 2024.
//!
//! Make it in *Reports*, *New report*, *Scan report* or *Web application report*, format XML.
//!
//! - index: `VULNERABILITY`, `SENSITIVE_CONTENT` and `INFORMATION_GATHERED` elements in the order of the file. `IGNORED` is a suppression; status FIXED is
//!   resolved.
//! - rule: `QID`. Title, severity, CWE, CVSS and texts stand in the glossary behind the results: the file is read twice.
//! - severity: 5 critical, 4 high, 3 medium, 2 low, 1 info; what was only gathered is info. The reference importer reads level 2 of a vulnerability the same way.
//! - place: `URL`, `PARAM` and the method of the first payload, whose request and response are kept.
//! - `UNIQUE_ID` belongs to one scan: not taken. `FIRST_TIME_DETECTED` is when the tool saw it first.
//! - coverage: a scan of status Finished got through; another is partial. Its start is the time, the application's URL the run's.
//! - left out: filters, groups, OWASP and WASC classes, access paths.

use std::collections::HashMap;

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::web::{message, origin, paragraphs, plain_some};
use super::wording::{add_cwes, from_base64};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Qualys WAS' XML reports.
pub(crate) static FORMAT: Format =
    Format { id: "qualys-was", name: "Qualys WAS", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("WAS_SCAN_REPORT") || head.is_xml("WAS_WEBAPP_REPORT"))
}

const RESULTS: [&str; 3] = ["VULNERABILITY", "SENSITIVE_CONTENT", "INFORMATION_GATHERED"];

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let run = out.run("Qualys WAS");
    let mut glossary: HashMap<String, Element> = HashMap::new();
    // The summary has elements of the results' names, with a number each.
    xml::rows(input, &["QID_LIST", "SCAN_LIST", "WEBAPP", "RESULTS", "SUMMARY"], |element| {
        match element.name.as_str() {
            "QID_LIST" => {
                let known = element.children.into_iter().filter_map(|entry| Some((entry.text_at("QID")?.to_owned(), entry)));
                glossary.extend(known);
            }
            "SCAN_LIST" => {
                for scan in element.children("SCAN") {
                    run.at = run.at.or_else(|| scan.text_at("START_DATE").and_then(written_time));
                    match scan.text_at("STATUS") {
                        Some("Finished") | None => run.claims.ran = true,
                        Some(other) => run.claims.partial = Some(format!("a scan's status is {other}")),
                    }
                }
            }
            "WEBAPP" if run.url.is_none() => run.url = element.text_at("URL").map(|url| origin(url).to_owned()),
            _ => {}
        }
        Ok(())
    })?;
    let mut inside = false;
    xml::walk(input, &[&RESULTS[..], &["SUMMARY", "GLOSSARY", "APPENDIX"]].concat(), |node| {
        match node {
            Node::Open(element) if element.name == "RESULTS" => inside = true,
            Node::Close("RESULTS", _) => inside = false,
            Node::Row(element) if inside && RESULTS.contains(&element.name.as_str()) => push(out, &element, &glossary),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, result: &Element, glossary: &HashMap<String, Element>) {
    let Some(rule) = result.text_at("QID") else { return out.bad_row(format!("byte {}", result.offset), "a result without QID") };
    let entry = glossary.get(rule);
    let said = |name: &str| entry.and_then(|entry| entry.text_at(name));
    let mut finding = Finding::new(Kind::Dast, rule, said("TITLE").unwrap_or(rule));
    if let Some(raw) = said("SEVERITY").or(result.text_at("SEVERITY")) {
        let severity = match raw {
            _ if result.name == "INFORMATION_GATHERED" => Severity::Info,
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" => Severity::Low,
            "1" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    add_cwes(&mut finding.cwes, said("CWE").unwrap_or_default().split([',', ' ']));
    let score = |name: &str| said(name).and_then(|text| text.parse::<f64>().ok());
    for (base, vector) in [("CVSS_BASE", "CVSS_VECTOR"), ("CVSS_V3/BASE", "CVSS_V3/ATTACK_VECTOR")] {
        if let Some(score) = score(base) {
            let vector = said(vector).filter(|vector| vector.contains("AV:"));
            finding.cvss.push(vector.map_or_else(Cvss::default, Cvss::from_vector).with_score(Some(score)).with_source("qualys"));
        }
    }
    finding.description = paragraphs([plain_some(said("DESCRIPTION")), plain_some(said("IMPACT").filter(|text| *text != "N/A"))]);
    finding.remediation = plain_some(said("SOLUTION").filter(|text| *text != "N/A"));
    finding.first_seen_by_tool = result.text_at("FIRST_TIME_DETECTED").and_then(written_time);
    if result.text_at("IGNORED") == Some("true") {
        finding.suppressed = Some(Suppression { by: "Qualys WAS".to_owned(), reason: result.text_at("IGNORE_REASON").map(str::to_owned) });
    }
    if let Some(status) = result.text_at("STATUS").filter(|status| status.eq_ignore_ascii_case("fixed")) {
        finding.resolve("Qualys WAS", status);
    }
    finding.location.url = result.text_at("URL").map(str::to_owned);
    finding.location.parameter = result.text_at("PARAM").map(str::to_owned);
    if let Some(payload) = result.at("PAYLOADS/PAYLOAD") {
        finding.location.method = payload.text_at("REQUEST/METHOD").map(str::to_owned);
        finding.request = payload.child("REQUEST").and_then(request);
        let contents = payload.at("RESPONSE/CONTENTS");
        finding.response = contents
            .and_then(|text| if text.attr("base64") == Some("true") { from_base64(&text.text) } else { message(Some(&text.text), None) });
    }
    if finding.location.url.is_none() {
        finding.location.url = out.this().url.clone();
    }
    out.finding(finding);
}

fn request(request: &Element) -> Option<String> {
    let line = format!("{} {}", request.text_at("METHOD")?, request.text_at("URL").unwrap_or_default());
    let headers = request.child("HEADERS").into_iter().flat_map(|all| all.children("HEADER"));
    let lines = headers.map(|header| {
        format!("{}: {}", header.text_at("key").unwrap_or_default().trim(), header.text_at("value").unwrap_or_default().trim())
    });
    let head = std::iter::once(line).chain(lines).collect::<Vec<_>>().join("\n");
    message(Some(&head), request.text_at("BODY"))
}

/// `12 Mar 2020 04:42PM GMT-0400`.
fn written_time(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [day, month, year, clock, zone @ ..] = words.as_slice() else { return None };
    let (time, half) = clock.split_at_checked(clock.len().checked_sub(2)?)?;
    let at = Timestamp::lenient(&format!("{month} {day}, {year} {time}:00 {half}"))?;
    let shift = zone.first().and_then(|zone| zone.strip_prefix("GMT")).and_then(|shift| shift.parse::<i64>().ok()).unwrap_or(0);
    Some(Timestamp(at.0 - (shift / 100 * 60 + shift % 100) * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_a_zone() {
        assert_eq!(written_time("12 Mar 2020 04:42PM GMT-0400"), "2020-03-12T20:42:00Z".parse().ok());
        assert_eq!(written_time("soon"), None);
    }
}
