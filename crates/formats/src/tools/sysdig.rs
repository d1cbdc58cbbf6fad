//! Sysdig Secure (packages of images), JSON of its command line scanner and of its reports. Versions seen: sysdig-cli-scanner 1.2 to 1.22,
//! reports of 2022 to 2025.
//!
//! Make it with `sysdig-cli-scanner --output=json-file=sysdig.json IMAGE`, or download a vulnerability report.
//!
//! - index: scanner `result.packages[].vulns[]` (newer ones `result.vulnerabilities`, an object by id), report `data[]`.
//! - `name` or `vulnName` is the rule and identifier.
//! - severity: the word as it stands; `Negligible` is info, as NVD's `None`; `Other` is unknown. `cvssScore` is the assessment with its source.
//! - package: name, version, `type` as ecosystem, `path`, `fixedInVersion` or `vulnFixVersion`.
//! - place: image, layer (`layerDigest`); a report of a running image names cluster, namespace, workload and container: the resource.
//! - `exploitable` is in the description; `inUse` (`packageInUse`, `running`) is the verdict `loaded` or `not_loaded`; accepted risks are
//!   suppressions.
//! - coverage: a scanner report has `info.scanTime` and is complete for its image; a report of the platform is a selection: partial.
//! - left out: layers' sizes, policies (`policyEvaluations`).
//!
//! # Differs
//! - severity: `Other` is rated by the score where there is one. (Some readers call it info.)

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::loose::{at, rows, text};
use super::sysdig_row::{self, Names};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The JSON formats of Sysdig Secure.
pub(crate) static FORMAT: Format = Format {
    id: "sysdig",
    name: "Sysdig Secure",
    kinds: &[Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let scanner = head.value("scanner.name").is_some_and(|name| name.starts_with("sysdig"))
        || head.has_all(&["result.vulnTotalBySeverity", "result.packages"]);
    Match::sure_if(scanner || head.has_all(&["data[].vulnName", "data[].packageName"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Sysdig");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "info" => {
            let info = json.row::<Value>()?.unwrap_or_default();
            out.this().at = text(&info, &["scanTime"]).as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "scanner" => {
            let scanner = json.row::<Value>()?.unwrap_or_default();
            out.this().tool_version = text(&scanner, &["version"]);
            Ok(())
        }
        "result" => {
            let place = json.place();
            match json.row::<Value>()? {
                Ok(result) => image(out, &result),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }
        "data" => {
            out.this().claims.partial = Some("a report of the platform".to_owned());
            json.rows(out, |out, row: Value| {
                let get = |names: &[&str]| text(&row, names);
                match sysdig_row::finding(&get, &Names::JSON) {
                    Ok(finding) => out.finding(finding),
                    Err(reason) => out.bad_row(format!("data[{}]", out.next_index()), reason),
                }
            })
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn image(out: &mut Output<'_>, result: &Value) {
    let name = text(result, &["metadata.pullString", "metadata.imageId"]);
    let run = out.this();
    run.image.clone_from(&name);
    run.claims.ran = true;
    let known = at(result, "vulnerabilities").and_then(Value::as_object);
    let layers = at(result, "layers").and_then(Value::as_object);
    let of_package = |out: &mut Output<'_>, package: &Value| {
        for reference in super::loose::items(package, "vulnerabilitiesRefs") {
            match reference.as_str().and_then(|reference| known?.get(reference)) {
                Some(vulnerability) => out.finding(finding(package, vulnerability, name.as_deref(), layers)),
                None => out.bad_row(format!("result.packages, row {}", out.next_index()), "no vulnerability of that reference"),
            }
        }
        rows(out, package, "vulns", |out, vulnerability| out.finding(finding(package, vulnerability, name.as_deref(), layers)));
    };
    // The packages are a list, in newer reports an object by id.
    match at(result, "packages") {
        Some(Value::Object(packages)) if !packages.contains_key("name") => packages.values().for_each(|package| of_package(out, package)),
        _ => rows(out, result, "packages", of_package),
    }
}

fn finding(package: &Value, vulnerability: &Value, image: Option<&str>, layers: Option<&serde_json::Map<String, Value>>) -> Finding {
    let get = |names: &[&str]| text(vulnerability, names);
    let name = text(package, &["name"]).unwrap_or_default();
    let id = get(&["name", "vulnName"]).unwrap_or_else(|| "unknown".to_owned());
    let mut finding = Finding::new(Kind::Container, id.clone(), format!("{id} in {name}"));
    super::sca::identify(&mut finding, &id, []);
    if let Some(raw) = get(&["severity.value", "severity"]) {
        sysdig_row::rate(&mut finding, raw);
    }
    let score = super::loose::number(vulnerability, &["cvssScore.value.score", "cvssScore.score"]);
    let vector = get(&["cvssScore.value.vector", "cvssScore.vector"]);
    super::sca::assessed(&mut finding, vector.as_deref(), score, get(&["cvssScore.sourceName", "cvssScore.source"]).as_deref());
    if super::loose::yes(vulnerability, &["exploitable"]) {
        finding.description = Some("An exploit is known.".to_owned());
    }
    finding.references.extend(get(&["mainProvider", "link"]).filter(|link| link.starts_with("http")));
    finding.location.image = image.map(str::to_owned);
    let layer = text(package, &["layerDigest"]).or_else(|| {
        let reference = text(package, &["layerRef"])?;
        layers.and_then(|layers| layers.get(&reference)).and_then(|layer| text(layer, &["digest"]))
    });
    finding.location.layer = layer;
    finding.location.path = text(package, &["path"]);
    if !super::loose::items(vulnerability, "acceptedRisks").is_empty() || !super::loose::items(vulnerability, "riskAcceptRefs").is_empty() {
        finding.suppressed = Some(model::Suppression { by: "Sysdig".to_owned(), reason: Some("risk accepted".to_owned()) });
    }
    let running = at(package, "isRunning").or_else(|| at(package, "running")).and_then(Value::as_bool);
    finding.reachability = running.map(sysdig_row::loaded);
    let to = finding.package_mut();
    to.name = Some(name).filter(|name| !name.is_empty());
    to.version = text(package, &["version"]);
    to.ecosystem = text(package, &["type"]);
    to.file = text(package, &["path"]);
    to.fixed = text(vulnerability, &["fixedInVersion", "fixVersion"]).into_iter().collect();
    finding
}
