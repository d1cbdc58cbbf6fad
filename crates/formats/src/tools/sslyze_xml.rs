//! SSLyze (TLS configuration), XML of the old versions. Versions seen: 0.10 to 2.1; from 3 on there is JSON only.
//!
//! Make it with `sslyze --regular --xml_out=sslyze.xml shop.example.com`.
//!
//! - index and rules as in the JSON (see the format `sslyze`), for each `target`: protocols with an accepted cipher suite, cipher suites of
//!   TLS 1.2 without forward secrecy or AEAD, the certificate, Heartbleed, CCS injection, ROBOT, renegotiation, compression.
//! - severity and place as in the JSON: resource `host:port`.
//! - coverage: `invalidTargets/invalidTarget` names servers that could not be reached: unread. The version is that of `document`; no time.
//!
//! # Differs
//! - others rate all of it info.

use model::{Finding, Kind, Severity};

use super::sslyze::is_weak;
use super::web::labelled;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `sslyze --xml_out`.
pub(crate) static FORMAT: Format =
    Format { id: "sslyze-xml", name: "SSLyze (XML)", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("document") && head.xml_root_tag().is_some_and(|tag| tag.contains("SSLyze")))
}

const PROTOCOLS: [(&str, &str, &str, Severity); 4] = [
    ("sslv2", "ssl-2-0", "SSL 2.0 is offered", Severity::High),
    ("sslv3", "ssl-3-0", "SSL 3.0 is offered", Severity::High),
    ("tlsv1", "tls-1-0", "TLS 1.0 is offered", Severity::Medium),
    ("tlsv1_1", "tls-1-1", "TLS 1.1 is offered", Severity::Medium),
];

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("SSLyze");
    xml::walk(input, &["target", "invalidTarget"], |node| {
        match node {
            Node::Open(element) if element.name == "document" => {
                out.this().tool_version = element.attr("SSLyzeVersion").map(str::to_owned);
            }
            Node::Row(element) if element.name == "target" => target(out, &element),
            Node::Row(element) => {
                let name = element.attr("host").map_or_else(|| element.text.clone(), str::to_owned);
                out.this().claims.unread.push(name);
            }
            _ => {}
        }
        Ok(())
    })
}

fn target(out: &mut Output<'_>, target: &Element) {
    out.this().claims.ran = true;
    let resource = format!("{}:{}", target.attr("host").unwrap_or_default(), target.attr("port").unwrap_or("443"));
    let mut say = |rule: &str, title: &str, severity: Severity, detail: Option<String>| {
        let mut finding = Finding::new(Kind::Dast, rule, title);
        finding.severity = severity;
        finding.description = detail;
        finding.cwes = if rule == "certificate" { vec![295] } else { vec![326] };
        finding.location.resource = Some(resource.clone());
        finding.location.resource_type = Some("tls".to_owned());
        out.finding(finding);
    };
    for (name, rule, title, severity) in PROTOCOLS {
        let accepted = suites(target, name);
        if !accepted.is_empty() {
            say(rule, title, severity, labelled("Accepted", Some(&accepted.join(", "))));
        }
    }
    let weak: Vec<&str> = suites(target, "tlsv1_2").into_iter().filter(|suite| is_weak(suite)).collect();
    if !weak.is_empty() {
        say("weak-cipher-suites", "TLS 1.2 with weak cipher suites", Severity::Medium, labelled("Accepted", Some(&weak.join(", "))));
    }
    if let Some(problem) = certificate(target) {
        say("certificate", "The certificate is not accepted", Severity::Medium, Some(problem));
    }
    let is = |path: &str, attribute: &str, value: &str| target.at(path).and_then(|element| element.attr(attribute)) == Some(value);
    if is("heartbleed/openSslHeartbleed", "isVulnerable", "True") {
        say("heartbleed", "OpenSSL Heartbleed", Severity::High, None);
    }
    if is("openssl_ccs/openSslCcsInjection", "isVulnerable", "True") {
        say("ccs-injection", "OpenSSL CCS injection", Severity::High, None);
    }
    let robot = target.at("robot/robotAttack").and_then(|attack| attack.attr("resultEnum"));
    if let Some(robot) = robot.filter(|robot| robot.starts_with("VULNERABLE")) {
        say("robot", "ROBOT (return of Bleichenbacher's oracle)", Severity::High, Some(robot.to_owned()));
    }
    if is("reneg/sessionRenegotiation", "isSecure", "False") {
        say("insecure-renegotiation", "No secure renegotiation", Severity::Medium, None);
    }
    if is("reneg/sessionRenegotiation", "canBeClientInitiated", "True") {
        say("client-renegotiation", "Renegotiation started by the client", Severity::Medium, None);
    }
    if is("compression/compressionMethod", "isSupported", "True") {
        say("compression", "TLS compression (CRIME)", Severity::Medium, None);
    }
}

fn suites<'a>(target: &'a Element, protocol: &str) -> Vec<&'a str> {
    let accepted = target.child(protocol).and_then(|protocol| protocol.child("acceptedCipherSuites"));
    accepted.into_iter().flat_map(|accepted| accepted.children("cipherSuite")).filter_map(|suite| suite.attr("name")).collect()
}

fn certificate(target: &Element) -> Option<String> {
    let validation = target.at("certinfo/certificateValidation")?;
    if validation.child("hostnameValidation").and_then(|host| host.attr("certificateMatchesServerHostname")) == Some("False") {
        return Some("It is not for this host name.".to_owned());
    }
    validation.children("pathValidation").find_map(|path| {
        let result = path.attr("validationResult").or(path.attr("error"))?;
        (result != "ok").then(|| format!("{}: {result}", path.attr("usingTrustStore").unwrap_or("trust store")))
    })
}
