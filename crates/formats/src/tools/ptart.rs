//! PTART (Pentest Team Accelerated Reporting Tool), JSON of a project. Versions seen: reports of 2024.
//!
//! Make it with Project > Export > JSON.
//!
//! - index: `assessments[].hits[]`, then `retests[].hits[]`.
//! - rule: the hit's `id` (`PTART-2024-00002`).
//! - severity: 1 critical, 2 high, 3 medium, 4 low, 5 info. CVSS and CWEs as given.
//! - a retest of status `F` (fixed) or `NA` takes its hit back: neither is a finding. `NF` and `PF` (not, partially fixed) say so in the hit's description;
//!   where the hit itself is not in the report, the retest is the finding.
//! - place: `asset`; an address is the URL, else it is the resource. `labels` are references.
//! - scan time: `end_date`. Screenshots and attachments are left out.
//! - pentest findings never close by absence.
//!
//! # Differs
//! - a retest of a hit in the report is no second finding.
//! - component: the title of an assessment is none.

use std::collections::HashMap;

use model::{Cvss, Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca::weaknesses;
use super::web::paragraphs;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of PTART's JSON report.
pub(crate) static FORMAT: Format =
    Format { id: "ptart", name: "PTART", kinds: &[Kind::Pentest], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let about = ["executive_summary", "engagement_overview", "methodologies", "pentesters", "retests", "cvss_type"];
    let known = about.iter().filter(|name| head.has(name)).count();
    Match::sure_if(known >= 3 || head.has("assessments") && known >= 2 || head.has("assessments[].hits[].fix_complexity"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let report = dig::document(input)?;
    let run = out.run("PTART");
    run.at = report.time("end_date|start_date");
    run.claims.ran = report.dig("assessments").is_some_and(Value::is_array);
    let mut retested: HashMap<String, String> = HashMap::new();
    for hit in report.items("retests").iter().flat_map(|retest| retest.items("hits")) {
        if let (Some(id), Some(status)) = (hit.text("original_hit.id"), hit.text("status")) {
            retested.insert(id, status);
        }
    }
    let mut known: Vec<String> = Vec::new();
    for (place, assessment) in dig::objects(out, "report", &report, "assessments") {
        for (place, hit) in dig::objects(out, &place, assessment, "hits") {
            let Some(id) = hit.text("id|title") else {
                out.bad_row(place, "a hit without id and title");
                continue;
            };
            let status = retested.get(&id).map(String::as_str);
            if matches!(status, Some("F" | "NA")) {
                out.no_finding();
            } else {
                out.finding(finding(&id, hit, assessment.text("title"), status));
            }
            known.push(id);
        }
    }
    for (place, retest) in dig::objects(out, "report", &report, "retests") {
        for (place, hit) in dig::objects(out, &place, retest, "hits") {
            let original = hit.dig("original_hit").unwrap_or(hit);
            let Some(id) = original.text("id").or_else(|| hit.text("id")) else {
                out.bad_row(place, "a retest without id");
                continue;
            };
            let status = hit.text("status");
            if known.contains(&id) || matches!(status.as_deref(), Some("F" | "NA")) {
                out.no_finding();
            } else {
                out.finding(finding(&id, original, retest.text("name"), status.as_deref()));
            }
        }
    }
    Ok(())
}

fn finding(id: &str, hit: &Value, assessment: Option<String>, retest: Option<&str>) -> Finding {
    let mut finding = Finding::new(Kind::Pentest, id, hit.text("title").unwrap_or_else(|| id.to_owned()));
    if let Some(raw) = hit.text("severity") {
        let severity = match raw.as_str() {
            "1" => Severity::Critical,
            "2" => Severity::High,
            "3" => Severity::Medium,
            "4" => Severity::Low,
            "5" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(raw, severity);
    }
    for cwe in hit.items("cwes") {
        weaknesses(&mut finding, cwe.text("cwe_id").or_else(|| cwe.text("title")).as_deref());
    }
    weaknesses(&mut finding, hit.texts("cwes").iter().map(String::as_str));
    if let Some(vector) = hit.text("cvss_vector").filter(|vector| vector.contains('/')) {
        finding.cvss.push(Cvss::from_vector(&vector).with_score(hit.number("cvss_score")).with_source("pentest"));
    }
    let told = match retest {
        Some("NF") => Some("Retest: not fixed".to_owned()),
        Some("PF") => Some("Retest: partially fixed".to_owned()),
        Some(other) => Some(format!("Retest: {other}")),
        None => None,
    };
    finding.description = paragraphs([hit.text("body"), assessment.map(|title| format!("Assessment: {title}")), told]);
    finding.remediation = hit.text("remediation");
    finding.references = hit.items("references").iter().filter_map(|reference| reference.text("url")).chain(hit.texts("labels")).collect();
    finding.first_seen_by_tool = hit.time("added");
    match hit.text("asset") {
        Some(asset) if asset.contains("://") => finding.location.url = Some(asset),
        asset => finding.location.resource = asset,
    }
    finding
}
