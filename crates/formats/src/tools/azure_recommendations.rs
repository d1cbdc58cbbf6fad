//! Microsoft Defender for Cloud (once Azure Security Center), CSV of recommendations. Exports seen: 2021.
//!
//! Make it in *Recommendations*, *Download CSV report*.
//!
//! - index: rows without the header. `state` Unhealthy is a finding; Healthy and NotApplicable are counted.
//! - rule: `recommendationName` (the assessment's key), title `recommendationDisplayName`. Severity: the word.
//! - place: `resourceId` with `resourceType`. kind cloud. The account is the subscription where all rows share it.
//! - time: `exportedTimestamp`. `recommendationId` names assessment and resource: kept; the identity says the same.
//! - first seen: `firstEvaluationDate`.
//! - the download holds what the view shows: it is read and closes nothing.
//!
//! # Differs
//! CWE 1032, which some readers give to each row, is not in the report.

use model::{Finding, Kind, Timestamp};

use super::tracked::first_seen;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Defender for Cloud's recommendations.
pub(crate) static FORMAT: Format = Format {
    id: "azure-recommendations",
    name: "Microsoft Defender for Cloud (Azure Security Center) recommendations",
    kinds: &[Kind::Cloud],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["recommendationName", "resourceId"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Microsoft Defender for Cloud");
    let mut several = false;
    csv::each(input, out, 0, |out, row| {
        let (Some(rule), Some(resource)) = (row.get(&["recommendationName"]), row.get(&["resourceId"])) else {
            return out.bad_row(format!("line {}", row.line), "no recommendation or no resource");
        };
        let run = out.this();
        run.at = row.get(&["exportedTimestamp"]).and_then(Timestamp::lenient).or(run.at);
        let account = row.text(&["subscriptionId"]);
        several |= run.claims.rows_read + run.claims.passed > 0 && run.account != account;
        run.account = account.filter(|_| !several);
        if !row.get(&["state"]).unwrap_or("unhealthy").eq_ignore_ascii_case("unhealthy") {
            return out.no_finding();
        }
        let mut finding = Finding::new(Kind::Cloud, rule, row.get(&["recommendationDisplayName"]).unwrap_or(rule));
        if let Some(raw) = row.get(&["severity"]) {
            finding.set_severity_word(raw);
        }
        (finding.description, finding.remediation) = (row.text(&["description"]), row.text(&["remediationSteps"]));
        finding.url = row
            .get(&["azurePortalRecommendationLink"])
            .map(|link| if link.contains("://") { link.to_owned() } else { format!("https://{link}") });
        (finding.location.resource, finding.location.resource_type) = (Some(resource.to_owned()), row.text(&["resourceType"]));
        first_seen(&mut finding, row.text(&["firstEvaluationDate"]));
        if let Some(id) = row.get(&["recommendationId"]) {
            finding.fingerprint("recommendationId", id);
        }
        out.finding(finding);
    })
}
