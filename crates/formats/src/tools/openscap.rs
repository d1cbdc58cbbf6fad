//! OpenSCAP and other SCAP scanners, XCCDF results 1.1 and 1.2 and ARF, XML. Versions seen: OpenSCAP 1.2 and 1.3; SCC writes the same.
//!
//! Make it with `oscap xccdf eval --profile … --results results.xml content-ds.xml` (`--results-arf arf.xml` alike).
//!
//! - index: `TestResult/rule-result`, results laid end to end. `fail` is a finding; `pass`, `fixed`, `notapplicable`, `notselected`, `notchecked` and
//!   `informational` are none.
//! - a `TestResult` is a run; its target (`target`, else the first `target-address`) is the place of its findings.
//! - rule: `idref`; title, description, fix text and references come from the `Rule` of that id.
//! - severity: of the result, else of the rule: `high`, `medium`, `low`, `info`, `unknown`.
//! - identifiers: `ident` elements whose text is a CVE; others (CCE, RHSA) go to the references. A result with a CVE is of kind container, else config.
//! - kinds: those of the rules that passed or failed.
//! - coverage: a `TestResult` with `end-time` took place. Results `error` and `unknown` make the run partial: those rules were not decided.
//! - left out: scores, facts, OVAL details.

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};

use super::web::{add_references, cves};
use super::wording::first_line;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of XCCDF results.
pub(crate) static FORMAT: Format = Format {
    id: "openscap",
    name: "OpenSCAP",
    kinds: &[Kind::Config, Kind::Container],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let root = head.xml_root().unwrap_or_default();
    let scap = head.contains("checklists.nist.gov/xccdf") || head.contains("asset-reporting-format");
    Match::sure_if(matches!(root, "Benchmark" | "TestResult" | "asset-report-collection") && scap)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut rules: HashMap<String, Element> = HashMap::new();
    xml::rows(input, &["Rule"], |rule| {
        if let Some(id) = rule.attr("id") {
            rules.insert(id.to_owned(), rule);
        }
        Ok(())
    })?;
    let mut results = 0;
    let mut undecided = 0u64;
    let mut host: Option<String> = None;
    xml::walk(input, &["Rule", "rule-result", "fact", "target", "target-address"], |node| {
        match node {
            Node::Open(element) if element.name == "TestResult" => {
                results += 1;
                undecided = 0;
                host = None;
                let run = out.run("OpenSCAP");
                run.at = element.attr("end-time").or_else(|| element.attr("start-time")).and_then(Timestamp::lenient);
                run.claims.ran = element.attr("end-time").is_some();
                run.tool_version = element.attr("test-system").and_then(|cpe| cpe.rsplit(':').next()).map(str::to_owned);
            }
            Node::Row(element) if element.name == "rule-result" => {
                undecided += u64::from(result(out, &element, &rules, host.as_deref()));
                if undecided > 0 {
                    out.this().claims.partial = Some(format!("{undecided} rules could not be decided"));
                }
            }
            Node::Row(element) if element.name == "target" || element.name == "target-address" => {
                host = host.take().or_else(|| (!element.text.is_empty()).then(|| element.text.clone()));
            }
            _ => {}
        }
        Ok(())
    })?;
    if results == 0 {
        return Err(ParseError::whole("no `TestResult` in it: a benchmark that was not evaluated"));
    }
    Ok(())
}

/// Answers whether the rule could not be decided.
fn result(out: &mut Output<'_>, result: &Element, rules: &HashMap<String, Element>, host: Option<&str>) -> bool {
    let word = result.text_at("result").unwrap_or_default();
    let kind = if result.children("ident").any(|ident| !cves(&ident.text).is_empty()) { Kind::Container } else { Kind::Config };
    if matches!(word, "pass" | "fail" | "fixed") && !out.this().claims.kinds.contains(&kind) {
        out.this().claims.kinds.push(kind);
    }
    if word != "fail" {
        out.no_finding();
        return matches!(word, "error" | "unknown");
    }
    let Some(id) = result.attr("idref") else {
        out.bad_row(format!("byte {}", result.offset), "a rule-result without idref");
        return false;
    };
    let rule = rules.get(id);
    let title = rule.and_then(|rule| rule.text_at("title")).map_or_else(|| id.to_owned(), first_line);
    let idents: Vec<&str> =
        result.children("ident").chain(rule.into_iter().flat_map(|rule| rule.children("ident"))).map(|ident| ident.text.trim()).collect();
    let mut known: Vec<String> = Vec::new();
    for cve in idents.iter().flat_map(|text| cves(text)) {
        if !known.contains(&cve) {
            known.push(cve);
        }
    }
    let mut finding = Finding::new(if known.is_empty() { Kind::Config } else { Kind::Container }, id, title);
    finding.identifiers = known;
    for other in idents.iter().filter(|text| cves(text).is_empty() && !text.is_empty()) {
        if !finding.references.iter().any(|reference| reference == other) {
            finding.references.push((*other).to_owned());
        }
    }
    let severity = result.attr("severity").or_else(|| rule.and_then(|rule| rule.attr("severity")));
    if let Some(word) = severity {
        let severity = if word == "unknown" { Severity::Unknown } else { Severity::from_word(word) };
        finding.set_severity(word, severity);
    }
    if let Some(rule) = rule {
        let text = |name: &str| {
            rule.child(name)
                .map(|element| element.deep_text().split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|text| !text.is_empty())
        };
        finding.description = text("description").or_else(|| text("rationale"));
        finding.remediation = text("fixtext");
        for reference in rule.children("reference").filter_map(|reference| reference.attr("href")) {
            add_references(&mut finding, reference);
        }
    }
    let messages: Vec<&str> = result.children("message").map(|message| message.text.as_str()).filter(|text| !text.is_empty()).collect();
    finding.description = super::web::paragraphs([finding.description.take(), (!messages.is_empty()).then(|| messages.join("\n"))]);
    finding.location.resource = host.map(str::to_owned);
    finding.location.resource_type = host.map(|_| "host".to_owned());
    out.finding(finding);
    false
}
