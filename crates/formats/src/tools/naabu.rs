//! naabu (port scanner of ProjectDiscovery), JSON lines. Versions seen: 2.0 to 2.6.
//!
//! Make it with `naabu -host shop.example.com -json -o naabu.json`.
//!
//! - index: lines.
//! - an open port is an info finding of the rule `open-port`. The same port told twice (naabu does, for each retry) is one finding; the repeat
//!   counts as no finding.
//! - place: the resource `host:port`, the host by the name given, else the address.
//! - 2.0 wrote `port` as an object (`{"Port": 80, "Protocol": 0, "TLS": false}`, protocol 0 is TCP).
//! - coverage: nothing tells of a run without ports: such a file is empty.
//! - left out: the content-delivery network's name goes to the description, MAC addresses are not kept.

use std::collections::HashSet;

use model::Kind;
use serde_json::Value;

use super::dig::Dig;
use super::ports;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `naabu -json`.
pub(crate) static FORMAT: Format =
    Format { id: "naabu", name: "naabu", kinds: &[Kind::Dast], media: &[Media::JsonLines], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |prefix: &str| {
        let has = |name: &str| head.has(&format!("{prefix}{name}"));
        let port = has("port.Port") || has("port") && (has("protocol") || has("tls") || has("host"));
        let other = ["rec_type", "proto", "ports", "vulnerabilities", "url", "scheme", "template-id", "module_name"];
        has("ip") && port && (has("timestamp") || has("host")) && !other.iter().any(|name| has(name))
    };
    Match::sure_if(!head.is_json_array() && (row("") || row("[].")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("naabu");
    let mut seen = HashSet::new();
    let mut number = 0;
    lines::json(input, out, |out, row: Value| {
        number += 1;
        let host = row.text("host").or_else(|| row.text("ip"));
        let (Some(host), Some(port)) = (host, row.text("port.Port").or_else(|| row.text("port"))) else {
            out.bad_row(format!("row {number}"), "a row without host or port");
            return;
        };
        if out.this().at.is_none() {
            out.this().at = row.time("timestamp");
        }
        let protocol = match row.text("protocol").or_else(|| row.text("port.Protocol")).as_deref() {
            None | Some("0") => "tcp".to_owned(),
            Some("1") => "udp".to_owned(),
            Some(word) => word.to_ascii_lowercase(),
        };
        let mut finding = ports::open_port(&host, &port, &protocol);
        let told = [
            row.text("ip").filter(|ip| *ip != host).map(|ip| format!("Address: {ip}")),
            row.text("cdn-name").map(|name| format!("Content-delivery network: {name}")),
            row.truth("tls|port.TLS").filter(|tls| *tls).map(|_| "TLS: yes".to_owned()),
        ];
        finding.description = super::web::paragraphs(told);
        if seen.insert((host, port, protocol)) { out.finding(finding) } else { out.no_finding() }
    })
}
