//! JFrog Xray, vulnerabilities of a component or watch, JSON (`total_count`, `data`). The shape of Xray 2, still made by its exports.
//!
//! Make it with *Export*, *Security*, *JSON* on the page of a component or build in the Artifactory of before 2021.
//!
//! - index: `data[]`.
//! - rule: the CVE, else `issue_id` or `id`, else the summary: the export has no id for issues without CVE.
//! - severity: the word as it stands. CVSS from `component_versions.more_details.cves[]` (`9.8/CVSS:3.0/…`).
//! - package: `source_comp_id` taken apart (`deb://debian:stretch:libx11:2:1.6.4-3`); the id itself is the resource. Fixed versions as they stand.
//! - `issue_type` other than security (license) is kind license.
//! - coverage: an export of one page of the product, so it is read and closes nothing.
//! - no time, no version, no fingerprint.

use model::{Finding, Kind};
use serde_json::Value;

use super::jfrog::{cves, packaged, rate};
use super::wording::{beyond, first_line};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The export of a component's issues.
pub(crate) static FORMAT: Format = Format {
    id: "jfrog-xray",
    name: "JFrog Xray (component export)",
    kinds: &[Kind::Sca, Kind::License],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("data[].component_versions") || head.has("data[].source_comp_id");
    Match::sure_if(head.has("data") && row)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("JFrog Xray").claims.partial = Some("an export of one page of the product".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "data" {
            return Ok(());
        }
        loose::rows(json, out, |out, _, row| {
            out.finding(finding(row)?);
            Ok(())
        })
    })?;
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let id = row.text(&["source_comp_id", "component"]).ok_or("no `source_comp_id`")?;
    let details = row.find("component_versions/more_details").cloned().unwrap_or_default();
    let summary = row.text(&["summary"]).or_else(|| details.text(&["description"])).unwrap_or_default();
    let cve = details.list("cves").iter().find_map(|cve| cve.text(&["cve"]));
    let rule = cve.or_else(|| row.text(&["issue_id", "id"])).unwrap_or_else(|| first_line(&summary));
    let licence = row.text(&["issue_type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("license"));
    let mut finding = Finding::new(if licence { Kind::License } else { Kind::Sca }, rule.clone(), first_line(&summary));
    if finding.title.is_empty() {
        finding.title.clone_from(&rule);
    }
    cves(&mut finding, &rule, &details);
    rate(&mut finding, row);
    packaged(&mut finding, &id, row.texts("component_versions/fixed_versions"));
    finding.description = beyond(&finding.title, &details.text(&["description"]).unwrap_or(summary));
    finding.location.resource = Some(id);
    finding.location.resource_type = Some("component".to_owned());
    Ok(finding)
}
