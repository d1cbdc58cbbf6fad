//! Nikto (web server scanner), JSON and XML. Versions seen: 2.1.6 to 2.6.1.
//!
//! Make it with `nikto -h https://shop.example.com -Format json -output nikto.json` (or `-Format xml`). The CSV report has no ids and is a format of
//! its own (`nikto_csv.rs`).
//!
//! - index: `vulnerabilities[]` of the hosts laid end to end; in XML the `item` elements.
//! - a host is a target: one run each. JSON does not say the scheme: it is taken as https on ports 443 and 8443, else http; XML has it in `sitename`.
//! - rule: `id`. One id covers many headers and files, so what the message quotes, or names behind `missing:`, is part of the identity; the rest
//!   of the message holds versions and counts and is not.
//! - the title is the message without the path that XML (and JSON of 2.5) puts before it.
//! - Nikto rates nothing: severity info, without a word of the tool. No CWE. OSVDB numbers are kept as identifiers where they are not 0.
//! - failure: an item with the id `FAIL` is no finding, the scan failed. A message that starts with `ERROR:`, or `errors` over 0 in XML, makes it
//!   partial. It ran where an end time stands (the JSON of 2.1 and 2.5 has none: then where it has a finding).
//! - left out: banner, TLS certificate, option line.
//!
//! Differs: the host is the name that was given, not its address.

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::{add_references, guessed_site, on_site};
use crate::read::json::Shape;
use crate::read::lenient;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `nikto -Format json` and `-Format xml`.
pub(crate) static FORMAT: Format =
    Format { id: "nikto", name: "Nikto", kinds: &[Kind::Dast], media: &[Media::Json, Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let json = |top: &str| {
        let path = |name: &str| head.has(&format!("{top}{name}"));
        path("vulnerabilities") && path("host") && path("ip") && (path("banner") || path("server_banner") || path("vulnerabilities[].msg"))
    };
    Match::sure_if(json("") || json("[].") || head.is_xml("niktoscan") || head.is_xml("niktoscans"))
}

/// One item, from any of the containers.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(rename = "OSVDB", deserialize_with = "lenient::text")]
    pub(super) osvdb: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) msg: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) references: Option<String>,
}

#[derive(Deserialize)]
struct Host {
    #[serde(default, deserialize_with = "lenient::text")]
    host: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    port: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    start_time: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    end_time: Option<String>,
    vulnerabilities: Vec<Value>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    if !input.head().is_json() {
        return parse_xml(input, out);
    }
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, host)?;
    } else {
        let read: Host = json.read()?;
        host(out, read);
    }
    json.end()
}

fn host(out: &mut Output<'_>, host: Host) {
    let run = out.run("Nikto");
    run.at = host.start_time.as_deref().and_then(Timestamp::lenient);
    run.claims.ran = host.end_time.is_some() || !host.vulnerabilities.is_empty();
    run.url = host.host.or(host.ip).map(|name| guessed_site(&name, host.port.as_deref()));
    let site = run.url.clone().unwrap_or_default();
    for (position, value) in host.vulnerabilities.into_iter().enumerate() {
        match serde_json::from_value::<Item>(value) {
            Ok(item) => push(out, &site, &format!("vulnerabilities[{position}]"), item),
            Err(error) => out.bad_row(format!("vulnerabilities[{position}]"), error.to_string()),
        }
    }
}

/// Hands over an item, or notes what it says of the scan.
pub(super) fn push(out: &mut Output<'_>, site: &str, place: &str, item: Item) {
    let Some(message) = item.msg.as_deref() else { return out.bad_row(place, "an item without a message") };
    if item.id.as_deref() == Some("FAIL") || message.starts_with("Unable to connect to ") {
        let claims = &mut out.this().claims;
        (claims.failed, claims.ran) = (Some(message.to_owned()), false);
        return out.no_finding();
    }
    if message.starts_with("ERROR:") {
        out.this().claims.partial = Some(message.to_owned());
        return out.no_finding();
    }
    let path = item.url.clone().unwrap_or_else(|| "/".to_owned());
    let text = without_path(message, &path);
    let mut finding = Finding::new(Kind::Dast, item.id.clone().unwrap_or_else(|| slug(&text)), text);
    finding.severity = Severity::Info;
    finding.distinct =
        quoted(&finding.title).or_else(|| finding.title.split_once("missing: ").map(|(_, name)| name.trim_end_matches('.').to_owned()));
    finding.identifiers.extend(item.osvdb.filter(|id| id.parse::<u32>().is_ok_and(|n| n > 0)).map(|id| format!("OSVDB-{id}")));
    add_references(&mut finding, item.references.as_deref().unwrap_or_default());
    finding.location.url = Some(on_site(site, &path));
    finding.location.method = item.method;
    out.finding(finding);
}

fn without_path(message: &str, path: &str) -> String {
    let rest = message.strip_prefix(path).unwrap_or(message);
    let rest = rest.strip_prefix(':').unwrap_or(if rest.len() == message.len() { rest } else { message });
    rest.trim().to_owned()
}

/// The first text in single quotes.
fn quoted(message: &str) -> Option<String> {
    let (_, rest) = message.split_once('\'')?;
    rest.split_once('\'').map(|(inner, _)| inner.to_owned()).filter(|inner| !inner.is_empty())
}

/// The message as a rule, for the CSV report: its words up to the first that holds a digit or is quoted.
fn slug(message: &str) -> String {
    let words: Vec<String> = message
        .split_whitespace()
        .take_while(|word| !word.contains(|c: char| c.is_ascii_digit() || c == '\'' || c == '"'))
        .take(8)
        .map(|word| word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>().to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { "item".to_owned() } else { words.join("-") }
}

fn parse_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let (mut site, mut version, mut hosts) = (String::new(), None, 0);
    xml::walk(input, &["item"], |node| {
        match node {
            Node::Open(element) if element.name == "niktoscan" => version = element.attr("version").map(str::to_owned).or(version.take()),
            Node::Open(element) if element.name == "scandetails" => {
                hosts += 1;
                site = begin(out, element, version.as_deref());
            }
            Node::Open(element) if element.name == "statistics" => out.this().claims.ran |= element.attr("endtime").is_some(),
            Node::Row(element) => push(out, &site, &format!("byte {}", element.offset), item(&element)),
            _ => {}
        }
        Ok(())
    })?;
    if hosts == 0 {
        out.run("Nikto").tool_version = version;
    }
    Ok(())
}

fn begin(out: &mut Output<'_>, details: &Element, version: Option<&str>) -> String {
    let run = out.run("Nikto");
    run.tool_version = version.map(str::to_owned);
    run.at = details.attr("starttime").and_then(Timestamp::lenient);
    let name = details.attr("targethostname").or_else(|| details.attr("targetip"));
    let site = details.attr("sitename").map(|site| super::web::origin(site).to_owned());
    run.url = site.or_else(|| name.map(|name| guessed_site(name, details.attr("targetport"))));
    if let Some(errors) = details.attr("errors").filter(|errors| *errors != "0") {
        run.claims.partial = Some(format!("{errors} requests failed"));
    }
    run.url.clone().unwrap_or_default()
}

fn item(element: &Element) -> Item {
    let text = |name: &str| element.text_at(name).map(str::to_owned);
    let attribute = |name: &str| element.attr(name).map(str::to_owned);
    Item {
        id: attribute("id"),
        osvdb: attribute("osvdbid"),
        method: attribute("method"),
        url: text("uri"),
        msg: text("description"),
        references: text("references"),
    }
}
