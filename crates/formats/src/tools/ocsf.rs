//! Findings in the Open Cybersecurity Schema Framework (OCSF), JSON and JSON lines: AWS Security Hub (`get-findings-v2`), Amazon Inspector and
//! GuardDuty out of Security Lake, and other products. Schema versions seen: 1.0 to 1.6; Prowler's own is `prowler-ocsf`.
//!
//! Make it with `aws securityhub get-findings-v2 > findings.json`.
//!
//! - index: events: elements of an array or of `Findings[]`, lines, or the one object. An event with several `vulnerabilities[]` gives one finding of
//!   each. What closes a finding (`activity_id` 3, `status_id` 4 to 6) and a control that passed is counted.
//! - the tool is `metadata.product.name`; each product is a run of its own where they follow each other.
//! - rule: the vulnerability's CVE or advisory; else `metadata.event_code`, the control, the analytic, the first of `finding_info.types`, the title.
//! - severity: `severity`, else `severity_id`: 6 and 5 critical, 4 high, 3 medium, 2 low, 1 info.
//! - kind by class and what is affected: packages sca, or container for an image; `affected_code` sast; detections and incidents runtime; others cloud.
//! - the package is the first of `affected_packages[]`; CVSS and CWE of the CVE are kept.
//! - place: the first resource with its type, of code the file and lines; the region tells findings apart.
//! - status 3 (Suppressed) is a suppression. `finding_info.uid` is kept and not trusted. The account is the run's where all events share it.
//! - a stream of events is no scan: read and closes nothing.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::web::{add_references, labelled, paragraphs};
use super::wording::add_cwes;
use super::{sca, tracked};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Findings of OCSF.
pub(crate) static FORMAT: Format = Format {
    id: "ocsf",
    name: "OCSF findings",
    kinds: &[Kind::Cloud, Kind::Sca, Kind::Container, Kind::Sast, Kind::Runtime],
    media: &[Media::Json, Media::JsonLines],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let event = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        let finding = ["finding_info", "finding", "vulnerabilities", "compliance"].iter().any(|name| has(name));
        let prowler = head.is(&format!("{top}metadata.product.name"), "Prowler") && top == "[]." && has("metadata.event_code");
        (has("class_uid") || has("class_name")) && has("metadata.product") && finding && !prowler
    };
    Match::sure_if(event("Findings[].") || event("findings[].") || event("[].") || event(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut mixed = false;
    fields::read(
        input,
        out,
        &["Findings"],
        |_, _| {},
        |out, place, row| {
            if row.value("metadata").is_none() {
                return out.bad_row(place, "an event without metadata");
            }
            begin(out, row, &mut mixed);
            let id = |name: &str| row.number(&[name]);
            let closed = id("activity_id") == Some(3.0) || id("status_id").is_some_and(|status| (4.0..=6.0).contains(&status));
            let passed = row.text(&["compliance/status", "status_code"]).is_some_and(|word| word.to_ascii_lowercase().starts_with("pass"));
            if closed || passed {
                return out.no_finding();
            }
            let vulnerabilities: Vec<Fields<'_>> = row.list("vulnerabilities").collect();
            if vulnerabilities.is_empty() {
                return out.finding(finding(row, None));
            }
            vulnerabilities.into_iter().for_each(|one| out.finding(finding(row, Some(one))));
        },
    )
}

fn begin(out: &mut Output<'_>, row: Fields<'_>, mixed: &mut bool) {
    let tool = row.text(&["metadata/product/name", "metadata/product/vendor_name"]).unwrap_or_else(|| "OCSF".to_owned());
    if out.this().tool.is_empty() {
        out.this().tool = tool;
    } else if out.this().tool != tool {
        out.run(tool);
        *mixed = false;
    }
    let run = out.this();
    let account = row.text(&["cloud/account/uid"]);
    *mixed |= run.claims.rows_read + run.claims.passed > 0 && run.account != account;
    run.account = account.filter(|_| !*mixed);
    run.tool_version = run.tool_version.take().or_else(|| row.text(&["metadata/product/version"]));
    run.at = run.at.max(time(row, "time"));
}

/// The time at that name: a date and time under `…_dt`, else milliseconds.
fn time(row: Fields<'_>, path: &str) -> Option<Timestamp> {
    let written = row.text(&[&format!("{path}_dt")]).as_deref().and_then(Timestamp::lenient);
    // Milliseconds of years from 1973 on; smaller numbers are seconds.
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds of a date are meant")]
    let counted = |number: f64| Timestamp::from_seconds(if number > 1e11 { number / 1000.0 } else { number } as i64);
    written.or_else(|| row.number(&[path]).filter(|number| (0.0..1e14).contains(number)).map(counted))
}

fn finding(row: Fields<'_>, vulnerability: Option<Fields<'_>>) -> Finding {
    let nothing = Fields::of(&serde_json::Value::Null);
    let flaw = vulnerability.unwrap_or(nothing);
    let resource = row.list("resources").next().or_else(|| row.value("resource").map(Fields::of)).unwrap_or(nothing);
    let package = flaw.list("affected_packages").next();
    let code = flaw.list("affected_code").next();
    let resource_type = resource.text(&["type"]);
    let is_image = resource_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("image"));
    let class = row.number(&["class_uid"]).unwrap_or_default();
    let kind = match (package.is_some(), code.is_some(), class) {
        (true, _, _) if is_image => Kind::Container,
        (true, _, _) => Kind::Sca,
        (_, true, _) => Kind::Sast,
        (_, _, class) if class == 2004.0 || class == 2005.0 => Kind::Runtime,
        _ => Kind::Cloud,
    };
    let title = row.text(&["finding_info/title", "finding/title", "message"]).or_else(|| flaw.text(&["title"]));
    let id = flaw.text(&["cve/uid", "advisory/uid", "title"]);
    let named = row.text(&["metadata/event_code", "compliance/control", "finding_info/analytic/uid", "finding_info/analytic/name"]);
    let types = row.texts(&["finding_info/types", "finding/types"]).into_iter().next();
    let rule = id.clone().or(named).or(types).or_else(|| title.clone()).unwrap_or_else(|| "finding".to_owned());
    let mut finding = Finding::new(kind, rule.clone(), title.unwrap_or(rule).trim());
    set_severity(&mut finding, row);
    describe(&mut finding, row, flaw);
    if let Some(id) = id {
        sca::identify(&mut finding, &id, flaw.texts(&["related_vulnerabilities", "cve/related_cves"]).iter().map(String::as_str));
    }
    for cvss in flaw.list("cve/cvss") {
        let source = cvss.text(&["vendor_name", "source", "src_url"]);
        sca::assessed(
            &mut finding,
            cvss.text(&["vector_string"]).as_deref(),
            cvss.number(&["base_score", "overall_score"]),
            source.as_deref(),
        );
    }
    let cwes: Vec<String> =
        ["cve/cwe", "cwe", "cve/related_cwes"].iter().flat_map(|path| flaw.list(path)).filter_map(|cwe| cwe.text(&["uid"])).collect();
    add_cwes(&mut finding.cwes, cwes.iter().chain(&flaw.text(&["cve/cwe_uid"])).map(String::as_str));
    finding.location.resource = resource.text(&["uid", "uid_alt", "name"]);
    finding.location.resource_type = resource_type;
    finding.distinct = resource.text(&["region"]).or_else(|| row.text(&["cloud/region"]));
    if is_image {
        finding.location.image = finding.location.resource.as_deref().map(image);
    }
    if let Some(code) = code {
        finding.location.path = code.text(&["file/path", "file/name"]);
        (finding.location.start_line, finding.location.end_line) = (code.line(&["start_line"]), code.line(&["end_line"]));
    }
    if let Some(package) = package {
        let to = finding.package_mut();
        (to.name, to.version, to.purl) = (package.text(&["name"]), package.text(&["version"]), package.text(&["purl"]));
        to.ecosystem = package.text(&["package_manager"]).map(|manager| manager.to_ascii_lowercase()).filter(|manager| manager != "os");
        to.fixed = package.text(&["fixed_in_version"]).filter(|version| version != "NotAvailable").into_iter().collect();
        finding.location.layer = package.text(&["layer", "hash/value"]).filter(|layer| layer.starts_with("sha256:"));
        sca::in_file(&mut finding, &package.text(&["path"]).unwrap_or_default());
    }
    finding
}

/// The image of an ARN of ECR (`arn:aws:ecr:REGION:ACCOUNT:repository/NAME/sha256:…`) as registries write it; another name as it stands.
fn image(resource: &str) -> String {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        [_, _, "ecr", region, account, rest] => {
            let name = rest.trim_start_matches("repository/");
            let name = name
                .rsplit_once('/')
                .filter(|(_, last)| last.contains(':'))
                .map_or(name.to_owned(), |(name, digest)| format!("{name}@{digest}"));
            format!("{account}.dkr.ecr.{region}.amazonaws.com/{name}")
        }
        _ => resource.to_owned(),
    }
}

fn describe(finding: &mut Finding, row: Fields<'_>, flaw: Fields<'_>) {
    let text = row.text(&["finding_info/desc", "finding/desc"]).or_else(|| flaw.text(&["desc", "cve/desc"]));
    finding.description = paragraphs([text, row.text(&["status_detail"]), labelled("Risk", row.text(&["risk_details"]).as_deref())]);
    finding.remediation = row.text(&["remediation/desc", "finding/remediation/desc"]).or_else(|| flaw.text(&["remediation/desc"]));
    finding.confidence = row.text(&["confidence"]);
    for list in [row.texts(&["remediation/references"]), flaw.texts(&["references"]), row.texts(&["finding_info/src_url"])] {
        list.iter().for_each(|text| add_references(finding, text));
    }
    finding.first_seen_by_tool = time(row, "finding_info/first_seen_time").or_else(|| time(row, "finding_info/created_time"));
    if let Some(uid) = row.text(&["finding_info/uid", "finding/uid"]) {
        finding.fingerprint("uid", uid);
    }
    let suppressed = row.number(&["status_id"]) == Some(3.0);
    if suppressed || row.text(&["status"]).is_some_and(|status| tracked::is_settled(&status)) {
        finding.suppressed = Some(Suppression { by: "OCSF status".to_owned(), reason: row.text(&["status_detail", "comment", "status"]) });
    }
}

fn set_severity(finding: &mut Finding, row: Fields<'_>) {
    let id = row.number(&["severity_id"]);
    let by_id = match id {
        Some(5.0 | 6.0) => Severity::Critical,
        Some(4.0) => Severity::High,
        Some(3.0) => Severity::Medium,
        Some(2.0) => Severity::Low,
        Some(1.0) => Severity::Info,
        _ => Severity::Unknown,
    };
    match (row.text(&["severity"]), id) {
        (Some(word), _) if by_id == Severity::Unknown => finding.set_severity_word(&word),
        (Some(word), _) => finding.set_severity(word, by_id),
        (None, Some(id)) => finding.set_severity(id.to_string(), by_id),
        (None, None) => {}
    }
}
