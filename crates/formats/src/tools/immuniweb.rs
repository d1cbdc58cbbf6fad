//! ImmuniWeb (application security testing), XML of the web portal, and the JSON of its attack surface. The exports have no version.
//!
//! Make it in the portal with *Export*, *XML*; of ImmuniWeb Discovery with *Export*, *JSON*.
//!
//! - index: the `Vulnerability` elements; `domains[]`, each a domain that was found, with what to do about it: severity info.
//! - rule: `Type` (`Code Injection`), else the name; `ID` is that of one vulnerability in the portal: a fingerprint, kept and trusted.
//! - severity: `Risk` as it stands; WARNING, the least of the five, is info.
//! - place: `URL`. `PoC` is the request; where it is no HTTP message it is part of the description.
//! - `CWE-ID`, `CVE-ID`, and the vector and score of `CVSSv3` (`9.8 [CVSS:3.0/…]`; `CVSSv4` since 2024).
//! - `Status` fixed is resolved; false positive and accepted are a suppression with that word.
//! - coverage: the portal lets people filter before the export, so it is read and closes nothing. `Date` is when the vulnerability was found.
//! - an export without vulnerabilities holds nothing but its first element, which other tools use too.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::sca::{assessed, identify, weaknesses};
use super::web::paragraphs;
use crate::read::loose::{self, Loose};
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML export of ImmuniWeb.
pub(crate) static FORMAT: Format = Format {
    id: "immuniweb",
    name: "ImmuniWeb",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Xml],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json_object() {
        return Match::sure_if(head.has_all(&["domains[].name", "domains[].discovered", "domains[].remediations"]));
    }
    if !head.is_xml("Vulnerabilities") {
        return Match::No;
    }
    let row = head.has_tag("Vulnerability") && head.has_tag("Risk") && (head.has_tag("CWE-ID") || head.has_tag("PoC"));
    match (row, head.has_tag("Vulnerability")) {
        (true, _) => Match::Sure,
        // Nothing in it speaks against it.
        (false, false) if head.xml_root_tag() == Some("<Vulnerabilities") || head.xml_root_tag() == Some("<Vulnerabilities/") => {
            Match::Maybe
        }
        _ => Match::No,
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ImmuniWeb").claims.partial = Some("an export of the portal, maybe filtered".to_owned());
    if input.head().is_json() {
        let mut json = input.json()?;
        json.object(|json, key| {
            if key != "domains" {
                return Ok(());
            }
            loose::rows(json, out, |out, _, row| {
                out.finding(domain(row)?);
                Ok(())
            })
        })?;
        return json.end();
    }
    xml::rows(input, &["Vulnerability"], |row| {
        match finding(&row) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(format!("byte {}", row.offset), "a vulnerability without name"),
        }
        Ok(())
    })
}

fn domain(row: &Value) -> Result<Finding, String> {
    let name = row.text(&["name"]).ok_or("a domain without name")?;
    let mut finding = Finding::new(Kind::Dast, "discovered-domain", format!("Domain {name}"));
    finding.severity = Severity::Info;
    finding.remediation = paragraphs(row.texts("remediations").into_iter().map(Some));
    finding.first_seen_by_tool = row.text(&["discovered"]).as_deref().and_then(Timestamp::lenient);
    finding.url = row.text(&["link"]);
    finding.location.resource = Some(name);
    finding.location.resource_type = Some("domain".to_owned());
    Ok(finding)
}

fn finding(row: &Element) -> Option<Finding> {
    let text = |name: &str| row.text_at(name).map(str::to_owned);
    let title = text("Name").or_else(|| text("Type"))?;
    let mut finding = Finding::new(Kind::Dast, text("Type").unwrap_or_else(|| title.clone()), title);
    if let Some(raw) = row.text_at("Risk") {
        let severity = if raw.eq_ignore_ascii_case("warning") { Severity::Info } else { Severity::from_word(raw) };
        finding.set_severity(raw, severity);
    }
    weaknesses(&mut finding, row.text_at("CWE-ID").unwrap_or_default().split([',', ' ']));
    for id in row.text_at("CVE-ID").unwrap_or_default().split([',', ' ', ';']) {
        identify(&mut finding, id, []);
    }
    for name in ["CVSSv4", "CVSSv3", "CVSSv2"] {
        let cvss = row.text_at(name).unwrap_or_default();
        let vector = cvss.split_once('[').map(|(_, rest)| rest.trim_end_matches(']'));
        assessed(&mut finding, vector, cvss.split_whitespace().next().and_then(|score| score.parse().ok()), Some("ImmuniWeb"));
    }
    finding.location.url = text("URL");
    let proof = text("PoC");
    let is_request = proof.as_ref().is_some_and(|proof| proof.lines().next().is_some_and(|line| line.contains(" HTTP/")));
    finding.description = paragraphs([text("Description"), proof.clone().filter(|_| !is_request)]);
    finding.request = proof.filter(|_| is_request);
    finding.remediation = text("Remediation");
    finding.first_seen_by_tool = row.text_at("Date").and_then(Timestamp::lenient);
    if let Some(id) = text("ID") {
        finding.fingerprint("ID", id);
        finding.trusted_fingerprint = Some("ID");
    }
    let ended = ["false positive", "false-positive", "accepted", "ignored", "closed"];
    finding.suppressed = text("Status")
        .filter(|status| ended.contains(&status.to_ascii_lowercase().as_str()))
        .map(|status| Suppression { by: "ImmuniWeb".to_owned(), reason: Some(status) });
    if let Some(status) = text("Status").filter(|status| status.eq_ignore_ascii_case("fixed")) {
        finding.resolve("ImmuniWeb", status);
    }
    Some(finding)
}
