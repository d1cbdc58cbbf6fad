//! RiskRecon (rating of an organisation's systems from outside), findings of its API as JSON.
//!
//! Make it with `GET https://api.riskrecon.com/v1/findings/{toe_id}`; the list stands alone or in a member `findings`.
//!
//! - index: `findings[]` (or `[]`).
//! - `security_criteria` (else `finding_type`) is the rule, `finding` the title, `finding_context` and `finding_detail` the description.
//! - severity: `severity` as it stands (`critical`, `high`, `medium`, `low`, `info`).
//! - place: the host `host_name`, else `domain_name`, else `ip_address`, as resource with the address in `distinct`; `finding_data_value`
//!   tells two findings of one criterion on one host apart.
//! - `finding_id` is kept as a fingerprint, not trusted: it changes when the finding's data do. `first_seen` is the tool's word.
//! - `false_positive` and an `analyst_status` of `accepted` are suppressions; `auto_status` or `analyst_status` `pass` is coverage.
//! - an API answer may be one page or filtered: absence proves nothing (read-only).
//! - left out: registrant, geography, industry, hosting.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::loose::{text, yes};
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of RiskRecon's findings API.
pub(crate) static FORMAT: Format =
    Format { id: "risk-recon", name: "RiskRecon", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}[].{name}"));
        has("security_criteria") && has("finding") && (has("toe_id") || has("security_domain") || has("analysis_id"))
    };
    Match::sure_if(of("") || of("findings"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("RiskRecon").claims.partial = Some("an answer of the findings API".to_owned());
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, row)?;
    } else {
        json.object(|json, key| if key == "findings" { json.rows(out, row) } else { Ok(()) })?;
    }
    json.end()
}

fn row(out: &mut Output<'_>, row: Value) {
    let title = text(&row, &["finding", "finding_detail", "finding_type"]);
    let Some(rule) = text(&row, &["security_criteria", "finding_type"]).or_else(|| title.clone()) else {
        return out.bad_row(format!("findings[{}]", out.next_index()), "neither security_criteria nor finding");
    };
    let status = text(&row, &["analyst_status", "auto_status"]);
    if status.as_deref() == Some("pass") {
        return out.no_finding();
    }
    let mut finding = Finding::new(Kind::Dast, rule.clone(), title.unwrap_or(rule));
    if let Some(raw) = text(&row, &["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description = text(&row, &["finding_context", "finding_detail"]);
    finding.location.resource = text(&row, &["host_name", "domain_name", "ip_address"]);
    finding.location.resource_type = Some("host".to_owned());
    let parts = [text(&row, &["ip_address"]), text(&row, &["finding_data_value"])];
    finding.distinct = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    finding.first_seen_by_tool = text(&row, &["first_seen"]).as_deref().and_then(Timestamp::lenient);
    if let Some(id) = text(&row, &["finding_id"]) {
        finding.fingerprint("finding_id", id);
    }
    if yes(&row, &["false_positive"]) {
        finding.suppressed = Some(Suppression { by: "RiskRecon".to_owned(), reason: Some("false positive".to_owned()) });
    } else if status.as_deref() == Some("accepted") {
        finding.suppressed = Some(Suppression { by: "RiskRecon".to_owned(), reason: Some("accepted".to_owned()) });
    }
    out.finding(finding);
}
