//! JFrog Xray, vulnerabilities report of the unified platform, JSON (`total_rows`, `rows`). Xray 3.
//!
//! Make it with *Reports*, *Vulnerabilities*, *Export*, *JSON* (or `POST /xray/api/v1/reports/vulnerabilities/{id}`).
//!
//! - index: `rows[]`. A row is one issue in one component of one artefact; several CVEs in a row are several vulnerabilities told at once.
//! - rule: `issue_id` (`XRAY-96880`). The title is the summary.
//! - severity: the word as it stands; Unknown is unknown.
//! - package: `vulnerable_component` taken apart; `fixed_versions` without `≥`. `impact_path` is the chain.
//! - place: `path` in Artifactory; the artefact as the resource; of a `docker://` artefact the image, with the path as the resource.
//! - `applicability_result` is the reachability (JFrog's contextual analysis), unless it was not scanned.
//! - CVSS of every CVE, source JFrog.
//! - coverage: a report is what its filter let through, so it is read and closes nothing. `artifact_scan_time` is that of one artefact: the last one is the time.
//! - left out: licences, projects, advisories' own severity (in the description).
//!
//! # Differs
//! - path: without the `/` at its end, which the resource keeps; version: of RPM with the epoch before it.
//! - component: of RPM and Debian the name without release and epoch. (Some readers keep `8:libX11-common:0`.)

use model::{Finding, Kind, Reachability, Timestamp};
use serde_json::Value;

use super::jfrog::{cves, packaged, rate};
use super::web::{labelled, paragraphs};
use super::wording::{beyond, first_line};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The vulnerabilities report of the platform.
pub(crate) static FORMAT: Format = Format {
    id: "jfrog-xray-unified",
    name: "JFrog Xray vulnerabilities report (unified)",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("rows[].vulnerable_component") || head.has("rows[].impacted_artifact");
    Match::sure_if(head.has_all(&["rows", "total_rows"]) && (row || !head.has("rows[]")) || (row && head.has("rows[].issue_id")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("JFrog Xray").claims.partial = Some("a report of the platform, maybe filtered".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "rows" {
            return Ok(());
        }
        loose::rows(json, out, |out, _, row| {
            let at = row.text(&["artifact_scan_time"]).and_then(|text| Timestamp::lenient(&text));
            let run = out.this();
            run.at = run.at.max(at);
            out.finding(finding(row)?);
            Ok(())
        })
    })?;
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["issue_id"]).ok_or("no `issue_id`")?;
    let id = row.text(&["vulnerable_component", "component_physical_path"]).ok_or("no `vulnerable_component`")?;
    let artefact = row.text(&["impacted_artifact"]);
    let image = artefact.as_ref().and_then(|text| text.strip_prefix("docker://")).map(str::to_owned);
    let summary = row.text(&["summary"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(if image.is_some() { Kind::Container } else { Kind::Sca }, rule.clone(), first_line(&summary));
    cves(&mut finding, &rule, row);
    rate(&mut finding, row);
    packaged(&mut finding, &id, row.texts("fixed_versions"));
    let chain = row.texts("impact_path");
    finding.package_mut().chain = if chain.len() > 1 { chain } else { Vec::new() };
    finding.description = paragraphs([
        beyond(&finding.title, &row.text(&["description"]).unwrap_or(summary)),
        labelled("External advisory", row.text(&["external_advisory_source"]).as_deref()),
        labelled("Severity of the advisory", row.text(&["external_advisory_severity"]).as_deref()),
    ]);
    finding.references = row.texts("references");
    finding.location.path = row.text(&["path"]);
    // Of an image the artefact's name says what `image` says; where it lies is then what is left.
    finding.location.resource = if image.is_some() { row.text(&["path"]).or(artefact) } else { artefact };
    finding.location.image = image;
    finding.location.resource_type = Some("artifact".to_owned());
    let verdict = row.text(&["applicability_result", "applicability/0/result"]).filter(|word| word != "not_scanned");
    finding.reachability = verdict.map(|verdict| Reachability { verdict, source: Some("JFrog contextual analysis".to_owned()) });
    Ok(finding)
}
