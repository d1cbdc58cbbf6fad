//! Prowler (cloud posture), native JSON. Versions seen: 3. Version 4 writes OCSF (`prowler_ocsf.rs`) and CSV (`prowler_csv.rs`).
//!
//! Make it with `prowler aws -M json`.
//!
//! - index: elements of the array. `Status` PASS, INFO and MANUAL are counted and are no findings; MUTED, or WARNING of a mute list, is a suppression.
//! - rule: `CheckID`; the title is `CheckTitle`, `StatusExtended` says what was found.
//! - severity: `Severity` as it stands. The reference importer adds CWE 1032, a category of configuration errors; Prowler gives no CWE.
//! - place: `ResourceArn`, else `ResourceId`, with its type; the region is part of the identity, because checks of an account are made in each.
//! - `FindingUniqueId` is kept and not trusted: it holds the resource's name, which is cut in some versions.
//! - coverage: a check in the report was made; passed checks are in it unless `--status FAIL` left them out. The account is the run's, where there is one.
//! - left out: compliance frameworks, tags, code of the remediation.
//!
//! # Differs
//! - passed checks are no findings; no CWE is made up (some readers put 1032 everywhere); the resource is AWS's own name, where there is one.

use model::Kind;
use serde::Deserialize;

use super::prowler_check::{Check, push};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `prowler -M json` of version 3.
pub(crate) static FORMAT: Format = Format {
    id: "prowler",
    name: "Prowler",
    kinds: &[Kind::Cloud, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].CheckID", "[].StatusExtended", "[].Provider"]))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(rename = "CheckID")]
    check_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    check_title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    assessment_start_time: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    finding_unique_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    provider: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status_extended: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    risk: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    related_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    remediation: Remediation,
    #[serde(default, alias = "SubscriptionId", alias = "ProjectId", deserialize_with = "lenient::text")]
    account_id: Option<String>,
    #[serde(default, alias = "Location", deserialize_with = "lenient::text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource_arn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Remediation {
    #[serde(deserialize_with = "lenient::or_default")]
    recommendation: Recommendation,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Recommendation {
    #[serde(deserialize_with = "lenient::text")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prowler");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| {
        let advice = row.remediation.recommendation;
        let check = Check {
            rule: row.check_id,
            title: row.check_title,
            muted: row.status.as_deref() == Some("MUTED"),
            status: row.status,
            said: row.status_extended,
            severity: row.severity,
            description: row.description,
            risk: row.risk,
            remediation: advice.text,
            references: advice.url.into_iter().chain(row.related_url).collect(),
            uid: row.finding_unique_id,
            provider: row.provider,
            account: row.account_id,
            region: row.region,
            resource: row.resource_arn.or(row.resource_id),
            resource_type: row.resource_type,
            time: row.assessment_start_time,
            version: None,
        };
        push(out, check);
    })?;
    json.end()
}
