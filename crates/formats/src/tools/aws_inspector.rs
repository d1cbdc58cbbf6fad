//! Amazon Inspector (v2), JSON. Answers seen: 2024 to 2026.
//!
//! Make it with `aws inspector2 list-findings > inspector.json`.
//!
//! - index: `findings[]`.
//! - rule: `vulnerabilityId` of a package, `detectorId` or `ruleId` of code, else the title. Severity: the word; `UNTRIAGED` is unknown.
//! - kind: packages of an image or of the system (`OS`) container, others sca, code sast, reachable ports cloud.
//! - the package is the first of `vulnerablePackages[]`, with its fixed version, file and layer; further ones are part of the description.
//! - place: the first resource. An ECR image by registry, repository, tag and digest, others by ARN or id with their type.
//! - status CLOSED and SUPPRESSED is a suppression; the account is the run's where all findings share it.
//! - `findingArn` is kept and not trusted. `firstObservedAt` is when Inspector first saw it.
//! - the list is what a filter let through: it is read and closes nothing. `{"findings": []}` alone is not taken for it.
//!
//! # Differs
//! - host: an image or a function is a resource and no host. (Some readers make a host name of it.)

use model::{Finding, Kind, Suppression, Timestamp};

use super::sca;
use super::tracked::first_seen;
use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `aws inspector2 list-findings`.
pub(crate) static FORMAT: Format = Format {
    id: "aws-inspector",
    name: "Amazon Inspector (AWS Inspector2)",
    kinds: &[Kind::Sca, Kind::Container, Kind::Sast, Kind::Cloud],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let rows = |top: &str| {
        head.value(&format!("{top}.findingArn")).is_some_and(|arn| arn.contains(":inspector2:") || arn.contains(":inspector:"))
            || head.has(&format!("{top}.packageVulnerabilityDetails"))
    };
    Match::sure_if(rows("findings[]") || rows("[]"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Amazon Inspector");
    let mut several = false;
    fields::read(
        input,
        out,
        &["findings"],
        |_, _| {},
        |out, place, row| {
            let Some(title) = row.text(&["title"]) else { return out.bad_row(place, "a finding without title") };
            let run = out.this();
            run.at = run.at.max(row.text(&["updatedAt", "lastObservedAt"]).as_deref().and_then(Timestamp::lenient));
            let account = row.text(&["awsAccountId"]);
            several |= run.claims.rows_read > 0 && run.account != account;
            run.account = account.filter(|_| !several);
            out.finding(finding(&title, row));
        },
    )
}

/// The finding of a row of Inspector's, which ECR's enhanced scans repeat.
pub(super) fn finding(title: &str, row: Fields<'_>) -> Finding {
    let resource = Fields::of(row.value("resources/0").unwrap_or(&serde_json::Value::Null));
    let vulnerable = Fields::of(row.value("packageVulnerabilityDetails").unwrap_or(&serde_json::Value::Null));
    let code = Fields::of(row.value("codeVulnerabilityDetails").unwrap_or(&serde_json::Value::Null));
    let is_image = resource.text(&["type"]).is_some_and(|kind| kind.contains("ECR") || kind.contains("IMAGE"));
    let first = Fields::of(vulnerable.value("vulnerablePackages/0").unwrap_or(&serde_json::Value::Null));
    let is_system = first.text(&["packageManager"]).is_some_and(|manager| manager == "OS");
    let kind = match row.text(&["type"]).as_deref() {
        Some("CODE_VULNERABILITY") => Kind::Sast,
        Some("NETWORK_REACHABILITY") => Kind::Cloud,
        _ if is_system || (is_image && first.text(&["name"]).is_none()) => Kind::Container,
        _ => Kind::Sca,
    };
    let rule = vulnerable.text(&["vulnerabilityId"]).or_else(|| code.text(&["detectorId", "ruleId"]));
    let mut finding = Finding::new(kind, rule.clone().unwrap_or_else(|| title.to_owned()), title);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    if let Some(id) = vulnerable.text(&["vulnerabilityId"]) {
        sca::identify(&mut finding, &id, vulnerable.texts(&["relatedVulnerabilities"]).iter().map(String::as_str));
    }
    for cvss in vulnerable.list("cvss") {
        let source = cvss.text(&["source"]).map(|source| source.to_ascii_lowercase());
        sca::assessed(&mut finding, cvss.text(&["scoringVector"]).as_deref(), cvss.number(&["baseScore"]), source.as_deref());
    }
    add_cwes(&mut finding.cwes, code.texts(&["cwes"]).iter().map(String::as_str));
    let packages: Vec<String> = vulnerable.list("vulnerablePackages").filter_map(|package| package.text(&["name"])).collect();
    let ports = row.value("networkReachabilityDetails").map(Fields::of).map(|network| {
        let port = |end: &str| network.text(&[&format!("openPortRange/{end}")]).unwrap_or_default();
        format!("{} {} to {}", network.text(&["protocol"]).unwrap_or_default(), port("begin"), port("end"))
    });
    finding.distinct.clone_from(&ports);
    finding.description = paragraphs([
        row.text(&["description"]),
        labelled("Packages", Some(&packages.join(", ")).filter(|_| packages.len() > 1).map(String::as_str)),
        labelled("Open ports", ports.as_deref()),
    ]);
    let advice = row.text(&["remediation/recommendation/text"]).filter(|text| text != "None Provided");
    finding.remediation = advice.or_else(|| first.text(&["remediation"]));
    finding.references = vulnerable.texts(&["referenceUrls"]);
    finding.url = vulnerable.text(&["sourceUrl"]);
    if let Some(status) = row.text(&["status"]).filter(|status| status != "ACTIVE") {
        finding.suppressed = Some(Suppression { by: "Amazon Inspector".to_owned(), reason: Some(status) });
    }
    first_seen(&mut finding, row.text(&["firstObservedAt"]));
    if let Some(arn) = row.text(&["findingArn"]) {
        finding.fingerprint("findingArn", arn);
    }
    at(&mut finding, resource);
    if kind == Kind::Sast {
        let place = &mut finding.location;
        place.path = code.text(&["filePath/filePath", "filePath/fileName"]);
        (place.start_line, place.end_line) = (code.line(&["filePath/startLine"]), code.line(&["filePath/endLine"]));
        return finding;
    }
    if let Some(name) = first.text(&["name"]) {
        finding.location.layer = first.text(&["sourceLayerHash", "sourceLambdaLayerArn"]);
        let package = finding.package_mut();
        (package.name, package.version) = (Some(name), first.text(&["version"]));
        package.ecosystem = first.text(&["packageManager"]);
        package.fixed = first.text(&["fixedInVersion"]).filter(|version| version != "NotAvailable").into_iter().collect();
        sca::in_file(&mut finding, &first.text(&["filePath"]).unwrap_or_default());
    }
    finding
}

fn at(finding: &mut Finding, resource: Fields<'_>) {
    let place = &mut finding.location;
    (place.resource, place.resource_type) = (resource.text(&["id"]), resource.text(&["type"]));
    let Some(image) = resource.value("details/awsEcrContainerImage").map(Fields::of) else { return };
    let said = |name: &str| image.text(&[name]);
    let Some(repository) = said("repositoryName") else { return };
    let host =
        said("registry").zip(resource.text(&["region"])).map(|(account, region)| format!("{account}.dkr.ecr.{region}.amazonaws.com/"));
    let tag = image.texts(&["imageTags"]).first().map(|tag| format!(":{tag}")).unwrap_or_default();
    let digest = said("imageHash").map(|hash| format!("@{hash}")).unwrap_or_default();
    place.image = Some(format!("{}{repository}{tag}{digest}", host.unwrap_or_default()));
}
