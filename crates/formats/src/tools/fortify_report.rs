//! Fortify Static Code Analyzer (OpenText, formerly Micro Focus and HPE), XML of its reports. Versions seen: those of 2017 to 2024.
//!
//! Make it with `ReportGenerator -format xml -source shop.fpr -f shop.xml -template DeveloperWorkbook.xml`.
//!
//! - index: the `Issue` elements; one whose `iid` was listed before is counted and is no finding.
//! - rule: `ruleID`; the title is `Category`. Without `ruleID` the category is the rule.
//! - severity: `Friority`, else `Folder` (the Fortify priority order: Critical, High, Medium, Low).
//! - place: `Primary`: path, line, function; its snippet is the code. `Source`, where there is one, is where the flow starts.
//! - `iid` is the instance id, as in the project file (`fortify`), and trusted.
//! - the recommendations of the category stand once before its issues and are their remediation.
//! - CWE where the report lists `ExternalCategory` of a CWE standard.
//! - a tag *Not an Issue* is a suppression.
//! - coverage: a template says which issues a report lists, so it is partial and closes nothing. The date stands in a sentence in the language of the report, so there is none.
//! - left out: executive summary, charts, counts.

use std::collections::HashSet;

use model::{Finding, FlowStep, Kind, Suppression};

use super::wording::add_cwes;
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML report of Fortify.
pub(crate) static FORMAT: Format = Format {
    id: "fortify-report",
    name: "Fortify (XML report)",
    kinds: &[Kind::Sast],
    media: &[Media::Xml],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("ReportDefinition") && (head.has_tag("ReportSection") || head.contains("Fortify")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Fortify").claims.partial = Some("a report made with a template".to_owned());
    let mut remediation = None;
    let mut listed = HashSet::new();
    xml::rows(input, &["MajorAttributeSummary", "Issue"], |row| {
        if row.name == "MajorAttributeSummary" {
            let named = row.children("MetaInfo").find(|info| info.text_at("Name") == Some("Recommendations"));
            remediation = named.and_then(|info| info.text_at("Value")).map(str::to_owned);
            return Ok(());
        }
        // A report may list its issues several times, grouped in several ways.
        if row.attr("iid").is_some_and(|id| !listed.insert(id.to_owned())) {
            out.no_finding();
            return Ok(());
        }
        match finding(&row) {
            Some(mut finding) => {
                finding.remediation.clone_from(&remediation);
                out.finding(finding);
            }
            None => out.bad_row(format!("byte {}", row.offset), "an issue without category"),
        }
        Ok(())
    })
}

fn finding(row: &Element) -> Option<Finding> {
    let category = row.text_at("Category").or(row.attr("ruleID"))?;
    let mut finding = Finding::new(Kind::Sast, row.attr("ruleID").unwrap_or(category), category);
    if let Some(raw) = row.text_at("Friority").or_else(|| row.text_at("Folder")) {
        finding.set_severity_word(raw);
    }
    for standard in row.all("ExternalCategory") {
        if standard.attr("type").or(standard.text_at("Title")).is_some_and(|name| name.contains("CWE")) {
            add_cwes(
                &mut finding.cwes,
                standard.deep_text().replace("CWE ID", "CWE").split([',', ' ']).filter(|text| text.chars().any(|c| c.is_ascii_digit())),
            );
        }
    }
    finding.description = row.text_at("Abstract").map(str::to_owned);
    if let Some(primary) = row.child("Primary") {
        let place = step(primary);
        (finding.location.path, finding.location.start_line) = (place.path.clone(), place.line);
        finding.location.end_line = place.line;
        finding.location.symbol = place.symbol.clone();
        finding.snippet = primary.text_at("Snippet").map(str::to_owned);
        if let Some(source) = row.child("Source") {
            finding.flow = vec![step(source), place];
        }
    }
    if let Some(id) = row.attr("iid") {
        finding.fingerprint("InstanceID", id);
        finding.trusted_fingerprint = Some("InstanceID");
    }
    let not_an_issue = row.children("Tag").any(|tag| tag.text_at("Value").is_some_and(|value| value.eq_ignore_ascii_case("not an issue")));
    finding.suppressed = not_an_issue.then(|| Suppression { by: "Fortify".to_owned(), reason: Some("Not an Issue".to_owned()) });
    Some(finding)
}

fn step(element: &Element) -> FlowStep {
    FlowStep {
        path: element.text_at("FilePath").or_else(|| element.text_at("FileName")).map(str::to_owned),
        line: element.text_at("LineStart").and_then(|line| line.parse().ok()).filter(|line| *line > 0),
        symbol: element.text_at("TargetFunction").filter(|name| *name != "null()").map(str::to_owned),
        ..FlowStep::default()
    }
}
