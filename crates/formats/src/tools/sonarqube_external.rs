//! SonarQube's generic issue import, JSON: what other scanners write for it (njsscan, Hadolint, Spectral …).
//!
//! Make it with `njsscan --sonarqube -o njsscan.sonarqube.json .` or `hadolint --format sonarqube Dockerfile > hadolint.sonarqube.json`.
//!
//! - index: `issues[]`. `secondaryLocations[]` of njsscan and mobsfscan are places of their own: they come behind all others and move no index.
//! - `ruleId` is the rule, `primaryLocation.message` the title, `engineId` the tool. In the newer form `rules[]` gives name, engine and severity.
//! - severity: BLOCKER critical, CRITICAL high, MAJOR medium, MINOR low, INFO info. njsscan and Hadolint write their info as MINOR: info, as in their
//!   other formats.
//! - lines start at 1, columns at 0 by SonarQube's rule; the tools differ, so columns are not taken.
//! - no fingerprint, no time; no issue is no evidence.

use std::collections::HashMap;

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::{add_cwes, beyond, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// SonarQube's generic issue data.
pub(crate) static FORMAT: Format = Format {
    id: "sonarqube-external",
    name: "SonarQube generic issues",
    kinds: &[Kind::Sast, Kind::Iac],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let scanner = head.has("issues") && (head.has("njsscan_version") || head.has("mobsfscan_version"));
    Match::sure_if(head.has_all(&["issues[].ruleId", "issues[].primaryLocation"]) || scanner)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    rule_id: String,
    primary_location: Place,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default)]
    secondary_locations: Option<Vec<Place>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    file_path: String,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    text_range: Range,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Range {
    #[serde(deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    engine_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let Around { rules, engine, version } = around(input)?;
    let (tool, kind) = match engine.to_ascii_lowercase().as_str() {
        "hadolint" => ("Hadolint", Kind::Iac),
        "njsscan" => ("njsscan", Kind::Sast),
        "mobsfscan" => ("mobsfscan", Kind::Sast),
        _ => (engine.as_str(), Kind::Sast),
    };
    out.run(tool).tool_version = version;
    let mut further = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "issues" {
            return Ok(());
        }
        json.rows(out, |out, row: Row| {
            let rule = rules.get(&row.rule_id);
            out.finding(finding(&row, &row.primary_location, rule, tool, kind));
            if matches!(tool, "njsscan" | "mobsfscan") {
                further.extend(row.secondary_locations.iter().flatten().map(|place| finding(&row, place, rule, tool, kind)));
            }
        })
    })?;
    for finding in further {
        out.finding(finding);
    }
    json.end()
}

/// What stands around the issues.
struct Around {
    rules: HashMap<String, Rule>,
    engine: String,
    version: Option<String>,
}

fn around(input: &Input) -> Result<Around, ParseError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Engine {
        #[serde(default, deserialize_with = "lenient::text")]
        engine_id: Option<String>,
    }
    let (mut rules, mut engine, mut version) = (HashMap::new(), None, None);
    input.json()?.object(|json, key| match key {
        "rules" => json.array(|json, _| {
            if let Ok(rule) = json.row::<Rule>()? {
                engine = engine.take().or_else(|| rule.engine_id.clone());
                rules.insert(rule.id.clone(), rule);
            }
            Ok(())
        }),
        "issues" if engine.is_none() => json.array(|json, _| {
            if engine.is_none() {
                engine = json.row::<Engine>()?.ok().and_then(|row| row.engine_id);
            }
            Ok(())
        }),
        "njsscan_version" | "mobsfscan_version" => {
            version = json.row::<String>()?.ok();
            engine = Some(key.trim_end_matches("_version").to_owned());
            Ok(())
        }
        _ => Ok(()),
    })?;
    Ok(Around { rules, engine: engine.unwrap_or_else(|| "SonarQube generic issues".to_owned()), version })
}

/// SonarQube's severity word in Muster's scale.
pub(super) fn severity(raw: &str) -> Severity {
    match raw.to_ascii_uppercase().as_str() {
        "BLOCKER" => Severity::Critical,
        "CRITICAL" | "HIGH" => Severity::High,
        "MAJOR" => Severity::Medium,
        "MINOR" => Severity::Low,
        other => Severity::from_word(other),
    }
}

fn finding(row: &Row, place: &Place, rule: Option<&Rule>, tool: &str, kind: Kind) -> Finding {
    let message = place.message.as_deref().or_else(|| rule?.name.as_deref()).unwrap_or(&row.rule_id);
    let mut finding = Finding::new(kind, row.rule_id.clone(), first_line(message));
    finding.description = beyond(&finding.title, message).or_else(|| rule?.description.clone());
    if let Some(raw) = row.severity.as_deref().or_else(|| rule?.severity.as_deref()) {
        let is_info = raw.eq_ignore_ascii_case("minor") && matches!(tool, "Hadolint" | "njsscan" | "mobsfscan");
        finding.set_severity(raw, if is_info { Severity::Info } else { severity(raw) });
    }
    if let Some(description) = rule.and_then(|rule| rule.description.as_deref()).filter(|text| text.contains("CWE-")) {
        add_cwes(&mut finding.cwes, [description]);
    }
    finding.location.path = Some(place.file_path.clone());
    finding.location.start_line = place.text_range.start_line.filter(|line| *line > 0);
    finding.location.end_line = place.text_range.end_line.filter(|line| *line > 0).or(finding.location.start_line);
    finding
}
