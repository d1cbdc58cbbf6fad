//! Amazon GuardDuty, findings as JSON of its own API (Security Hub's are `asff`, Security Lake's `ocsf`).
//!
//! Make it with `aws guardduty get-findings --detector-id $ID --finding-ids $IDS > guardduty.json`.
//!
//! - index: `Findings[]`, elements of the array, lines, or `detail` of an event.
//! - rule: `Type` (`UnauthorizedAccess:EC2/SSHBruteForce`); kind runtime.
//! - severity: the number in AWS's bands: from 9 critical, 7 high, 4 medium, below low.
//! - place: the resource by its own name: instance, bucket, access key's user, cluster, function, database; `ResourceType` is the type.
//! - `Service.Archived` true is a suppression. The account is the run's where all share it. `Id` is kept and trusted: GuardDuty counts further
//!   sightings under the same number.
//! - findings say what was seen, not what is absent: read-only.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::tracked;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `aws guardduty get-findings`.
pub(crate) static FORMAT: Format = Format {
    id: "guardduty",
    name: "Amazon GuardDuty",
    kinds: &[Kind::Runtime],
    media: &[Media::Json, Media::JsonLines],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| {
        let has = |name: &str, other: &str| head.has(&format!("{top}{name}")) || head.has(&format!("{top}{other}"));
        has("Resource.ResourceType", "resource.resourceType")
            && has("Service", "service")
            && has("Severity", "severity")
            && has("Type", "type")
    };
    Match::sure_if(row("Findings[].") || row("findings[].") || row("[].") || row(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Amazon GuardDuty");
    let mut several = false;
    fields::read(
        input,
        out,
        &["Findings"],
        |_, _| {},
        |out, place, row| {
            let Some(rule) = row.text(&["Type"]) else { return out.bad_row(place, "a finding without Type") };
            let run = out.this();
            run.at = run.at.max(row.text(&["UpdatedAt"]).as_deref().and_then(Timestamp::lenient));
            let account = row.text(&["AccountId"]);
            several |= run.claims.rows_read > 0 && run.account != account;
            run.account = account.filter(|_| !several);
            out.finding(finding(rule, row));
        },
    )
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let title = row.text(&["Title"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Runtime, rule, title);
    if let Some(number) = row.number(&["Severity"]) {
        let severity = match number {
            n if n >= 9.0 => Severity::Critical,
            n if n >= 7.0 => Severity::High,
            n if n >= 4.0 => Severity::Medium,
            _ => Severity::Low,
        };
        finding.set_severity(number.to_string(), severity);
    }
    finding.description = row.text(&["Description"]);
    tracked::first_seen(&mut finding, row.text(&["Service/EventFirstSeen", "CreatedAt"]));
    tracked::track(&mut finding, "Id", row.text(&["Id"]));
    if row.is_true(&["Service/Archived"]) {
        finding.suppressed = Some(Suppression { by: "Amazon GuardDuty".to_owned(), reason: Some("archived".to_owned()) });
    }
    finding.distinct = row.text(&["Region"]);
    let place = &mut finding.location;
    place.resource = row.text(&[
        "Resource/InstanceDetails/InstanceId",
        "Resource/S3BucketDetails/0/Arn",
        "Resource/EksClusterDetails/Arn",
        "Resource/EcsClusterDetails/Arn",
        "Resource/LambdaDetails/FunctionArn",
        "Resource/RdsDbInstanceDetails/DbInstanceArn",
        "Resource/AccessKeyDetails/UserName",
        "Resource/ContainerDetails/Name",
        "Arn",
    ]);
    place.resource_type = row.text(&["Resource/ResourceType"]);
    place.image = row.text(&["Resource/ContainerDetails/Image", "Resource/EcsClusterDetails/TaskDetails/Containers/0/Image"]);
    finding
}
