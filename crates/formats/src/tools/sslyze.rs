//! SSLyze (TLS configuration), JSON. Versions seen: 3.0 to 6.3.
//!
//! Make it with `sslyze --json_out sslyze.json shop.example.com`.
//!
//! - SSLyze states facts, not weaknesses. Muster takes these, in this order for each of `server_scan_results[]`, which the index counts: protocols SSL 2.0, SSL 3.0
//!   (high), TLS 1.0 and 1.1 (medium) with an accepted cipher suite; cipher suites of TLS 1.2 without forward secrecy or without AEAD (medium); a certificate that
//!   a trust store does not accept or that is for another name (medium); Heartbleed, CCS injection, ROBOT (high); insecure or client-started renegotiation
//!   (medium); compression (medium).
//! - the rule names the fact: `tls-1-0`, `weak-cipher-suites`, `certificate`, `heartbleed`. Place: the resource `host:port`.
//! - the scans are either plain (3 and 4) or inside `result` with a status (5 and 6).
//! - coverage: a server whose `scan_status` or `connectivity_status` is ERROR is unread, and so are those of `server_connectivity_errors`; the report is written at
//!   the end. `date_scans_started` is the time.
//! - left out: what passed, session resumption, curves, headers, certificates themselves. Old XML reports are the format `sslyze-xml`.
//!
//! # Differs
//! - Other importers also count cipher suites of TLS 1.3, which are all sound.

use std::collections::BTreeMap;

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::web::labelled;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `sslyze --json_out`.
pub(crate) static FORMAT: Format =
    Format { id: "sslyze", name: "SSLyze", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    // Certificates fill the head: only what stands before them can be looked for.
    let server = head.has("server_scan_results[].connectivity_result")
        || head.has("server_scan_results[].scan_commands")
        || head.has("sslyze_version");
    let results = head.has("server_scan_results[].scan_result") || head.has("server_scan_results[].scan_commands_results");
    Match::sure_if(head.has("server_scan_results") && (server || results))
}

#[derive(Deserialize)]
struct Server {
    #[serde(default)]
    server_info: Value,
    #[serde(default)]
    server_location: Value,
    #[serde(default, deserialize_with = "lenient::text")]
    scan_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    connectivity_status: Option<String>,
    #[serde(default, alias = "scan_commands_results")]
    scan_result: Option<BTreeMap<String, Box<RawValue>>>,
}

/// What a scan of one kind found. Typed, because the certificates beside it hold numbers of thousands of bits, which no JSON value takes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Facts {
    status: Option<String>,
    result: Option<Box<Facts>>,
    accepted_cipher_suites: Option<Vec<Accepted>>,
    certificate_deployments: Option<Vec<Deployment>>,
    is_vulnerable_to_heartbleed: Option<bool>,
    is_vulnerable_to_ccs_injection: Option<bool>,
    robot_result: Option<String>,
    supports_secure_renegotiation: Option<bool>,
    is_vulnerable_to_client_renegotiation_dos: Option<bool>,
    accepts_client_renegotiation: Option<bool>,
    supports_compression: Option<bool>,
}

#[derive(Deserialize)]
struct Accepted {
    cipher_suite: Suite,
}

#[derive(Deserialize)]
struct Suite {
    name: String,
}

#[derive(Deserialize)]
struct Deployment {
    leaf_certificate_subject_matches_hostname: Option<bool>,
    path_validation_results: Option<Vec<Validation>>,
}

#[derive(Deserialize)]
struct Validation {
    #[serde(alias = "openssl_error_string")]
    validation_error: Option<String>,
    trust_store: Option<Store>,
}

#[derive(Deserialize)]
struct Store {
    name: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("SSLyze");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "sslyze_version" => {
            out.this().tool_version = json.row::<String>()?.ok();
            Ok(())
        }
        "date_scans_started" => {
            out.this().at = json.row::<String>()?.ok().as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "server_connectivity_errors" => json.rows(out, |out, error: Value| {
            let host = error.pointer("/server_string").or_else(|| error.pointer("/server_location/hostname")).and_then(lenient::scalar);
            out.this().claims.unread.extend(host);
        }),
        "server_scan_results" => json.rows(out, server),
        _ => Ok(()),
    })?;
    json.end()
}

fn server(out: &mut Output<'_>, server: Server) {
    let location =
        if server.server_location.is_object() { Some(&server.server_location) } else { server.server_info.get("server_location") };
    let part = |name: &str| location.and_then(|place| place.get(name)).and_then(lenient::scalar).unwrap_or_default();
    let resource = format!("{}:{}", part("hostname"), part("port"));
    if [&server.scan_status, &server.connectivity_status].into_iter().flatten().any(|status| status.starts_with("ERROR")) {
        return out.this().claims.unread.push(resource);
    }
    let Some(stated) = server.scan_result else { return out.bad_row(resource, "a server without results") };
    let mut scans: BTreeMap<&str, Facts> = BTreeMap::new();
    for (name, raw) in &stated {
        match serde_json::from_str::<Option<Facts>>(raw.get()) {
            Ok(facts) => drop(facts.map(|facts| scans.insert(name, facts))),
            Err(error) if is_looked_at(name) => return out.bad_row(resource, format!("`{name}`: {error}")),
            // A kind of scan that a newer version adds, in a shape of its own.
            Err(_) => {}
        }
    }
    out.this().claims.ran = true;
    let none = Facts::default();
    let scan = |name: &str| match scans.get(name) {
        Some(facts) if facts.status.is_some() => facts.result.as_deref().unwrap_or(&none),
        Some(facts) => facts,
        None => &none,
    };
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
        let accepted = suites(scan(name));
        if !accepted.is_empty() {
            say(rule, title, severity, labelled("Accepted", Some(&accepted.join(", "))));
        }
    }
    let weak: Vec<&str> = suites(scan("tls_1_2_cipher_suites")).into_iter().filter(|suite| is_weak(suite)).collect();
    if !weak.is_empty() {
        say("weak-cipher-suites", "TLS 1.2 with weak cipher suites", Severity::Medium, labelled("Accepted", Some(&weak.join(", "))));
    }
    if let Some(problem) = certificate(scan("certificate_info")) {
        say("certificate", "The certificate is not accepted", Severity::Medium, Some(problem));
    }
    if scan("heartbleed").is_vulnerable_to_heartbleed == Some(true) {
        say("heartbleed", "OpenSSL Heartbleed", Severity::High, None);
    }
    if scan("openssl_ccs_injection").is_vulnerable_to_ccs_injection == Some(true) {
        say("ccs-injection", "OpenSSL CCS injection", Severity::High, None);
    }
    if let Some(robot) = scan("robot").robot_result.as_ref().filter(|robot| robot.starts_with("VULNERABLE")) {
        say("robot", "ROBOT (return of Bleichenbacher's oracle)", Severity::High, Some(robot.clone()));
    }
    let renegotiation = scan("session_renegotiation");
    if renegotiation.supports_secure_renegotiation == Some(false) {
        say("insecure-renegotiation", "No secure renegotiation", Severity::Medium, None);
    }
    if [renegotiation.is_vulnerable_to_client_renegotiation_dos, renegotiation.accepts_client_renegotiation].contains(&Some(true)) {
        say("client-renegotiation", "Renegotiation started by the client", Severity::Medium, None);
    }
    if scan("tls_compression").supports_compression == Some(true) {
        say("compression", "TLS compression (CRIME)", Severity::Medium, None);
    }
}

/// Scans whose results are read, besides those of [`PROTOCOLS`].
const OTHERS: [&str; 7] = [
    "tls_1_2_cipher_suites",
    "certificate_info",
    "heartbleed",
    "openssl_ccs_injection",
    "robot",
    "session_renegotiation",
    "tls_compression",
];

fn is_looked_at(name: &str) -> bool {
    OTHERS.contains(&name) || PROTOCOLS.iter().any(|(known, ..)| *known == name)
}

const PROTOCOLS: [(&str, &str, &str, Severity); 4] = [
    ("ssl_2_0_cipher_suites", "ssl-2-0", "SSL 2.0 is offered", Severity::High),
    ("ssl_3_0_cipher_suites", "ssl-3-0", "SSL 3.0 is offered", Severity::High),
    ("tls_1_0_cipher_suites", "tls-1-0", "TLS 1.0 is offered", Severity::Medium),
    ("tls_1_1_cipher_suites", "tls-1-1", "TLS 1.1 is offered", Severity::Medium),
];

/// The names of the accepted cipher suites.
fn suites(scan: &Facts) -> Vec<&str> {
    scan.accepted_cipher_suites.iter().flatten().map(|accepted| accepted.cipher_suite.name.as_str()).collect()
}

/// Without forward secrecy, without authentication, or without an AEAD cipher.
pub(super) fn is_weak(suite: &str) -> bool {
    let secret = suite.starts_with("TLS_ECDHE_") || suite.starts_with("TLS_DHE_");
    let sealed = ["_GCM_", "_CCM", "CHACHA20"].iter().any(|part| suite.contains(part));
    !secret || !sealed || suite.contains("_anon_") || suite.contains("_NULL_")
}

/// What speaks against the certificate in the first deployment that has something.
fn certificate(scan: &Facts) -> Option<String> {
    scan.certificate_deployments.iter().flatten().find_map(|deployment| {
        if deployment.leaf_certificate_subject_matches_hostname == Some(false) {
            return Some("It is for another name.".to_owned());
        }
        deployment.path_validation_results.iter().flatten().find_map(|result| {
            let reason = result.validation_error.as_deref().filter(|text| !text.is_empty())?;
            let store = result.trust_store.as_ref().and_then(|store| store.name.as_deref()).unwrap_or("a trust store");
            Some(format!("{store}: {reason}"))
        })
    })
}
