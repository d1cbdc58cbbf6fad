//! Picus (breach and attack simulation), CSV of simulation results. Versions seen: exports of 2023.
//!
//! Make it with Simulations > Results > Export CSV.
//!
//! - index: rows. A row whose attack was `Blocked` is no finding: the control works. All others (`Not Blocked`, `Partially Blocked`, none) are findings.
//! - rule: `actionId`; the title is threat and action.
//! - severity: `threatSeverity`.
//! - CVE and CWE columns hold one or several, also bare numbers. What was (not) logged and alerted goes to the description.
//! - place: `affectedProducts`, else the agent's or vendor's name; it is the resource.
//! - an export names what was simulated, not what is vulnerable, and may be filtered: read-only.
//!
//! Differs: blocked attacks are no findings.

use model::{Finding, Kind};

use super::sca::weaknesses;
use super::web::{cves, labelled, paragraphs};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Picus' CSV export.
pub(crate) static FORMAT: Format =
    Format { id: "picus", name: "Picus", kinds: &[Kind::Pentest], media: &[Media::Csv], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["threatName", "threatSeverity"]) || head.csv_has(&["simulationRunId", "actionId"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Picus");
    csv::each(input, out, 0, |out, row| {
        let result = row.get(&["actionPreventionResult", "threatPreventionResult"]).unwrap_or_default();
        if result.eq_ignore_ascii_case("blocked") {
            return out.no_finding();
        }
        match finding(row) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(format!("line {}", row.line), "a row without actionId and names"),
        }
    })
}

fn finding(row: &Row<'_>) -> Option<Finding> {
    let (threat, action) = (row.get(&["threatName"]), row.get(&["actionName"]));
    let title = match (threat, action) {
        (Some(threat), Some(action)) => format!("{threat} - {action}"),
        (one, other) => one.or(other)?.to_owned(),
    };
    let mut finding = Finding::new(Kind::Pentest, row.get(&["actionId", "threatId"]).unwrap_or(&title), title.as_str());
    if let Some(word) = row.get(&["threatSeverity", "severity"]) {
        finding.set_severity_word(word);
    }
    finding.identifiers = cves(row.get(&["cve"]).unwrap_or_default());
    weaknesses(&mut finding, row.get(&["cwe"]).unwrap_or_default().split([',', ';', ' ', '|']));
    finding.description = paragraphs([
        row.text(&["actionDescription"]),
        labelled("Prevention", row.get(&["threatPreventionResult"])),
        labelled("Log", row.get(&["threatDetectionLogResult"])),
        labelled("Alert", row.get(&["threatDetectionAlertResult"])),
        labelled("Technique", row.get(&["actionMitreSubtechnique", "actionMitreTechnique", "actionMitreTactic"])),
        labelled("System", row.get(&["affectedOs"])),
    ]);
    finding.location.resource = row.text(&["affectedProducts", "agentName", "vendorName"]);
    Some(finding)
}
