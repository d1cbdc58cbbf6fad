//! PingCastle (Active Directory), XML of the health check. Versions seen: 2.9 to 3.3.
//!
//! Make it with `PingCastle.exe --healthcheck --server corp.example.com` (`ad_hc_corp.example.com.xml`).
//!
//! - index: `RiskRules/HealthcheckRiskRule`.
//! - rule: `RiskId`; the rationale's first line is the title.
//! - severity: the points of the rule, which are the tool's only weight: 20 and more critical, 15 high, 10 medium, 1 to 9 low, 0 info.
//! - place: the domain is the resource. `Details` go to the description, CVEs in rationale and details are identifiers.
//! - scan time: `GenerationDate`; `EngineVersion` is the version.
//! - ran: the report holds the domain's score (`GlobalScore`).
//! - left out: all inventory of the domain.
//!
//! Differs: the domain is the place also of rules about its controllers, and does not raise the severity.

use model::{Finding, Kind, Severity, Timestamp};

use super::web::{cves, labelled, paragraphs};
use super::wording::first_line;
use crate::read::xml::{self, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of PingCastle's health check.
pub(crate) static FORMAT: Format =
    Format { id: "pingcastle", name: "PingCastle", kinds: &[Kind::Config], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("HealthcheckData"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PingCastle");
    let mut domain: Option<String> = None;
    xml::walk(input, &["HealthcheckRiskRule"], |node| {
        match node {
            Node::Close("EngineVersion", text) => out.this().tool_version = Some(text.to_owned()),
            Node::Close("GenerationDate", text) => out.this().at = Timestamp::lenient(text),
            Node::Close("GlobalScore", text) => out.this().claims.ran |= !text.is_empty(),
            Node::Close("DomainFQDN", text) if domain.is_none() => domain = Some(text.to_owned()),
            Node::Row(rule) => {
                let Some(id) = rule.text_at("RiskId") else {
                    out.bad_row(format!("byte {}", rule.offset), "a rule without RiskId");
                    return Ok(());
                };
                let rationale = rule.text_at("Rationale").unwrap_or(id);
                let mut finding = Finding::new(Kind::Config, id, first_line(rationale));
                if let Some(points) = rule.text_at("Points").and_then(|text| text.trim().parse::<u32>().ok()) {
                    let severity = match points {
                        20.. => Severity::Critical,
                        15..=19 => Severity::High,
                        10..=14 => Severity::Medium,
                        1..=9 => Severity::Low,
                        0 => Severity::Info,
                    };
                    finding.set_severity(points.to_string(), severity);
                }
                let details = rule.child("Details").map(|details| details.deep_text()).filter(|text| !text.is_empty());
                finding.identifiers = cves(&format!("{rationale} {}", details.as_deref().unwrap_or_default()));
                let class = [rule.text_at("Category"), rule.text_at("Model")].into_iter().flatten().collect::<Vec<_>>().join("/");
                finding.description = paragraphs([Some(rationale.to_owned()), labelled("Category", Some(&class)), details]);
                finding.location.resource.clone_from(&domain);
                finding.location.resource_type = Some("domain".to_owned());
                out.finding(finding);
            }
            _ => {}
        }
        Ok(())
    })
}
