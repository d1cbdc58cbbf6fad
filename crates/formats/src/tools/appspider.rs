//! AppSpider (Rapid7), XML `VulnerabilitiesSummary.xml`. Versions seen: 7.0.
//!
//! Make it with *Reports*, *XML summary* of a scan.
//!
//! - index: `Vuln` elements.
//! - rule: `AttackType` where it says something, behind `VulnType`: `Browser Cache directive:Browser Cache Directive`. `VulnType` is the title.
//! - severity: `AttackScore` 4-High high, 3-Medium medium, 2-Low low, 1-Informational and 0-Safe info. The reference importer shifts each by one, which makes
//!   a low score medium; we do not.
//! - place: `VulnUrl`, `Method` and `ParameterName`; `N/A` is none. CWE: `CweId`. Request: `AttackList` traffic, decoded from base 64.
//! - coverage: `ScanEnded` shows that the scan got through; its start is the time, with `UTCOffset` taken into account.
//! - left out: `DbId` and other ids, which are new in every scan; statistics.
//!
//! # Differs
//! - severity: `AttackScore`, which the tool shows. (Some readers take the type of the attack.)

use model::{Finding, Kind, Severity, Timestamp};

use super::web::{origin, paragraphs, plain_some};
use super::wording::{add_cwes, from_base64};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of AppSpider's summary.
pub(crate) static FORMAT: Format =
    Format { id: "appspider", name: "AppSpider", kinds: &[Kind::Dast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("VulnSummary"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("AppSpider");
    xml::walk(input, &["Vuln"], |node| {
        let run = out.this();
        match node {
            Node::Close("AppVersion", text) => run.tool_version = Some(text.to_owned()).filter(|text| !text.is_empty()),
            Node::Close("ScanStarted", text) => run.at = Timestamp::lenient(text),
            Node::Close("ScanEnded", text) => run.claims.ran = !text.is_empty(),
            Node::Close("UTCOffset", text) => {
                let hours: i64 = text.parse().unwrap_or(0);
                run.at = run.at.map(|at| Timestamp(at.0 - hours.clamp(-14, 14) * 3_600_000));
            }
            Node::Row(element) => push(out, &element),
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, vuln: &Element) {
    let text = |name: &str| vuln.text_at(name).filter(|text| *text != "N/A");
    let Some(title) = text("VulnType") else { return out.bad_row(format!("byte {}", vuln.offset), "a result without VulnType") };
    let rule = text("AttackType").map_or_else(|| title.to_owned(), |attack| format!("{title}:{attack}"));
    let mut finding = Finding::new(Kind::Dast, rule, title);
    if let Some(raw) = text("AttackScore") {
        let word = raw.split_once('-').map_or(raw, |(_, word)| word);
        finding.set_severity(raw, if word == "Safe" { Severity::Info } else { Severity::from_word(word) });
    }
    add_cwes(&mut finding.cwes, text("CweId"));
    finding.description = paragraphs([plain_some(text("Description")), text("MatchedString").map(|found| format!("Matched: {found}"))]);
    finding.remediation = plain_some(text("Recommendation"));
    finding.confidence = text("Confidence").map(str::to_owned);
    finding.request = text("CrawlTraffic").and_then(from_base64);
    let place = &mut finding.location;
    place.url = text("VulnUrl").or(text("Url")).map(str::to_owned);
    place.method = text("Method").map(str::to_owned);
    place.parameter = text("ParameterName").or(text("VulnParam")).map(str::to_owned);
    if out.this().url.is_none() {
        out.this().url = text("WebSite").map(|site| origin(site).to_owned());
    }
    out.finding(finding);
}
