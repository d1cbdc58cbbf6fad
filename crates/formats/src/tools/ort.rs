//! OSS Review Toolkit (ORT), evaluated model, JSON. Versions seen: 20 to 60.
//!
//! Make it with `ort report -f EvaluatedModel -i evaluation-result.yml -o out` (`evaluated-model.json`).
//!
//! - index: `rule_violations[]`, then `vulnerabilities[]`.
//! - a rule violation: `rule`, kind license; ERROR high, WARNING medium, HINT low. The licence it speaks of is the package's.
//! - a vulnerability: its id, kind sca; severity by the highest score of its `references[]`, else by their words. Each reference with a vector is a
//!   CVSS assessment.
//! - package: that of `packages[]` at `pkg`: package URL, name, version, definition file.
//! - `resolutions[]` is a suppression, with reason and comment of the resolution.
//! - `issues[]` are troubles of ORT's own tools; open ones of severity ERROR make the run partial.
//! - repository and commit: `repository.vcs_processed`.
//! - ran: `statistics`.
//! - left out: findings of licences and copyrights, dependency trees.
//!
//! Differs: resolved rule violations are there, suppressed.

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use super::wording::{beyond, first_line};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of ORT's evaluated model.
pub(crate) static FORMAT: Format = Format {
    id: "ort",
    name: "OSS Review Toolkit",
    kinds: &[Kind::License, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let sections = [
        "path_excludes",
        "scope_excludes",
        "issue_resolutions",
        "scan_results",
        "rule_violations",
        "rule_violation_resolutions",
        "dependency_trees",
    ];
    Match::sure_if(sections.iter().filter(|name| head.has(name)).count() >= 3)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let model = dig::document(input)?;
    let run = out.run("ORT");
    run.claims.ran = model.dig("statistics").is_some();
    run.repository = model.text("repository.vcs_processed.url|repository.vcs.url");
    run.commit = model.text("repository.vcs_processed.resolved_revision|repository.vcs_processed.revision");
    let troubles =
        model.items("issues").iter().filter(|issue| issue.items("resolutions").is_empty() && issue.texts("resolutions").is_empty());
    let errors = troubles.filter(|issue| issue.text("severity").as_deref() == Some("ERROR")).count();
    if errors > 0 {
        run.claims.partial = Some(format!("ORT names {errors} errors of its tools"));
    }
    for (place, row) in dig::objects(out, "report", &model, "rule_violations") {
        let Some(rule) = row.text("rule") else {
            out.bad_row(place, "a rule violation without rule");
            continue;
        };
        out.finding(violation(&rule, row, &model));
    }
    for (place, row) in dig::objects(out, "report", &model, "vulnerabilities") {
        let Some(id) = row.text("id") else {
            out.bad_row(place, "a vulnerability without id");
            continue;
        };
        out.finding(vulnerability(&id, row, &model));
    }
    Ok(())
}

/// The element of a list of the model whose `_id`, else position, is the number at that path.
fn referred<'v>(model: &'v Value, list: &str, row: &Value, path: &str) -> Option<&'v Value> {
    let number = row.whole(path)?;
    let elements = model.items(list);
    let at_place = elements.get(usize::try_from(number).ok()?).filter(|element| element.whole("_id").is_none_or(|id| id == number));
    at_place.or_else(|| elements.iter().find(|element| element.whole("_id") == Some(number)))
}

fn violation(rule: &str, row: &Value, model: &Value) -> Finding {
    let message = row.text("message").unwrap_or_else(|| rule.to_owned());
    let title = first_line(&message);
    let mut finding = Finding::new(Kind::License, rule, title.as_str());
    if let Some(word) = row.text("severity") {
        let severity = match word.as_str() {
            "ERROR" => Severity::High,
            "WARNING" => Severity::Medium,
            "HINT" => Severity::Low,
            other => Severity::from_word(other),
        };
        finding.set_severity(word, severity);
    }
    finding.description = beyond(&title, &message);
    finding.remediation = row.text("how_to_fix");
    in_package(&mut finding, row, model);
    if let Some(license) = referred(model, "licenses", row, "license").and_then(|license| license.text("id")) {
        finding.distinct = Some(license.clone());
        finding.package_mut().licenses.push(license);
    }
    resolve(&mut finding, row, model, "rule_violation_resolutions");
    finding
}

fn vulnerability(id: &str, row: &Value, model: &Value) -> Finding {
    let said = row.text("summary").unwrap_or_else(|| id.to_owned());
    let mut finding = Finding::new(Kind::Sca, id, first_line(&said));
    sca::identify(&mut finding, id, None);
    let mut highest: Option<f64> = None;
    for reference in row.items("references") {
        let score = reference.number("score").or_else(|| reference.number("severity"));
        sca::assessed(&mut finding, reference.text("vector").as_deref(), score, None);
        highest = score.into_iter().chain(highest).reduce(f64::max);
        finding.references.extend(reference.text("url"));
        if let Some(word) = reference.text("severity_rating|severity").filter(|word| word.parse::<f64>().is_err()) {
            finding.set_severity_word(&word);
        }
    }
    if let Some(score) = highest {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    finding.description = row.text("description");
    in_package(&mut finding, row, model);
    resolve(&mut finding, row, model, "vulnerability_resolutions|vulnerabilities_resolutions");
    finding
}

fn in_package(finding: &mut Finding, row: &Value, model: &Value) {
    let Some(package) = referred(model, "packages", row, "pkg") else { return };
    if let Some(file) = package.text("definition_file_path") {
        sca::in_file(finding, &file);
    }
    let purl = package.text("purl");
    let id = package.text("id").unwrap_or_default();
    let mut parts = id.split(':').skip(1);
    let (group, name, version) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let made = finding.package_mut();
    made.name = purl.as_deref().and_then(sca::maven_name).or_else(|| match (group.is_empty(), name.is_empty()) {
        (_, true) => None,
        (true, false) => Some(name.to_owned()),
        (false, false) => Some(format!("{group}/{name}")),
    });
    made.version = (!version.is_empty()).then(|| version.to_owned());
    made.purl = purl;
}

fn resolve(finding: &mut Finding, row: &Value, model: &Value, list: &str) {
    let Some(number) = row.texts("resolutions").first().cloned() else { return };
    let resolution = model.items(list).iter().find(|resolution| resolution.text("_id").as_ref() == Some(&number));
    let reason = resolution
        .map(|resolution| [resolution.text("reason"), resolution.text("comment")].into_iter().flatten().collect::<Vec<_>>().join(": "));
    finding.suppressed = Some(Suppression { by: "ORT".to_owned(), reason: reason.filter(|text| !text.is_empty()) });
}
