//! Prowler (cloud posture), OCSF JSON: Detection Findings of the Open Cybersecurity Schema Framework. Versions seen: 4.2 to 5.4.
//!
//! Make it with `prowler aws -M json-ocsf`.
//!
//! - index: elements of the array. `status_code` PASS and MANUAL are counted and are no findings; `status` Suppressed is a suppression.
//! - rule: `metadata.event_code`, the id of the check; the title is `finding_info.title`, `status_detail` says what was found.
//! - place: `uid` of the first resource with its type; the region is part of the identity.
//! - `cloud.account.uid` is the run's account, where there is one; `metadata.product.version` the version; the time is `event_time`, else `time_dt`.
//! - the rest is as in `prowler.rs`.
//!
//! # Differs
//! - no CWE is made up. (Some readers put 1032 everywhere.)

use model::Kind;
use serde::Deserialize;
use serde_json::Value;

use super::prowler_check::{Check, push};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `prowler -M json-ocsf`.
pub(crate) static FORMAT: Format = Format {
    id: "prowler-ocsf",
    name: "Prowler OCSF",
    kinds: &[Kind::Cloud, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is("[].metadata.product.name", "Prowler") && head.has_all(&["[].metadata.event_code", "[].finding_info"]))
}

#[derive(Deserialize)]
struct Row {
    metadata: Metadata,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status_detail: Option<String>,
    #[serde(default)]
    finding_info: Value,
    #[serde(default)]
    resources: Value,
    #[serde(default)]
    cloud: Value,
    #[serde(default)]
    remediation: Value,
    #[serde(default)]
    unmapped: Value,
    #[serde(default, deserialize_with = "lenient::text")]
    risk_details: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    event_time: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    time_dt: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    event_code: String,
    #[serde(default)]
    product: Value,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prowler");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| {
        let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(lenient::scalar);
        let links = row.remediation.get("references").and_then(Value::as_array).into_iter().flatten().filter_map(lenient::scalar);
        let check = Check {
            rule: row.metadata.event_code,
            title: text(&row.finding_info, "/title"),
            muted: row.status.as_deref() == Some("Suppressed"),
            status: row.status_code,
            said: row.status_detail,
            severity: row.severity,
            description: text(&row.finding_info, "/desc"),
            risk: row.risk_details,
            remediation: text(&row.remediation, "/desc"),
            references: links.chain(text(&row.unmapped, "/related_url")).collect(),
            uid: text(&row.finding_info, "/uid"),
            provider: text(&row.cloud, "/provider"),
            account: text(&row.cloud, "/account/uid"),
            region: text(&row.resources, "/0/region").or_else(|| text(&row.cloud, "/region")),
            resource: text(&row.resources, "/0/uid").or_else(|| text(&row.resources, "/0/name")),
            resource_type: text(&row.resources, "/0/type"),
            time: row.event_time.or(row.time_dt).or_else(|| text(&row.finding_info, "/created_time_dt")),
            version: text(&row.metadata.product, "/version"),
        };
        push(out, check);
    })?;
    json.end()
}
