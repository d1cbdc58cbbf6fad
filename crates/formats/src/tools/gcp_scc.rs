//! Google Security Command Center, findings as JSON. API versions seen: v1 and v2.
//!
//! Make it with `gcloud scc findings list ORGANIZATION --format json > scc.json`, or save an answer of `findings:list`.
//!
//! - index: elements of the array, or of `listFindingsResults[]`, each with `finding` and `resource`.
//! - rule: the CVE of a vulnerability, else `category`. The title is the category in words.
//! - severity: the word. `state` INACTIVE is counted and is no finding; `mute` MUTED is a suppression.
//! - kind by `findingClass`: a vulnerability with a package is sca, THREAT runtime, others cloud.
//! - place: the resource with its type; a finding of a container names the image.
//! - the account is the project where all findings share it. `name` is kept and not trusted. `createTime` is first seen, the newest `eventTime` the time.
//! - the list is what a filter let through: read-only.

use model::{Finding, Kind, Suppression, Timestamp};

use super::web::{add_references, paragraphs};
use super::{sca, tracked};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Findings of Google Security Command Center.
pub(crate) static FORMAT: Format = Format {
    id: "gcp-scc",
    name: "Google Security Command Center",
    kinds: &[Kind::Cloud, Kind::Sca, Kind::Runtime],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| head.has(&format!("{top}finding.category")) && head.has(&format!("{top}finding.resourceName"));
    Match::sure_if(row("[].") || row("listFindingsResults[].") || (head.has("listFindingsResults") && head.has("readTime")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Security Command Center");
    let mut several = false;
    fields::read(
        input,
        out,
        &["listFindingsResults"],
        |_, _| {},
        |out, place, row| {
            let Some(category) = row.text(&["finding/category"]) else { return out.bad_row(place, "a finding without category") };
            let run = out.this();
            run.at = run.at.max(row.text(&["finding/eventTime"]).as_deref().and_then(Timestamp::lenient));
            let account = row.text(&["resource/projectDisplayName", "resource/gcpMetadata/projectDisplayName"]);
            several |= run.claims.rows_read + run.claims.passed > 0 && run.account != account;
            run.account = account.filter(|_| !several);
            if row.text(&["finding/state"]).is_some_and(|state| state == "INACTIVE") {
                return out.no_finding();
            }
            out.finding(finding(&category, row));
        },
    )
}

fn finding(category: &str, row: Fields<'_>) -> Finding {
    let package = row.value("finding/vulnerability/offendingPackage").map(Fields::of);
    let kind = match row.text(&["finding/findingClass"]).as_deref() {
        Some("THREAT") => Kind::Runtime,
        Some("VULNERABILITY") if package.is_some() => Kind::Sca,
        _ => Kind::Cloud,
    };
    let cve = row.text(&["finding/vulnerability/cve/id"]);
    let words = category.replace('_', " ").to_lowercase();
    let title = cve.as_ref().map_or_else(|| words.clone(), |cve| format!("{cve}: {words}"));
    let mut finding = Finding::new(kind, cve.clone().unwrap_or_else(|| category.to_owned()), title);
    if let Some(raw) = row.text(&["finding/severity"]) {
        finding.set_severity_word(&raw);
    }
    if let Some(cve) = cve {
        sca::identify(&mut finding, &cve, []);
        sca::assessed(&mut finding, None, row.number(&["finding/vulnerability/cve/cvssv3/baseScore"]), None);
        row.list("finding/vulnerability/cve/references").filter_map(|one| one.text(&["uri"])).for_each(|uri| finding.references.push(uri));
    }
    finding.description = paragraphs([row.text(&["finding/description", "finding/sourceProperties/Explanation"])]);
    finding.remediation = row.text(&["finding/nextSteps", "finding/sourceProperties/Recommendation"]);
    add_references(&mut finding, &row.text(&["finding/externalUri"]).unwrap_or_default());
    tracked::first_seen(&mut finding, row.text(&["finding/createTime"]));
    if let Some(name) = row.text(&["finding/canonicalName", "finding/name"]) {
        finding.fingerprint("name", name);
    }
    if row.text(&["finding/mute"]).is_some_and(|word| word == "MUTED") {
        finding.suppressed = Some(Suppression { by: "Security Command Center".to_owned(), reason: row.text(&["finding/muteInitiator"]) });
    }
    let place = &mut finding.location;
    place.resource = row.text(&["finding/resourceName", "resource/name"]);
    place.resource_type = row.text(&["resource/type"]);
    place.image = row.text(&["finding/containers/0/uri", "finding/containers/0/imageId"]);
    if let Some(package) = package {
        let to = finding.package_mut();
        (to.name, to.version) = (package.text(&["packageName"]), package.text(&["packageVersion"]));
        to.fixed = row.text(&["finding/vulnerability/fixedPackage/packageVersion"]).into_iter().collect();
    }
    finding
}
