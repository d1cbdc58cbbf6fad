//! Nessus, Tenable Security Center and Tenable Vulnerability Management, CSV. Exports seen: 2020 to 2024.
//!
//! Make it in the scan's *Export*, *CSV*, or *Export as CSV* of an analysis. `.nessus` is better: `nessus.rs`.
//!
//! - index: rows without the header. Nessus writes a row for each CVE of a plug-in: rows that follow each other and are of one plug-in, host and port
//!   are one finding with all their CVEs; the further rows are counted.
//! - columns by product: `Plugin ID`, `Plugin`, `definition.id`; `Name`, `Plugin Name`, `definition.name`; `Risk`, `Severity`, `severity`; `Host`, `DNS Name`,
//!   `asset.name`, `IP Address`; and so on.
//! - severity: Critical, High, Medium, Low, None or Info (info); numbers as in `.nessus`.
//! - the rest is as in `nessus.rs`. A table shows no time and nothing of what was scanned.
//!
//! # Differs
//! - component: the plug-in is about a host. (Some readers take the operating system in the CPE for a package and its version.)

use model::{Finding, Kind, Severity};

use super::nessus::{add_cvss, set_host, set_package};
use super::web::{add_references, cves, labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of the CSV exports of Nessus and Tenable.
pub(crate) static FORMAT: Format = Format {
    id: "nessus-csv",
    name: "Nessus (Tenable) CSV",
    kinds: &[Kind::Dast],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let nessus = head.csv_has(&["Plugin ID", "Risk", "Host"]);
    let center = head.csv_has(&["Plugin", "Plugin Name", "Severity"]);
    Match::sure_if(nessus || center || head.csv_has(&["definition.id", "definition.name"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nessus");
    let mut open: Option<(Finding, u32)> = None;
    csv::each(input, out, 0, |out, row| {
        let Some(rule) = row.get(&["Plugin ID", "Plugin", "definition.id"]) else {
            close(out, open.take());
            return out.bad_row(format!("line {}", row.line), "a row without a plug-in number");
        };
        let found = finding(rule, row);
        match &mut open {
            Some((known, more))
                if known.rule == found.rule && known.location == found.location && known.description == found.description =>
            {
                *more += 1;
                let new: Vec<_> = found.identifiers.into_iter().filter(|id| !known.identifiers.contains(id)).collect();
                known.identifiers.extend(new);
            }
            _ => {
                close(out, open.take());
                open = Some((found, 0));
            }
        }
    })?;
    close(out, open);
    Ok(())
}

fn close(out: &mut Output<'_>, open: Option<(Finding, u32)>) {
    if let Some((finding, more)) = open {
        out.finding(finding);
        (0..more).for_each(|_| out.no_finding());
    }
}

fn finding(rule: &str, row: &Row<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, rule, row.get(&["Name", "Plugin Name", "definition.name"]).unwrap_or(rule));
    if let Some(raw) = row.get(&["Risk", "Severity", "Risk Factor"]) {
        let severity = match raw {
            "4" => Severity::Critical,
            "3" => Severity::High,
            "2" => Severity::Medium,
            "1" => Severity::Low,
            "0" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(raw, severity);
    }
    finding.identifiers = cves(row.get(&["CVE", "definition.cve"]).unwrap_or_default());
    add_cwes(&mut finding.cwes, row.get(&["CWE", "definition.cwe"]).unwrap_or_default().split([',', ' ', '"', '[', ']']));
    let two = row.get(&["CVSS V2 Vector", "CVSS Vector", "definition.cvss2.base_vector"]);
    add_cvss(&mut finding, two, row.get(&["CVSS V2 Base Score", "CVSS", "CVSS v2.0 Base Score", "definition.cvss2.base_score"]), "2.0");
    let three = row.get(&["CVSS V3 Vector", "CVSS3 Vector", "definition.cvss3.base_vector"]);
    add_cvss(&mut finding, three, row.get(&["CVSS V3 Base Score", "CVSS v3.0 Base Score", "CVSSv3", "definition.cvss3.base_score"]), "3.0");
    if let Some(cpe) = row
        .get(&["CPE", "definition.cpe"])
        .and_then(|text| text.split(|c: char| c.is_whitespace() || c == ',' || c == '<').find(|word| !word.is_empty()))
    {
        set_package(&mut finding, cpe);
    }
    finding.description = paragraphs([
        row.text(&["Synopsis", "definition.synopsis"]),
        row.text(&["Description", "definition.description"]),
        labelled("Output", row.get(&["Plugin Output", "Plugin Text", "output"])),
    ]);
    let advice = row.get(&["Solution", "Steps to Remediate", "definition.solution"]).filter(|text| *text != "n/a");
    finding.remediation = advice.map(str::to_owned);
    add_references(&mut finding, row.get(&["See Also", "definition.see_also"]).unwrap_or_default());
    let host = row.get(&["Host", "asset.name", "asset.host_name", "IP Address", "DNS Name", "asset.display_ipv4_address"]);
    set_host(&mut finding, host.unwrap_or_default(), row.get(&["Port"]).unwrap_or_default(), row.get(&["Protocol"]).unwrap_or_default());
    finding
}
