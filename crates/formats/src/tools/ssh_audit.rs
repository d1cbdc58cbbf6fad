//! ssh-audit (algorithms of an SSH server), JSON. Versions seen: 2.5 to 3.3.
//!
//! Make it with `ssh-audit -jj shop.example.com > ssh-audit.json`; a list of targets (`-T`) gives a list of these objects.
//!
//! - index: for each server `cves[]`, then `kex[]`, `key[]`, `enc[]` and `mac[]`. An algorithm is a finding when its notes hold `fail` or
//!   `warn`, else a passed result. Version 2 lists algorithms without notes: there the index goes on with what `recommendations` says to remove or change.
//! - rule: the group and the algorithm (`kex/ecdh-sha2-nistp256`), or the CVE.
//! - severity: `fail` (or advice of level `critical`) high, `warn` (or `warning`) medium; a CVE by `cvssv2`.
//! - place: `target` (`host:port`) as resource, the banner's software in the description.
//! - coverage: a report is written only after the server was asked; a server that could not be reached gives none.
//! - left out: fingerprints of host keys, compression, info notes, additional notes.

use model::{Cvss, Finding, Kind, Severity};
use serde_json::Value;

use super::loose::{at, items, number, text, texts};
use super::sca;
use super::wording::first_line;
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The lists of algorithms and what they are.
const GROUPS: [(&str, &str); 4] = [("kex", "key exchange"), ("key", "host key"), ("enc", "cipher"), ("mac", "MAC")];

/// The format of `ssh-audit -j`.
pub(crate) static FORMAT: Format =
    Format { id: "ssh-audit", name: "ssh-audit", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| ["banner", "kex", "mac"].iter().all(|name| head.has(&format!("{top}{name}")));
    Match::sure_if(of("") || of("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ssh-audit");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, server)?;
    } else {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(value) => server(out, value),
            Err(reason) => return Err(ParseError::at(place, reason)),
        }
    }
    json.end()
}

fn server(out: &mut Output<'_>, server: Value) {
    let target = text(&server, &["target", "target.host"]);
    if !server.is_object() || !GROUPS.iter().any(|(group, _)| server.get(group).is_some()) {
        return out.bad_row(format!("[{}]", out.next_index()), "no server with algorithms");
    }
    out.this().claims.ran = true;
    let banner = text(&server, &["banner.raw", "banner"]);
    let place = |mut finding: Finding| {
        finding.location.resource.clone_from(&target);
        finding.location.resource_type = Some("ssh".to_owned());
        let server = banner.as_ref().map(|banner| format!("Server: {banner}"));
        finding.description = super::web::paragraphs([finding.description.take(), server]);
        finding
    };
    let advice = advised(out, &server);
    let mut has_notes = false;
    for cve in items(&server, "cves") {
        match text(cve, &["name"]) {
            Some(name) => out.finding(place(vulnerability(cve, &name))),
            None => out.bad_row("cves", "no name"),
        }
    }
    for (group, what) in GROUPS {
        if at(&server, group).is_some_and(|list| !list.is_array()) {
            out.bad_row(group, "expected a list");
            continue;
        }
        for algorithm in items(&server, group) {
            if at(algorithm, "notes").is_some_and(|notes| !notes.is_object()) {
                out.bad_row(group, "expected an object of notes");
                continue;
            }
            let name = text(algorithm, &["algorithm"]).or_else(|| algorithm.get(0).and_then(crate::read::lenient::scalar));
            let Some(name) = name.or_else(|| crate::read::lenient::scalar(algorithm)) else {
                out.bad_row(group, "no algorithm");
                continue;
            };
            has_notes |= at(algorithm, "notes").is_some();
            match weakness(algorithm) {
                Some((raw, severity, notes)) => out.finding(place(weak(group, what, &name, raw, severity, &notes))),
                None => out.no_finding(),
            }
        }
    }
    for advice in advice.iter().filter(|_| !has_notes) {
        let severity = if advice.level == "critical" { Severity::High } else { Severity::Medium };
        let what = GROUPS.iter().find(|(group, _)| *group == advice.group).map_or("", |(_, what)| what);
        out.finding(place(weak(&advice.group, what, &advice.algorithm, &advice.level, severity, &[])));
    }
}

fn weak(group: &str, what: &str, name: &str, raw: &str, severity: Severity, notes: &[String]) -> Finding {
    let mut finding = Finding::new(Kind::Dast, format!("{group}/{name}"), format!("Weak {what} algorithm {name}"));
    finding.set_severity(raw, severity);
    finding.cwes = vec![326];
    finding.description = Some(notes.join("\n")).filter(|notes| !notes.is_empty());
    finding
}

fn vulnerability(cve: &Value, name: &str) -> Finding {
    let described = text(cve, &["description"]).unwrap_or_else(|| name.to_owned());
    let mut finding = Finding::new(Kind::Dast, name, first_line(&described));
    sca::identify(&mut finding, name, []);
    if let Some(score) = number(cve, &["cvssv3", "cvssv2", "cvss"]) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        finding.cvss.push(Cvss::from_score(score));
    }
    finding
}

/// An algorithm that the report says to remove or to change.
struct Advice {
    level: String,
    group: String,
    algorithm: String,
}

/// `recommendations.LEVEL.ACTION.GROUP[]`, where the actions `del` and `chg` speak of algorithms in use.
fn advised(out: &mut Output<'_>, server: &Value) -> Vec<Advice> {
    let mut advice = Vec::new();
    let mut wrong = false;
    let mut members = |value: &Value| match value {
        Value::Object(members) => members.clone(),
        Value::Null => serde_json::Map::new(),
        _ => {
            wrong = true;
            serde_json::Map::new()
        }
    };
    for (level, actions) in members(server.get("recommendations").unwrap_or(&Value::Null)) {
        for (action, groups) in members(&actions) {
            if action != "del" && action != "chg" {
                continue;
            }
            for (group, algorithms) in members(&groups) {
                let listed = algorithms.as_array().map_or(std::slice::from_ref(&algorithms), Vec::as_slice);
                let named = listed.iter().filter_map(|entry| text(entry, &["name"]).or_else(|| crate::read::lenient::scalar(entry)));
                advice.extend(named.map(|algorithm| Advice { level: level.clone(), group: group.clone(), algorithm }));
            }
        }
    }
    if wrong {
        out.bad_row("recommendations", "expected objects of lists");
    }
    advice
}

/// The worst note's word, its severity, and the notes; `None` for an algorithm that is fine.
fn weakness(algorithm: &Value) -> Option<(&'static str, Severity, Vec<String>)> {
    let (fail, warn) = (texts(algorithm, "notes.fail"), texts(algorithm, "notes.warn"));
    if !fail.is_empty() {
        return Some(("fail", Severity::High, fail.into_iter().chain(warn).collect()));
    }
    if !warn.is_empty() {
        return Some(("warn", Severity::Medium, warn));
    }
    None
}
