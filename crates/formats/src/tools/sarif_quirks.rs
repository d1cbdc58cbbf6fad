//! What single tools write in SARIF other than in their own formats: brought to what those say.

use model::{Finding, Kind, Location, Severity};
use serde_json::Value;

use super::sarif_dialect::Context;
use super::sarif_packages::label;
use super::secret_value::{evidence, without_value};
use super::{checkov_rules, zizmor};
use crate::read::lenient;

/// Checkov's level is `error` for all; the range of a secret ends one line too late.
pub(super) fn checkov(finding: &mut Finding) {
    if finding.severity_raw.as_deref().is_some_and(|raw| raw.parse::<f64>().is_err()) {
        finding.severity_raw = None;
        checkov_rules::set_severity(finding, None);
    }
    if finding.kind == Kind::Secret {
        finding.location.end_line = finding.location.start_line;
        if !finding.cwes.contains(&798) {
            finding.cwes.push(798);
        }
    }
}

/// A severity word beside the level.
pub(super) fn own_severity(finding: &mut Finding, context: &Context<'_>) {
    if let Some(raw) =
        context.properties.get("severity").and_then(lenient::scalar).filter(|raw| Severity::from_word(raw) != Severity::Unknown)
    {
        finding.set_severity_word(&raw);
    }
}

/// Version 7 gives no rule and the value as a property, version 8 the value as snippet. The level is that of no level: high, as in JSON.
pub(super) fn gitleaks(finding: &mut Finding, context: &Context<'_>) {
    if finding.rule == "unnamed" {
        finding.rule = context.message.trim_end_matches(" secret detected").to_owned();
        finding.title.clone_from(&finding.rule);
    }
    (finding.severity, finding.severity_raw) = (Severity::High, None);
    let text = |key: &str| context.properties.get(key).and_then(lenient::scalar);
    let code = finding.snippet.take().unwrap_or_default();
    let value = text("offender").unwrap_or_else(|| code.clone());
    finding.secret = evidence(&value);
    finding.snippet = without_value(&code, &value);
    let print = |name: &str| finding.fingerprints.iter().find(|print| print.name == name).map(|print| print.value.clone());
    finding.location.commit = print("commitSha").or_else(|| text("commit")).filter(|commit| !commit.is_empty());
    finding.fingerprints.clear();
    // The message of version 8 is made of rule and file and says nothing more.
    finding.description = None;
    (finding.location.start_column, finding.location.end_column) = (None, None);
}

/// The snippet is the value; columns start at 0 with an inclusive end; the fingerprint is a hash over the value.
pub(super) fn kingfisher(finding: &mut Finding, context: &Context<'_>) {
    let value = finding.snippet.take().unwrap_or_default();
    let further_lines = u32::try_from(value.trim_end().lines().count().saturating_sub(1)).unwrap_or(0);
    finding.secret = evidence(&value);
    finding.fingerprints.clear();
    finding.description = context.rule.and_then(|rule| rule.full_description.any()).map(str::to_owned);
    let place = &mut finding.location;
    place.end_line = place.start_line.and_then(|line| line.checked_add(further_lines));
    let region = context.location.map(|location| &location.physical_location.region);
    place.start_column = region.and_then(|region| region.start_column?.checked_add(1));
    place.end_column = region.filter(|_| further_lines == 0).and_then(|region| region.end_column?.checked_add(2));
    let status = context.location.and_then(|location| location.properties.get("validation_status")).and_then(Value::as_str);
    finding.verified = match status {
        Some("Active Credential") => Some(true),
        Some("Inactive Credential") => Some(false),
        _ => None,
    };
}

/// The severity word stands in the message, beside a score that another body gave. System packages are placed in the image's name.
pub(super) fn trivy(finding: &mut Finding, context: &Context<'_>) {
    if let Some(raw) = label(context.message, "Severity") {
        finding.set_severity_word(&raw);
    }
    if finding.kind == Kind::Container {
        finding.location = Location { image: finding.location.image.take(), ..Location::default() };
    }
}

/// The rule is written behind the preset that brought it.
pub(super) fn secretlint(finding: &mut Finding) {
    if let Some((_, rule)) = finding.rule.rsplit_once(" > ") {
        finding.rule = rule.to_owned();
    }
}

/// The rule has the tool's name before it; severity, confidence and the route stand in properties.
pub(super) fn zizmor(finding: &mut Finding, context: &Context<'_>) {
    if let Some(rule) = finding.rule.strip_prefix("zizmor/") {
        finding.rule = rule.to_owned();
    }
    let text = |key: &str| context.properties.get(key).and_then(lenient::scalar);
    if let Some(raw) = text("zizmor/severity") {
        finding.set_severity(raw.clone(), zizmor::severity(&raw));
    }
    finding.confidence = text("zizmor/confidence").or(finding.confidence.take());
    let symbolic =
        context.location.and_then(|location| location.logical_locations.first()).and_then(|logical| logical.properties.get("symbolic"));
    finding.location.resource = symbolic.and_then(zizmor::route);
    let annotation = symbolic.and_then(|symbolic| symbolic.get("annotation")).and_then(Value::as_str);
    finding.description = annotation.map(str::to_owned).or(finding.description.take());
    // The one step of its flow is the place itself.
    finding.flow.clear();
}
