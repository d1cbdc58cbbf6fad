//! Invicti, formerly Netsparker, Enterprise and Standard, and Acunetix 360, XML. Reports seen: Netsparker 4 to Invicti 24.
//!
//! Make it in the scan's *Export*, *Vulnerabilities List (XML)*, or with the API's `scans/report/?type=Vulnerabilities&format=Xml`.
//!
//! - index: `vulnerability` elements. One whose `state` says `Fixed` is resolved.
//! - all means what it means in the JSON report (`invicti.rs`): rule `type`, severity the word, `certainty` the confidence, `confirmed` proven.
//! - the parameter is `vulnerableparameter` (Standard), else the one in `http-request/parameters`.
//! - CWE may hold several numbers; `classification/cvss…/vector` and its base score are kept.
//! - coverage: `target` with a duration shows that the scan got through. Left out: other classes than CWE.

use model::{Cvss, Finding, Kind, Severity, Suppression};

use super::web::{add_references, labelled, message, origin, paragraphs, plain_some};
use super::wording::add_cwes;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML reports of Invicti.
pub(crate) static FORMAT: Format =
    Format { id: "invicti-xml", name: "Invicti XML", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

/// Names of the root element by product and year.
const ROOTS: [&str; 7] =
    ["invicti-enterprise", "netsparker-enterprise", "netsparker-cloud", "acunetix-360", "invicti-standard", "invicti", "netsparker"];

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.xml_root().is_some_and(|root| ROOTS.contains(&root)))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Invicti");
    xml::walk(input, &["target", "vulnerability"], |node| {
        match node {
            Node::Row(row) if row.name == "target" => {
                let run = out.this();
                run.claims.ran = row.text_at("duration").or_else(|| row.text_at("scantime")).is_some();
                run.url = row.text_at("url").map(|url| origin(url).to_owned());
            }
            Node::Row(row) => push(out, &row),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, row: &Element) {
    let name = row.text_at("name").or_else(|| row.text_at("title"));
    match row.text_at("type").or(name) {
        Some(rule) => {
            let mut finding = finding(rule, name.unwrap_or(rule), row);
            if row.text_at("state").is_some_and(|state| state.split([',', ' ']).any(|word| word == "Fixed")) {
                finding.resolve("Invicti", "Fixed");
            }
            out.finding(finding);
        }
        None => out.bad_row(format!("byte {}", row.offset), "a vulnerability without type and name"),
    }
}

fn finding(rule: &str, title: &str, row: &Element) -> Finding {
    let mut finding = Finding::new(Kind::Dast, rule, title.trim());
    if let Some(raw) = row.text_at("severity") {
        let best_practice = raw.replace(' ', "").eq_ignore_ascii_case("bestpractice");
        finding.set_severity(raw, if best_practice { Severity::Info } else { Severity::from_word(raw) });
    }
    finding.confidence = row.text_at("certainty").map(str::to_owned);
    finding.verified = row.text_at("confirmed").is_some_and(|text| text.eq_ignore_ascii_case("true")).then_some(true);
    let class = row.child("classification");
    let cwes = class.and_then(|class| class.text_at("cwe").or_else(|| class.text_at("CWE"))).unwrap_or_default();
    add_cwes(&mut finding.cwes, cwes.split([',', ' ']));
    for cvss in class.into_iter().flat_map(|class| &class.children).filter(|child| child.name.to_ascii_lowercase().starts_with("cvss")) {
        let Some(vector) = cvss.text_at("vector") else { continue };
        let base = cvss.children("score").find(|score| score.text_at("type").is_some_and(|kind| kind.eq_ignore_ascii_case("base")));
        let score = base.and_then(|base| base.text_at("value")?.parse().ok());
        finding.cvss.push(Cvss::from_vector(vector).with_score(score).with_source("invicti"));
    }
    let html = |path: &str| plain_some(row.text_at(path));
    let proof = html("proof-of-concept").or_else(|| html("proof"));
    finding.description = paragraphs([html("description"), html("impact"), labelled("Proof", proof.as_deref())]);
    finding.remediation = paragraphs([html("remedial-procedure"), html("remedial-actions"), html("remedy")]);
    add_references(&mut finding, row.text_at("external-references").unwrap_or_default());
    if let Some(id) = row.text_at("LookupId").or_else(|| row.text_at("lookup-id")) {
        finding.fingerprint("LookupId", id);
    }
    let state = row.text_at("state").unwrap_or_default();
    if let Some(word) = ["FalsePositive", "AcceptedRisk"].into_iter().find(|word| state.contains(word)) {
        finding.suppressed = Some(Suppression { by: "Invicti".to_owned(), reason: Some(word.to_owned()) });
    }
    finding.location.url = row.text_at("url").map(str::to_owned);
    finding.location.method = row.text_at("http-request/method").or_else(|| row.text_at("vulnerableparametertype")).map(str::to_owned);
    let parameters: Vec<&Element> = row.at("http-request/parameters").map(|all| all.children.iter().collect()).unwrap_or_default();
    let only = match parameters.as_slice() {
        [only] => only.attr("name"),
        _ => None,
    };
    finding.location.parameter = row.text_at("vulnerableparameter").or(only).map(str::to_owned);
    finding.request = message(row.text_at("http-request/content").or_else(|| row.text_at("rawrequest")), None);
    finding.response = message(row.text_at("http-response/content").or_else(|| row.text_at("rawresponse")), None);
    finding
}
