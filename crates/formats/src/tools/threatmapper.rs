//! Deepfence ThreatMapper (vulnerabilities, secrets, malware and compliance of hosts and containers), CSV or Excel export. Columns seen: those of 1.x and 2.x.
//!
//! Make it on the page of a scan with *Download report*, *XLSX*.
//!
//! - index: the rows without the header. The columns say which of the four reports it is.
//! - vulnerabilities: the CVE is the rule; package and version from `name:version`; the CVSS vector, which is in lower case; fixed version, path.
//! - secrets: the rule is the number or name of the rule; what was found stands with the text around it, so it is neither kept nor evidence.
//! - malware: the rule is the YARA rule, its summary the description.
//! - compliance: the rule is the control (`gdpr_3.6`); pass and ok are counted, warn and alarm are medium, info, note and skip info.
//! - severity: the word as it stands.
//! - place: the node (host, container, image) as the resource with its type; the file.
//! - a masked row is a suppression.
//! - coverage: the export of a page, maybe filtered, so it is read and closes nothing. `@timestamp` is that of one row: the last one is the time.
//!
//! # Differs
//! - component: the name without its version. (Some readers keep `tar:1.34`.) Passed controls are no findings.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::sca::{assessed, identify, in_file};
use super::secret_value::secret;
use super::web::{labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::read::xlsx;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The exports of ThreatMapper.
pub(crate) static FORMAT: Format = Format {
    id: "threatmapper",
    name: "Deepfence ThreatMapper",
    kinds: &[Kind::Container, Kind::Secret, Kind::Malware, Kind::Config],
    media: &[Media::Csv, Media::Xlsx],
    status: Status::ReadOnly,
    sniff,
    parse,
};

/// Columns that only these reports have together.
const COLUMNS: [&[&str]; 6] = [
    &["cve_caused_by_package", "cve_id", "cve_severity"],
    &["CVE ID", "Caused By Package", "Attack Vector", "Node Name"],
    &["Filename", "Content", "Rule", "Severity", "Node Name"],
    &["Rule Name", "Class", "File Name", "Summary", "Node Name"],
    &["compliance_check_type", "test_number", "test_category", "status"],
    &["Compliance Standard", "Control ID", "Status", "Node Name"],
];

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(COLUMNS.iter().any(|columns| head.csv_has(columns) || head.sheet_with(columns).is_some()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ThreatMapper").claims.partial = Some("the export of a page, maybe filtered".to_owned());
    let head = input.head();
    if head.sheets().is_empty() {
        return csv::each(input, out, 0, push);
    }
    let sheet = COLUMNS.iter().find_map(|columns| head.sheet_with(columns)).map(str::to_owned);
    xlsx::each(input, out, sheet.as_deref(), 0, push)
}

fn push(out: &mut Output<'_>, row: &Row<'_>) {
    let at = row.get(&["@timestamp"]).and_then(Timestamp::lenient);
    let run = out.this();
    run.at = run.at.max(at);
    let read = if row.has_column("cve_id") {
        vulnerability(row)
    } else if row.has_column("Content") {
        leak(row)
    } else if row.has_column("Rule Name") {
        malware(row)
    } else {
        match compliance(row) {
            Some(Severity::Unknown) => {
                out.no_finding();
                return;
            }
            severity => severity.and_then(|severity| control(row, severity)),
        }
    };
    let Some(mut finding) = read else {
        out.bad_row(format!("line {}", row.line), "a row without rule");
        return;
    };
    finding.location.resource = row.text(&["Node Name", "node_name", "cve_container_image", "Container Name", "host_name"]);
    finding.location.resource_type = row.text(&["Node Type"]).filter(|_| finding.location.resource.is_some());
    let masked = row.get(&["Masked"]).is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "true" | "1" | "yes"));
    finding.suppressed = masked.then(|| Suppression { by: "ThreatMapper".to_owned(), reason: Some("masked".to_owned()) });
    out.finding(finding);
}

fn rate(finding: &mut Finding, raw: Option<&str>) {
    if let Some(raw) = raw {
        finding.set_severity_word(raw);
    }
}

fn vulnerability(row: &Row<'_>) -> Option<Finding> {
    let rule = row.get(&["cve_id", "CVE ID"])?;
    let caused = row.get(&["cve_caused_by_package", "Caused By Package"]).unwrap_or_default();
    let (name, version) = caused.split_once(':').unwrap_or((caused, ""));
    let mut finding = Finding::new(Kind::Container, rule, format!("{rule} in {name}"));
    identify(&mut finding, rule, []);
    rate(&mut finding, row.get(&["cve_severity", "Severity"]));
    let vector = row.get(&["cve_attack_vector", "Attack Vector"]).map(cased);
    let score = row.get(&["cve_cvss_score", "CVSS Score"]).and_then(|text| text.parse().ok());
    assessed(&mut finding, vector.as_deref(), score, None);
    finding.description = row.text(&["cve_description", "Description"]);
    finding.references = row.get(&["cve_link", "Link"]).filter(|url| url.contains("://")).map(str::to_owned).into_iter().collect();
    in_file(&mut finding, row.get(&["Caused By Package Path"]).unwrap_or_default());
    let package = finding.package_mut();
    package.name = Some(name.to_owned());
    package.version = Some(version.to_owned()).filter(|version| !version.is_empty());
    package.fixed = row.text(&["cve_fixed_in", "Fixed In"]).into_iter().collect();
    Some(finding)
}

/// `CVSS:3.1/AV:L/Au:N` of `cvss:3.1/av:l/au:n`.
fn cased(vector: &str) -> String {
    vector.to_ascii_uppercase().replace("/AU:", "/Au:")
}

fn leak(row: &Row<'_>) -> Option<Finding> {
    let rule = row.get(&["Rule", "Name"])?;
    let mut finding = secret(rule, row.get(&["Name"]).unwrap_or(rule));
    rate(&mut finding, row.get(&["Severity"]));
    finding.location.path = row.text(&["Filename"]);
    finding.distinct = row.text(&["Signature"]);
    Some(finding)
}

fn malware(row: &Row<'_>) -> Option<Finding> {
    let rule = row.get(&["Rule Name"])?;
    let mut finding =
        Finding::new(Kind::Malware, rule, row.get(&["Class"]).map_or_else(|| rule.to_owned(), |class| format!("{class}: {rule}")));
    rate(&mut finding, row.get(&["Severity", "File Severity"]));
    finding.location.path = row.text(&["File Name"]);
    finding.description = row.text(&["Summary"]);
    Some(finding)
}

/// The severity of a control's status; unknown where it passed.
fn compliance(row: &Row<'_>) -> Option<Severity> {
    Some(match row.get(&["Status"])?.to_ascii_lowercase().as_str() {
        "pass" | "ok" | "passed" => Severity::Unknown,
        "warn" | "alarm" | "fail" | "failed" => Severity::Medium,
        _ => Severity::Info,
    })
}

fn control(row: &Row<'_>, severity: Severity) -> Option<Finding> {
    let rule = row.get(&["test_number", "Control ID"])?;
    let mut finding = Finding::new(Kind::Config, rule, row.get(&["test_info", "Info", "Description"]).unwrap_or(rule));
    finding.set_severity(row.get(&["Status"]).unwrap_or_default(), severity);
    finding.description = paragraphs([
        labelled("Standard", row.get(&["compliance_check_type", "Compliance Standard"])),
        labelled("Category", row.get(&["test_category", "Category"])),
    ]);
    finding.remediation = row.text(&["Remediation"]);
    Some(finding)
}
