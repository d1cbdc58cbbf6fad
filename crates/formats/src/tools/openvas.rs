//! OpenVAS (Greenbone), XML reports. Versions seen: GMP 7 to 22.
//!
//! Make it in *Reports*, *Download*, *XML*; or `gvm-cli … --xml '<get_reports report_id="…" details="1"/>'`.
//!
//! - index: `result` elements in `results`.
//! - rule: the OID of the test; where it has none (results of the CVE scanner) its name, which is the CVE.
//! - severity: `threat`: Critical, High, Medium, Low, Log (info), else the score in `severity`; `False Positive` is suppressed.
//! - CVE and the CVSS vector are kept; `qod` (quality of detection, percent) is the confidence.
//! - place: the resource `host:port`, the host by its name where one is known, else the address; `general/tcp` is the host as a whole.
//! - coverage: `scan_run_status` Done got through; Stopped and Interrupted are partial. The filter of the report (usually `min_qod=70`) is part of
//!   every report and not taken as partial. Time: `scan_start`.
//! - left out: CERT advisories, host details, the `id` of a result, which is new in every scan.
//!
//! # Differs
//! - severity: the `threat` of the result itself. (Some readers leave results of some tests at info.)

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};

use super::nessus::set_host;
use super::web::{add_references, cves, labelled, paragraphs};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of OpenVAS' XML reports.
pub(crate) static FORMAT: Format = Format {
    id: "openvas",
    name: "OpenVAS (Greenbone)",
    kinds: &[Kind::Dast],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let tag = head.xml_root_tag().unwrap_or_default();
    let xml = head.is_xml("report")
        && (tag.contains("format_id=") || head.has_tag("gmp") || head.has_tag("omp") || head.has_tag("report_format"));
    let answer = head.is_xml("get_reports_response");
    Match::sure_if(xml || answer)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("OpenVAS");
    // `results` holds the rows; a `result` elsewhere is a reference to one.
    let mut inside = false;
    xml::walk(input, &["result", "hosts", "host", "errors", "filters", "task"], |node| {
        match node {
            Node::Open(element) if element.name == "results" => inside = true,
            Node::Close("results", _) => inside = false,
            Node::Close("scan_start", text) => out.this().at = Timestamp::lenient(text),
            Node::Close("scan_run_status", "Done") => out.this().claims.ran = true,
            Node::Close("scan_run_status", other) => out.this().claims.partial = Some(format!("the scan's status is {other}")),
            Node::Row(element) if element.name == "result" && inside => push(out, &element),
            _ => {}
        }
        Ok(())
    })
}

/// Sets the severity from the word of a result.
pub(super) fn rate(finding: &mut Finding, threat: Option<&str>) {
    let Some(raw) = threat else { return };
    finding.set_severity(raw, if raw == "Alarm" { Severity::High } else { Severity::from_word(raw) });
    if raw == "False Positive" {
        finding.severity = Severity::Info;
        finding.suppressed = Some(Suppression { by: "OpenVAS".to_owned(), reason: Some("marked as a false positive".to_owned()) });
    }
}

/// Sets the resource from a port as OpenVAS writes it (`443/tcp`, `general/tcp`).
pub(super) fn set_place(finding: &mut Finding, host: &str, port: &str) {
    let (number, protocol) = port.split_once('/').unwrap_or((port, ""));
    // Older versions write `https (443/tcp)`.
    let number = number.rsplit(['(', ' ']).next().unwrap_or(number);
    let number = if number.chars().all(|c| c.is_ascii_digit()) { number } else { "" };
    set_host(finding, host, number, protocol.trim_end_matches(')'));
}

fn push(out: &mut Output<'_>, result: &Element) {
    let nvt = result.child("nvt");
    let oid = nvt.and_then(|nvt| nvt.attr("oid")).filter(|oid| *oid != "0");
    let named = result.text_at("name").or(nvt.and_then(|nvt| nvt.text_at("name")));
    let Some(rule) = oid.or(named) else { return out.bad_row(format!("byte {}", result.offset), "a result without a test") };
    let mut finding = Finding::new(Kind::Dast, rule, named.unwrap_or(rule));
    rate(&mut finding, result.text_at("threat").or(result.text_at("original_threat")));
    if finding.severity_raw.is_none()
        && let Some(score) = result.text_at("severity").and_then(|text| text.parse::<f64>().ok())
    {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    finding.confidence = result.text_at("qod/value").map(str::to_owned);
    if let Some(nvt) = nvt {
        let refs = nvt.child("refs");
        let named = refs.into_iter().flat_map(|refs| refs.children("ref")).filter_map(|r| r.attr("id"));
        let ids = named.collect::<Vec<_>>().join(" ");
        finding.identifiers = cves(&format!("{ids} {} {}", nvt.text_at("cve").unwrap_or_default(), rule));
        add_references(&mut finding, &format!("{ids} {}", nvt.text_at("xref").unwrap_or_default()));
        let tags = nvt.text_at("tags").unwrap_or_default();
        let tag =
            |name: &str| tags.split('|').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).filter(|text| !text.trim().is_empty());
        let vector = nvt.text_at("severities/severity/value").or(tag("cvss_base_vector"));
        let score = nvt.text_at("cvss_base").and_then(|text| text.parse().ok());
        finding.cvss.extend(vector.map(|vector| Cvss::from_vector(vector).with_score(score)));
        finding.description = paragraphs([
            tag("summary").map(str::to_owned),
            tag("insight").map(str::to_owned),
            labelled("Result", result.text_at("description")),
        ]);
        finding.remediation = nvt.text_at("solution").or(tag("solution")).map(str::to_owned);
    }
    let address = result.text_at("host").unwrap_or_default();
    let host = result.text_at("host/hostname").unwrap_or(address);
    set_place(&mut finding, host, result.text_at("port").unwrap_or_default());
    out.finding(finding);
}
