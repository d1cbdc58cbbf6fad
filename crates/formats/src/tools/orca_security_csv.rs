//! Orca Security alerts (cloud), CSV of the console's export. Versions seen: exports of 2025.
//!
//! Make it with Alerts > Export > CSV.
//!
//! - index: rows. All else as in `orca-security`, the JSON of the same export.

use model::{Kind, Timestamp};

use super::orca_alert::{Alert, push};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Orca's alerts in CSV.
pub(crate) static FORMAT: Format = Format {
    id: "orca-security-csv",
    name: "Orca Security (CSV)",
    kinds: &[Kind::Cloud],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff: |head: &Head<'_>| Match::sure_if(head.csv_has(&["OrcaScore", "Title"])),
    parse,
};

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Orca Security");
    csv::each(input, out, 0, |out, row| {
        let alert = Alert {
            rule: row.text(&["AlertType", "RuleId"]),
            title: row.text(&["Title"]),
            score: row.get(&["OrcaScore"]).and_then(|text| text.parse().ok()),
            level: row.text(&["RiskLevel", "Severity"]),
            category: row.text(&["Category"]),
            asset: row.text(&["Inventory.Name", "Source"]),
            account: row.text(&["CloudAccount.Name"]),
            status: row.text(&["Status"]),
            created: row.get(&["CreatedAt"]).and_then(Timestamp::lenient),
            seen: row.get(&["LastSeen"]).and_then(Timestamp::lenient),
            labels: row.get(&["Labels"]).map(|text| text.trim_matches(['[', ']']).replace('"', "")),
            details: row.text(&["Details", "Description"]),
            remedy: row.text(&["Recommendation"]),
        };
        push(out, &format!("line {}", row.line), alert);
    })
}
