//! Nessus and Tenable Web App Scanning, `.nessus` XML (NessusClientData_v2). Versions seen: 2012 to 2023.
//!
//! Make it in the scan's *Export*, *Nessus*. The CSV exports are `nessus_csv.rs`.
//!
//! - index: `ReportItem` elements, hosts laid end to end.
//! - rule: `pluginID`; the title is `pluginName`.
//! - severity: the attribute `severity` 4 critical, 3 high, 2 medium, 1 low, 0 info. Nessus sets it by the CVSS version that the scanner is configured for.
//! - CVE, CWE, CVSS 2 and 3 vectors with their scores; the application of the first CPE is the package.
//! - place: the resource `host:port` (host as scanned), the protocol as its type; items of a web scan have a `uri`, which is the URL, `http_method` and
//!   `input_name`.
//! - `plugin_output` goes to the description. `see_also` are the references.
//! - coverage: a host with `HOST_END` was scanned to its end; the start of the first host is the scan's time. The policy's plug-in set is not taken as a list
//!   of rules: plug-ins that did not apply are in it.
//! - left out: policy, exploit frameworks, publication dates, compliance details.
//!
//! # Differs
//! - Other importers rate by the CVSS 3 score where Nessus rates by its own `severity`, and make one finding of a plug-in on several hosts.

use model::{Cvss, Finding, Kind, Severity, Timestamp};

use super::web::{add_references, labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Nessus' own export.
pub(crate) static FORMAT: Format =
    Format { id: "nessus", name: "Nessus (Tenable)", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("NessusClientData_v2"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nessus");
    let mut host = String::new();
    xml::walk(input, &["ReportItem", "HostProperties", "Policy"], |node| {
        match node {
            Node::Open(element) if element.name == "ReportHost" => element.attr("name").unwrap_or_default().clone_into(&mut host),
            Node::Row(element) if element.name == "HostProperties" => {
                let tag = |name: &str| element.children("tag").find(|tag| tag.attr("name") == Some(name)).map(|tag| tag.text.as_str());
                let run = out.this();
                run.claims.ran |= tag("HOST_END").is_some() || tag("HOST_END_TIMESTAMP").is_some();
                let stamp = tag("HOST_START_TIMESTAMP").and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
                let at = stamp.or_else(|| tag("HOST_START").and_then(Timestamp::lenient));
                run.at = match (run.at, at) {
                    (Some(known), Some(at)) => Some(known.min(at)),
                    (known, at) => known.or(at),
                };
            }
            Node::Row(element) if element.name == "ReportItem" => push(out, &host, &element),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, host: &str, item: &Element) {
    let Some(rule) = item.attr("pluginID") else { return out.bad_row(format!("byte {}", item.offset), "an item without pluginID") };
    let mut finding = Finding::new(Kind::Dast, rule, item.attr("pluginName").or(item.text_at("plugin_name")).unwrap_or(rule).trim());
    if let Some(raw) = item.attr("severity") {
        let severity = match raw {
            "4" => Severity::Critical,
            "3" => Severity::High,
            "2" => Severity::Medium,
            "1" => Severity::Low,
            "0" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    finding.identifiers = item.children("cve").map(|cve| cve.text.to_ascii_uppercase()).filter(|id| id.starts_with("CVE-")).collect();
    add_cwes(&mut finding.cwes, item.children("cwe").map(|cwe| cwe.text.as_str()));
    add_cvss(&mut finding, item.text_at("cvss_vector"), item.text_at("cvss_base_score"), "2.0");
    add_cvss(&mut finding, item.text_at("cvss3_vector"), item.text_at("cvss3_base_score"), "3.0");
    if let Some(cpe) = item.children("cpe").flat_map(|cpe| cpe.text.split_whitespace()).next() {
        set_package(&mut finding, cpe);
    }
    finding.description = paragraphs([
        item.text_at("synopsis").map(str::to_owned),
        item.text_at("description").map(str::to_owned),
        labelled("Output", item.text_at("plugin_output")),
    ]);
    finding.remediation = item.text_at("solution").filter(|text| *text != "n/a").map(str::to_owned);
    add_references(&mut finding, item.text_at("see_also").unwrap_or_default());
    let port = item.attr("port").unwrap_or("0");
    let text = |name: &str| item.text_at(name).map(str::to_owned);
    finding.location.url = text("uri").filter(|uri| uri.contains("://"));
    if finding.location.url.is_some() {
        (finding.location.method, finding.location.parameter) = (text("http_method"), text("input_name"));
    } else {
        set_host(&mut finding, host, port, item.attr("protocol").unwrap_or_default());
    }
    out.finding(finding);
}

/// The resource of a host and port; port 0 means the host as a whole.
pub(super) fn set_host(finding: &mut Finding, host: &str, port: &str, protocol: &str) {
    let place = &mut finding.location;
    if port.is_empty() || port == "0" {
        place.resource = Some(host.to_owned()).filter(|host| !host.is_empty());
        place.resource_type = Some("host".to_owned());
    } else {
        place.resource = Some(format!("{host}:{port}"));
        place.resource_type = Some(format!("{} port", protocol.to_ascii_lowercase()).trim().to_owned());
    }
}

/// Adds a vector as Tenable writes it (`CVSS2#AV:N/…`), or the score alone.
pub(super) fn add_cvss(finding: &mut Finding, vector: Option<&str>, score: Option<&str>, version: &str) {
    let score = score.and_then(|text| text.trim().parse::<f64>().ok()).filter(|score| (0.0..=10.0).contains(score));
    let mut cvss = match (vector, score) {
        (Some(vector), _) => Cvss::from_vector(vector.trim_start_matches("CVSS2#")).with_score(score),
        (None, Some(score)) => Cvss::from_score(score),
        (None, None) => return,
    };
    cvss.version = cvss.version.or_else(|| Some(version.to_owned()));
    finding.cvss.push(cvss.with_source("nessus"));
}

/// Name and version of the application that a CPE names; operating systems and hardware are none.
pub(super) fn set_package(finding: &mut Finding, cpe: &str) {
    let parts: Vec<&str> = cpe.trim().split(':').collect();
    let (name, version) = match parts.as_slice() {
        ["cpe", "/a", _, name, rest @ ..] => (*name, rest.first()),
        ["cpe", "2.3", "a", _, name, rest @ ..] => (*name, rest.first()),
        ["x-cpe", "/a", _, name, rest @ ..] => (*name, rest.first()),
        _ => return,
    };
    let package = finding.package_mut();
    package.name = Some(name.to_owned()).filter(|name| !name.is_empty());
    package.version = version.filter(|version| !matches!(**version, "" | "*" | "-")).map(|version| (*version).to_owned());
}
