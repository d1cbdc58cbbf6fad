//! Outpost24 OUTSCAN and HIAB, XML report. Versions seen: reports of 2019 to 2024 (`XMLReport.dtd`).
//!
//! Make it with Reports > Export, format XML.
//!
//! - index: `detaillist/detail`.
//! - rule: `id`, the number of the script; `name` is the title.
//! - severity: the CVSS 3 score by its bands, else that of CVSS 2; without either `risk`: 0 info, 1 low, 2 medium, 3 or 4 high.
//! - place: the resource `host:port`, the host by `ip` as the target was given. `cve/id` are identifiers, `product` and `information` go to the description.
//! - `falsepositive` 1 and `accepted` 1 are suppressions. `history/firstseen` is first seen.
//! - coverage: every host with `completescan` true; one with false makes the run partial, a report without hosts tells of no run.
//! - left out: lists of ports and of hosts.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::ports::host_and_port;
use super::sca;
use super::web::{cves, labelled, paragraphs};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Outpost24's XML report.
pub(crate) static FORMAT: Format =
    Format { id: "outpost24", name: "Outpost24", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let named = head.contains("outpost24.com") || head.contains("OUTSCAN") || head.contains("HIAB");
    Match::sure_if(head.is_xml("main") && (named || head.has_tag("detaillist") || head.has_tag("reportinfo") && head.has_tag("hostlist")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Outpost24");
    xml::walk(input, &["detail", "host", "reportdate"], |node| {
        let Node::Row(element) = node else { return Ok(()) };
        match element.name.as_str() {
            "reportdate" => out.this().at = Timestamp::lenient(&element.text),
            "host" => match element.text_at("completescan") {
                Some("true" | "1") => out.this().claims.ran = true,
                Some(_) => {
                    let host = element.text_at("ip").unwrap_or("a host").to_owned();
                    out.this().claims.partial = Some(format!("the scan of {host} is not complete"));
                }
                None => {}
            },
            _ => match finding(&element) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(format!("byte {}", element.offset), "a detail without id and name"),
            },
        }
        Ok(())
    })
}

fn finding(row: &Element) -> Option<Finding> {
    let text = |path: &str| row.text_at(path).map(str::trim);
    let rule = text("id").or_else(|| text("name"))?;
    let mut finding = Finding::new(Kind::Dast, rule, text("name").unwrap_or(rule));
    let number = |path: &str| text(path).and_then(|text| text.parse::<f64>().ok());
    let (three, two) = (number("cvss_v3_score").filter(|score| *score > 0.0), number("cvss_score"));
    if let Some(score) = three.or(two.filter(|score| *score > 0.0)) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    } else if let Some(risk) = text("risk") {
        let severity = match risk {
            "0" => Severity::Info,
            "1" => Severity::Low,
            "2" => Severity::Medium,
            "3" | "4" => Severity::High,
            word => Severity::from_word(word),
        };
        finding.set_severity(risk, severity);
    }
    sca::assessed(&mut finding, text("cvss_v3_vector"), three, Some("outpost24"));
    let vector = text("cvss_vector").and_then(|vector| vector.split_whitespace().next());
    sca::assessed(&mut finding, vector, two, Some("outpost24"));
    for id in row.children("cve").flat_map(|cve| cve.children("id")).flat_map(|id| cves(&id.text)) {
        if !finding.identifiers.contains(&id) {
            finding.identifiers.push(id);
        }
    }
    let owned = |path: &str| text(path).map(str::to_owned);
    finding.description = paragraphs([owned("description"), labelled("Product", text("product")), labelled("Found", text("information"))]);
    finding.remediation = paragraphs([owned("solutiontitle"), owned("solution")]);
    for url in
        row.child("referencelist").into_iter().flat_map(|all| all.children("reference")).filter_map(|reference| reference.text_at("url"))
    {
        finding.references.push(url.to_owned());
    }
    finding.first_seen_by_tool = text("history/firstseen").and_then(Timestamp::lenient);
    for (flag, reason) in [("falsepositive", "marked as a false positive"), ("accepted", "risk accepted")] {
        if text(flag) == Some("1") {
            finding.suppressed = Some(Suppression { by: "Outpost24".to_owned(), reason: Some(reason.to_owned()) });
        }
    }
    let host = text("ip").or_else(|| text("hostname")).or_else(|| text("virtualhost")).unwrap_or("unknown");
    finding.location.resource = Some(host_and_port(host, text("portinfo/portnumber")));
    finding.distinct = text("portinfo/protocol").map(str::to_ascii_lowercase);
    Some(finding)
}
