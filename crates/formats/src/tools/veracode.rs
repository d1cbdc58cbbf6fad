//! Veracode (static, dynamic and manual flaws, vulnerable components), the detailed report as XML. Report formats seen: 1.3 to 1.5.
//!
//! Make it with *Reports → Detailed report → XML*, `detailedreport.do`, or the wrapper's `-action detailedreport`.
//!
//! - index: `flaw` and, of each `component`, its `vulnerability`, in the report's order.
//! - rule: `CWE-` with `cweid`, for components the CVE. Title: `categoryname`. `type` (the call or parameter) tells flaws of one CWE in one
//!   place apart, as `attack_vector` does in the JSON of the API.
//! - severity: 5 critical, 4 high, 3 medium, 2 and 1 (very low) low, 0 info.
//! - place: `sourcefilepath` with `sourcefile` and `line`, `scope` and `functionprototype` as symbol; or `url` with `vuln_parameter`. No columns.
//!   A component's first `file_path` is its file; `library_id` (`maven:group:artifact:version:`) its package.
//! - `issueid` is kept as a fingerprint with the application, not trusted: sandboxes count anew.
//! - `remediation_status` `Fixed` is resolved; `mitigation_status` `accepted` is a suppression with the last comment.
//! - target: none that Muster knows (`app_name` is Veracode's). `generation_date` is the time; `engine_version` the version.
//! - coverage: `flaw-status` and the analysis' `published_date` show that a scan got through. The elements of the analyses say
//!   which kinds were looked for.
//! - left out: policy, grace periods, licences of components, modules.
//!
//! # Differs
//! - the line is `line` alone: `functionrelativelocation` is a percentage. Very low is low.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::loose::looked_for;
use super::sca;
use super::web::{labelled, paragraphs};
use crate::read::lenient;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML format of Veracode's detailed report.
pub(crate) static FORMAT: Format = Format {
    id: "veracode",
    name: "Veracode",
    kinds: &[Kind::Sast, Kind::Dast, Kind::Sca, Kind::Pentest],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let named = head.contains("veracode") || head.has_tag("static-analysis") || head.has_tag("dynamic-analysis");
    Match::sure_if(head.is_xml("detailedreport") && named)
}

/// What stands around a flaw.
#[derive(Default)]
struct Around {
    app: String,
    cwe_name: Option<String>,
    kind: Kind,
    text: Vec<String>,
    remedy: Vec<String>,
    in_remedy: bool,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Veracode");
    let mut around = Around::default();
    xml::walk(input, &["flaw", "component"], |node| {
        match node {
            Node::Open(element) => open(out, &mut around, element),
            Node::Row(element) if element.name == "flaw" => flaw(out, &around, &element),
            Node::Row(element) => component(out, &element),
            Node::Close("recommendations", _) => around.in_remedy = false,
            Node::Close(..) => {}
        }
        Ok(())
    })
}

fn open(out: &mut Output<'_>, around: &mut Around, element: &Element) {
    match element.name.as_str() {
        "detailedreport" => {
            around.app = element.attr("app_id").unwrap_or_default().to_owned();
            out.this().at = element.attr("generation_date").or(element.attr("last_update_time")).and_then(Timestamp::lenient);
        }
        "static-analysis" | "dynamic-analysis" | "manual-analysis" => {
            looked_for(
                out,
                match element.name.as_str() {
                    "static-analysis" => Kind::Sast,
                    "dynamic-analysis" => Kind::Dast,
                    _ => Kind::Pentest,
                },
            );
            let run = out.this();
            run.claims.ran |= element.attr("published_date").is_some();
            run.tool_version = run.tool_version.take().or(element.attr("engine_version").map(str::to_owned));
        }
        "software_composition_analysis" => looked_for(out, Kind::Sca),
        "flaw-status" => out.this().claims.ran = true,
        "category" => (around.text, around.remedy) = (Vec::new(), Vec::new()),
        "recommendations" => around.in_remedy = true,
        "para" | "bulletitem" => {
            let to = if around.in_remedy { &mut around.remedy } else { &mut around.text };
            to.extend(element.attr("text").map(str::to_owned));
        }
        "cwe" => around.cwe_name = element.attr("cwename").map(str::to_owned),
        "staticflaws" => around.kind = Kind::Sast,
        "dynamicflaws" => around.kind = Kind::Dast,
        "manualflaws" => around.kind = Kind::Pentest,
        _ => {}
    }
}

/// Veracode's severities: 5 is very high, 0 informational.
pub(super) fn severity(level: &str) -> Severity {
    match level.trim() {
        "5" => Severity::Critical,
        "4" => Severity::High,
        "3" => Severity::Medium,
        "2" | "1" => Severity::Low,
        "0" => Severity::Info,
        other => Severity::from_word(other),
    }
}

fn flaw(out: &mut Output<'_>, around: &Around, flaw: &Element) {
    let cwe = flaw.attr("cweid").and_then(lenient::cwe);
    let title = flaw.attr("categoryname").or(around.cwe_name.as_deref());
    let Some(rule) = cwe.map(|cwe| format!("CWE-{cwe}")).or_else(|| title.map(str::to_owned)) else {
        return out.bad_row(format!("byte {}", flaw.offset), "neither cweid nor categoryname");
    };
    let mut finding = Finding::new(around.kind, rule.clone(), title.unwrap_or(&rule));
    finding.cwes.extend(cwe);
    if let Some(level) = flaw.attr("severity") {
        finding.set_severity(level, severity(level));
    }
    finding.description =
        paragraphs([flaw.attr("description").map(str::to_owned), labelled("Type", flaw.attr("type")), Some(around.text.join("\n"))]);
    finding.remediation = Some(around.remedy.join("\n")).filter(|text| !text.is_empty());
    finding.distinct = flaw.attr("type").map(str::to_owned);
    finding.first_seen_by_tool = flaw.attr("date_first_occurrence").and_then(Timestamp::lenient);
    if let Some(id) = flaw.attr("issueid") {
        finding.fingerprint("issueid", format!("{}/{id}", around.app));
    }
    let accepted = flaw.attr("mitigation_status").is_some_and(|status| status.eq_ignore_ascii_case("accepted"));
    finding.suppressed = accepted.then(|| mitigated(flaw));
    if let Some(status) = flaw.attr("remediation_status").filter(|status| status.eq_ignore_ascii_case("fixed")) {
        finding.resolve("Veracode", status);
    }
    let to = &mut finding.location;
    if let Some(url) = flaw.attr("url") {
        to.url = Some(url.to_owned());
        to.parameter = flaw.attr("vuln_parameter").map(str::to_owned);
    } else {
        let path = format!("{}{}", flaw.attr("sourcefilepath").unwrap_or_default(), flaw.attr("sourcefile").unwrap_or_default());
        to.path = Some(path).filter(|path| !path.is_empty());
        to.start_line = flaw.attr("line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
        to.end_line = to.start_line;
        let symbol = [flaw.attr("scope"), flaw.attr("functionprototype")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        to.symbol = Some(symbol).filter(|symbol| !symbol.is_empty());
    }
    out.finding(finding);
}

/// The newest comment stands first.
fn mitigated(element: &Element) -> Suppression {
    let newest = element.at("mitigations/mitigation");
    let reason =
        newest.map(|newest| [newest.attr("action"), newest.attr("description")].into_iter().flatten().collect::<Vec<_>>().join(": "));
    Suppression { by: "Veracode".to_owned(), reason: reason.filter(|reason| !reason.is_empty()) }
}

fn component(out: &mut Output<'_>, component: &Element) {
    let vulnerabilities = component.all("vulnerability");
    if vulnerabilities.is_empty() {
        return out.no_finding();
    }
    let id = component.attr("library_id").unwrap_or_default();
    let mut parts = id.split(':');
    let purl = match (parts.next(), parts.next(), parts.next()) {
        (Some("maven"), Some(group), Some(artifact)) if !artifact.is_empty() => Some(format!("pkg:maven/{group}/{artifact}")),
        _ => None,
    };
    // `library` is a product's title in some reports; the package's own name stands in its id.
    let named = purl.as_deref().and_then(|purl| purl.rsplit('/').next()).map(str::to_owned);
    let name = named.or_else(|| component.attr("library").or(component.attr("file_name")).map(str::to_owned));
    let file = component.at("file_paths/file_path").and_then(|path| path.attr("value"));
    for vulnerability in vulnerabilities {
        let Some(cve) = vulnerability.attr("cve_id") else {
            out.bad_row(format!("byte {}", vulnerability.offset), "no cve_id");
            continue;
        };
        let mut finding = Finding::new(Kind::Sca, cve, format!("{cve} in {}", name.as_deref().unwrap_or("a component")));
        sca::identify(&mut finding, cve, []);
        sca::weaknesses(&mut finding, vulnerability.attr("cwe_id"));
        if let Some(level) = vulnerability.attr("severity") {
            finding.set_severity(level, severity(level));
        }
        sca::assessed(&mut finding, None, vulnerability.attr("cvss_score").and_then(|score| score.parse().ok()), None);
        finding.description = vulnerability.attr("cve_summary").map(str::to_owned);
        finding.first_seen_by_tool = vulnerability.attr("first_found_date").and_then(Timestamp::lenient);
        if vulnerability.attr("mitigation") == Some("true") {
            finding.suppressed = Some(mitigated(vulnerability));
        }
        let package = finding.package_mut();
        package.purl.clone_from(&purl);
        package.name.clone_from(&name);
        package.version = component.attr("version").map(str::to_owned);
        if let Some(file) = file {
            sca::in_file(&mut finding, file);
        }
        out.finding(finding);
    }
}
