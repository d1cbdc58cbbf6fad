//! Fortify Static Code Analyzer (OpenText, formerly Micro Focus and HPE), project file (`.fpr`) or the `audit.fvdl` in it. Versions seen: FVDL 1.12, engines 18 to 24.
//!
//! Make it with `sourceanalyzer -b shop -scan -f shop.fpr`.
//!
//! - index: the `Vulnerability` elements.
//! - rule: `ClassID`, which the XML report calls `ruleID`; the title is type and subtype (`Password Management: Hardcoded Password`).
//! - severity: the Fortify priority order, computed as Fortify documents it: impact and likelihood (accuracy × confidence × probability / 25) from the rule's meta information, each high from
//!   2.5 on: both critical, impact alone high, likelihood alone medium, none low. Without meta information the instance's severity (5 worst).
//! - place: the node that is marked as default: path, lines. Columns count tabs in a way of their own and are not taken. The function of the context is the symbol, the snippet the code.
//! - flow: the nodes of the trace from source to sink, also those in the pool of nodes.
//! - CWE: the rule's `altcategoryCWE`.
//! - `InstanceID` is trusted: Fortify keeps it over scans and makes it different for each result of a scan.
//! - `audit.xml` of the project file: suppressed issues and those that people call *Not an Issue* are suppressions, with the last comment.
//! - coverage: `EngineData` is written last; the source files that were scanned stand for their common folder. `CreatedTS` is the time, the engine's version the version.
//! - left out: the explanation of each rule beyond its abstract, rule packs, sources in the project file.

use std::collections::{HashMap, HashSet};

use model::{Finding, FlowStep, Kind, Severity, Suppression, Timestamp};

use super::web::plain_some;
use super::wording::add_cwes;
use crate::read::packed::{FORTIFY_RESULTS, member};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Longest abstract into which further values are put, in bytes.
const LONGEST_ABSTRACT: usize = 64 * 1024;
/// Longest value that is put into an abstract, in characters.
const LONGEST_VALUE: usize = 2000;

/// The project file of Fortify.
pub(crate) static FORMAT: Format =
    Format { id: "fortify", name: "Fortify (FPR)", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let packed = head.bytes().starts_with(b"PK\x03\x04") && head.contains(FORTIFY_RESULTS);
    Match::sure_if(packed || head.is_xml("FVDL"))
}

/// What vulnerabilities refer to.
#[derive(Default)]
struct Pool {
    nodes: HashMap<String, FlowStep>,
    rules: HashMap<String, Rule>,
    abstracts: HashMap<String, String>,
    /// Code by the id of the snippet, of the places that are asked for.
    snippets: HashMap<String, String>,
    wanted: HashSet<String>,
    audited: HashMap<String, Suppression>,
}

#[derive(Default)]
struct Rule {
    numbers: HashMap<String, f64>,
    cwes: Vec<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Fortify");
    if !input.head().bytes().starts_with(b"PK") {
        return results(input, out, Pool::default());
    }
    let bytes = input.bytes()?;
    let mut pool = Pool::default();
    if let Some(audit) = member(&bytes, "audit.xml")? {
        audited(&Input::from_bytes("audit.xml", audit), &mut pool.audited)?;
    }
    let results_file = member(&bytes, FORTIFY_RESULTS)?.ok_or_else(|| ParseError::whole("no audit.fvdl in it"))?;
    drop(bytes);
    results(&Input::from_bytes(FORTIFY_RESULTS, results_file), out, pool)
}

fn results(input: &Input, out: &mut Output<'_>, mut pool: Pool) -> Result<(), ParseError> {
    // Rules, nodes and code stand behind the vulnerabilities.
    xml::walk(input, &["Vulnerability", "Node", "Rule", "Description", "Snippet", "File", "CreatedTS"], |node| {
        match node {
            Node::Row(row) => learn(&row, out, &mut pool),
            Node::Open(element) if element.name == "EngineData" => out.this().claims.ran = true,
            Node::Close("EngineVersion", text) if !text.is_empty() => out.this().tool_version = Some(text.to_owned()),
            _ => {}
        }
        Ok(())
    })?;
    xml::rows(input, &["Vulnerability"], |row| {
        match finding(&row, &pool) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(format!("byte {}", row.offset), "no `ClassID`"),
        }
        Ok(())
    })
}

fn learn(row: &Element, out: &mut Output<'_>, pool: &mut Pool) {
    match row.name.as_str() {
        "Vulnerability" => pool.wanted.extend(default_place(row).and_then(|place| place.attr("snippet")).map(str::to_owned)),
        "Node" => {
            if let Some(id) = row.attr("id") {
                pool.nodes.insert(id.to_owned(), step(row));
            }
        }
        "Rule" => {
            if let Some(id) = row.attr("id") {
                pool.rules.insert(id.to_owned(), rule(row));
            }
        }
        "Description" => {
            if let (Some(id), Some(text)) = (row.attr("classID"), row.text_at("Abstract")) {
                pool.abstracts.insert(id.to_owned(), text.to_owned());
            }
        }
        "Snippet" => {
            if let (Some(id), Some(text)) = (row.attr("id").filter(|id| pool.wanted.contains(*id)), row.text_at("Text")) {
                pool.snippets.insert(id.to_owned(), text.to_owned());
            }
        }
        "File" => {
            if let Some(name) = row.text_at("Name") {
                out.scanned_file(name);
            }
        }
        "CreatedTS" => {
            let text = format!("{}T{}Z", row.attr("date").unwrap_or_default(), row.attr("time").unwrap_or("00:00:00"));
            out.this().at = Timestamp::lenient(&text);
        }
        _ => {}
    }
}

fn rule(row: &Element) -> Rule {
    let mut out = Rule::default();
    for group in row.all("Group") {
        let name = group.attr("name").unwrap_or_default();
        if name.eq_ignore_ascii_case("altcategoryCWE") {
            add_cwes(&mut out.cwes, group.text.replace("CWE ID", "CWE").split(','));
        } else if let Ok(number) = group.text.parse() {
            out.numbers.insert(name.to_owned(), number);
        }
    }
    out
}

fn step(node: &Element) -> FlowStep {
    let place = node.child("SourceLocation");
    let line = |name: &str| place.and_then(|place| place.attr(name)).and_then(|line| line.parse().ok()).filter(|line: &u32| *line > 0);
    FlowStep {
        path: place.and_then(|place| place.attr("path")).map(str::to_owned),
        line: line("line"),
        end_line: line("lineEnd"),
        symbol: None,
        message: node.text_at("Action").or_else(|| node.attr("label")).map(str::to_owned),
    }
}

fn default_place(row: &Element) -> Option<&Element> {
    let nodes = row.all("Node");
    let marked = nodes.iter().find(|node| node.attr("isDefault") == Some("true")).or(nodes.last())?;
    marked.child("SourceLocation")
}

/// Fortify's priority order.
fn priority(rule: Option<&Rule>, confidence: Option<f64>, severity: Option<f64>) -> Option<(String, Severity)> {
    let number = |name: &str| rule.and_then(|rule| rule.numbers.get(name).copied());
    let likelihood = match (number("Accuracy"), confidence, number("Probability")) {
        (Some(accuracy), Some(confidence), Some(probability)) => Some(accuracy * confidence * probability / 25.0),
        _ => None,
    };
    let named = |word: &str, severity| Some((word.to_owned(), severity));
    match (number("Impact"), likelihood) {
        (Some(impact), Some(likelihood)) if impact >= 2.5 && likelihood >= 2.5 => named("Critical", Severity::Critical),
        (Some(impact), Some(_)) if impact >= 2.5 => named("High", Severity::High),
        (Some(_), Some(likelihood)) if likelihood >= 2.5 => named("Medium", Severity::Medium),
        (Some(_), Some(_)) => named("Low", Severity::Low),
        _ => {
            let number = severity?;
            let word = match number {
                number if number >= 4.5 => Severity::Critical,
                number if number >= 3.5 => Severity::High,
                number if number >= 2.5 => Severity::Medium,
                _ => Severity::Low,
            };
            Some((number.to_string(), word))
        }
    }
}

fn finding(row: &Element, pool: &Pool) -> Option<Finding> {
    let class = row.text_at("ClassInfo/ClassID")?;
    let kind = row.text_at("ClassInfo/Type").unwrap_or(class);
    let title = row.text_at("ClassInfo/Subtype").map_or_else(|| kind.to_owned(), |subtype| format!("{kind}: {subtype}"));
    let mut finding = Finding::new(Kind::Sast, class, title);
    let number = |path: &str| row.text_at(path).and_then(|text| text.parse().ok());
    let rule = pool.rules.get(class);
    if let Some((raw, severity)) = priority(rule, number("InstanceInfo/Confidence"), number("InstanceInfo/InstanceSeverity")) {
        finding.set_severity(raw, severity);
    }
    finding.confidence = row.text_at("InstanceInfo/Confidence").map(str::to_owned);
    finding.cwes = rule.map(|rule| rule.cwes.clone()).unwrap_or_default();
    let context = row.all("Function").first().copied();
    let named = |name: &str| context.and_then(|function| function.attr(name));
    finding.location.symbol =
        named("name").map(|name| named("enclosingClass").map_or_else(|| name.to_owned(), |class| format!("{class}.{name}")));
    if let Some(place) = default_place(row) {
        let line = |name: &str| place.attr(name).and_then(|line| line.parse().ok()).filter(|line| *line > 0);
        finding.location.path = place.attr("path").map(str::to_owned);
        finding.location.start_line = line("line");
        finding.location.end_line = line("lineEnd").max(finding.location.start_line);
        finding.snippet = place.attr("snippet").and_then(|id| pool.snippets.get(id)).cloned();
    }
    finding.description = plain_some(pool.abstracts.get(class).map(|text| filled(text, row)).as_deref());
    finding.flow = flow(row, pool);
    if let Some(id) = row.text_at("InstanceInfo/InstanceID") {
        finding.fingerprint("InstanceID", id);
        finding.trusted_fingerprint = Some("InstanceID");
        finding.suppressed = pool.audited.get(id).cloned();
    }
    Some(finding)
}

/// The abstract with the definitions of the result in the place of `<Replace key="…"/>`. A value is put in as it stands: what it holds is
/// not replaced again, so that a text cannot grow by itself.
fn filled(text: &str, row: &Element) -> String {
    let definitions = row.all("Def");
    let value = |key: &str| definitions.iter().take(50).find(|definition| definition.attr("key") == Some(key))?.attr("value");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<Replace key=\"") {
        out.push_str(before);
        let Some((key, tail)) = after.split_once("\"/>") else {
            rest = after;
            break;
        };
        if out.len() < LONGEST_ABSTRACT {
            out.extend(value(key).into_iter().flat_map(str::chars).take(LONGEST_VALUE));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn flow(row: &Element, pool: &Pool) -> Vec<FlowStep> {
    let entries = row.at("AnalysisInfo/Unified").map(|unified| unified.all("Entry")).unwrap_or_default();
    let steps = entries.into_iter().filter_map(|entry| match entry.child("NodeRef").and_then(|reference| reference.attr("id")) {
        Some(id) => pool.nodes.get(id).cloned(),
        None => entry.child("Node").map(step),
    });
    let steps: Vec<FlowStep> = steps.filter(|step| step.path.is_some()).take(200).collect();
    if steps.len() > 1 { steps } else { Vec::new() }
}

/// What people said of issues, by instance id.
fn audited(input: &Input, out: &mut HashMap<String, Suppression>) -> Result<(), ParseError> {
    xml::rows(input, &["Issue"], |issue| {
        let not_an_issue =
            issue.children("Tag").any(|tag| tag.text_at("Value").is_some_and(|value| value.eq_ignore_ascii_case("not an issue")));
        let suppressed = issue.attr("suppressed") == Some("true");
        if let (Some(id), true) = (issue.attr("instanceId"), suppressed || not_an_issue) {
            let comment = issue.all("Comment").last().copied();
            let by = comment
                .and_then(|comment| comment.text_at("Username"))
                .or_else(|| issue.all("Username").last().map(|name| name.text.as_str()));
            let reason =
                comment.and_then(|comment| comment.text_at("Content")).unwrap_or(if suppressed { "suppressed" } else { "Not an Issue" });
            out.insert(id.to_owned(), Suppression { by: by.unwrap_or("Fortify").to_owned(), reason: Some(reason.to_owned()) });
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, attributes: &[(&str, &str)], children: Vec<Element>) -> Element {
        let attributes = attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Element { name: name.to_owned(), attributes, children, ..Element::default() }
    }

    #[test]
    fn values_fill_an_abstract_once() {
        let def = |key: &str, value: &str| element("Def", &[("key", key), ("value", value)], Vec::new());
        let again = "<Replace key=\"b\"/>".repeat(50);
        let row = element("Vulnerability", &[], vec![def("a", &again), def("b", "text"), def("name", "run()")]);
        assert_eq!(filled("Calls <Replace key=\"name\"/> there<Replace key=\"none\"/>.", &row), "Calls run() there.");
        assert_eq!(filled("<Replace key=\"a\"/>", &row), again);
        assert_eq!(filled("cut <Replace key=\"name", &row), "cut name");
        assert!(filled(&"<Replace key=\"a\"/>".repeat(10_000), &row).len() < 2 * LONGEST_ABSTRACT);
    }
}
