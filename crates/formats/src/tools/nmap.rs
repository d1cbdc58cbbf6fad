//! Nmap (port scanner), XML and text. Versions seen: 6.40 to 7.95.
//!
//! Make it with `nmap -sV --script vulners,vuln -oX nmap.xml shop.example.com`. The text is what `-oN` and `-oG` write and what Nmap shows.
//!
//! - index: in the order of the document, for each open port the port itself, then what its scripts found; the scripts of a host behind its ports.
//! - an open port is an info finding of the rule `open-port`; filtered and closed ports are none.
//! - script `vulners`: a finding a row, the rule is the row's id (`CVE-2020-14145`, `EDB-ID:46193`), severity by CVSS score, package from the CPE. Scripts of the
//!   `vulns` library: a finding for each table in state VULNERABLE or LIKELY VULNERABLE, the rule is the script's id. Other scripts only describe.
//! - place: the resource `host:port`, the host by the name given on the command line, else the first name, else the address.
//! - the text has the same, but for the grepable one (`-oG`), which has no scripts. Without `Nmap done` at the end nothing shows that it got through.
//! - coverage: `runstats/finished` with exit `success`; another exit is a failed scan with its reason. Which hosts and ports were scanned is not claimed.
//! - left out: operating systems, routes, timing.
//!
//! Differs: the host is the name that was given on the command line, not the address that it led to.

use model::{Cvss, Finding, Kind, Severity, Timestamp};

use super::nmap_text;
use super::web::{cves, labelled, paragraphs};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `nmap -oX`.
pub(crate) static FORMAT: Format =
    Format { id: "nmap", name: "Nmap", kinds: &[Kind::Dast], media: &[Media::Xml, Media::Text], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("nmaprun") && !head.contains("scanner=\"masscan\"") || nmap_text::is_text(head))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nmap");
    if nmap_text::is_text(&input.head()) {
        return nmap_text::parse(input, out);
    }
    xml::walk(input, &["host", "finished"], |node| {
        match node {
            Node::Open(element) if element.name == "nmaprun" => {
                let run = out.this();
                run.tool_version = element.attr("version").map(str::to_owned);
                run.at = element.attr("start").and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
            }
            Node::Row(element) if element.name == "finished" => match element.attr("exit") {
                Some("success") | None => out.this().claims.ran = true,
                Some(exit) => out.this().claims.failed = Some(element.attr("errormsg").unwrap_or(exit).to_owned()),
            },
            Node::Row(element) => host(out, &element),
            _ => {}
        }
        Ok(())
    })
}

fn host(out: &mut Output<'_>, host: &Element) {
    let names: Vec<_> = host.child("hostnames").into_iter().flat_map(|all| all.children("hostname")).collect();
    let given = names.iter().find(|name| name.attr("type") == Some("user")).or(names.first()).and_then(|name| name.attr("name"));
    let address = host.children("address").find(|address| address.attr("addrtype") != Some("mac")).and_then(|address| address.attr("addr"));
    let name = given.or(address).unwrap_or("unknown");
    for port in host.child("ports").into_iter().flat_map(|all| all.children("port")) {
        if port.child("state").and_then(|state| state.attr("state")) == Some("open") {
            open_port(out, name, address, port);
        }
    }
    for script in host.child("hostscript").into_iter().flat_map(|all| all.children("script")) {
        vulnerabilities(out, script, &mut |mut finding| {
            finding.location.resource = Some(name.to_owned());
            finding.location.resource_type = Some("host".to_owned());
            finding
        });
    }
}

/// Where a port is: host, number and protocol.
pub(super) struct Place<'a> {
    pub(super) host: &'a str,
    pub(super) number: &'a str,
    pub(super) protocol: &'a str,
}

impl Place<'_> {
    /// The finding at this port.
    pub(super) fn put(&self, mut finding: Finding) -> Finding {
        finding.location.resource = Some(format!("{}:{}", self.host, self.number));
        finding.location.resource_type = Some(format!("{} port", self.protocol));
        finding.distinct = Some(self.protocol.to_owned());
        finding
    }

    /// The port itself, with what is known of its service.
    pub(super) fn open(&self, service: Option<&str>, product: &str, address: Option<&str>) -> Finding {
        let mut finding = Finding::new(Kind::Dast, "open-port", format!("Open port: {}/{}", self.number, self.protocol));
        finding.severity = Severity::Info;
        finding.description = paragraphs([labelled("Service", service), labelled("Product", Some(product)), labelled("Address", address)]);
        self.put(finding)
    }
}

fn open_port(out: &mut Output<'_>, name: &str, address: Option<&str>, port: &Element) {
    let place = Place { host: name, number: port.attr("portid").unwrap_or("0"), protocol: port.attr("protocol").unwrap_or("tcp") };
    let service = port.child("service");
    let of_service = |key: &str| service.and_then(|service| service.attr(key));
    let product =
        [of_service("product"), of_service("version"), of_service("extrainfo")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    out.finding(place.open(of_service("name"), &product, address));
    let mut put = |finding: Finding| place.put(finding);
    for script in port.children("script") {
        if script.attr("id") == Some("vulners") {
            vulners(out, script, &mut put);
        } else {
            vulnerabilities(out, script, &mut put);
        }
    }
}

fn elem<'a>(table: &'a Element, key: &str) -> Option<&'a str> {
    table.children("elem").find(|elem| elem.attr("key") == Some(key)).map(|elem| elem.text.as_str()).filter(|text| !text.is_empty())
}

fn vulners(out: &mut Output<'_>, script: &Element, place: &mut dyn FnMut(Finding) -> Finding) {
    for product in script.children("table") {
        let product_key = product.attr("key").unwrap_or_default();
        for row in product.children("table") {
            let Some(id) = elem(row, "id") else {
                out.bad_row(format!("byte {}", row.offset), "a row of vulners without id");
                continue;
            };
            let score = elem(row, "cvss").and_then(|text| text.parse::<f64>().ok());
            let mut finding = vulners_row(product_key, id, score, elem(row, "is_exploit") == Some("true"));
            finding.references.extend(elem(row, "type").map(|kind| format!("https://vulners.com/{kind}/{id}")));
            out.finding(place(finding));
        }
    }
}

/// A row of the script `vulners` for the product with that CPE (`cpe:/a:openbsd:openssh:8.9p1`).
pub(super) fn vulners_row(cpe: &str, id: &str, score: Option<f64>, has_exploit: bool) -> Finding {
    let mut parts = cpe.split(':').skip(3);
    let (package, version) = (parts.next().filter(|part| !part.is_empty()), parts.next().filter(|part| !part.is_empty()));
    let mut finding = Finding::new(Kind::Dast, id, package.map_or_else(|| id.to_owned(), |package| format!("{id} in {package}")));
    finding.identifiers = cves(id);
    if let Some(score) = score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        finding.cvss.push(Cvss::from_score(score).with_source("vulners"));
    }
    if has_exploit {
        finding.description = Some("A public exploit.".to_owned());
    }
    let named = finding.package_mut();
    (named.name, named.version) = (package.map(str::to_owned), version.map(str::to_owned));
    finding
}

/// What a script of the `vulns` library found.
fn vulnerabilities(out: &mut Output<'_>, script: &Element, place: &mut dyn FnMut(Finding) -> Finding) {
    let Some(rule) = script.attr("id") else { return };
    for table in script.children("table") {
        let Some(state) = elem(table, "state").filter(|state| state.starts_with("VULNERABLE") || state.starts_with("LIKELY VULNERABLE"))
        else {
            continue;
        };
        let mut finding = Finding::new(Kind::Dast, rule, elem(table, "title").unwrap_or(rule));
        let part = |key: &str| table.children("table").find(|inner| inner.attr("key") == Some(key)).map(Element::deep_text);
        finding.identifiers = cves(&format!("{} {}", table.attr("key").unwrap_or_default(), part("ids").unwrap_or_default()));
        finding.verified = state.contains("Exploitable").then_some(true);
        finding.confidence = Some(state.to_owned());
        finding.description = paragraphs([part("description"), part("check_results")]);
        if let Some(references) = part("refs") {
            super::web::add_references(&mut finding, &references);
        }
        out.finding(place(finding));
    }
}
