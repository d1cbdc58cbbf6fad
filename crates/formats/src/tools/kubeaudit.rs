//! kubeaudit of Shopify (Kubernetes manifests and clusters), JSON lines. Versions seen: 0.16 to 0.22.
//!
//! Make it with `kubeaudit all -f manifests.yaml -p json > kubeaudit.jsonl`.
//!
//! - index: the lines. A line that is no result (a message of the program's log) is counted and is no finding.
//! - rule: `AuditResultName`; the title is the message.
//! - severity: `level`: error high, warning medium, info info.
//! - place: the object as `namespace/Kind/name`; the container is part of what tells two findings apart. The report names no file.
//! - the other members (capability, limits, the missing annotation) go to the description.
//! - nothing shows that the run got through. `time` is that of one line: the last one is the time. No version, no fingerprint, no list of rules.

use std::collections::BTreeMap;

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::web::paragraphs;
use crate::read::lenient::scalar;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kubeaudit -p json`.
pub(crate) static FORMAT: Format =
    Format { id: "kubeaudit", name: "kubeaudit", kinds: &[Kind::Iac], media: &[Media::JsonLines], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("[].AuditResultName") || head.has("AuditResultName"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("kubeaudit");
    loose::strung(input, out, |out, _, row| {
        let at = row.text(&["time"]).and_then(|text| Timestamp::lenient(&text));
        let run = out.this();
        run.at = run.at.max(at);
        let Some(rule) = row.text(&["AuditResultName"]) else {
            out.no_finding();
            return Ok(());
        };
        out.finding(finding(row, rule));
        Ok(())
    })
}

fn finding(row: &Value, rule: String) -> Finding {
    let mut finding = Finding::new(Kind::Iac, rule.clone(), row.text(&["msg"]).unwrap_or(rule));
    if let Some(raw) = row.text(&["level"]) {
        let severity = match raw.as_str() {
            "error" => Severity::High,
            "warning" => Severity::Medium,
            "info" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    let known = ["AuditResultName", "msg", "level", "time", "ResourceKind", "ResourceName", "ResourceNamespace", "ResourceApiVersion"];
    // By name: the order of members is the reader's, not the tool's.
    let others: BTreeMap<_, _> = row.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str())).collect();
    finding.description = paragraphs(others.into_iter().map(|(name, value)| scalar(value).map(|text| format!("{name}: {text}"))));
    let parts = [row.text(&["ResourceNamespace"]), row.text(&["ResourceKind"]), row.text(&["ResourceName"])];
    let place = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    finding.location.resource = Some(place).filter(|place| !place.is_empty());
    finding.location.resource_type = row.text(&["ResourceKind"]);
    let told = ["Container", "Capability", "MissingAnnotation", "AnnotationValue", "PodHost"].iter().filter_map(|name| row.text(&[name]));
    finding.distinct = Some(told.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    finding
}
