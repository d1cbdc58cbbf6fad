//! Bandit (Python SAST), XML. Versions seen: 1.7 to 1.9.
//!
//! Make it with `bandit -r . -f xml -o bandit.xml`.
//!
//! - index: the `error` elements of the test cases. Rule, CWE, severity, confidence and line are read off the error's text
//!   (`Test ID: B403 Severity: LOW Confidence: HIGH`, `CWE: CWE-502 (…)`, `Location ./app.py:2`); `message` is the title.
//! - the text has the first line of the statement only; there is no code and no column.
//! - nothing in an empty report shows that anything was scanned.

use model::{Finding, Kind};

use super::bandit_csv::severity;
use super::wording::add_cwes;
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bandit -f xml`.
pub(crate) static FORMAT: Format =
    Format { id: "bandit-xml", name: "Bandit XML", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let tag = head.xml_root_tag().unwrap_or_default();
    Match::sure_if(head.is_xml("testsuite") && (tag.contains("name=\"bandit\"") || tag.contains("name='bandit'")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Bandit");
    xml::rows(input, &["testcase"], |case| {
        for error in case.children("error") {
            match finding(&case, error) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(format!("byte {}", error.offset), "no test id or no location in the text"),
            }
        }
        Ok(())
    })
}

fn finding(case: &Element, error: &Element) -> Option<Finding> {
    let word = |label: &str| error.text.split(label).nth(1).and_then(|rest| rest.split_whitespace().next());
    let rule = word("Test ID: ")?;
    let mut finding = Finding::new(Kind::Sast, rule, error.attr("message").unwrap_or(rule));
    if let Some(raw) = word("Severity: ").or_else(|| error.attr("type")) {
        finding.set_severity(raw, severity(raw));
    }
    finding.confidence = word("Confidence: ").map(str::to_owned);
    add_cwes(&mut finding.cwes, word("CWE: "));
    let (path, line) = error.text.rsplit_once("Location ").and_then(|(_, place)| place.trim().rsplit_once(':'))?;
    finding.location.path = Some(case.attr("classname").unwrap_or(path).to_owned());
    finding.location.start_line = line.parse().ok();
    finding.location.end_line = finding.location.start_line;
    finding.references.extend(error.attr("more_info").map(str::to_owned));
    finding.description = case.attr("name").map(str::to_owned);
    Some(finding)
}
