//! Legitify of Legit Security (settings of GitHub and GitLab), JSON. Versions seen: 0.2 to 1.0; schemes flattened, group-by-namespace, group-by-resource and group-by-severity.
//!
//! Make it with `legitify analyze --org acme --output-format json --output-file legitify.json`.
//!
//! - index: `violations[]` of the policies, in the order of the file. PASSED and SKIPPED are counted and are no findings.
//! - rule: `policyName`, with the namespace before it where it is not `data.…` already; the title is the policy's.
//! - severity: the word as it stands.
//! - place: `canonicalLink` (else the entity's name) as the resource, `violationEntityType` its type.
//! - `threat` goes to the description, `remediationSteps` are the remediation.
//! - the list of policies is not that of active rules: policies that need more permissions are left out of it, or are SKIPPED.
//! - coverage: a violation with status PASSED shows that it got through; with `--failed-only` nothing does.
//! - no time, no version, no fingerprint. `aux` is left out, save the entity's name.

use model::{Finding, Kind};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::json::{Json, Shape};
use crate::read::loose::{Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Deepest grouping around the policies.
const MOST_GROUPS: usize = 3;

/// The format of `legitify --output-format json`.
pub(crate) static FORMAT: Format =
    Format { id: "legitify", name: "Legitify", kinds: &[Kind::Pipeline], media: &[Media::Json], status: Status::Supported, sniff, parse };

const SCHEMES: [&str; 4] = ["flattened", "group-by-namespace", "group-by-resource", "group-by-severity"];

fn sniff(head: &Head<'_>) -> Match {
    let typed = head.has("content") && head.value("type").is_some_and(|scheme| SCHEMES.contains(&scheme));
    Match::sure_if(typed || (head.is_json_object() && head.contains("\"policyInfo\"") && head.contains("\"fullyQualifiedPolicyName\"")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Legitify");
    let mut json = input.json()?;
    if input.head().has("content") {
        json.object(|json, key| if key == "content" { policies(json, out, 0) } else { Ok(()) })?;
    } else {
        policies(&mut json, out, 0)?;
    }
    json.end()
}

/// Policies by name, or groups of them.
fn policies(json: &mut Json<'_>, out: &mut Output<'_>, depth: usize) -> Result<(), ParseError> {
    json.object(|json, key| {
        let place = json.place();
        if json.shape()? != Shape::Object {
            out.bad_row(place, "expected a policy");
            return Ok(());
        }
        let value = match json.row::<Value>()? {
            Ok(value) => value,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        read(out, &place, key, &value, depth);
        Ok(())
    })
}

fn read(out: &mut Output<'_>, place: &str, name: &str, value: &Value, depth: usize) {
    if value.find("policyInfo").is_some() || value.find("violations").is_some() {
        policy(out, place, name, value);
    } else if depth < MOST_GROUPS {
        for (name, member) in value.as_object().into_iter().flatten() {
            if member.is_object() {
                read(out, place, name, member, depth + 1);
            } else {
                out.bad_row(format!("{place}.{name}"), "expected a policy");
            }
        }
    } else {
        out.bad_row(place, "policies are grouped too deep");
    }
}

fn policy(out: &mut Output<'_>, place: &str, name: &str, value: &Value) {
    let info = value.find("policyInfo").cloned().unwrap_or_default();
    if value.find("violations").is_none() {
        out.bad_row(place, "a policy without `violations`");
    }
    for violation in inner(out, place, value, "violations") {
        let status = violation.text(&["status"]).unwrap_or_default().to_ascii_uppercase();
        if matches!(status.as_str(), "PASSED" | "SKIPPED") {
            out.this().claims.ran |= status == "PASSED";
            out.no_finding();
            continue;
        }
        let rule = info.text(&["policyName"]).unwrap_or_else(|| name.to_owned());
        let namespace = info.text(&["namespace"]).map(|space| format!("{space}.{rule}"));
        let mut finding = Finding::new(Kind::Pipeline, namespace.unwrap_or_else(|| rule.clone()), info.text(&["title"]).unwrap_or(rule));
        if let Some(raw) = info.text(&["severity"]) {
            finding.set_severity_word(&raw);
        }
        finding.description = paragraphs([info.text(&["description"]), labelled("Threat", Some(&info.texts("threat").join("\n")))]);
        finding.remediation = Some(info.texts("remediationSteps").join("\n")).filter(|steps| !steps.is_empty());
        finding.location.resource = violation.text(&["canonicalLink", "aux/entityName"]);
        finding.location.resource_type = violation.text(&["violationEntityType"]);
        out.finding(finding);
    }
}
