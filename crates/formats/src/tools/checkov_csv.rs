//! Checkov, CSV. Versions seen: 2.1 to 3.3.
//!
//! Make it with `checkov -d . -o csv`: one file of policies (`Resource`, `Path`, … `Misconfigurations`), one of packages (`Package`, `Version`, …
//! `Vulnerability`).
//!
//! - index: the rows that name a policy or a vulnerability. Rows of resources without one are passed and have no index.
//! - the policies' file has no lines, no columns and no code; the rest is as in the JSON report (`checkov.rs`).
//! - nothing in an empty table shows that anything was scanned.

use model::{Finding, Kind};

use super::checkov_rules::{kind, set_place, set_resource, set_severity};
use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `checkov -o csv`.
pub(crate) static FORMAT: Format = Format {
    id: "checkov-csv",
    name: "Checkov CSV",
    kinds: &[Kind::Iac, Kind::Secret, Kind::Pipeline, Kind::Sca],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let policies = head.csv_has_most(&["Resource", "Path", "Git Org", "Misconfigurations"]);
    Match::sure_if(policies || head.csv_has(&["Package", "Version", "Path", "Git Org", "Vulnerability"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkov");
    csv::each(input, out, 0, |out, row| {
        let run = out.this();
        if run.repository.is_none()
            && let (Some(org), Some(repository)) = (row.get(&["Git Org"]).filter(|org| *org != "cli_repo"), row.get(&["Git Repository"]))
        {
            run.repository = Some(format!("{org}/{repository}"));
        }
        match row.get(&["Misconfigurations", "Vulnerability"]) {
            Some(rule) => out.finding(finding(rule, row)),
            None => {
                run.claims.passed += 1;
                run.claims.ran = true;
            }
        }
    })
}

fn finding(rule: &str, row: &Row<'_>) -> Finding {
    let package_name = row.get(&["Package"]);
    let title = match package_name {
        Some(name) => format!("{rule} in {name}"),
        None => row.get(&["Policy title"]).unwrap_or(rule).to_owned(),
    };
    let mut finding = Finding::new(kind(rule, ""), rule, title);
    set_severity(&mut finding, row.get(&["Severity"]));
    let lines: Vec<u32> =
        row.get(&["Line(s)"]).unwrap_or_default().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    set_place(&mut finding, row.get(&["Path"]).unwrap_or_default(), lines.first().copied(), lines.get(1).copied());
    set_resource(&mut finding, row.get(&["Resource"]).unwrap_or_default());
    finding.references.extend(row.get(&["Guideline"]).filter(|text| *text != "None").map(str::to_owned));
    finding.description = row.text(&["Description"]);
    if finding.kind == Kind::Secret {
        add_cwes(&mut finding.cwes, ["CWE-798"]);
    }
    if let Some(name) = package_name {
        finding.kind = Kind::Sca;
        finding.identifiers.push(rule.to_owned());
        let file = finding.location.path.clone();
        let package = finding.package_mut();
        (package.name, package.version, package.file) = (Some(name.to_owned()), row.text(&["Version"]), file);
        package.fixed.extend(row.get(&["Fix Version"]).filter(|text| *text != "N/A").map(str::to_owned));
        package.licenses.extend(row.text(&["Licenses"]));
    }
    finding
}
