//! Semgrep AppSec Platform, CSV of its findings pages. Exports seen: 2024 to 2026.
//!
//! Make it in *Code, Supply Chain or Secrets, Download icon* (CSV).
//!
//! - index: rows behind the header.
//! - rule: `Rule Name`. Severity: the word. kind by `Product`: Code sast, Supply Chain sca, Secrets secret.
//! - place: the path and line in `Line Of Code Url` (`…/blob/main/src/app.py#L12`); there is no other.
//! - `Status` Fixed and Removed are resolved; Ignored is a suppression with `Triage Reason`.
//! - `Id` is kept as a fingerprint and trusted. `Created At` is first seen. Repository and branch where all rows share them.
//! - the download holds what the filter let through: read-only. Left out: assistant, projects' tags.

use model::{Finding, Kind, Suppression};

use super::tracked;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV of the Semgrep platform's findings.
pub(crate) static FORMAT: Format = Format {
    id: "semgrep-cloud-csv",
    name: "Semgrep AppSec Platform CSV",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Secret],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.csv_has(&["Rule Name", "Severity", "Semgrep Platform Link"]) || head.csv_has(&["Rule Name", "Product", "Line Of Code Url"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Semgrep").claims.partial = Some("an export of the platform".to_owned());
    let (mut repositories, mut branches) = (false, false);
    csv::each(input, out, 0, |out, row| {
        let Some(rule) = row.get(&["Rule Name"]) else { return out.bad_row(format!("line {}", row.line), "a row without Rule Name") };
        let run = out.this();
        let later = run.claims.rows_read + run.claims.passed > 0;
        let (repository, branch) = (row.text(&["Repository Name"]), row.text(&["Branch"]));
        repositories |= later && run.repository != repository;
        branches |= later && run.branch != branch;
        run.repository = repository.filter(|_| !repositories);
        run.branch = branch.filter(|_| !branches);
        let status = row.get(&["Status"]).unwrap_or_default().to_ascii_lowercase();
        let mut finding = finding(rule, row, status == "ignored");
        if matches!(status.as_str(), "fixed" | "removed") {
            finding.resolve("Semgrep", status);
        }
        out.finding(finding);
    })
}

fn finding(rule: &str, row: &Row<'_>, ignored: bool) -> Finding {
    let kind = match row.get(&["Product"]).unwrap_or_default().to_ascii_lowercase() {
        product if product.contains("supply") => Kind::Sca,
        product if product.contains("secret") => Kind::Secret,
        _ => Kind::Sast,
    };
    let title = rule.rsplit('.').next().unwrap_or(rule).replace(['-', '_'], " ");
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    finding.confidence = row.text(&["Confidence"]);
    finding.description = row.text(&["Rule Description"]);
    finding.url = row.text(&["Semgrep Platform Link"]);
    tracked::first_seen(&mut finding, row.text(&["Created At"]));
    tracked::track(&mut finding, "id", row.text(&["Id"]));
    if ignored {
        let reason = row.text(&["Triage Reason", "Triage Comment"]);
        finding.suppressed = Some(Suppression { by: "Semgrep".to_owned(), reason });
    }
    if let Some(link) = row.get(&["Line Of Code Url"]) {
        let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
        let path = page.split_once("/blob/").or_else(|| page.split_once("/src/")).and_then(|(_, rest)| rest.split_once('/'));
        finding.location.path = path.map(|(_, path)| path.to_owned());
        let mut lines = anchor.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).filter(|line: &u32| *line > 0);
        finding.location.start_line = lines.next();
        finding.location.end_line = lines.next().or(finding.location.start_line);
        finding.references.push(link.to_owned());
    }
    finding
}
