//! Orca Security alerts (cloud), JSON of the console's and API's export; `orca-security-csv` reads the CSV alike. Versions seen: exports of 2025.
//!
//! Make it with Alerts > Export > JSON.
//!
//! - index: array elements.
//! - rule: `AlertType` or `RuleId` where the export has one, else the title, which is that of the rule.
//! - severity: `OrcaScore` (0 to 10) by the bands of CVSS, else `RiskLevel`; `RiskLevel` is kept raw where there is no score.
//! - place: the resource `Inventory.Name`, else `Source`; the cloud account tells equal names apart.
//! - `Status` `resolved` is resolved; `closed`, `dismissed` and `snoozed` are suppressions.
//! - `CreatedAt` is first seen, the newest `LastSeen` the time of the run.
//! - an export may be filtered in the console, and the report does not say so: read-only.
//! - left out: `Labels` go to the description.

use model::Kind;
use serde_json::Value;

use super::dig::{self, Dig};
use super::orca_alert::{Alert, push};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Orca's alerts.
pub(crate) static FORMAT: Format = Format {
    id: "orca-security",
    name: "Orca Security",
    kinds: &[Kind::Cloud],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |prefix: &str| {
        let has = |name: &str| head.has(&format!("{prefix}{name}"));
        has("OrcaScore") || has("Title") && has("Inventory.Name") && has("CloudAccount.Name")
    };
    Match::sure_if(row("[].") || row("") || row("data[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Orca Security");
    let nested = input.head().has("data");
    let mut json = input.json()?;
    if nested {
        json.object(
            |json, key| if key == "data" { dig::each(json, out, |out, place, row| push(out, place, of_json(row))) } else { Ok(()) },
        )?;
    } else {
        dig::each(&mut json, out, |out, place, row| push(out, place, of_json(row)))?;
    }
    json.end()
}

fn of_json(row: &Value) -> Alert {
    Alert {
        rule: row.text("AlertType|RuleId"),
        title: row.text("Title"),
        score: row.number("OrcaScore"),
        level: row.text("RiskLevel|Severity"),
        category: row.text("Category"),
        asset: row.text("Inventory.Name|Source"),
        account: row.text("CloudAccount.Name"),
        status: row.text("Status"),
        created: row.time("CreatedAt"),
        seen: row.time("LastSeen"),
        labels: Some(row.texts("Labels").join(",")),
        details: row.text("Details|Description"),
        remedy: row.text("Recommendation"),
    }
}
