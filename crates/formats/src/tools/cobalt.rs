//! Cobalt (penetration tests as a service), CSV of findings and JSON of its API. Exports seen: 2017 to 2024; API v1 and v2.
//!
//! Make it with *Export*, *CSV* of a pentest, or `GET https://api.cobalt.io/findings`.
//!
//! - index: rows without the header; `data[]`.
//! - rule: the type of the finding, else its title. Severity: the API's word; the table has none, so it is unknown.
//! - place: the first affected target, or `BrowserUrl`; further targets are part of the description. kind pentest.
//! - valid_fix is resolved; wont_fix, invalid, duplicate, out_of_scope (`EvaluatedResult` in the table): settled, a suppression with the state.
//! - fingerprint: the finding's token (`vu_…`) is trusted. The quote that the table puts before texts is taken off.
//! - the findings of a pentest are no scan: it is read and closes nothing. `{"data": []}` alone is taken for it where nothing else claims it.
//!
//! # Differs
//! - severity: a finding that is not rated yet is unknown. (Some readers call it info.)

use model::{Finding, Kind};

use super::tracked::{at_address, first_seen, settle, track};
use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::read::csv;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Cobalt's findings.
pub(crate) static FORMAT: Format = Format {
    id: "cobalt",
    name: "Cobalt.io",
    kinds: &[Kind::Pentest],
    media: &[Media::Csv, Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let table = head.csv_has_most(&["Token", "Tag", "Title", "BrowserUrl", "CriticalityJustification"]);
    let api = head.has("data[].resource") && (head.has("data[].resource.pentest_id") || head.has("data[].resource.affected_targets"));
    if table || api {
        return Match::Sure;
    }
    let text: String = head.text().chars().take(40).filter(|c| !c.is_whitespace()).collect();
    if text == "{\"data\":[]}" { Match::Maybe } else { Match::No }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Cobalt");
    if input.head().is_json() {
        return fields::read(
            input,
            out,
            &["data"],
            |_, _| {},
            |out, place, row| match row.text(&["resource/title"]) {
                Some(title) => out.finding(from_api(&title, row)),
                None => out.bad_row(place, "a finding without title"),
            },
        );
    }
    csv::each(input, out, 0, |out, row| {
        let said = |names: &[&str]| row.get(names).map(|text| text.trim_start_matches('\'').trim().to_owned());
        let Some(title) = said(&["Title"]) else { return out.bad_row(format!("line {}", row.line), "a finding without title") };
        let mut finding = Finding::new(Kind::Pentest, said(&["Type"]).unwrap_or_else(|| title.clone()), first_line(&title));
        finding.description = paragraphs([
            said(&["Description"]),
            labelled("Criticality", said(&["CriticalityJustification"]).as_deref()),
            labelled("Steps to reproduce", said(&["StepsToReproduce"]).as_deref()),
            labelled("Prerequisites", said(&["Prerequisites"]).as_deref()),
            labelled("Tools used", said(&["ToolsUsed"]).as_deref()),
        ]);
        finding.remediation = said(&["SuggestedFix"]);
        finding.request = said(&["HttpRequest"]);
        finding.location.parameter = said(&["RequestParams"]);
        finding.url = said(&["ReportUrl"]);
        at_address(&mut finding, &said(&["BrowserUrl"]).unwrap_or_default());
        settle(&mut finding, "Cobalt", said(&["EvaluatedResult"]).as_deref());
        first_seen(&mut finding, said(&["CreatedAt"]));
        track(&mut finding, "token", said(&["Token"]));
        out.finding(finding);
    })
}

fn from_api(title: &str, row: Fields<'_>) -> Finding {
    let said = |name: &str| row.text(&[&format!("resource/{name}")]);
    let mut finding = Finding::new(Kind::Pentest, said("type_category").unwrap_or_else(|| title.to_owned()), first_line(title));
    if let Some(raw) = said("severity") {
        finding.set_severity_word(&raw);
    }
    let targets = row.texts(&["resource/affected_targets"]);
    finding.description = paragraphs([
        said("description"),
        labelled("Proof of concept", said("proof_of_concept").as_deref()),
        labelled("Affected targets", Some(&targets.join(", ")).filter(|_| targets.len() > 1).map(String::as_str)),
    ]);
    finding.remediation = said("suggested_fix");
    finding.url = row.text(&["links/ui/url"]);
    at_address(&mut finding, targets.first().map(String::as_str).unwrap_or_default());
    settle(&mut finding, "Cobalt", said("state").as_deref());
    first_seen(&mut finding, row.text(&["resource/log/0/timestamp"]));
    track(&mut finding, "token", said("id"));
    finding
}
