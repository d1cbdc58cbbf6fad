//! Prowler (cloud posture), CSV. Versions seen: 4 and 5.
//!
//! Make it with `prowler aws -M csv`.
//!
//! - index: rows without the header; `STATUS` PASS and MANUAL are counted and are no findings; `MUTED` True is a suppression.
//! - columns are separated by semicolons. Rule `CHECK_ID`, title `CHECK_TITLE`, place `RESOURCE_UID`, else `RESOURCE_NAME`.
//! - the rest is as in `prowler.rs`.
//!
//! Differs: checks of status MANUAL are no findings; each resource is one, also where check and title repeat.

use model::Kind;

use super::prowler_check::{Check, push};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `prowler -M csv`.
pub(crate) static FORMAT: Format = Format {
    id: "prowler-csv",
    name: "Prowler CSV",
    kinds: &[Kind::Cloud, Kind::Config],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["PROVIDER", "CHECK_ID", "STATUS", "STATUS_EXTENDED"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prowler");
    csv::each(input, out, 0, |out, row| {
        let Some(rule) = row.get(&["CHECK_ID"]) else { return out.bad_row(format!("line {}", row.line), "a row without CHECK_ID") };
        let links = [row.text(&["REMEDIATION_RECOMMENDATION_URL"]), row.text(&["RELATED_URL"]), row.text(&["ADDITIONAL_URLS"])];
        let check = Check {
            rule: rule.to_owned(),
            title: row.text(&["CHECK_TITLE"]),
            muted: row.get(&["MUTED"]).is_some_and(|text| text.eq_ignore_ascii_case("true")),
            status: row.text(&["STATUS"]),
            said: row.text(&["STATUS_EXTENDED"]),
            severity: row.text(&["SEVERITY"]),
            description: row.text(&["DESCRIPTION"]),
            risk: row.text(&["RISK"]),
            remediation: row.text(&["REMEDIATION_RECOMMENDATION_TEXT"]),
            references: links.into_iter().flatten().collect(),
            uid: row.text(&["FINDING_UID", "FINDING_UNIQUE_ID"]),
            provider: row.text(&["PROVIDER"]),
            account: row.text(&["ACCOUNT_UID", "ACCOUNT_ID"]),
            region: row.text(&["REGION"]),
            resource: row.text(&["RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID", "RESOURCE_NAME"]),
            resource_type: row.text(&["RESOURCE_TYPE"]),
            time: row.text(&["TIMESTAMP", "ASSESSMENT_START_TIME"]),
            version: row.text(&["PROWLER_VERSION"]),
        };
        push(out, check);
    })
}
