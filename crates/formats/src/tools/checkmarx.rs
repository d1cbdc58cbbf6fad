//! Checkmarx CxSAST, XML. Versions seen: 8.6 to 9.5.
//!
//! Make it in *Reports*, *XML*, or with the Checkmarx plug-ins' option *Generate XML report*.
//!
//! - index: `Result` elements, queries laid end to end. One of status `Fixed` is resolved.
//! - rule: the query's `name`, with the language before it: `Java/SQL_Injection`; the title is the name with blanks.
//! - severity: that of the result, else that of the query: Critical, High, Medium, Low, Information.
//! - place: the last node of the path (the sink), where other tools see it too; the flow holds all nodes from the source on. `FileName` and `Line` of the
//!   result are those of the source. Columns count from 1 and are those of the node; they are not taken, because tabs count differently by version.
//! - `SimilarityId` is what Checkmarx itself keeps states by, over scans and lines; results of equal code share it. Trusted.
//! - `FalsePositive` True and state 1 (not exploitable) are a suppression with its remark.
//! - coverage: the report is made of a finished scan; `ScanType` Incremental is partial. `ScanStart` is the time, without a zone, taken as UTC.
//! - left out: categories, assignments, LOC.

use model::{Finding, FlowStep, Kind, Suppression, Timestamp};

use super::wording::add_cwes;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of CxSAST's XML report.
pub(crate) static FORMAT: Format =
    Format { id: "checkmarx", name: "Checkmarx SAST", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("CxXMLResults"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkmarx");
    let mut query = Element::default();
    xml::walk(input, &["Result"], |node| {
        match node {
            Node::Open(element) if element.name == "CxXMLResults" => {
                let run = out.this();
                run.tool_version = element.attr("CheckmarxVersion").map(str::to_owned);
                run.at = element.attr("ScanStart").and_then(long_date);
                run.claims.ran = element.attr("ScanTime").is_some();
                run.claims.partial = (element.attr("ScanType") == Some("Incremental")).then(|| "an incremental scan".to_owned());
            }
            Node::Open(element) if element.name == "Query" => element.clone_into(&mut query),
            Node::Row(element) => push(out, &query, &element),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, query: &Element, result: &Element) {
    let Some(name) = query.attr("name") else { return out.bad_row(format!("byte {}", result.offset), "a result outside a query") };
    let rule = query.attr("Language").map_or_else(|| name.to_owned(), |language| format!("{language}/{name}"));
    let mut finding = Finding::new(Kind::Sast, rule, name.replace('_', " "));
    if let Some(raw) = result.attr("Severity").or(query.attr("Severity")) {
        finding.set_severity_word(raw);
    }
    add_cwes(&mut finding.cwes, query.attr("cweId"));
    finding.url = result.attr("DeepLink").map(str::to_owned);
    let path = result.child("Path");
    if let Some(id) = path.and_then(|path| path.attr("SimilarityId")) {
        finding.fingerprint("similarity_id", id);
        finding.trusted_fingerprint = Some("similarity_id");
    }
    if result.attr("FalsePositive") == Some("True") || result.attr("state") == Some("1") {
        finding.suppressed = Some(Suppression { by: "Checkmarx".to_owned(), reason: result.attr("Remark").map(str::to_owned) });
    }
    if let Some(status) = result.attr("Status").filter(|status| *status == "Fixed") {
        finding.resolve("Checkmarx", status);
    }
    let nodes: Vec<&Element> = path.into_iter().flat_map(|path| path.children("PathNode")).collect();
    finding.flow = nodes.iter().map(|node| step(node)).collect();
    let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<u32>().ok()).filter(|line| *line > 0);
    let sink = nodes.last();
    finding.location.path = sink.and_then(|node| node.text_at("FileName")).or(result.attr("FileName")).map(str::to_owned);
    finding.location.start_line = sink.map_or_else(|| number(result.attr("Line")), |node| number(node.text_at("Line")));
    finding.location.end_line = finding.location.start_line;
    finding.snippet = sink.and_then(|node| node.text_at("Snippet/Line/Code")).map(str::to_owned);
    out.finding(finding);
}

fn step(node: &Element) -> FlowStep {
    FlowStep {
        path: node.text_at("FileName").map(str::to_owned),
        line: node.text_at("Line").and_then(|line| line.trim().parse().ok()).filter(|line| *line > 0),
        message: node.text_at("Name").map(str::to_owned),
        ..FlowStep::default()
    }
}

/// `Sunday, February 25, 2018 11:35:52 AM`.
fn long_date(text: &str) -> Option<Timestamp> {
    let (_, date) = text.split_once(", ")?;
    let (month, rest) = date.split_once(' ')?;
    Timestamp::lenient(&format!("{} {rest}", month.get(..3)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_words() {
        assert_eq!(long_date("Sunday, February 25, 2018 11:35:52 AM"), "2018-02-25T11:35:52Z".parse().ok());
        assert_eq!(long_date("soon"), None);
    }
}
