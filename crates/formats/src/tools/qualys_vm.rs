//! Qualys VM (Vulnerability Management), XML of a template-based report (`ASSET_DATA_REPORT`). Versions seen: reports of 2019 to 2024.
//!
//! Make it with Reports > New > Template Based, format XML, or `/api/2.0/fo/report/?action=launch&output_format=xml`.
//!
//! - index: `HOST/VULN_INFO_LIST/VULN_INFO`, hosts laid end to end.
//! - rule: the QID (`qid_38293`); title, severity, texts, CVEs and CVSS come from `GLOSSARY/VULN_DETAILS`.
//! - severity: 5 critical, 4 high, 3 medium, 2 low, 1 info. Rows of type `Ig` (information gathered) have a level too.
//! - `Practice` is a potential vulnerability: confidence. `VULN_STATUS` `Fixed` is resolved; `Active`, `New`, `Re-Opened` are. `Ignored` is a suppression.
//! - place: the resource `host:port`: DNS name or FQDN, else the address; SSL, service and protocol tell results apart.
//! - `FIRST_FOUND` is first seen. Scan time: the report's.
//! - coverage: hosts with results and `NO_RESULTS` were scanned: a `RISK_SCORE_SUMMARY` shows that the report was made over scans. The report's filters are not
//!   machine-readable.
//! - left out: exploits and malware of the glossary.

use std::collections::HashMap;

use model::{Cvss, Finding, Kind, Suppression, Timestamp};

use super::ports::host_and_port;
use super::qualys_scale::{describe, set_level};
use super::web::{add_references, cves, plain_some};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Qualys VM's XML report.
pub(crate) static FORMAT: Format =
    Format { id: "qualys-vm", name: "Qualys VM", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("ASSET_DATA_REPORT"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut glossary: HashMap<String, Finding> = HashMap::new();
    xml::rows(input, &["VULN_DETAILS"], |details| {
        if let Some(qid) = qid(&details) {
            let finding = known(&qid, &details);
            glossary.insert(qid, finding);
        }
        Ok(())
    })?;
    out.run("Qualys VM");
    xml::walk(input, &["HOST", "VULN_DETAILS", "RISK_SCORE_PER_HOST"], |node| {
        match node {
            Node::Close("GENERATION_DATETIME", text) => out.this().at = Timestamp::lenient(text),
            Node::Close("RISK_SCORE_SUMMARY", _) => out.this().claims.ran = true,
            Node::Row(element) if element.name == "HOST" => host(out, &element, &glossary),
            _ => {}
        }
        Ok(())
    })
}

fn qid(element: &Element) -> Option<String> {
    let given =
        element.text_at("QID").map(str::to_owned).or_else(|| element.attr("id").map(|id| id.trim_start_matches("qid_").to_owned()))?;
    Some(format!("qid_{}", given.trim()))
}

fn known(qid: &str, details: &Element) -> Finding {
    let mut finding = Finding::new(Kind::Dast, qid, details.text_at("TITLE").unwrap_or(qid));
    if let Some(level) = details.text_at("SEVERITY") {
        set_level(&mut finding, level);
    }
    for cve in details.all("CVE_ID").iter().flat_map(|cve| cves(&cve.deep_text())) {
        if !finding.identifiers.contains(&cve) {
            finding.identifiers.push(cve);
        }
    }
    for (path, version) in [("CVSS_SCORE/CVSS_BASE", "2.0"), ("CVSS3_SCORE/CVSS3_BASE", "3.0")] {
        if let Some(score) = details.text_at(path).and_then(|text| text.trim().parse::<f64>().ok()) {
            finding.cvss.push(
                Cvss { version: Some(version.to_owned()), source: Some("qualys".to_owned()), ..Cvss::default() }.with_score(Some(score)),
            );
        }
    }
    describe(&mut finding, details.text_at("THREAT"), details.text_at("IMPACT"), None);
    finding.remediation = plain_some(details.text_at("SOLUTION"));
    for reference in details.all("VENDOR_REFERENCE") {
        add_references(&mut finding, &reference.deep_text());
    }
    finding
}

fn host(out: &mut Output<'_>, host: &Element, glossary: &HashMap<String, Finding>) {
    out.this().claims.ran = true;
    let text = |name: &str| host.text_at(name).map(str::trim);
    let name = text("DNS").or_else(|| text("FQDN")).or_else(|| text("IP")).unwrap_or("unknown");
    for row in host.child("VULN_INFO_LIST").into_iter().flat_map(|all| all.children("VULN_INFO")) {
        let Some(qid) = qid(row) else {
            out.bad_row(format!("byte {}", row.offset), "a VULN_INFO without QID");
            continue;
        };
        let status = row.text_at("VULN_STATUS").unwrap_or_default();
        let mut finding = glossary.get(&qid).cloned().unwrap_or_else(|| Finding::new(Kind::Dast, qid.as_str(), qid.as_str()));
        match row.text_at("TYPE") {
            Some("Ig") => {}
            Some("Practice") => finding.confidence = Some("potential".to_owned()),
            _ => finding.confidence = Some("confirmed".to_owned()),
        }
        if status.eq_ignore_ascii_case("ignored") {
            finding.suppressed = Some(Suppression { by: "Qualys".to_owned(), reason: Some("ignored".to_owned()) });
        }
        if status.eq_ignore_ascii_case("fixed") {
            finding.resolve("Qualys", status);
        }
        finding.location.resource = Some(host_and_port(name, row.text_at("PORT")));
        let parts = [
            row.text_at("PROTOCOL"),
            row.text_at("SERVICE"),
            (row.text_at("SSL") == Some("true")).then_some("ssl"),
            row.text_at("INSTANCE"),
        ];
        finding.distinct = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
        finding.first_seen_by_tool = row.text_at("FIRST_FOUND").and_then(Timestamp::lenient);
        if let Some(result) = row.text_at("RESULT") {
            let shown: String = result.chars().take(2000).collect();
            finding.description = super::web::paragraphs([finding.description.take(), Some(format!("Result: {shown}"))]);
        }
        out.finding(finding);
    }
}
