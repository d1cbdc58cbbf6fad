//! Acunetix Web Vulnerability Scanner (the product on premises), XML. Versions seen: 11 to 13.
//!
//! Make it in *Scans*, *Export to*, *XML*. Acunetix 360 is Invicti (`invicti.rs`).
//!
//! - index: `ReportItem` elements, scans laid end to end; a `Scan` is a run.
//! - rule: `ModuleName`, with `Type` behind a colon where one module finds several things; without a module the name. The title is `Name`.
//! - severity: high, medium, low, informational; `critical` in version 13.
//! - place: `StartURL` and the path in `Affects`; `Parameter` is the parameter, `<empty>` is none. AcuSensor gives `AOP_SourceFile` and `AOP_SourceLine`.
//! - the method is that of `TechnicalDetails/Request`. CWE, CVE and the CVSS 2 and 3 vectors are kept.
//! - `IsFalsePositive` true is a suppression.
//! - coverage: `FinishTime` with `Aborted` False; an aborted scan is partial. Times `24/09/2018, 18:09:55` are day first, in the scanner's zone, taken as UTC.
//! - left out: crawled files, technologies, banner.

use model::{Cvss, Finding, Kind, Suppression, Timestamp};

use super::web::{add_references, on_site, origin, paragraphs, plain_some};
use super::wording::add_cwes;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Acunetix's XML export.
pub(crate) static FORMAT: Format =
    Format { id: "acunetix", name: "Acunetix", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("ScanGroup") && head.has_tag("Scan"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut depth_of_scan = false;
    let mut finished = false;
    xml::walk(input, &["ReportItem", "Crawler"], |node| {
        match node {
            Node::Open(element) if element.name == "Scan" => {
                out.run("Acunetix");
                (depth_of_scan, finished) = (true, false);
            }
            Node::Close("StartURL", text) if depth_of_scan => {
                let text = text.to_owned();
                out.this().url = Some(if text.contains("://") { origin(&text).to_owned() } else { format!("http://{text}") });
            }
            Node::Close("StartTime", text) => out.this().at = time(text),
            Node::Close("FinishTime", text) => finished = !text.is_empty(),
            Node::Close("Aborted", text) => {
                let claims = &mut out.this().claims;
                let aborted = text.eq_ignore_ascii_case("true");
                claims.ran = finished && !aborted;
                claims.partial = aborted.then(|| "the scan was aborted".to_owned());
            }
            Node::Row(element) if element.name == "ReportItem" => push(out, &element),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, item: &Element) {
    let Some(name) = item.text_at("Name") else { return out.bad_row(format!("byte {}", item.offset), "an item without a name") };
    let rule = match (item.text_at("ModuleName"), item.text_at("Type")) {
        (Some(module), Some(kind)) => format!("{module}:{kind}"),
        (Some(module), None) => module.to_owned(),
        (None, _) => name.to_owned(),
    };
    let mut finding = Finding::new(Kind::Dast, rule, name);
    if let Some(raw) = item.text_at("Severity") {
        finding.set_severity_word(raw);
    }
    let numbers =
        item.child("CWEList").map(|list| list.children("CWE").filter_map(|cwe| cwe.attr("id").or(Some(&cwe.text))).collect::<Vec<_>>());
    add_cwes(&mut finding.cwes, numbers.unwrap_or_default());
    finding.identifiers = item.child("CVEList").map(|list| super::web::cves(&list.deep_text())).unwrap_or_default();
    for (list, is_two) in [("CVSS", true), ("CVSS3", false)] {
        if let Some(vector) = item.text_at(&format!("{list}/Descriptor")) {
            let score = item.text_at(&format!("{list}/Score")).and_then(|text| text.parse().ok());
            let mut cvss = Cvss::from_vector(vector).with_score(score).with_source("acunetix");
            cvss.version = cvss.version.or_else(|| is_two.then(|| "2.0".to_owned()));
            finding.cvss.push(cvss);
        }
    }
    finding.description = paragraphs([
        plain_some(item.text_at("Description")),
        plain_some(item.text_at("Impact")),
        plain_some(item.text_at("Details")),
        plain_some(item.text_at("DetailedInformation")),
    ]);
    finding.remediation = plain_some(item.text_at("Recommendation"));
    if let Some(references) = item.child("References") {
        add_references(&mut finding, &references.deep_text());
    }
    if item.text_at("IsFalsePositive").is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1") {
        finding.suppressed = Some(Suppression { by: "Acunetix".to_owned(), reason: Some("marked as a false positive".to_owned()) });
    }
    finding.request = item.text_at("TechnicalDetails/Request").map(str::to_owned);
    let site = out.this().url.clone().unwrap_or_default();
    let place = &mut finding.location;
    place.url = Some(on_site(&site, item.text_at("Affects").unwrap_or_default()));
    let verb = finding.request.as_deref().and_then(|request| request.split_whitespace().next());
    place.method = verb.filter(|verb| verb.chars().all(|c| c.is_ascii_uppercase())).map(str::to_owned);
    place.parameter = item.text_at("Parameter").filter(|name| *name != "<empty>").map(str::to_owned);
    place.path = item.text_at("AOP_SourceFile").map(str::to_owned);
    place.start_line = item.text_at("AOP_SourceLine").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
    out.finding(finding);
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::lenient(&text.replace(", ", " "))
}
