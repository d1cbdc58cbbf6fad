//! Black Duck Detect, JSON of a rapid scan (`…_BlackDuck_DeveloperMode_Result.json`). Versions seen: Detect 7 to 10.
//!
//! Make it with `detect --detect.blackduck.scan.mode=RAPID`.
//!
//! - index: `[].allVulnerabilities[]`, else `[].policyViolationVulnerabilities[]`, components laid end to end.
//! - rule: `name` (a CVE or BDSA). Severity: `vulnSeverity`; `overallScore` is a score without vector.
//! - package: `componentName` with `versionName`; `componentIdentifier` (`maven:group:artifact:1.0`) gives the ecosystem and its own name.
//! - the chain is the first of `dependencyTrees[]` without the project; two steps are a direct dependency.
//! - fixed: the version of `shortTermUpgradeGuidance`, as remediation.
//! - what violates no policy may be left out, and no frame shows the run: read-only. Left out: licences.

use model::{Finding, Kind};
use serde_json::Value;

use super::sca;
use super::wording::add_cwes;
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of a rapid scan of Black Duck.
pub(crate) static FORMAT: Format = Format {
    id: "blackduck-rapid",
    name: "Black Duck (rapid scan)",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let of = |name: &str| head.has(&format!("[].{name}"));
    Match::sure_if(of("componentIdentifier") && (of("policyViolationVulnerabilities") || of("allVulnerabilities")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Black Duck");
    let mut json = input.json()?;
    json.rows(out, |out, row: Value| {
        let component = Fields::of(&row);
        let all = component.value("allVulnerabilities").is_some_and(|list| list.as_array().is_none_or(|list| !list.is_empty()));
        if component.value("allVulnerabilities").is_none() {
            // Older versions list no others.
            out.this().claims.partial = Some("the report lists what violates a policy alone".to_owned());
            out.warn(component.text(&["componentIdentifier"]).unwrap_or_default(), "only what violates a policy is listed");
        }
        let list = if all { "allVulnerabilities" } else { "policyViolationVulnerabilities" };
        component.rows(out, list, |out, row| match row.text(&["name"]) {
            Some(name) => out.finding(finding(name, row, component)),
            None => out.bad_row(format!("row {}", out.next_index()), "a vulnerability without name"),
        });
    })?;
    json.end()
}

fn finding(rule: String, row: Fields<'_>, component: Fields<'_>) -> Finding {
    let name = component.text(&["componentName"]).unwrap_or_default();
    let mut finding = Finding::new(Kind::Sca, rule.clone(), format!("{rule} in {name}"));
    if let Some(raw) = row.text(&["vulnSeverity", "severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, row.texts(&["relatedVulnerabilities"]).iter().map(String::as_str));
    sca::assessed(&mut finding, None, row.number(&["overallScore"]), Some("blackduck"));
    add_cwes(&mut finding.cwes, row.texts(&["cweIds"]).iter().map(String::as_str));
    finding.description = row.text(&["description"]);
    let guidance = component.text(&["shortTermUpgradeGuidance/versionName", "longTermUpgradeGuidance/versionName"]);
    finding.remediation = guidance.map(|version| format!("Upgrade to {version}"));
    let package = finding.package_mut();
    package.version = component.text(&["versionName"]);
    let identifier = component.text(&["componentIdentifier"]).unwrap_or_default();
    let (forge, rest) = identifier.split_once(':').unwrap_or_default();
    package.ecosystem = Some(forge.to_owned()).filter(|forge| !forge.is_empty());
    let own = package.version.as_deref().and_then(|version| rest.strip_suffix(version)).map(|name| name.trim_end_matches([':', '/', '@']));
    package.name = Some(own.filter(|name| !name.is_empty()).map_or(name, str::to_owned));
    let tree = component.value("dependencyTrees").and_then(Value::as_array).and_then(|trees| trees.first()).and_then(Value::as_array);
    package.chain = tree.into_iter().flatten().skip(1).filter_map(crate::read::lenient::scalar).collect();
    package.direct = (!package.chain.is_empty()).then_some(package.chain.len() == 1);
    finding
}
