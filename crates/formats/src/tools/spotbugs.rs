//! SpotBugs (formerly FindBugs) with Find Security Bugs, XML. Versions seen: 4.2 to 4.8.
//!
//! Make it with `spotbugs -textui -xml:withMessages -output spotbugs.xml target/classes`, or the Maven and Gradle plug-ins.
//!
//! - index: `BugInstance` elements.
//! - rule: `type`; the title is the short message, which only reports with messages have, else the rule.
//! - severity: `priority` 1 high, 2 medium, 3 low; `rank` is not taken, it rates the kind of bug.
//! - CWE: `cweid` of the instance, else that of its `BugPattern`, which stands behind the instances: the file is read twice.
//! - place: the primary source line, else the first line that stands directly in the instance, else that of the method or the class. `sourcepath` is
//!   relative to a source folder that the report does not name. The method is the symbol.
//! - flow: further source lines that stand directly in the instance, with their role.
//! - `instanceHash` numbers equal bugs of one class and changes when another is added before: kept, not trusted.
//! - coverage: `FindBugsSummary` shows that the run got through; `Errors` that are not 0 make it partial. Scan time: `analysisTimestamp`.
//! - left out: class features, history, statistics.
//!
//! # Differs
//! - Other importers make one finding of all instances of a pattern.

use std::collections::HashMap;

use model::{Finding, FlowStep, Kind, Severity, Timestamp};

use super::web::{paragraphs, plain_some};
use super::wording::add_cwes;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of SpotBugs' XML report.
pub(crate) static FORMAT: Format =
    Format { id: "spotbugs", name: "SpotBugs", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("BugCollection"))
}

/// What a pattern says of all its instances.
struct Pattern {
    cwe: Option<String>,
    details: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut patterns = HashMap::new();
    xml::rows(input, &["BugPattern"], |element| {
        if let Some(kind) = element.attr("type") {
            let details = plain_some(element.text_at("Details"));
            patterns.insert(kind.to_owned(), Pattern { cwe: element.attr("cweid").map(str::to_owned), details });
        }
        Ok(())
    })?;
    out.run("SpotBugs");
    xml::walk(input, &["BugInstance", "Project", "BugPattern"], |node| {
        match node {
            Node::Open(element) if element.name == "BugCollection" => {
                let run = out.this();
                run.tool_version = element.attr("version").map(str::to_owned);
                run.at = element.attr("analysisTimestamp").and_then(|text| text.parse().ok()).filter(|at| *at > 0).map(Timestamp);
            }
            Node::Open(element) if element.name == "FindBugsSummary" => out.this().claims.ran = true,
            Node::Open(element) if element.name == "Errors" => {
                if let Some(count) = element.attr("errors").filter(|count| *count != "0") {
                    out.this().claims.partial = Some(format!("{count} errors of the analysis"));
                }
            }
            Node::Row(element) if element.name == "BugInstance" => push(out, &element, &patterns),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, bug: &Element, patterns: &HashMap<String, Pattern>) {
    let Some(rule) = bug.attr("type") else { return out.bad_row(format!("byte {}", bug.offset), "a bug without a type") };
    let mut finding = Finding::new(Kind::Sast, rule, bug.text_at("ShortMessage").unwrap_or(rule));
    if let Some(raw) = bug.attr("priority") {
        let severity = match raw {
            "1" => Severity::High,
            "2" => Severity::Medium,
            "3" => Severity::Low,
            "4" | "5" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    let pattern = patterns.get(rule);
    add_cwes(&mut finding.cwes, bug.attr("cweid").or(pattern.and_then(|pattern| pattern.cwe.as_deref())));
    finding.description = paragraphs([bug.text_at("LongMessage").map(str::to_owned), pattern.and_then(|pattern| pattern.details.clone())]);
    if let Some(hash) = bug.attr("instanceHash") {
        finding.fingerprint("instanceHash", hash);
    }
    let mut lines: Vec<&Element> = bug.children("SourceLine").collect();
    let primary = lines.iter().position(|line| line.attr("primary") == Some("true")).unwrap_or(0);
    let main = (primary < lines.len()).then(|| lines.remove(primary));
    let around = || bug.at("Method/SourceLine").or_else(|| bug.at("Field/SourceLine")).or_else(|| bug.at("Class/SourceLine"));
    if let Some(line) = main.or_else(around) {
        let number = |name: &str| line.attr(name).and_then(|text| text.parse::<u32>().ok()).filter(|line| *line > 0);
        finding.location.path = line.attr("sourcepath").or(line.attr("sourcefile")).map(str::to_owned);
        finding.location.start_line = number("start");
        finding.location.end_line = number("end");
    }
    finding.location.symbol = symbol(bug);
    finding.flow = lines.into_iter().map(step).collect();
    out.finding(finding);
}

fn symbol(bug: &Element) -> Option<String> {
    let class = bug.child("Class").and_then(|class| class.attr("classname"));
    match bug.child("Method") {
        Some(method) => {
            Some(format!("{}.{}", method.attr("classname").or(class).unwrap_or_default(), method.attr("name").unwrap_or_default()))
        }
        None => class.map(str::to_owned),
    }
}

fn step(line: &Element) -> FlowStep {
    let number = |name: &str| line.attr(name).and_then(|text| text.parse::<u32>().ok()).filter(|line| *line > 0);
    FlowStep {
        path: line.attr("sourcepath").map(str::to_owned),
        line: number("start"),
        end_line: number("end"),
        message: line.attr("role").map(str::to_owned),
        ..FlowStep::default()
    }
}
