//! Vulners (audit of hosts), JSON of its API. Versions seen: v3.
//!
//! Make it with `POST https://vulners.com/api/v3/reports/vulnsreport/` with `{"reporttype": "vulnslist"}`.
//!
//! - index: `data.report[]`; what is known of each vulnerability stands in `data.vulns`.
//! - rule: `vulnID`, an advisory: its CVEs are identifiers and no names of one thing. Severity: `severityText`.
//! - place: the host's address `agentip`; its name is part of the description. kind dast, as for other scanners of hosts.
//! - ran: `result` OK with the list. No fingerprint; the scan's number differs each time.

use model::{Finding, Kind};
use serde_json::Value;

use super::sca;
use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Vulners' list of vulnerabilities.
pub(crate) static FORMAT: Format =
    Format { id: "vulners", name: "Vulners", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("data.report") && (head.has("data.vulns") || head.has("data.report[].vulnID") || head.has("result")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let answer = Fields::of(&document);
    out.run("Vulners").claims.ran = answer.text(&["result"]).is_some_and(|word| word == "OK");
    if let Some(error) = answer.text(&["data/error"]) {
        out.this().claims.failed = Some(error);
    }
    let known = answer.value("data/vulns").unwrap_or(&Value::Null);
    answer.rows(out, "data/report", |out, row| match row.text(&["vulnID"]) {
        Some(id) => {
            let more = known.get(&id).unwrap_or(&Value::Null);
            out.finding(finding(&id, row, Fields::of(more)));
        }
        None => out.bad_row("data.report", "a row without vulnID"),
    });
    Ok(())
}

fn finding(id: &str, row: Fields<'_>, more: Fields<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, id, first_line(&row.text(&["title"]).unwrap_or_else(|| id.to_owned())));
    if let Some(raw) = row.text(&["severityText", "severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, id, more.texts(&["cvelist"]).iter().map(String::as_str));
    for vector in ["cvss3/cvssV3", "cvss2/cvssV2"] {
        let score = more.number(&[&format!("{vector}/baseScore")]);
        sca::assessed(&mut finding, more.text(&[&format!("{vector}/vectorString")]).as_deref(), score, Some("vulners"));
    }
    let name = row.text(&["agentfqdn"]).filter(|name| name != "unknown");
    finding.description = paragraphs([more.text(&["description"]), labelled("Host", name.as_deref())]);
    finding.remediation = row.text(&["cumulativeFix"]);
    finding.references = more.texts(&["references"]);
    finding.location.resource = row.text(&["agentip"]).or(name);
    finding.location.resource_type = Some("host".to_owned());
    finding
}
