//! Microsoft Defender for Cloud, assessments and sub-assessments as JSON of the REST API and of Azure Resource Graph.
//!
//! Make it with `az rest --url "https://management.azure.com/subscriptions/$SUB/providers/Microsoft.Security/subAssessments?api-version=2019-01-01-preview"`, or
//! `az graph query -q "securityresources | where type == 'microsoft.security/assessments'"`.
//!
//! - index: `value[]`, `data[]`, or the elements of the array. `status.code` Healthy and NotApplicable are counted and are no findings.
//! - rule: of a sub-assessment (a vulnerability of an image, server or database) its `properties.id`, else the first CVE; of an assessment its name (the key),
//!   as in the CSV export (`azure_recommendations.rs`).
//! - severity: `status.severity`, of assessments `metadata.severity`.
//! - kind: sub-assessments of registries and running images container, of servers sca, others cloud.
//! - place: the resource; an image by registry, repository and digest.
//! - CVEs and scores from `additionalData`. The account is the subscription in the id, where all rows share it.
//! - an answer is a page and shows what the account may see: read-only.

use model::{Cvss, Finding, Kind, Timestamp};

use super::web::{add_references, paragraphs};
use super::{sca, tracked};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Assessments of Microsoft Defender for Cloud.
pub(crate) static FORMAT: Format = Format {
    id: "azure-assessments",
    name: "Microsoft Defender for Cloud (assessments API)",
    kinds: &[Kind::Cloud, Kind::Container, Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| {
        let kind = head.value(&format!("{top}type")).or_else(|| head.value(&format!("{top}id")));
        let named = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("microsoft.security/assessments"));
        named && (head.has(&format!("{top}properties.status")) || head.has(&format!("{top}status.code")))
    };
    Match::sure_if(row("value[].") || row("data[].") || row("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Microsoft Defender for Cloud");
    let mut several = false;
    fields::read(
        input,
        out,
        &["value", "data"],
        |_, _| {},
        |out, place, row| {
            let properties = row.value("properties").map_or(row, Fields::of);
            let Some(code) = properties.text(&["status/code"]) else { return out.bad_row(place, "an assessment without status") };
            let id = row.text(&["id"]).unwrap_or_default();
            let account = id.split('/').skip_while(|part| *part != "subscriptions").nth(1).map(str::to_owned);
            let run = out.this();
            several |= run.claims.rows_read + run.claims.passed > 0 && run.account != account;
            run.account = account.filter(|_| !several);
            run.at = run.at.max(properties.text(&["timeGenerated", "status/statusChangeDate"]).as_deref().and_then(Timestamp::lenient));
            match code.to_ascii_lowercase().as_str() {
                "unhealthy" => out.finding(finding(&id, row, properties)),
                "healthy" | "notapplicable" => out.no_finding(),
                _ => out.bad_row(place, "an assessment without a known status"),
            }
        },
    )
}

fn finding(id: &str, row: Fields<'_>, properties: Fields<'_>) -> Finding {
    let more = properties.value("additionalData").map_or(Fields::of(&serde_json::Value::Null), Fields::of);
    let assessed = more.text(&["assessedResourceType"]).unwrap_or_default().to_ascii_lowercase();
    let cves: Vec<String> = more.list("cve").filter_map(|cve| cve.text(&["title"])).collect();
    let kind = match assessed.as_str() {
        kind if kind.contains("container") => Kind::Container,
        kind if kind.contains("server") && !kind.contains("sql") => Kind::Sca,
        _ => Kind::Cloud,
    };
    let of_vulnerability = row.text(&["properties/id", "idPropertiesId"]).or_else(|| cves.first().cloned());
    let rule = of_vulnerability.or_else(|| row.text(&["name"])).unwrap_or_else(|| id.to_owned());
    let title = properties.text(&["displayName", "metadata/displayName"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = properties.text(&["status/severity", "metadata/severity", "severity"]) {
        finding.set_severity_word(&raw);
    }
    if let Some((first, others)) = cves.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    for version in ["3.0", "3.1", "2.0"] {
        let score = more.number(&[&format!("cvss/{version}/base")]).filter(|score| *score > 0.0);
        let assessment = Cvss { version: Some(version.to_owned()), ..Cvss::default() };
        finding.cvss.extend(score.map(|score| assessment.with_score(Some(score))));
    }
    finding.description = paragraphs([
        properties.text(&["description", "metadata/description"]),
        properties.text(&["impact"]),
        properties.text(&["status/description", "status/cause"]),
    ]);
    finding.remediation = properties.text(&["remediation", "metadata/remediationDescription"]);
    more.list("vendorReferences").filter_map(|one| one.text(&["link"])).for_each(|link| add_references(&mut finding, &link));
    tracked::first_seen(&mut finding, properties.text(&["status/firstEvaluationDate"]));
    if !id.is_empty() {
        finding.fingerprint("id", id);
    }
    let scanned = id.to_ascii_lowercase().find("/providers/microsoft.security/").and_then(|at| id.get(..at)).map(str::to_owned);
    finding.location.resource = properties.text(&["resourceDetails/id", "resourceDetails/Id", "resourceDetails/ResourceId"]).or(scanned);
    finding.location.resource_type = Some(assessed).filter(|kind| !kind.is_empty());
    if let Some(repository) = more.text(&["repositoryName", "artifactDetails/repositoryName"]) {
        let host = more.text(&["registryHost", "artifactDetails/registryHost"]).map(|host| format!("{host}/")).unwrap_or_default();
        let digest = more.text(&["imageDigest", "artifactDetails/digest"]).map(|digest| format!("@{digest}")).unwrap_or_default();
        finding.location.image = Some(format!("{host}{repository}{digest}"));
    }
    if let Some(name) = more.text(&["softwareDetails/packageName", "softwareName"]) {
        let package = finding.package_mut();
        package.name = Some(name);
        package.version = more.text(&["softwareDetails/version", "softwareVersion"]);
        package.fixed = more.text(&["softwareDetails/fixedVersion"]).into_iter().collect();
    }
    finding
}
