//! OSV-Scanner, JSON. Versions seen: 1.3 to 2.2.
//!
//! Make it with `osv-scanner scan source --recursive --format json --output osv.json .`.
//!
//! - index: `results[].packages[].vulnerabilities[]`.
//! - rule: the vulnerability's `id`. Its `aliases`, and `ids` and `aliases` of the group it is in, are other names of it.
//! - severity: `database_specific.severity` (`MODERATE` is medium), else that of another member of its group, else the group's
//!   `max_severity` by the CVSS bands, else unknown.
//! - place: `source.path`, the lockfile or SBOM, which OSV-Scanner writes as an absolute path in older versions. No lines.
//! - fixed: the `fixed` events of the ranges of the same package, without commits.
//! - reachability: `experimentalAnalysis` of the group (call analysis of Go and Rust): called is reachable, else unreachable.
//! - malware: an id `MAL-…` has the kind malware.
//! - ran: a result, or `experimental_config`, which OSV-Scanner writes at the end. It writes nothing at all where it found no packages.
//! - left out: `licenses`, `license_violations`, `affected` beyond fixed versions.
//!
//! Differs: malware and other entries without severity are unknown, not low.

use std::collections::BTreeMap;

use model::{Finding, Kind, Reachability, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `osv-scanner --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "osv-scanner",
    name: "OSV-Scanner",
    kinds: &[Kind::Sca, Kind::Malware],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let by_row = head.has("results[].packages[].package") || (head.has("results[].source.path") && head.has("results[].packages"));
    Match::sure_if(by_row || (head.has("results") && head.has("experimental_config")))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    #[serde(deserialize_with = "lenient::text")]
    path: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Packages {
    package: Package,
    #[serde(default)]
    vulnerabilities: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient::list")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    ecosystem: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    commit: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    #[serde(deserialize_with = "lenient::texts")]
    ids: Vec<String>,
    #[serde(deserialize_with = "lenient::texts")]
    aliases: Vec<String>,
    #[serde(deserialize_with = "lenient::number")]
    max_severity: Option<f64>,
    #[serde(rename = "experimentalAnalysis", alias = "experimental_analysis", deserialize_with = "lenient::or_default")]
    analysis: BTreeMap<String, Analysis>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Analysis {
    #[serde(deserialize_with = "lenient::truth")]
    called: Option<bool>,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: String,
    #[serde(default, deserialize_with = "lenient::texts")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    details: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    severity: Vec<Rating>,
    #[serde(default, deserialize_with = "lenient::list")]
    affected: Vec<Affected>,
    #[serde(default, deserialize_with = "lenient::list")]
    references: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    database_specific: Database,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rating {
    #[serde(deserialize_with = "lenient::text")]
    score: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected {
    #[serde(deserialize_with = "lenient::or_default")]
    package: Coordinates,
    #[serde(deserialize_with = "lenient::list")]
    ranges: Vec<Range>,
    #[serde(deserialize_with = "lenient::or_default")]
    database_specific: Database,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    events: Vec<Event>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Coordinates {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    #[serde(deserialize_with = "lenient::text")]
    fixed: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Database {
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    cwe_ids: Vec<String>,
    #[serde(deserialize_with = "lenient::list")]
    cwes: Vec<Cwe>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Cwe {
    #[serde(deserialize_with = "lenient::text")]
    cwe_id: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("OSV-Scanner");
    // `source` is read first, in a pass of its own: it may stand behind the packages.
    let mut sources = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| {
        out.this().claims.ran |= key == "experimental_config";
        if key != "results" {
            return Ok(());
        }
        json.array(|json, _| {
            let mut source = Source::default();
            json.object(|json, key| {
                if key == "source" {
                    source = json.row()?.unwrap_or_default();
                }
                Ok(())
            })?;
            sources.push(source);
            Ok(())
        })
    })?;
    out.this().claims.ran |= !sources.is_empty();
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "results" {
            return Ok(());
        }
        json.array(|json, number| {
            let source = sources.get(number);
            json.object(|json, key| if key == "packages" { packages(json, out, source) } else { Ok(()) })
        })
    })?;
    json.end()
}

fn packages(json: &mut crate::read::json::Json<'_>, out: &mut Output<'_>, source: Option<&Source>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        let row: Packages = match json.row()? {
            Ok(row) => row,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        let words: BTreeMap<&str, &str> = row.vulnerabilities.iter().flatten().filter_map(word).collect();
        for (number, value) in row.vulnerabilities.iter().flatten().enumerate() {
            match Vulnerability::deserialize(value) {
                Ok(vulnerability) => out.finding(finding(vulnerability, &row, &words, source)),
                Err(error) => out.bad_row(format!("{place}.vulnerabilities[{number}]"), error.to_string()),
            }
        }
        Ok(())
    })
}

/// Id and severity word of a vulnerability that has one.
fn word(value: &Value) -> Option<(&str, &str)> {
    Some((value.get("id")?.as_str()?, value.pointer("/database_specific/severity")?.as_str()?))
}

fn finding(row: Vulnerability, packages: &Packages, words: &BTreeMap<&str, &str>, source: Option<&Source>) -> Finding {
    let package = &packages.package;
    let kind = if row.id.starts_with("MAL-") { Kind::Malware } else { Kind::Sca };
    let name = package.name.clone().or_else(|| package.commit.clone()).unwrap_or_default();
    let title = row.summary.unwrap_or_else(|| format!("{} in {name}", row.id));
    let mut finding = Finding::new(kind, row.id.clone(), title);
    let group = packages.groups.iter().find(|group| group.ids.contains(&row.id) || group.aliases.contains(&row.id));
    let others = row.aliases.iter().chain(group.into_iter().flat_map(|group| group.ids.iter().chain(&group.aliases)));
    sca::identify(&mut finding, &row.id, others.map(String::as_str));
    let sibling = || group?.ids.iter().find_map(|id| words.get(id.as_str())).map(|word| (*word).to_owned());
    match (row.database_specific.severity.clone().or_else(sibling), group.and_then(|group| group.max_severity)) {
        (Some(raw), _) => finding.set_severity_word(&raw),
        (None, Some(score)) => finding.set_severity(score.to_string(), Severity::from_cvss(score)),
        _ => {}
    }
    for rating in row.severity {
        sca::assessed(&mut finding, rating.score.as_deref(), None, Some("osv"));
    }
    let own = |affected: &&Affected| affected.package.name.is_none() || affected.package.name == package.name;
    let databases = std::iter::once(&row.database_specific.cwe_ids).flatten().map(String::as_str);
    let nested = row.affected.iter().map(|affected| &affected.database_specific).chain([&row.database_specific]);
    let nested = nested.flat_map(|database| database.cwes.iter().filter_map(|cwe| cwe.cwe_id.as_deref()));
    sca::weaknesses(&mut finding, databases.chain(nested));
    finding.description = row.details;
    finding.references = row.references.into_iter().filter_map(|reference| reference.url).collect();
    finding.url = Some(format!("https://osv.dev/{}", row.id));
    if let Some(called) = group.and_then(|group| group.analysis.get(&row.id)).and_then(|analysis| analysis.called) {
        let verdict = if called { "reachable" } else { "unreachable" };
        finding.reachability = Some(Reachability { verdict: verdict.to_owned(), source: Some("OSV-Scanner".to_owned()) });
    }
    let ranges = row.affected.iter().filter(own).flat_map(|affected| &affected.ranges).filter(|range| range.kind.as_deref() != Some("GIT"));
    let mut fixed: Vec<String> = Vec::new();
    for version in ranges.flat_map(|range| &range.events).filter_map(|event| event.fixed.as_ref()) {
        if !fixed.contains(version) {
            fixed.push(version.clone());
        }
    }
    let coordinates = finding.package_mut();
    coordinates.name = Some(name);
    coordinates.version.clone_from(&package.version);
    // `Debian:12` names the release too.
    coordinates.ecosystem = package.ecosystem.as_deref().and_then(|text| text.split(':').next()).map(str::to_owned);
    coordinates.fixed = fixed;
    if let Some(source) = source {
        if source.kind.as_deref() == Some("docker") {
            finding.location.image.clone_from(&source.path);
        } else {
            sca::in_file(&mut finding, source.path.as_deref().unwrap_or_default());
        }
    }
    finding
}
