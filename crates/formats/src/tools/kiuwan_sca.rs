//! Kiuwan Insights (SCA), vulnerabilities as JSON of its API (v1).
//!
//! Make it with `curl -u "$USER" 'https://api.kiuwan.com/insights/analysis/vulnerabilities?analysisCode=…' > kiuwan.json`.
//!
//! - index: `[].components[]` laid end to end: one vulnerability in one component. An entry without components is one row.
//! - rule: `cve`, else `id`.
//! - severity: `securityRisk`, the tool's word (CRITICAL to LOW, NONE).
//! - package: `artifact` (Maven: `group:artifact`) in `version`. The report says no ecosystem, no file and no fix.
//! - CVSS 2 and 3 as scores without vector.
//! - `muted` is a suppression, of the vulnerability or of a component.
//! - coverage: an answer of the API, maybe filtered, so it is read and closes nothing. An empty array says nothing.
//! - left out: EPSS (Muster has its own), subscores.
//!
//! # Differs
//! - count: muted vulnerabilities are findings that are suppressed. (Some readers leave them out.)

use model::{Cvss, Finding, Kind, Suppression};
use serde_json::Value;

use super::kiuwan::severity;
use super::sca::{identify, weaknesses};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Vulnerabilities of Kiuwan Insights.
pub(crate) static FORMAT: Format = Format {
    id: "kiuwan-sca",
    name: "Kiuwan Insights (SCA)",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("[].securityRisk") && (head.has("[].components") || head.has("[].cve")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Kiuwan Insights").claims.partial = Some("an answer of the platform, maybe filtered".to_owned());
    let mut json = input.json()?;
    loose::rows(&mut json, out, |out, place, row| {
        let components = inner(out, place, row, "components");
        if components.is_empty() {
            out.finding(finding(row, None)?);
        }
        for component in components {
            match finding(row, Some(component)) {
                Ok(finding) => out.finding(finding),
                Err(reason) => out.bad_row(place, reason),
            }
        }
        Ok(())
    })?;
    json.end()
}

fn finding(row: &Value, component: Option<&Value>) -> Result<Finding, String> {
    let rule = row.text(&["cve", "id"]).ok_or("no `cve`")?;
    let name = component.and_then(|component| component.text(&["artifact", "name"]));
    let title = name.as_ref().map_or_else(|| rule.clone(), |name| format!("{rule} in {name}"));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    identify(&mut finding, &rule, []);
    if let Some(raw) = row.text(&["securityRisk"]) {
        let severity = severity(&raw);
        finding.set_severity(raw, severity);
    }
    weaknesses(&mut finding, row.texts("cwe").iter().map(String::as_str));
    for (name, version) in [("cVSSv3BaseScore", "3.1"), ("cVSSv2BaseScore", "2.0")] {
        if let Some(score) = row.number(&[name]).filter(|score| *score > 0.0) {
            finding.cvss.push(Cvss { version: Some(version.to_owned()), ..Cvss::from_score(score) }.with_source("nvd"));
        }
    }
    finding.description = row.text(&["description"]);
    if let Some(component) = component {
        let package = finding.package_mut();
        package.name = name;
        package.version = component.text(&["version"]);
    }
    let muted = [Some(row), component].into_iter().flatten().any(|value| value.truth("muted") == Some(true));
    finding.suppressed = muted.then(|| Suppression { by: "Kiuwan".to_owned(), reason: Some("muted".to_owned()) });
    Ok(finding)
}
