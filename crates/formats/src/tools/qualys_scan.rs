//! Qualys VM, XML of a single scan as the web interface and API v1 export it (`SCAN`). Versions seen: `scan-1.dtd`.
//!
//! Make it with Scans > View > Download > XML.
//!
//! - index: each host's `VULNS/CAT/VULN`, then its `PRACTICES/CAT/PRACTICE` (potential vulnerabilities, confidence). `INFOS` and `SERVICES` list what is there
//!   and are no findings.
//! - rule: `number`, the QID, written as other exports write it (`qid_82024`); severity 5 critical to 1 info.
//! - place: the resource `host:port`: `name` of the `IP` element, else its address; port and protocol stand on the category.
//! - CVEs from `CVE_ID_LIST` and `cveid`; `CVSS_BASE`, `CVSS3_BASE` are scores.
//! - scan time: `HEADER/KEY value="DATE"`; `STATUS` other than `FINISHED` is a partial scan.
//! - left out: OS, option profile.
//!
//! Differs: potential vulnerabilities are there, with their confidence.

use model::{Cvss, Finding, Kind, Timestamp};

use super::ports::host_and_port;
use super::qualys_scale::{describe, set_level};
use super::web::{cves, plain_some};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of a Qualys scan's XML.
pub(crate) static FORMAT: Format = Format {
    id: "qualys-scan",
    name: "Qualys VM (scan XML)",
    kinds: &[Kind::Dast],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("SCAN") && (head.contains("scan-1.dtd") || head.contains("qualys") || head.contains("OPTION_PROFILE")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Qualys VM");
    xml::walk(input, &["IP", "KEY"], |node| {
        let Node::Row(element) = node else { return Ok(()) };
        match (element.name.as_str(), element.attr("value").unwrap_or_default()) {
            ("KEY", "DATE") => out.this().at = Timestamp::lenient(&element.text),
            ("KEY", "STATUS") if element.text.eq_ignore_ascii_case("FINISHED") => out.this().claims.ran = true,
            ("KEY", "STATUS") => out.this().claims.partial = Some(format!("the scan is {}", element.text.to_lowercase())),
            ("IP", _) => host(out, &element),
            _ => {}
        }
        Ok(())
    })
}

fn host(out: &mut Output<'_>, host: &Element) {
    let name = host.attr("name").filter(|name| *name != "No registered hostname").or_else(|| host.attr("value")).unwrap_or("unknown");
    for (section, row_name, confidence) in [("VULNS", "VULN", "confirmed"), ("PRACTICES", "PRACTICE", "potential")] {
        for category in host.child(section).into_iter().flat_map(|all| all.children("CAT")) {
            for row in category.children(row_name) {
                match finding(row, category, name) {
                    Some(finding) => out.finding(Finding { confidence: Some(confidence.to_owned()), ..finding }),
                    None => out.bad_row(format!("byte {}", row.offset), "a vulnerability without number"),
                }
            }
        }
    }
}

fn finding(row: &Element, category: &Element, host: &str) -> Option<Finding> {
    let number = row.attr("number")?;
    let mut finding = Finding::new(Kind::Dast, format!("qid_{number}"), row.text_at("TITLE").unwrap_or(number));
    if let Some(level) = row.attr("severity") {
        set_level(&mut finding, level);
    }
    let listed = row.child("CVE_ID_LIST").map(Element::deep_text).unwrap_or_default();
    finding.identifiers = cves(&format!("{} {listed}", row.attr("cveid").unwrap_or_default()));
    for (path, version) in [("CVSS_BASE", "2.0"), ("CVSS3_BASE", "3.0")] {
        if let Some(score) = row.text_at(path).and_then(|text| text.trim().parse::<f64>().ok()) {
            finding.cvss.push(
                Cvss { version: Some(version.to_owned()), source: Some("qualys".to_owned()), ..Cvss::default() }.with_score(Some(score)),
            );
        }
    }
    describe(&mut finding, row.text_at("DIAGNOSIS"), row.text_at("CONSEQUENCE"), row.text_at("RESULT"));
    finding.remediation = plain_some(row.text_at("SOLUTION"));
    finding.location.resource = Some(host_and_port(host, category.attr("port")));
    finding.distinct = category.attr("protocol").map(str::to_owned);
    Some(finding)
}
