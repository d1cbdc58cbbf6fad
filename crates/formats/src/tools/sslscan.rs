//! sslscan (TLS of a server), XML. Versions seen: 1.11 to 2.1.
//!
//! Make it with `sslscan --xml=sslscan.xml shop.example.com`.
//!
//! - index: for each `ssltest` its elements `protocol`, `fallback`, `renegotiation`, `compression`, `heartbleed`, `cipher` and `certificate`
//!   in the report's order. An element that says that something is wrong is a finding, the others are passed results.
//! - findings: Heartbleed (with the protocol), insecure renegotiation, compression, SSL 2 and 3 (high), TLS 1.0 and 1.1 (medium) that are
//!   enabled, ciphers whose `strength` is not `strong` or `acceptable`.
//! - severity: Heartbleed high, SSL 2 and 3 high, `null`, `anonymous` and `weak` ciphers high, `medium` ciphers and all others medium.
//! - rule: the element, with the protocol or cipher behind a slash. Place: `host:port` as resource.
//! - coverage: an element `error` is a failed scan; the document's end shows that it got through. The version is that of `document`.
//! - left out: key exchange groups, certificates' contents, expiry (the report says `expired` by the scanner's clock), fallback.
//!
//! # Differs
//! - others rate Heartbleed info.

use model::{Finding, Kind, Severity};

use super::sca;
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `sslscan --xml`.
pub(crate) static FORMAT: Format =
    Format { id: "sslscan", name: "sslscan", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let title = head.xml_root_tag().is_some_and(|tag| tag.contains("SSLScan Results") || tag.contains("rbsec/sslscan"));
    Match::sure_if(head.is_xml("document") && (title || head.has_tag("ssltest")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("sslscan").tool_version = input.head().xml_root_tag().and_then(version);
    xml::rows(input, &["ssltest", "error"], |element| {
        if element.name == "error" {
            out.this().claims.failed = Some(element.text);
        } else {
            server(out, &element);
        }
        Ok(())
    })
}

fn version(tag: &str) -> Option<String> {
    let (_, rest) = tag.split_once("version=")?;
    let quote = rest.chars().next()?;
    rest.get(1..)?.split(quote).next().map(str::to_owned)
}

fn server(out: &mut Output<'_>, test: &Element) {
    out.this().claims.ran = true;
    let resource = format!("{}:{}", test.attr("host").unwrap_or_default(), test.attr("port").unwrap_or("443"));
    for element in &test.children {
        match weakness(element) {
            Some(mut finding) => {
                finding.location.resource = Some(resource.clone());
                finding.location.resource_type = Some("tls".to_owned());
                out.finding(finding);
            }
            None => out.no_finding(),
        }
    }
}

fn weakness(element: &Element) -> Option<Finding> {
    let attr = |name: &str| element.attr(name).unwrap_or_default();
    let say = |rule: String, title: String, severity: Severity, cwe: u32| {
        let mut finding = Finding::new(Kind::Dast, rule, title);
        finding.severity = severity;
        finding.cwes = vec![cwe];
        finding
    };
    let protocol = attr("sslversion");
    match element.name.as_str() {
        "heartbleed" if attr("vulnerable") == "1" => {
            let mut finding = say(format!("heartbleed/{protocol}"), format!("OpenSSL Heartbleed over {protocol}"), Severity::High, 119);
            sca::identify(&mut finding, "CVE-2014-0160", []);
            Some(finding)
        }
        "renegotiation" if attr("supported") == "1" && attr("secure") == "0" => {
            Some(say("renegotiation".into(), "Insecure renegotiation".into(), Severity::Medium, 757))
        }
        "compression" if attr("supported") == "1" => {
            let mut finding = say("compression".into(), "TLS compression (CRIME)".into(), Severity::Medium, 310);
            sca::identify(&mut finding, "CVE-2012-4929", []);
            Some(finding)
        }
        "protocol" if attr("enabled") == "1" => {
            let severity = match (attr("type"), attr("version")) {
                ("ssl", _) => Severity::High,
                ("tls", "1.0" | "1.1") => Severity::Medium,
                _ => return None,
            };
            let name = format!("{} {}", attr("type").to_ascii_uppercase(), attr("version"));
            Some(say(format!("protocol/{name}"), format!("{name} is offered"), severity, 327))
        }
        "cipher" => {
            let strength = attr("strength");
            let severity = match strength {
                "" | "strong" | "acceptable" => return None,
                "medium" => Severity::Medium,
                _ => Severity::High,
            };
            let mut finding =
                say(format!("cipher/{}", attr("cipher")), format!("Weak cipher {} over {protocol}", attr("cipher")), severity, 327);
            finding.severity_raw = Some(strength.to_owned());
            finding.distinct = Some(protocol.to_owned());
            Some(finding)
        }
        _ => None,
    }
}
