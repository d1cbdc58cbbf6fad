//! Wiz (cloud and workloads), CSV of issues and of vulnerability findings. Versions seen: exports of 2023 to 2025.
//!
//! Make it with *Issues → Export to CSV* or *Vulnerability findings → Export*.
//!
//! - index: CSV rows without the header.
//! - issues: `Control ID` (else `Title`) is the rule, `Title` the title; `Resource external ID` (else the name) the resource, `Resource Type` its type.
//! - vulnerability findings: `Name` is the rule and identifier; `DetailedName`, `Version`, `FixedVersion` and `LocationPath` the package;
//!   `ProviderUniqueId` (else `AssetName`) the resource.
//! - severity: `Severity`, of findings `VendorSeverity`, else `CVSSSeverity`, as it stands.
//! - `Status` or `FindingStatus` is resolved where it says `Resolved`; `Rejected` and `Ignored` are suppressions with the note.
//! - target: the cloud account where all rows name one (`Subscription ID`, `SubscriptionExternalId`).
//! - `Issue ID` or `ID` is kept as a fingerprint, not trusted: an issue that comes back gets a new one.
//! - an export shows what its filter shows: absence proves nothing (read-only).
//! - left out: projects, tickets, the resource's JSON, tags, counts of related issues.

use model::{Finding, Kind, Suppression, Timestamp};

use super::sca;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV exports of Wiz.
pub(crate) static FORMAT: Format =
    Format { id: "wiz", name: "Wiz", kinds: &[Kind::Cloud, Kind::Sca], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let issues =
        head.csv_has(&["Title", "Severity", "Control ID", "Issue ID"]) || head.csv_has(&["Title", "Severity", "Resource vertex ID"]);
    let findings =
        head.csv_has(&["WizURL", "Name", "FindingStatus"]) || head.csv_has(&["Name", "VendorSeverity", "DetailedName", "FindingStatus"]);
    Match::sure_if(issues || findings)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wiz").claims.partial = Some("an export of the platform".to_owned());
    let mut account: Option<Option<String>> = None;
    csv::each(input, out, 0, |out, row| {
        let of_row = row.text(&["Subscription ID", "SubscriptionExternalId", "SubscriptionId"]);
        account = Some(match account.take() {
            None => of_row,
            Some(known) => known.filter(|known| of_row.as_ref() == Some(known)),
        });
        let status = row.get(&["FindingStatus", "Status"]).unwrap_or_default().to_ascii_lowercase();
        let read = if row.has_column("FindingStatus") || row.has_column("DetailedName") { vulnerability(row) } else { issue(row) };
        match read {
            Some(mut finding) => {
                if matches!(status.as_str(), "rejected" | "ignored") {
                    let reason = row.text(&["Note", "ResolutionReason", "Resolution"]);
                    finding.suppressed = Some(Suppression { by: "Wiz".to_owned(), reason });
                }
                if status == "resolved" {
                    finding.resolve("Wiz", status);
                }
                out.finding(finding);
            }
            None => out.bad_row(format!("line {}", row.line), "no title or name"),
        }
    })?;
    out.this().account = account.flatten();
    Ok(())
}

fn issue(row: &Row<'_>) -> Option<Finding> {
    let title = row.text(&["Title", "Name"])?;
    let mut finding = Finding::new(Kind::Cloud, row.text(&["Control ID"]).unwrap_or_else(|| title.clone()), title);
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    finding.description = row.text(&["Description"]);
    finding.remediation = row.text(&["Remediation Recommendation"]);
    finding.url = row.text(&["Wiz URL"]);
    finding.first_seen_by_tool = row.get(&["Created At"]).and_then(Timestamp::lenient);
    if let Some(id) = row.text(&["Issue ID"]) {
        finding.fingerprint("issue_id", id);
    }
    finding.location.resource = row.text(&["Resource external ID", "Resource Name", "Resource vertex ID"]);
    finding.location.resource_type = row.text(&["Resource Type"]);
    Some(finding)
}

fn vulnerability(row: &Row<'_>) -> Option<Finding> {
    let id = row.text(&["Name"])?;
    let package = row.text(&["DetailedName"]);
    let title = package.as_ref().map_or_else(|| id.clone(), |package| format!("{id} in {package}"));
    let mut finding = Finding::new(Kind::Sca, id.clone(), title);
    let advisory = row.get(&["Link"]).and_then(|link| link.rsplit('/').next()).filter(|last| last.starts_with("GHSA-"));
    sca::identify(&mut finding, &id, advisory);
    if let Some(raw) = row.get(&["VendorSeverity", "CVSSSeverity", "Severity"]) {
        finding.set_severity_word(raw);
    }
    sca::assessed(&mut finding, None, row.get(&["Score", "CVSSScore"]).and_then(|score| score.parse().ok()), None);
    finding.description = row.text(&["Description", "CVEDescription"]);
    finding.remediation = row.text(&["Remediation"]);
    finding.references.extend(row.text(&["Link"]));
    finding.url = row.text(&["WizURL"]);
    finding.first_seen_by_tool = row.get(&["FirstDetected"]).and_then(Timestamp::lenient);
    if let Some(id) = row.text(&["ID"]) {
        finding.fingerprint("id", id);
    }
    finding.location.resource = row.text(&["ProviderUniqueId", "AssetName", "AssetID"]);
    finding.location.resource_type = row.text(&["AssetType", "CloudPlatform"]);
    let to = finding.package_mut();
    to.name = package;
    to.version = row.text(&["Version"]);
    to.fixed = row.text(&["FixedVersion"]).into_iter().collect();
    if let Some(path) = row.text(&["LocationPath"]) {
        sca::in_file(&mut finding, &path);
    }
    Some(finding)
}
