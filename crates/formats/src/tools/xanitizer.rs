//! Xanitizer (taint analysis of Java, Scala and JavaScript), XML of its findings list. Versions seen: 4 to 5.
//!
//! Make it with *Reports → Findings list*, or the option `findingsListReportOutputFile` of the command line.
//!
//! - index: `finding`.
//! - `problemTypeId` is the rule, `problemType` the title, `cweNumber` the CWE, `matchCode` tells that it is generated code and is left out.
//! - severity: `rating` from 0 to 10, as a CVSS score is read; the classifications `Harmless`, `Information`, `Intended` are info.
//! - place: the end node's file (`endNode`, else `node`, else the start's) as `relativePath`, else `package` and `file`, with its line; the class as symbol.
//! - flow: `startNode` to `endNode`, with the nodes between them. The line marked `finding="true"` is the snippet.
//! - findings of other tools that Xanitizer took over (`producer` `PLUGIN:…`) are findings with its words.
//! - classifications `False Positive`, `Harmless` and `Intended` are suppressions; `Obsolete` (gone since) is a passed result.
//! - coverage: the list is written of a finished analysis: `timeStamp` is its time, `xanitizerVersion` the version.
//!
//! # Differs
//! - where the list has no node, the path is made of package and file, as others do.

use model::{Finding, FlowStep, Kind, Severity, Suppression, Timestamp};

use super::sca;
use super::web::cves;
use crate::read::lenient;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Xanitizer's findings list.
pub(crate) static FORMAT: Format =
    Format { id: "xanitizer", name: "Xanitizer", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("XanitizerFindingsList"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Xanitizer");
    xml::walk(input, &["finding"], |node| {
        match node {
            Node::Open(element) if element.name == "XanitizerFindingsList" => {
                let run = out.this();
                run.tool_version = element.attr("xanitizerVersionShort").or(element.attr("xanitizerVersion")).map(str::to_owned);
                run.at = element
                    .attr("timeStampLong")
                    .and_then(|text| text.parse().ok().map(Timestamp))
                    .or_else(|| element.attr("timeStamp").and_then(Timestamp::lenient));
                run.claims.ran = true;
            }
            Node::Row(row) => match row.text_at("problemTypeId").or(row.text_at("problemType")) {
                Some(_) if row.text_at("classification") == Some("Obsolete") => out.no_finding(),
                Some(rule) => out.finding(finding(&row, rule)),
                None => out.bad_row(format!("byte {}", row.offset), "no problemType"),
            },
            _ => {}
        }
        Ok(())
    })
}

fn finding(row: &Element, rule: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sast, rule, row.text_at("problemType").unwrap_or(rule));
    finding.cwes = row.text_at("cweNumber").and_then(lenient::cwe).into_iter().collect();
    finding.description = row.text_at("description").map(str::to_owned);
    // What a plug-in for packages says of a library.
    let ids = cves(&format!("{} {}", row.text_at("problemType").unwrap_or_default(), finding.description.as_deref().unwrap_or_default()));
    if let Some((first, others)) = ids.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    let classified = row.text_at("classification");
    if let Some(raw) = row.text_at("rating") {
        let severity = match classified {
            Some("Harmless" | "Information" | "Intended") => Severity::Info,
            _ => raw.parse().map_or(Severity::Unknown, Severity::from_cvss),
        };
        finding.set_severity(raw, severity);
    }
    if let Some(class) = classified.filter(|class| matches!(*class, "False Positive" | "Harmless" | "Intended")) {
        finding.suppressed = Some(Suppression { by: "Xanitizer".to_owned(), reason: Some(class.to_owned()) });
    }
    let (package, class) = (row.text_at("package"), row.text_at("class"));
    let nodes: Vec<&Element> = ["startNode", "node", "intermediateNode", "endNode"].iter().flat_map(|name| row.children(name)).collect();
    let end = row.child("endNode").or_else(|| row.child("node")).or_else(|| row.child("startNode"));
    let made = row.text_at("file").map(|file| match package.filter(|package| !package.is_empty()) {
        Some(package) if !file.contains('/') => format!("{}/{file}", package.replace('.', "/")),
        _ => file.to_owned(),
    });
    let to = &mut finding.location;
    to.path = end.and_then(path).or(made);
    let line = |text: Option<&str>| text.and_then(|line| line.parse::<u32>().ok()).filter(|line| *line > 0);
    to.start_line = line(row.text_at("line")).or_else(|| end.and_then(|node| line(node.attr("lineNo"))));
    to.end_line = to.start_line;
    let symbol = [package, class].into_iter().flatten().collect::<Vec<_>>().join(".");
    to.symbol = Some(symbol).filter(|symbol| !symbol.is_empty());
    finding.snippet = end.and_then(marked);
    if nodes.len() > 1 {
        finding.flow = nodes
            .iter()
            .map(|node| FlowStep {
                path: path(node),
                line: line(node.attr("lineNo")),
                symbol: node.attr("classFQN").map(str::to_owned),
                message: marked(node),
                ..FlowStep::default()
            })
            .collect();
    }
    finding
}

fn path(node: &Element) -> Option<String> {
    node.attr("relativePath").or_else(|| node.attr("absolutePath")).map(str::to_owned)
}

/// The line of code that the finding is about.
fn marked(node: &Element) -> Option<String> {
    node.children("code").find(|code| code.attr("finding") == Some("true")).map(|code| code.text.clone()).filter(|code| !code.is_empty())
}
