//! Prisma Cloud (posture alerts), JSON of the API and CSV export. Seen: 2021 to 2026. Images and hosts are `twistlock`.
//!
//! Make it with `POST /v2/alert`, or *Alerts, Download* (CSV).
//!
//! - index: `items[]`, elements of the array, or rows of the table.
//! - rule: the policy's id, else its name; the title is the name. Severity: the word.
//! - place: the resource's RRN or id, else its name, with its type. Kind cloud.
//! - status resolved is resolved; dismissed and snoozed are suppressions with their note.
//! - `id` is kept as a fingerprint and trusted: an alert that comes back keeps its number. `alertTime` (*Alert Time*) is first seen.
//! - the account is the run's where all rows share it. A list is what a filter let through: read-only.

use model::{Finding, Kind, Suppression, Timestamp};

use super::tracked;
use crate::read::csv;
use crate::read::fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Alerts of Prisma Cloud.
pub(crate) static FORMAT: Format = Format {
    id: "prisma-cloud-alerts",
    name: "Prisma Cloud (alerts)",
    kinds: &[Kind::Cloud],
    media: &[Media::Json, Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row =
        |top: &str| head.has(&format!("{top}policyId")) && head.has(&format!("{top}alertTime")) && head.has(&format!("{top}resource"));
    Match::sure_if(row("items[].") || row("[].") || head.csv_has_most(&["Alert ID", "Policy Name", "Policy Severity", "Resource Name"]))
}

/// An alert, from either form.
#[derive(Default)]
struct Alert {
    id: Option<String>,
    rule: Option<String>,
    title: Option<String>,
    severity: Option<String>,
    status: Option<String>,
    note: Option<String>,
    description: Option<String>,
    remediation: Option<String>,
    resource: Option<String>,
    resource_type: Option<String>,
    region: Option<String>,
    account: Option<String>,
    at: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prisma Cloud");
    let mut several = false;
    if !input.head().is_json() {
        return csv::each(input, out, 0, |out, row| {
            let text = |names: &[&str]| row.text(names);
            let alert = Alert {
                id: text(&["Alert ID"]),
                rule: text(&["Policy ID", "Policy Name"]),
                title: text(&["Policy Name"]),
                severity: text(&["Policy Severity"]),
                status: text(&["Status", "Alert Status"]),
                note: text(&["Dismissal Note", "Reason"]),
                description: text(&["Policy Description", "Description"]),
                remediation: text(&["Policy Recommendation", "Recommendation"]),
                resource: text(&["Resource ID", "RRN", "Resource Name"]),
                resource_type: text(&["Resource Type"]),
                region: text(&["Cloud Region", "Region"]),
                account: text(&["Cloud Account Id", "Account ID"]),
                at: text(&["Alert Time"]),
            };
            push(out, &format!("line {}", row.line), alert, &mut several);
        });
    }
    fields::read(
        input,
        out,
        &["items"],
        |_, _| {},
        |out, place, row| {
            let alert = Alert {
                id: row.text(&["id"]),
                rule: row.text(&["policyId", "policy/policyId", "policy/name"]),
                title: row.text(&["policy/name", "policyName"]),
                severity: row.text(&["policy/severity", "severity"]),
                status: row.text(&["status"]),
                note: row.text(&["dismissalNote", "reason"]),
                description: row.text(&["policy/description"]),
                remediation: row.text(&["policy/recommendation"]),
                resource: row.text(&["resource/rrn", "resource/id", "resource/name"]),
                resource_type: row.text(&["resource/resourceType", "resource/resourceApiName"]),
                region: row.text(&["resource/regionId", "resource/region"]),
                account: row.text(&["resource/accountId", "resource/account"]),
                at: row.text(&["alertTime", "firstSeen"]),
            };
            push(out, place, alert, &mut several);
        },
    )
}

fn push(out: &mut Output<'_>, place: &str, alert: Alert, several: &mut bool) {
    let Some(rule) = alert.rule else { return out.bad_row(place, "an alert without policy") };
    let run = out.this();
    *several |= run.claims.rows_read + run.claims.passed > 0 && run.account != alert.account;
    run.account = alert.account.filter(|_| !*several);
    let status = alert.status.unwrap_or_default().to_ascii_lowercase();
    let title = alert.title.unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Cloud, rule, title);
    if let Some(raw) = alert.severity {
        finding.set_severity_word(&raw);
    }
    if matches!(status.as_str(), "dismissed" | "snoozed") {
        finding.suppressed = Some(Suppression { by: "Prisma Cloud".to_owned(), reason: alert.note.or_else(|| Some(status.clone())) });
    }
    if status == "resolved" {
        finding.resolve("Prisma Cloud", status);
    }
    (finding.description, finding.remediation) = (alert.description, alert.remediation);
    (finding.location.resource, finding.location.resource_type) = (alert.resource, alert.resource_type);
    finding.distinct = alert.region;
    // Milliseconds since 1970 in JSON, a date in the table.
    let counted = alert.at.as_deref().and_then(|text| text.parse().ok()).map(|number: i64| Timestamp::from_seconds(number / 1000));
    finding.first_seen_by_tool = counted.or_else(|| alert.at.as_deref().and_then(Timestamp::lenient));
    tracked::track(&mut finding, "id", alert.id);
    out.finding(finding);
}
