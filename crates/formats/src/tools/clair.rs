//! Clair (images), JSON of clair-scanner, Klar and `clairctl`. Versions seen: clair-scanner 8 to 12, Klar 2, Clair 4.
//!
//! Make it with `clair-scanner -r clair.json IMAGE`, `JSON_OUTPUT=true klar IMAGE`, or `clairctl report -o json IMAGE`.
//!
//! - index: clair-scanner `vulnerabilities[]`; Klar the lists under `Vulnerabilities` in the report's order of severities; Clair 4 the vulnerabilities of each
//!   package in `package_vulnerabilities`, sorted by the package's number.
//! - rule: `vulnerability`, `Name`, `name`. Severity: the word (`normalized_severity` in Clair 4); `Defcon1` is critical, `Negligible` info, `Unknown` unknown.
//! - the package: name and version of the feature, kind container; `fixedby` fixes it. The namespace (`ubuntu:18.04`) is the ecosystem.
//! - `unapproved` lists what the allow list does not name: a vulnerability that is not in it is suppressed, where the list is there.
//! - image: `image`, or `manifest_hash`. ran: the frame (`image`, `LayerCount`, `manifest_hash`). No fingerprint.
//!
//! # Differs
//! - a row without severity is unknown, and the CWE of old components, which the report does not name, is not made up.

use std::collections::HashSet;

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::sca;
use crate::read::fields::{self, Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Clair's clients.
pub(crate) static FORMAT: Format =
    Format { id: "clair", name: "Clair", kinds: &[Kind::Container], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let scanner = head.has_all(&["image", "unapproved", "vulnerabilities"])
        || head.has_all(&["vulnerabilities[].featurename", "vulnerabilities[].vulnerability"]);
    let klar = head.has_all(&["LayerCount", "Vulnerabilities"]);
    let four = head.has("manifest_hash") && (head.has("vulnerabilities") || head.has("packages"));
    Match::sure_if(scanner || klar || four)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Clair");
    let head = input.head();
    if head.has("manifest_hash") {
        four(input, out)
    } else if head.has("LayerCount") {
        klar(input, out)
    } else {
        scanner(input, out)
    }
}

fn scanner(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let unapproved = std::cell::RefCell::new(None);
    fields::read(
        input,
        out,
        &["vulnerabilities"],
        |out, head| {
            let run = out.this();
            run.image = head.text(&["image"]);
            run.claims.ran = run.image.is_some();
            if head.value("unapproved").is_some_and(Value::is_array) {
                unapproved.replace(Some(head.texts(&["unapproved"]).into_iter().collect::<HashSet<_>>()));
            }
        },
        |out, place, row| {
            let Some(id) = row.text(&["vulnerability"]) else { return out.bad_row(place, "no vulnerability") };
            let mut finding = finding(&id, row, out.this().image.clone());
            if unapproved.borrow().as_ref().is_some_and(|listed| !listed.contains(&id)) {
                finding.suppressed = Some(Suppression { by: "allow list".to_owned(), reason: None });
            }
            out.finding(finding);
        },
    )
}

fn klar(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.this().claims.ran = true;
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "Vulnerabilities" {
            return Ok(());
        }
        json.object(|json, _| {
            json.array(|json, _| {
                let place = json.place();
                match json.row::<Value>()? {
                    Ok(row) => match Fields::of(&row).text(&["Name"]) {
                        Some(id) => out.finding(finding(&id, Fields::of(&row), None)),
                        None => out.bad_row(place, "no vulnerability"),
                    },
                    Err(reason) => out.bad_row(place, reason),
                }
                Ok(())
            })
        })
    })?;
    json.end()
}

/// Clair 4: maps of packages and vulnerabilities by number, and which package has which.
fn four(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let report = document(input)?;
    let run = out.this();
    run.image = report.get("manifest_hash").and_then(Value::as_str).map(str::to_owned);
    run.claims.ran = true;
    let image = run.image.clone();
    if report.get("package_vulnerabilities").is_some_and(|pairs| !pairs.is_object() && !pairs.is_null()) {
        return Err(ParseError::at("package_vulnerabilities", "expected an object"));
    }
    let (packages, vulnerabilities) = (report.get("packages"), report.get("vulnerabilities"));
    for (package, ids) in Fields::of(&report).members("package_vulnerabilities") {
        let Value::Array(ids) = ids.whole_value() else {
            out.bad_row("package_vulnerabilities", "expected a list");
            continue;
        };
        let package = Fields::of(packages.and_then(|packages| packages.get(package)).unwrap_or(&Value::Null));
        for id in ids {
            let row = id.as_str().and_then(|id| vulnerabilities.and_then(|all| all.get(id)));
            let Some((row, name)) = row.and_then(|row| Some((Fields::of(row), Fields::of(row).text(&["name"])?))) else {
                out.bad_row("package_vulnerabilities", "a vulnerability that is not listed");
                continue;
            };
            let mut finding = finding(&name, row, image.clone());
            let of = finding.package_mut();
            of.name = package.text(&["name"]);
            of.version = package.text(&["version"]);
            of.source = package.text(&["source/name"]);
            finding.title = format!("{} in {}", finding.rule, package.text(&["name"]).unwrap_or_default());
            out.finding(finding);
        }
    }
    Ok(())
}

fn finding(id: &str, row: Fields<'_>, image: Option<String>) -> Finding {
    let name = row.text(&["featurename", "package/name"]).unwrap_or_default();
    // Clair 4 names an advisory in words: `CVE-2024-1 on Ubuntu 22.04 LTS (jammy) - low`.
    let rule = id.split(' ').next().unwrap_or(id);
    let mut finding = Finding::new(Kind::Container, rule, format!("{rule} in {name}"));
    if let Some(raw) = row.text(&["normalized_severity", "severity"]) {
        let severity = match raw.to_ascii_lowercase().as_str() {
            "defcon1" => Severity::Critical,
            "negligible" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, rule, None);
    finding.description = row.text(&["description"]);
    let links = row.text(&["link", "links"]).unwrap_or_default();
    finding.references = links.split_whitespace().map(str::to_owned).collect();
    finding.location.image = image;
    let package = finding.package_mut();
    (package.name, package.version) = (Some(name).filter(|name| !name.is_empty()), row.text(&["featureversion"]));
    package.fixed = row.text(&["fixedby", "fixed_in_version"]).into_iter().collect();
    package.ecosystem = row.text(&["namespace", "namespacename", "distribution/did"]);
    finding
}
