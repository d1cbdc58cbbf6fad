//! Snyk, CSV of the *Issues detail* report and of the export API. Exports seen: 2022 to 2026.
//!
//! Make it in *Reports, Issues detail, Download CSV*, or `POST /rest/groups/{id}/export` with the data set `issues`.
//!
//! - index: rows behind the header. Columns are written with blanks or `_`, in any case.
//! - rule: `PROBLEM_ID` (`SNYK-JS-…`, `javascript/Sqli`), as the command line's, else the first CVE, else the title.
//! - kind by `ISSUE_TYPE` and `PRODUCT_NAME`: Snyk Code sast, Container container, IaC iac, licences license, others sca.
//! - severity: `ISSUE_SEVERITY` (once `Severity`). `CVE` and `CWE` may hold several; CVSS is the score that `CVSS_SCORE` gives.
//! - place: the file in `FILE_PATH` with the first line of `CODE_REGION`, else `PROJECT_TARGET_FILE`; the project is the resource where there is no file.
//! - `ISSUE_STATUS` Resolved is resolved; Ignored is a suppression.
//! - `FIRST_INTRODUCED` is first seen. The repository is the target where all rows share it.
//! - the download holds what the filter let through: read-only. Left out: risk factors, exploit maturity, Jira.

use model::{Finding, Kind, Suppression};

use super::wording::add_cwes;
use super::{sca, tracked};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV of Snyk's issues.
pub(crate) static FORMAT: Format = Format {
    id: "snyk-csv",
    name: "Snyk issues (CSV)",
    kinds: &[Kind::Sca, Kind::Sast, Kind::Container, Kind::Iac, Kind::License],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let new = head.csv_has(&["ISSUE_SEVERITY", "PROBLEM_TITLE", "PROJECT_NAME"]);
    Match::sure_if(new || head.csv_has(&["ISSUE_SEVERITY", "PROBLEM_ID", "PROJECT_NAME"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Snyk").claims.partial = Some("an export of the platform".to_owned());
    let mut several = false;
    csv::each(input, out, 0, |out, row| {
        let Some(title) = row.get(&["PROBLEM_TITLE", "PROBLEM_ID"]) else {
            return out.bad_row(format!("line {}", row.line), "a row without title");
        };
        let run = out.this();
        let target = row.text(&["TARGET_DISPLAY_NAME", "PROJECT_TARGET_DISPLAY_NAME"]);
        several |= run.claims.rows_read + run.claims.passed > 0 && run.repository != target;
        run.repository = target.filter(|_| !several);
        let mut finding = finding(title, row);
        match row.get(&["ISSUE_STATUS"]).unwrap_or_default().to_ascii_lowercase().as_str() {
            status @ ("resolved" | "fixed") => finding.resolve("Snyk", status),
            "ignored" => finding.suppressed = Some(Suppression { by: "Snyk".to_owned(), reason: row.text(&["IGNORE_REASON"]) }),
            _ => {}
        }
        out.finding(finding);
    })
}

fn kind(row: &Row<'_>) -> Kind {
    let words =
        [row.get(&["PRODUCT_NAME"]), row.get(&["ISSUE_TYPE"])].into_iter().flatten().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    match words.as_str() {
        words if words.contains("license") => Kind::License,
        words if words.contains("code") => Kind::Sast,
        words if words.contains("container") => Kind::Container,
        words if words.contains("iac") || words.contains("infrastructure") || words.contains("config") => Kind::Iac,
        _ => Kind::Sca,
    }
}

fn finding(title: &str, row: &Row<'_>) -> Finding {
    let list = |name: &str| -> Vec<&str> {
        let text = row.get(&[name]).unwrap_or_default();
        text.split([',', ';', '[', ']', '"']).map(str::trim).filter(|text| !text.is_empty()).collect()
    };
    let cves = list("CVE");
    let kind = kind(row);
    let rule = row.get(&["PROBLEM_ID"]).or(cves.first().copied()).unwrap_or(title);
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = row.get(&["ISSUE_SEVERITY"]) {
        finding.set_severity_word(raw);
    }
    sca::identify(&mut finding, rule, cves);
    add_cwes(&mut finding.cwes, list("CWE"));
    sca::assessed(&mut finding, row.get(&["CVSS_VECTOR"]), row.get(&["CVSS_SCORE"]).and_then(|score| score.parse().ok()), Some("snyk"));
    finding.url = row.text(&["ISSUE_URL"]);
    finding.references.extend(row.text(&["VULN_DB_URL"]));
    tracked::first_seen(&mut finding, row.text(&["FIRST_INTRODUCED"]));
    let file = row.text(&["FILE_PATH", "PROJECT_TARGET_FILE"]);
    if file.is_none() {
        finding.location.resource = row.text(&["PROJECT_NAME"]);
    }
    if kind == Kind::Sast || kind == Kind::Iac {
        // `12:5-14:20`, or `Line: 12 | Column: 5 …`.
        let region = row.get(&["CODE_REGION"]).unwrap_or_default();
        let first = region.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
        finding.location.path = file;
        finding.location.start_line = first.and_then(|line| line.parse().ok()).filter(|line| *line > 0);
        finding.location.commit = row.text(&["COMMIT_ID"]);
        return finding;
    }
    let package = finding.package_mut();
    let both = row.get(&["PACKAGE_NAME_AND_VERSION"]);
    let (name, version) = both.and_then(|both| both.rsplit_once('@')).filter(|(name, _)| !name.is_empty()).unzip();
    package.name = row.text(&["PACKAGE_NAME", "ISSUE_PACKAGE_NAME"]).or_else(|| name.or(both).map(str::to_owned));
    package.version = row.text(&["PACKAGE_VERSION"]).or_else(|| version.map(str::to_owned));
    package.fixed = list("FIXED_IN_VERSION").into_iter().map(str::to_owned).collect();
    if let Some(file) = file {
        sca::in_file(&mut finding, &file);
    }
    finding
}
