//! OSV, as osv.dev, GitHub's advisory database, PyPA, RustSec, Go and the distributions publish it.

use model::Timestamp;
use serde::Deserialize;

use super::{MOST_PACKAGES, names, summary};
use crate::feed::Draft;
use crate::row::{AdvisoryPackage, IntelRow};

/// Most versions that are kept one by one, where no range says the same.
const MOST_VERSIONS: usize = 5_000;

pub(super) fn is(text: &str) -> bool {
    let head: String = text.chars().take(16 * 1024).collect();
    let shaped = head.contains("\"schema_version\"") || (head.contains("\"modified\"") && head.contains("\"published\""));
    shaped && head.contains("\"id\"") && (text.contains("\"affected\"") || head.contains("\"aliases\"")) && !head.contains("\"runs\"")
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Advisory {
    id: String,
    aliases: Option<Vec<String>>,
    /// What a distribution's advisory is about.
    upstream: Option<Vec<String>>,
    modified: Option<String>,
    published: Option<String>,
    withdrawn: Option<String>,
    summary: Option<String>,
    details: Option<String>,
    affected: Option<Vec<Affected>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected {
    package: Option<Package>,
    ranges: Option<Vec<Range>>,
    versions: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    ecosystem: String,
    name: String,
    purl: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    events: Vec<Event>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

pub(super) fn row(text: &str, draft: &mut Draft) -> Result<(), String> {
    let advisory: Advisory = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if advisory.id.trim().is_empty() {
        return Err("no id".to_owned());
    }
    let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::lenient);
    let modified = time(&advisory.modified);
    draft.date = draft.date.max(modified);
    let mut packages = Vec::new();
    for affected in advisory.affected.unwrap_or_default().into_iter().take(MOST_PACKAGES) {
        let Some(package) = &affected.package else { continue };
        let (range, fixed) = range(&affected);
        if range.is_empty() {
            continue;
        }
        packages.push(AdvisoryPackage {
            ecosystem: package.ecosystem.clone(),
            name: package.name.clone(),
            purl: package.purl.clone(),
            affected: range,
            fixed,
        });
    }
    draft.rows.push(IntelRow::Advisory {
        id: advisory.id.trim().to_ascii_uppercase(),
        source: format!("OSV {}", publisher(&advisory.id)),
        names: names(&advisory.id, advisory.aliases.into_iter().flatten().chain(advisory.upstream.into_iter().flatten())),
        published: time(&advisory.published),
        modified,
        withdrawn: time(&advisory.withdrawn),
        summary: summary(advisory.summary.or(advisory.details)),
        packages,
    });
    Ok(())
}

/// `GHSA`, `PYSEC`, `DSA` …
fn publisher(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// The versions affected, and those that end it.
fn range(affected: &Affected) -> (String, Vec<String>) {
    let (mut parts, mut fixed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let ranges = affected.ranges.iter().flatten().filter(|range| !range.kind.eq_ignore_ascii_case("GIT"));
    for event in ranges.flat_map(|range| &range.events) {
        match event {
            Event { introduced: Some(version), .. } if version == "0" => parts.push("*".to_owned()),
            Event { introduced: Some(version), .. } => parts.push(format!(">={version}")),
            Event { fixed: Some(version), .. } => {
                end(&mut parts, format!("<{version}"));
                fixed.push(version.clone());
            }
            Event { last_affected: Some(version), .. } => end(&mut parts, format!("<={version}")),
            Event { .. } => {}
        }
    }
    if parts.is_empty() {
        parts = affected.versions.iter().flatten().take(MOST_VERSIONS).map(|version| format!("={version}")).collect();
    }
    (parts.join("|"), fixed)
}

/// An upper end: from the beginning of time it stands alone.
fn end(parts: &mut Vec<String>, upper: String) {
    if parts.last().is_some_and(|last| last == "*") {
        parts.pop();
    }
    parts.push(upper);
}
