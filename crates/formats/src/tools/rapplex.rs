//! Rapplex (web scanner), JSON report. Versions seen: reports of 2024.
//!
//! Make it with Scan > Report > JSON.
//!
//! - index: `Severities.*.IssueGroups[].Issues[]`, in the order of the document.
//! - rule: the definition's title, which Rapplex uses as the name of its check.
//! - severity: `Critical`, `High`, `Medium`, `Low`, `Information`, `BestPractice` (info).
//! - CWE from `Classifications`; a CVSS vector stands among the references as a title.
//! - place: URL; `InjectionPoint` is the parameter. Request, response and payload are kept; `Exploitable` is a proof.
//! - target: `Target`. Scan time: `StartedDate` (month first, no zone: UTC).
//! - ran: `ScanTime` above 0.
//! - left out: fingerprints, the scan's policy, comments.

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca::{assessed, weaknesses};
use super::web::{labelled, origin, paragraphs, plain_some};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Rapplex' JSON report.
pub(crate) static FORMAT: Format =
    Format { id: "rapplex", name: "Rapplex", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["ScanId", "ScanPolicy"]) || head.has_all(&["ScanId", "Severities"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Rapplex");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Target" => {
            out.this().url = json.row::<String>()?.ok().map(|url| origin(&url).to_owned());
            Ok(())
        }
        "StartedDate" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| american(&text));
            Ok(())
        }
        "ScanTime" => {
            out.this().claims.ran = json.row::<f64>()?.is_ok_and(|seconds| seconds > 0.0);
            Ok(())
        }
        "Severities" => json.object(|json, _| {
            let place = json.place();
            let level: Value = match json.row::<Value>()? {
                Ok(level) if level.is_object() || level.is_null() => level,
                _ => {
                    out.bad_row(place, "expected an object");
                    return Ok(());
                }
            };
            for (place, group) in dig::objects(out, &place, &level, "IssueGroups") {
                for (place, issue) in dig::objects(out, &place, group, "Issues") {
                    match finding(issue, group, &level) {
                        Some(finding) => out.finding(finding),
                        None => out.bad_row(place, "an issue without title"),
                    }
                }
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

/// `05/03/2024 15:42:43`, the month first.
fn american(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(' ')?;
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    Timestamp::lenient(&format!("{year}-{month}-{day}T{clock}"))
}

fn finding(issue: &Value, group: &Value, level: &Value) -> Option<Finding> {
    let title = issue.text("Title").or_else(|| group.text("Group|Definition.Title"))?;
    let rule = group.text("Definition.Title|Group").unwrap_or_else(|| title.clone());
    let mut finding = Finding::new(Kind::Dast, rule, title);
    if let Some(word) = issue.text("Severity").or_else(|| group.text("Severity")).or_else(|| level.text("Name")) {
        let severity = if word.eq_ignore_ascii_case("bestpractice") { model::Severity::Info } else { model::Severity::from_word(&word) };
        finding.set_severity(word, severity);
    }
    for class in group.items("Definition.Classifications").iter().filter(|class| class.text("Foundation").as_deref() == Some("CWE")) {
        weaknesses(&mut finding, class.text("Value").as_deref());
    }
    for reference in group.items("Definition.References") {
        match reference.text("Title") {
            Some(vector) if vector.starts_with("CVSS:") => assessed(&mut finding, Some(&vector), None, Some("rapplex")),
            _ => finding.references.extend(reference.text("Link")),
        }
    }
    finding.description = paragraphs([
        plain_some(group.text("Definition.Sections.Summary").as_deref()),
        plain_some(group.text("Definition.Sections.Impact").as_deref()),
        labelled("Payload", issue.text("Payload").as_deref()),
    ]);
    finding.remediation = plain_some(group.text("Definition.Sections.Remediation").as_deref());
    finding.location.url = issue.text("Url");
    finding.location.parameter = issue.text("InjectionPoint|InjectionPoint.Name");
    finding.request = issue.text("HttpRequest");
    finding.location.method = finding.request.as_deref().and_then(|request| request.split_whitespace().next()).map(str::to_owned);
    finding.response = issue.text("HttpResponse").map(|text| text.chars().take(4000).collect());
    finding.verified = issue.truth("Exploitable").filter(|proof| *proof);
    Some(finding)
}
