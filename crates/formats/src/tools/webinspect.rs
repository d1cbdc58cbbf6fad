//! OpenText (Micro Focus, HP) Fortify WebInspect, XML export of the scan. Versions seen: 16 to 18.
//!
//! Make it with File > Export > Scan Details, format XML, or `wi.exe -s … -ep report.xml`.
//!
//! - index: `Session/Issues/Issue`, sessions laid end to end.
//! - rule: `VulnerabilityID`, the number of the check, which stays the same; `Name` is the title.
//! - severity: 4 critical, 3 high, 2 medium, 1 low, 0 info.
//! - CWE from `Classification kind="CWE"`. The sections of the report become description, remediation and references.
//! - place: the session's URL and method; `AttackParamDescriptor` is the parameter where it names one.
//! - `RawRequest` and `RawResponse` are request and response, each cut to its first 4,000 characters.
//! - no fingerprint: the `id` of an issue is that of the check in the scan's database and repeats across sessions.
//! - ran: the sessions are the pages that were visited, also where none has an issue.
//! - left out: pages' cookies, headers and forms.

use model::{Finding, Kind, Severity};

use super::web::{add_references, paragraphs, plain, plain_some};
use crate::read::lenient;
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most characters of a request or response that are kept.
const MOST: usize = 4000;

/// The format of WebInspect's export.
pub(crate) static FORMAT: Format = Format {
    id: "webinspect",
    name: "Fortify WebInspect",
    kinds: &[Kind::Dast],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("Sessions") && (head.has_tag("Session") || head.has_tag("Issues") || !head.is_cut()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("WebInspect");
    xml::rows(input, &["Session"], |session| {
        out.this().claims.ran = true;
        if out.this().url.is_none() {
            out.this().url = session.text_at("URL").map(|url| super::web::origin(url).to_owned());
        }
        for issue in session.child("Issues").into_iter().flat_map(|issues| issues.children("Issue")) {
            match finding(&session, issue) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(format!("byte {}", issue.offset), "an issue without VulnerabilityID and Name"),
            }
        }
        Ok(())
    })
}

fn finding(session: &Element, issue: &Element) -> Option<Finding> {
    let title = issue.text_at("Name").or_else(|| issue.text_at("VulnerabilityID"))?;
    let mut finding = Finding::new(Kind::Dast, issue.text_at("VulnerabilityID").unwrap_or(title), title);
    if let Some(raw) = issue.text_at("Severity") {
        let severity = match raw {
            "4" => Severity::Critical,
            "3" => Severity::High,
            "2" => Severity::Medium,
            "1" => Severity::Low,
            "0" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(raw, severity);
    }
    let classes = issue.child("Classifications").into_iter().flat_map(|all| all.children("Classification"));
    let cwes = classes.filter(|class| class.attr("kind") == Some("CWE")).filter_map(|class| class.attr("identifier").or(Some(&class.text)));
    for cwe in cwes.filter_map(lenient::cwe) {
        if !finding.cwes.contains(&cwe) {
            finding.cwes.push(cwe);
        }
    }
    let section = |name: &str| {
        issue
            .children("ReportSection")
            .find(|section| section.text_at("Name") == Some(name))
            .and_then(|section| section.text_at("SectionText"))
    };
    finding.description =
        paragraphs([plain_some(section("Summary")), plain_some(section("Implication")), plain_some(section("Execution"))]);
    finding.remediation = plain_some(section("Fix"));
    add_references(&mut finding, &plain(section("Reference Info").unwrap_or_default()));
    finding.location.url = session.text_at("URL").map(str::to_owned);
    finding.location.method = session.text_at("Request/Method").map(str::to_owned);
    finding.location.parameter = session.text_at("AttackParamDescriptor").map(str::to_owned);
    finding.request = session.text_at("RawRequest").map(short);
    finding.response = session.text_at("RawResponse").map(short);
    Some(finding)
}

fn short(text: &str) -> String {
    text.chars().take(MOST).collect()
}
