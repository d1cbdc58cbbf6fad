//! The text of Nmap: what it shows and writes with `-oN`, and the grepable lines of `-oG`.

use model::{Finding, Kind, Timestamp};

use super::nmap::{Place, vulners_row};
use super::web::cves;
use super::wording::{plain_line, whole};
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

/// How many lines the head of the text may take.
const MOST_BEFORE: usize = 30;

/// True where the text says that Nmap wrote it.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    let mut lines = head.text().lines().filter(|line| !line.trim().is_empty()).take(MOST_BEFORE);
    lines.any(|line| {
        let initiated = (line.starts_with("# Nmap ") || line.starts_with("# nmap ")) && line.contains(" scan initiated ");
        initiated || line.starts_with("Starting Nmap ") || line.starts_with("Nmap scan report for ")
    })
}

#[derive(Default)]
struct Reading {
    host: String,
    address: Option<String>,
    port: Option<(String, String)>,
    script: String,
    /// The product that the rows of `vulners` below belong to.
    cpe: String,
    /// A weakness that a script of the `vulns` library tells of: its title, once known.
    told: Option<Finding>,
    title_next: bool,
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut reading = Reading::default();
    let ended = lines::each(input, |_, line| {
        reading.line(plain_line(line).trim_end(), out);
        Ok(())
    })?;
    reading.tell(out);
    whole(out, ended);
    Ok(())
}

impl Reading {
    fn line(&mut self, line: &str, out: &mut Output<'_>) {
        if let Some(text) = line.strip_prefix('|') {
            return self.script_line(text, out);
        }
        self.tell(out);
        if let Some(rest) = line.strip_prefix("Nmap scan report for ") {
            self.port = None;
            (self.host, self.address) = match rest.split_once(" (") {
                Some((name, address)) => (name.to_owned(), Some(address.trim_end_matches(')').to_owned())),
                None => (rest.split(" [").next().unwrap_or(rest).to_owned(), None),
            };
        } else if line.starts_with("Host: ") && line.contains("Ports: ") {
            self.grepable(line, out);
        } else if line.starts_with("# Nmap done") || line.starts_with("Nmap done:") {
            out.this().claims.ran = true;
        } else if let Some(rest) = line.strip_prefix("# Nmap ").or_else(|| line.strip_prefix("Starting Nmap ")) {
            began(rest, out);
        } else if line.starts_with("Host script results:") {
            self.port = None;
        } else if let Some((port, protocol, rest)) = port_line(line) {
            self.port_line(port, protocol, rest, out);
        }
    }

    /// `22/tcp  open  ssh  OpenSSH 8.9p1`, cut at the state.
    fn port_line(&mut self, number: &str, protocol: &str, rest: &str, out: &mut Output<'_>) {
        self.port = Some((number.to_owned(), protocol.to_owned()));
        let (state, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if state != "open" || self.host.is_empty() {
            return;
        }
        let (service, product) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        let place = Place { host: &self.host, number, protocol };
        let address = self.address.as_deref().or_else(|| Some(&self.host).filter(|host| is_address(host)).map(String::as_str));
        out.finding(place.open(Some(service.trim_end_matches('?')), product.trim(), address));
    }

    /// `Host: 192.0.2.10 (shop.example.com)  Ports: 22/open/tcp//ssh//OpenSSH 8.9p1/, …`.
    fn grepable(&mut self, line: &str, out: &mut Output<'_>) {
        let mut parts = line.split('\t');
        let (address, name) = parts.next().and_then(|host| host.strip_prefix("Host: ")?.split_once(" (")).unwrap_or_default();
        let name = name.trim_end_matches(')');
        let host = if name.is_empty() { address } else { name };
        let ports = parts.find_map(|part| part.strip_prefix("Ports: ")).unwrap_or_default();
        for port in ports.split(", ") {
            let members: Vec<&str> = port.trim().split('/').collect();
            let member = |at: usize| members.get(at).copied().unwrap_or_default();
            if member(1) == "open" && member(0).parse::<u16>().is_ok() {
                let place = Place { host, number: member(0), protocol: member(2) };
                // A slash in a name is written as a bar.
                out.finding(place.open(Some(&member(4).replace('|', "/")), &member(6).replace('|', "/"), Some(address)));
            }
        }
    }

    fn script_line(&mut self, text: &str, out: &mut Output<'_>) {
        // `| vulners: ` begins a script, `|_http-title: Shop` is one of a line, `|   …` goes on.
        let begins = text.strip_prefix([' ', '_']).filter(|rest| !rest.starts_with([' ', '\t']));
        if let Some((name, _)) = begins.and_then(|rest| rest.split_once(':')).filter(|(name, _)| !name.contains(' ')) {
            self.tell(out);
            self.script = name.to_owned();
            self.cpe.clear();
        }
        let line = text.trim_start_matches(['_', ' ', '\t']).trim_end();
        if self.script == "vulners" {
            return self.vulners_line(line, out);
        }
        if line == "VULNERABLE:" || line == "LIKELY VULNERABLE:" {
            self.tell(out);
            self.title_next = true;
        } else if self.title_next {
            self.title_next = false;
            self.told = Some(Finding::new(Kind::Dast, self.script.as_str(), line));
        } else if let Some(state) = line.strip_prefix("State: ") {
            let holds = state.starts_with("VULNERABLE") || state.starts_with("LIKELY VULNERABLE");
            if let Some(finding) = self.told.as_mut().filter(|_| holds) {
                finding.verified = state.contains("Exploitable").then_some(true);
                finding.confidence = Some(state.to_owned());
            } else {
                self.told = None;
            }
        } else if let Some((finding, ids)) = self.told.as_mut().zip(line.strip_prefix("IDs:")) {
            finding.identifiers = cves(ids);
        } else if let Some(finding) = self.told.as_mut().filter(|_| line.starts_with("http")) {
            finding.references.push(line.to_owned());
        }
    }

    /// `cpe:/a:openbsd:openssh:8.9p1: `, or `CVE-2023-38408  9.8  https://vulners.com/cve/CVE-2023-38408  *EXPLOIT*`.
    fn vulners_line(&mut self, line: &str, out: &mut Output<'_>) {
        if line.starts_with("cpe:/") {
            self.cpe = line.trim_end_matches(':').to_owned();
            return;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let ([id, score, link, ..], Some((number, protocol))) = (words.as_slice(), &self.port) else { return };
        let Some(score) = score.parse::<f64>().ok().filter(|_| link.starts_with("http") && !self.cpe.is_empty()) else { return };
        let mut finding = vulners_row(&self.cpe, id, Some(score), line.contains("*EXPLOIT*"));
        finding.references.push((*link).to_owned());
        out.finding(Place { host: &self.host, number, protocol }.put(finding));
    }

    /// Hands over the weakness that the lines before told of.
    fn tell(&mut self, out: &mut Output<'_>) {
        self.title_next = false;
        let Some(mut finding) = self.told.take().filter(|finding| finding.confidence.is_some()) else { return };
        match &self.port {
            Some((number, protocol)) => out.finding(Place { host: &self.host, number, protocol }.put(finding)),
            None => {
                finding.location.resource = Some(self.host.clone());
                finding.location.resource_type = Some("host".to_owned());
                out.finding(finding);
            }
        }
    }
}

/// `7.93 scan initiated Sat Mar 14 09:12:44 2026 as: …`, or `7.93 ( https://nmap.org ) at 2026-03-14 09:12 UTC`.
fn began(rest: &str, out: &mut Output<'_>) {
    let run = out.this();
    run.tool_version = rest.split_whitespace().next().map(str::to_owned);
    let at = rest.split_once(" scan initiated ").map(|(_, time)| time.split(" as: ").next().unwrap_or(time));
    let at = at.or_else(|| rest.split_once(" ) at ").map(|(_, time)| time));
    // The name of the zone behind the minutes is left out.
    let words = at.map(|time| time.split_whitespace().take(if time.starts_with(char::is_alphabetic) { 5 } else { 2 }));
    run.at = words.and_then(|words| Timestamp::lenient(&words.collect::<Vec<_>>().join(" "))).or(run.at);
}

fn port_line(line: &str) -> Option<(&str, &str, &str)> {
    let (port, rest) = line.split_once(char::is_whitespace)?;
    let (number, protocol) = port.split_once('/')?;
    let known = number.parse::<u16>().is_ok() && matches!(protocol, "tcp" | "udp" | "sctp" | "ip");
    known.then(|| (number, protocol, rest.trim_start()))
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}
