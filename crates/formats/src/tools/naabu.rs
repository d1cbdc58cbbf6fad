//! naabu (port scanner of ProjectDiscovery), JSON lines and CSV. Versions seen: 2.0 to 2.6.
//!
//! Make it with `naabu -host shop.example.com -json -o naabu.json`, or the same with `-csv`.
//!
//! - index: lines, or rows behind the header. A host without open ports has the port 0 in newer versions and is no finding.
//! - an open port is an info finding of the rule `open-port`. The same port told twice (naabu does, for each retry) is one finding; the repeat
//!   counts as no finding.
//! - place: the resource `host:port`, the host by the name given, else the address.
//! - 2.0 wrote `port` as an object (`{"Port": 80, "Protocol": 0, "TLS": false}`, protocol 0 is TCP).
//! - coverage: nothing tells of a run without ports: such a file is empty.
//! - left out: the content-delivery network's name goes to the description, MAC addresses are not kept.

use std::collections::HashSet;

use model::{Kind, Timestamp};
use serde_json::Value;

use super::dig::Dig;
use super::ports;
use crate::read::{csv, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `naabu -json`.
pub(crate) static FORMAT: Format = Format {
    id: "naabu",
    name: "naabu",
    kinds: &[Kind::Dast],
    media: &[Media::JsonLines, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |prefix: &str| {
        let has = |name: &str| head.has(&format!("{prefix}{name}"));
        let port = has("port.Port") || has("port") && (has("protocol") || has("tls") || has("host"));
        let other = ["rec_type", "proto", "ports", "vulnerabilities", "url", "scheme", "template-id", "module_name"];
        has("ip") && port && (has("timestamp") || has("host")) && !other.iter().any(|name| has(name))
    };
    Match::sure_if(!head.is_json_array() && (row("") || row("[].")) || is_table(head))
}

fn is_table(head: &Head<'_>) -> bool {
    let columns = head.csv_columns();
    let has = |name: &str| columns.iter().any(|column| column == name);
    has("ip") && has("port") && (has("host") || has("timestamp")) && (has("cdnname") || has("iscdnip") || has("tls") && has("protocol"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("naabu");
    let mut seen = HashSet::new();
    let mut number = 0;
    if is_table(&input.head()) {
        return csv::each(input, out, 0, |out, row| {
            let port = Port {
                host: row.text(&["host"]),
                ip: row.text(&["ip"]),
                port: row.text(&["port"]),
                protocol: row.text(&["protocol"]),
                cdn: row.text(&["cdn-name"]),
                tls: row.get(&["tls"]) == Some("true"),
                at: row.get(&["timestamp"]).map(go_time).and_then(Timestamp::lenient),
            };
            push(out, &format!("line {}", row.line), port, &mut seen);
        });
    }
    lines::json(input, out, |out, row: Value| {
        number += 1;
        let port = Port {
            host: row.text("host"),
            ip: row.text("ip"),
            port: row.text("port.Port").or_else(|| row.text("port")),
            protocol: row.text("protocol").or_else(|| row.text("port.Protocol")),
            cdn: row.text("cdn-name"),
            tls: row.truth("tls|port.TLS") == Some(true),
            at: row.time("timestamp"),
        };
        push(out, &format!("row {number}"), port, &mut seen);
    })
}

/// An open port, as a row has it.
struct Port {
    host: Option<String>,
    ip: Option<String>,
    port: Option<String>,
    protocol: Option<String>,
    cdn: Option<String>,
    tls: bool,
    at: Option<Timestamp>,
}

fn push(out: &mut Output<'_>, place: &str, row: Port, seen: &mut HashSet<(String, String, String)>) {
    let (Some(host), Some(port)) = (row.host.or_else(|| row.ip.clone()), row.port) else {
        out.bad_row(place, "a row without host or port");
        return;
    };
    if out.this().at.is_none() {
        out.this().at = row.at;
    }
    if port == "0" {
        return out.no_finding();
    }
    let protocol = match row.protocol.as_deref() {
        None | Some("0") => "tcp".to_owned(),
        Some("1") => "udp".to_owned(),
        Some(word) => word.to_ascii_lowercase(),
    };
    let mut finding = ports::open_port(&host, &port, &protocol);
    let told = [
        row.ip.filter(|ip| *ip != host).map(|ip| format!("Address: {ip}")),
        row.cdn.map(|name| format!("Content-delivery network: {name}")),
        row.tls.then(|| "TLS: yes".to_owned()),
    ];
    finding.description = super::web::paragraphs(told);
    if seen.insert((host, port, protocol)) { out.finding(finding) } else { out.no_finding() }
}

/// Go's `2024-05-01 10:00:00.123456 +0000 UTC`, without the name of the zone.
fn go_time(text: &str) -> &str {
    text.trim().trim_end_matches(" UTC")
}
