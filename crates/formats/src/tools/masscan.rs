//! masscan (port scanner), JSON, JSON lines, XML and list. Versions seen: 1.0 to 1.3.
//!
//! Make it with `masscan 10.0.0.0/24 -p1-1000 -oJ masscan.json` (`-oD` for JSON lines, `-oX` for XML, `-oL` for the list).
//!
//! - index: open ports in the order of the document.
//! - an open port is an info finding of the rule `open-port`; closed ports are none. The service's banner goes to the description.
//! - place: the resource `host:port`, the host by its address. masscan reports a port again for each answer: the repeats count as no finding.
//! - coverage: the end mark (`{finished: 1}`, `# end`, `<finished>`); newer versions write none in JSON. Which addresses and ports were scanned
//!   is not said.
//! - left out: the time of each answer, time to live, reason.

use std::collections::HashSet;

use model::{Finding, Timestamp};
use serde_json::Value;

use super::dig::{self, Dig};
use super::ports;
use crate::read::json::Shape;
use crate::read::xml::{self, Element, Node};
use crate::read::{json::Json, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `masscan -oJ`, `-oD`, `-oX` and `-oL`.
pub(crate) static FORMAT: Format = Format {
    id: "masscan",
    name: "masscan",
    kinds: &[model::Kind::Dast],
    media: &[Media::Json, Media::JsonLines, Media::Xml, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let rows = head.has_all(&["[].ip", "[].ports[].port"]) || head.has_all(&["[].ip", "[].rec_type"]);
    let one = head.has_all(&["ip", "ports[].port", "ports[].proto"]) || head.has_all(&["ip", "rec_type", "port"]);
    let xml = head.is_xml("nmaprun") && head.contains("scanner=\"masscan\"");
    Match::sure_if(rows || one || xml || head.starts_with("#masscan"))
}

type Seen = HashSet<(String, String, String)>;

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("masscan");
    let mut seen = Seen::new();
    if input.head().xml_root().is_some() {
        return parse_xml(input, out, &mut seen);
    }
    if input.head().starts_with("#") {
        return parse_list(input, out, &mut seen);
    }
    let mut json = input.json()?;
    json.values(|json, _| match json.shape()? {
        Shape::Array => json.array(|json, _| host(json, out, &mut seen)),
        _ => host(json, out, &mut seen),
    })
}

/// One answer. The end mark of older versions is no JSON: `{finished: 1}`.
fn host(json: &mut Json<'_>, out: &mut Output<'_>, seen: &mut Seen) -> Result<(), ParseError> {
    let place = json.place();
    let raw = json.raw()?;
    let row: Value = match serde_json::from_slice(&raw) {
        Ok(row) => row,
        Err(_) if raw.starts_with(b"{finished") => {
            out.this().claims.ran = true;
            return Ok(());
        }
        Err(error) => {
            out.bad_row(place, error.to_string());
            return Ok(());
        }
    };
    let Some(address) = row.text("ip") else {
        out.bad_row(place, "an answer without ip");
        return Ok(());
    };
    if out.this().at.is_none() {
        out.this().at = row.time("timestamp");
    }
    if row.dig("ports").is_none() {
        answer(out, seen, &place, &address, &row, &row);
    }
    for (place, port) in dig::objects(out, &place, &row, "ports") {
        answer(out, seen, &place, &address, port, port);
    }
    Ok(())
}

fn answer(out: &mut Output<'_>, seen: &mut Seen, place: &str, address: &str, port: &Value, about: &Value) {
    let Some(number) = port.text("port") else {
        out.bad_row(place, "an answer without port");
        return;
    };
    let protocol = port.text("proto").unwrap_or_else(|| "tcp".to_owned());
    let banner = about.text("service.banner|data.banner").map(|banner| match about.text("service.name|data.service_name") {
        Some(name) => format!("{name}: {banner}"),
        None => banner,
    });
    let state = about.text("status|data.status").unwrap_or_else(|| "open".to_owned());
    push(out, seen, [address, &number, &protocol], &state, banner);
}

fn push(out: &mut Output<'_>, seen: &mut Seen, [address, port, protocol]: [&str; 3], state: &str, banner: Option<String>) {
    if state.to_ascii_lowercase().starts_with("close") || !seen.insert((address.to_owned(), port.to_owned(), protocol.to_owned())) {
        out.no_finding();
        return;
    }
    let finding = ports::open_port(address, port, protocol);
    out.finding(Finding { description: banner, ..finding });
}

fn parse_xml(input: &Input, out: &mut Output<'_>, seen: &mut Seen) -> Result<(), ParseError> {
    xml::walk(input, &["host", "finished"], |node| {
        match node {
            Node::Open(element) if element.name == "nmaprun" => {
                let run = out.this();
                run.tool_version = element.attr("version").map(str::to_owned);
                run.at = element.attr("start").and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
            }
            Node::Row(element) if element.name == "finished" => out.this().claims.ran = true,
            Node::Row(host) => {
                let address = host.child("address").and_then(|address| address.attr("addr")).unwrap_or("unknown");
                for port in host.child("ports").into_iter().flat_map(|all| all.children("port")) {
                    let state = port.child("state").and_then(|state| state.attr("state")).unwrap_or("open");
                    let named = [address, port.attr("portid").unwrap_or("0"), port.attr("protocol").unwrap_or("tcp")];
                    push(out, seen, named, state, port.child("service").and_then(banner_of));
                }
            }
            _ => {}
        }
        Ok(())
    })
}

fn banner_of(service: &Element) -> Option<String> {
    service.attr("banner").map(|banner| format!("{}: {banner}", service.attr("name").unwrap_or("service")))
}

fn parse_list(input: &Input, out: &mut Output<'_>, seen: &mut Seen) -> Result<(), ParseError> {
    let ended = lines::each(input, |number, line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#", "end", ..] => out.this().claims.ran = true,
            [first, ..] if first.starts_with('#') => {}
            // A banner follows its port as a line of its own.
            ["banner", ..] => out.no_finding(),
            [state, protocol, port, address, rest @ ..] if port.parse::<u16>().is_ok() => {
                if out.this().at.is_none() {
                    out.this().at = rest.first().and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
                }
                push(out, seen, [address, port, protocol], state, None);
            }
            _ => out.bad_row(format!("line {number}"), "expected state, protocol, port and address"),
        }
        Ok(())
    })?;
    if ended || out.this().claims.ran { Ok(()) } else { Err(ParseError::whole("the file ends inside a line; it is cut off")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_of_older_versions_is_no_json() {
        let text =
            b"[\n{ \"ip\": \"192.0.2.10\", \"ports\": [ {\"port\": 443, \"proto\": \"tcp\", \"status\": \"open\"} ] },\n{finished: 1}\n]\n";
        let mut found = 0;
        let mut sink = |_| found += 1;
        let mut out = Output::new("masscan", &mut sink);
        parse(&Input::from_bytes("x", text.to_vec()), &mut out).unwrap();
        let collected = out.finish();
        assert!(collected.runs[0].claims.ran && collected.warnings.is_empty());
        assert_eq!(found, 1);
    }
}
