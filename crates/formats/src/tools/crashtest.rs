//! Crashtest Security (web applications), JSON. Exports seen: 2020.
//!
//! Make it with *Export*, *JSON*; the findings and descriptions may stand under `data`.
//!
//! - index: the findings of each service under `findings`, sorted by the service's name, each before its `cve_findings[]`, which are findings of their own.
//! - rule: `finding_description_slug`; title, score and advice are those of `descriptions[]` of that slug. A CVE's rule is the CVE.
//! - severity: the band of `baseScore` (`cvss` for a CVE), the tool's only scale.
//! - place: the first web address in the text, and the parameter that it names. kind dast. What has no address is told apart by the quoted thing.
//! - time: the latest `created_at`. An empty report names all services: it ran. No fingerprint.

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};

use super::sca;
use super::web::{cves, paragraphs};
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Crashtest Security's export.
pub(crate) static FORMAT: Format = Format {
    id: "crashtest",
    name: "Crashtest Security",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let at = |top: &str| {
        head.has(&format!("{top}findings.ssl")) && (head.has(&format!("{top}findings.xss")) || head.has(&format!("{top}findings.portscan")))
    };
    let described = head.has("descriptions[].slug") && head.has("findings");
    Match::sure_if(at("") || at("data.") || described)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let whole = Fields::of(&document);
    let report = whole.value("data").filter(|data| data.is_object()).map_or(whole, Fields::of);
    out.run("Crashtest Security").claims.ran = true;
    if report.value("findings").is_none_or(|findings| !findings.is_object()) {
        return Err(ParseError::at("findings", "expected an object of services"));
    }
    let known: HashMap<String, Fields<'_>> =
        report.list("descriptions").filter_map(|description| Some((description.text(&["slug"])?, description))).collect();
    let found = report.value("findings").map_or(report, Fields::of);
    for (service, _) in report.members("findings") {
        found.rows(out, service, |out, row| {
            let Some(slug) = row.text(&["finding_description_slug", "service_type"]) else {
                return out.bad_row(service, "a finding without slug");
            };
            let run = out.this();
            run.at = run.at.max(row.text(&["created_at"]).as_deref().and_then(Timestamp::lenient));
            out.finding(finding(&slug, row, known.get(&slug).copied()));
            row.rows(out, "cve_findings", |out, row| match row.text(&["cve_id"]) {
                Some(id) => out.finding(vulnerability(&id, row)),
                None => out.bad_row(service, "a vulnerability without CVE"),
            });
        });
    }
    Ok(())
}

fn finding(slug: &str, row: Fields<'_>, known: Option<Fields<'_>>) -> Finding {
    let said = |names: &[&str]| known.and_then(|known| known.text(names));
    let mut finding = Finding::new(Kind::Dast, slug, said(&["title"]).unwrap_or_else(|| slug.replace('-', " ")));
    if let Some(score) = known.and_then(|known| known.number(&["baseScore"])) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        sca::assessed(&mut finding, None, Some(score), None);
    }
    let text = row.text(&["information"]).unwrap_or_default();
    finding.identifiers = cves(&text);
    finding.remediation = said(&["how_to_fix"]);
    finding.references =
        [said(&["reference_owasp"]), said(&["reference_resolution"])].into_iter().flatten().filter(|link| link.contains("://")).collect();
    let address = text.find("http://").or_else(|| text.find("https://")).and_then(|at| text.get(at..));
    finding.location.url = address.map(|rest| {
        let end = rest.find([' ', '"', '\'', ',', '<']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest).trim_end_matches('.').to_owned()
    });
    finding.location.parameter = text.split_once("parameter ").map(|(_, rest)| {
        let word = rest.split_whitespace().next().unwrap_or_default();
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '-' && c != '[' && c != ']').to_owned()
    });
    if finding.location.url.is_none() {
        finding.distinct = text.split('"').nth(1).map(str::to_owned);
    }
    finding.description = paragraphs([Some(text), said(&["description"])]);
    finding
}

fn vulnerability(id: &str, row: Fields<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, id, id);
    if let Some(score) = row.number(&["cvss"]) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        sca::assessed(&mut finding, None, Some(score), None);
    }
    sca::identify(&mut finding, id, None);
    finding.description = row.text(&["information"]);
    let package = finding.package_mut();
    (package.name, package.version) = (row.text(&["product"]), row.text(&["version"]));
    finding
}
