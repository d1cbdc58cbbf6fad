//! JFrog CLI (`jf scan`, `jf audit`, `jf docker scan`), JSON. Versions seen: 2.20 to 2.70, in the shapes `json` and `simple-json`.
//!
//! Make it with `jf scan --format=json shop.whl > xray.json` or `jf audit --format=simple-json > xray.json`.
//!
//! - index: of `json` the components of `[].vulnerabilities[].components`, laid end to end; of `simple-json` the elements of `vulnerabilities[]`.
//! - rule: `issue_id` (`XRAY-526273`; `issueId`). The title is the first line of the summary.
//! - severity: the word as it stands; Unknown is unknown.
//! - package: the component id taken apart; the chain from the first `impact_paths`; `fixed_versions` without brackets.
//! - place: the scanned component as the resource; of an image the image. `components[].full_path` (since 2.30) is the file.
//! - CVSS of every CVE, source JFrog. `applicable` (`simple-json`) is the reachability.
//! - several images in one file are runs of their own.
//! - coverage: `status` completed got through; `errors[]` of `simple-json` make it partial.
//! - no time, no version. Left out: violations of watches and licences, which say the same again.
//!
//! # Differs
//! - component: the name without the type and release. (Some readers keep `alpine://3.18:libcrypto3`.)

use model::{Finding, Kind, Reachability};
use serde_json::Value;

use super::jfrog::{cves, packaged, rate};
use super::wording::{beyond, first_line};
use crate::read::json::Shape;
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The JSON of `jf scan` and `jf audit`.
pub(crate) static FORMAT: Format = Format {
    id: "jfrog-xray-scan",
    name: "JFrog Xray scan (jf scan, on-demand binary scan)",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let full = head.has("[].scan_id")
        && ["vulnerabilities", "violations", "licenses", "component_id", "status"].iter().any(|name| head.has(&format!("[].{name}")));
    let simple = ["impactedPackageName", "impactedDependencyName"].iter().any(|name| head.has(&format!("vulnerabilities[].{name}")));
    Match::sure_if(full || simple || head.has_all(&["vulnerabilities", "securityViolations", "licensesViolations"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("JFrog Xray");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        loose::rows(&mut json, out, scan)?;
        return json.end();
    }
    json.object(|json, key| match key {
        "vulnerabilities" => loose::rows(json, out, |out, _, row| {
            out.finding(simple(row)?);
            Ok(())
        }),
        "errors" => loose::rows(json, out, |out, _, error| {
            out.this().claims.partial = Some(error.text(&["errorMessage", "error"]).unwrap_or_else(|| "a part failed".to_owned()));
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

/// The name of the image that was scanned.
fn image(scan: &Value) -> Option<String> {
    let docker = scan.text(&["package_type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("docker"));
    scan.text(&["component_id"]).filter(|_| docker).map(|id| id.trim_start_matches("docker://").to_owned())
}

fn scan(out: &mut Output<'_>, place: &str, scan: &Value) -> Result<(), String> {
    let image = image(scan);
    if image.is_some() {
        if out.this().image.is_some() {
            out.run("JFrog Xray");
        }
        out.this().image = image;
    }
    match scan.text(&["status"]) {
        Some(status) if status == "completed" => out.this().claims.ran = true,
        Some(status) => out.this().claims.failed = Some(format!("status {status}")),
        None => {}
    }
    for row in inner(out, place, scan, "vulnerabilities") {
        let Some(components) = row.find("components").and_then(Value::as_object) else {
            out.bad_row(place, "a vulnerability without components");
            continue;
        };
        for (id, component) in components {
            out.finding(finding(scan, row, id, component));
        }
    }
    Ok(())
}

fn base(row: &Value) -> Finding {
    let summary = row.text(&["summary"]).unwrap_or_default();
    let cve = row.list("cves").iter().find_map(|cve| cve.text(&["cve", "id"]));
    let rule = row.text(&["issue_id"]).or(cve).unwrap_or_else(|| first_line(&summary));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), first_line(&summary));
    if finding.title.is_empty() {
        finding.title.clone_from(&rule);
    }
    finding.description = beyond(&finding.title, &summary);
    finding.references = row.texts("references");
    cves(&mut finding, &rule, row);
    rate(&mut finding, row);
    finding
}

fn finding(scan: &Value, row: &Value, id: &str, component: &Value) -> Finding {
    let mut finding = base(row);
    packaged(&mut finding, id, component.texts("fixed_versions"));
    let paths = component.find("impact_paths").and_then(Value::as_array);
    let first = paths.and_then(|paths| paths.first()).and_then(Value::as_array);
    let chain: Vec<String> = first.into_iter().flatten().filter_map(|step| step.text(&["component_id"])).collect();
    let file = first.into_iter().flatten().filter_map(|step| step.text(&["full_path"])).rfind(|path| !path.contains(':'));
    finding.package_mut().direct = (chain.len() > 1).then_some(chain.len() == 2);
    finding.package_mut().chain = chain;
    finding.package_mut().file = file;
    let scanned = scan.text(&["component_id"]);
    if let Some(image) = image(scan) {
        finding.kind = Kind::Container;
        finding.location.image = Some(image);
    } else {
        finding.location.resource = scanned;
        finding.location.resource_type = Some("artifact".to_owned());
    }
    finding
}

fn simple(row: &Value) -> Result<Finding, String> {
    let mut finding = base(row);
    let name = row.text(&["impactedPackageName", "impactedDependencyName"]).ok_or("no package")?;
    let package = finding.package_mut();
    package.name = Some(name);
    package.version = row.text(&["impactedPackageVersion", "impactedDependencyVersion"]);
    package.ecosystem = row.text(&["impactedPackageType", "impactedDependencyType"]).map(|kind| kind.to_ascii_lowercase());
    package.fixed = row.texts("fixedVersions").iter().map(|text| text.trim_matches(['[', ']']).to_owned()).collect();
    let paths = row.find("impactPaths").and_then(Value::as_array);
    let first = paths.and_then(|paths| paths.first()).and_then(Value::as_array);
    package.chain = first.into_iter().flatten().filter_map(|step| step.text(&["name"])).collect();
    let verdict = row.text(&["applicable"]).filter(|word| !word.eq_ignore_ascii_case("not scanned"));
    finding.reachability = verdict.map(|verdict| Reachability { verdict, source: Some("JFrog contextual analysis".to_owned()) });
    Ok(finding)
}
