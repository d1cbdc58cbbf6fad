//! pip-audit (Python packages), JSON. Versions seen: 1.x (a bare array), 2.x.
//!
//! Make it with `pip-audit -r requirements.txt --format json --desc on --aliases on -o pip-audit.json`.
//!
//! - index: `dependencies[].vulns[]`; the older shape is the array of dependencies itself.
//! - rule: the vulnerability's `id` (PYSEC or GHSA); `aliases` are other names of it.
//! - severity: pip-audit gives none: unknown.
//! - every dependency is a component; one with `skip_reason` was not audited and makes the report partial.
//! - ran: at least one audited dependency. An empty list of dependencies shows nothing.
//! - place: the report names no file and no root. `--prefix` of the import says which project it is.
//! - left out: `fixes` (what `--fix` did).
//!
//! Differs: no severity and no CWE 1395 are made up.

use model::{Finding, Kind};
use serde::Deserialize;

use super::sca;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `pip-audit --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "pip-audit", name: "pip-audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row =
        |start: &str| head.has(&format!("{start}name")) && (head.has(&format!("{start}vulns")) || head.has(&format!("{start}skip_reason")));
    let empty = head.has("dependencies") && (head.has("fixes") || head.text().trim().len() < 40);
    Match::sure_if(row("dependencies[].") || row("[].") || empty)
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default)]
    vulns: Option<Vec<serde_json::Value>>,
    #[serde(default, deserialize_with = "lenient::text")]
    skip_reason: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: String,
    #[serde(default, deserialize_with = "lenient::texts")]
    fix_versions: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("pip-audit");
    let mut json = input.json()?;
    let mut skipped = Vec::new();
    if json.shape()? == Shape::Array {
        dependencies(&mut json, out, &mut skipped)?;
    } else {
        json.object(|json, key| if key == "dependencies" { dependencies(json, out, &mut skipped) } else { Ok(()) })?;
    }
    if let Some(first) = skipped.first() {
        let more = if skipped.len() > 1 { format!(" and {} more", skipped.len() - 1) } else { String::new() };
        out.this().claims.partial = Some(format!("not audited: {first}{more}"));
    }
    json.end()
}

fn dependencies(json: &mut Json<'_>, out: &mut Output<'_>, skipped: &mut Vec<String>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        let dependency: Dependency = match json.row()? {
            Ok(dependency) => dependency,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        if let Some(reason) = dependency.skip_reason {
            skipped.push(format!("{} ({reason})", dependency.name));
            return Ok(());
        }
        out.this().claims.ran = true;
        let purl = format!("pkg:pypi/{}", dependency.name.to_ascii_lowercase().replace('_', "-"));
        out.component(sca::component(&purl, dependency.version.clone()));
        for (number, value) in dependency.vulns.unwrap_or_default().into_iter().enumerate() {
            match serde_json::from_value(value) {
                Ok(row) => out.finding(finding(row, &dependency.name, dependency.version.clone())),
                Err(error) => out.bad_row(format!("{place}.vulns[{number}]"), error.to_string()),
            }
        }
        Ok(())
    })
}

fn finding(row: Vulnerability, name: &str, version: Option<String>) -> Finding {
    let mut finding = Finding::new(Kind::Sca, row.id.clone(), format!("{} in {name}", row.id));
    sca::identify(&mut finding, &row.id, row.aliases.iter().map(String::as_str));
    finding.description = row.description;
    let package = finding.package_mut();
    package.ecosystem = Some("pypi".to_owned());
    package.name = Some(name.to_owned());
    package.version = version;
    package.fixed = row.fix_versions;
    finding
}
