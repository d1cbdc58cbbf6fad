//! Amazon Inspector (v2), CSV of a findings report. Reports seen: 2023 to 2026.
//!
//! Make it in *Findings, Export findings, CSV*, or `aws inspector2 create-findings-report --report-format CSV …`.
//!
//! - index: rows behind the header. All means what it means in the JSON answer (`aws_inspector.rs`).
//! - rule: `Vulnerability Id`, else the title. The package is the first of `Affected Packages`, with its versions and file.
//! - kind: `Finding Type` code vulnerability sast, network reachability cloud; packages of an image container, others sca. (The CSV does not name the
//!   package manager, by which the JSON tells system packages.)
//! - place: `Resource ID` with its type; an image by repository, tag and digest of the ARN.
//! - CVSS of NVD and of the vendor. `Status` other than ACTIVE is a suppression. The account is the run's where all rows share it.
//! - a report holds what a filter let through: read-only.

use model::{Finding, Kind, Suppression, Timestamp};

use super::web::{labelled, paragraphs};
use super::{sca, tracked};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV report of Amazon Inspector.
pub(crate) static FORMAT: Format = Format {
    id: "aws-inspector-csv",
    name: "Amazon Inspector CSV",
    kinds: &[Kind::Sca, Kind::Container, Kind::Sast, Kind::Cloud],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["AWS Account Id", "Severity", "Finding Type", "Finding ARN", "Resource ID"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Amazon Inspector");
    let mut several = false;
    csv::each(input, out, 0, |out, row| {
        let Some(title) = row.get(&["Title"]) else { return out.bad_row(format!("line {}", row.line), "a row without title") };
        let run = out.this();
        run.at = run.at.max(row.get(&["Last Updated", "Last Seen"]).and_then(Timestamp::lenient));
        let account = row.text(&["AWS Account Id"]);
        several |= run.claims.rows_read > 0 && run.account != account;
        run.account = account.filter(|_| !several);
        out.finding(finding(title, row));
    })
}

fn finding(title: &str, row: &Row<'_>) -> Finding {
    let resource = row.get(&["Resource ID"]).unwrap_or_default();
    let is_image = resource.contains(":ecr:") || resource.starts_with("sha256:") || row.get(&["Container Image Tags"]).is_some();
    let kind = match row.get(&["Finding Type"]).unwrap_or_default().to_ascii_uppercase().replace(' ', "_").as_str() {
        "CODE_VULNERABILITY" => Kind::Sast,
        "NETWORK_REACHABILITY" => Kind::Cloud,
        _ if is_image => Kind::Container,
        _ => Kind::Sca,
    };
    let id = row.get(&["Vulnerability Id"]);
    let mut finding = Finding::new(kind, id.unwrap_or(title), title);
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    sca::identify(&mut finding, id.unwrap_or_default(), []);
    for (source, columns) in
        [("nvd", ["NVD CVSS4", "NVD CVSS3", "NVD CVSS2"]), ("vendor", ["Vendor CVSS4", "Vendor CVSS3", "Vendor CVSS2"])]
    {
        for column in columns {
            let score = row.get(&[&format!("{column} Score")]).and_then(|score| score.parse().ok());
            sca::assessed(&mut finding, row.get(&[&format!("{column} Vector")]), score, Some(source));
        }
    }
    let ports = row.get(&["Port Range", "Network Paths"]).filter(|_| kind == Kind::Cloud);
    finding.distinct = ports.map(str::to_owned);
    finding.description = paragraphs([row.text(&["Description"]), labelled("Network", ports)]);
    finding.remediation = row.text(&["Package Remediation", "Remediation"]).filter(|text| text != "None Provided");
    finding.references = row.text(&["Reference Urls"]).iter().flat_map(|text| text.split(',')).map(|url| url.trim().to_owned()).collect();
    if let Some(status) = row.text(&["Status"]).filter(|status| !status.eq_ignore_ascii_case("active")) {
        finding.suppressed = Some(Suppression { by: "Amazon Inspector".to_owned(), reason: Some(status) });
    }
    tracked::first_seen(&mut finding, row.text(&["First Seen"]));
    if let Some(arn) = row.text(&["Finding ARN"]) {
        finding.fingerprint("findingArn", arn);
    }
    finding.location.resource = Some(resource.to_owned()).filter(|id| !id.is_empty());
    finding.location.resource_type = row.text(&["Resource Type"]);
    if let Some((repository, digest)) = resource.split_once(":repository/").and_then(|(_, rest)| rest.rsplit_once('/')) {
        finding.location.image = Some(format!("{repository}@{digest}"));
    }
    if let Some(name) = row.get(&["Affected Packages"]).and_then(|names| names.split(',').next()) {
        let package = finding.package_mut();
        package.name = Some(name.trim().to_owned());
        package.version = row.text(&["Package Installed Version"]);
        package.fixed = row.text(&["Fixed in Version"]).filter(|version| version != "NotAvailable").into_iter().collect();
        sca::in_file(&mut finding, row.get(&["File Path"]).unwrap_or_default());
    }
    finding
}
