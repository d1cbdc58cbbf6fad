//! GitHub's advisories as its API writes them (`GET /advisories`): `ghsa_id`, `vulnerable_version_range`, `first_patched_version`.

use model::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{MOST_PACKAGES, names, summary};
use crate::feed::Draft;
use crate::row::{AdvisoryPackage, IntelRow};

pub(super) fn is(text: &str) -> bool {
    text.contains("\"ghsa_id\"") && text.contains("\"vulnerabilities\"")
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Advisory {
    ghsa_id: String,
    cve_id: Option<String>,
    summary: Option<String>,
    published_at: Option<String>,
    updated_at: Option<String>,
    withdrawn_at: Option<String>,
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability {
    package: Option<Package>,
    vulnerable_version_range: Option<String>,
    /// A text, or an object with `identifier`.
    first_patched_version: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    ecosystem: String,
    name: Option<String>,
}

pub(super) fn row(text: &str, draft: &mut Draft) -> Result<(), String> {
    let advisory: Advisory = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if advisory.ghsa_id.trim().is_empty() {
        return Err("no ghsa_id".to_owned());
    }
    let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::lenient);
    let modified = time(&advisory.updated_at);
    draft.date = draft.date.max(modified);
    let mut packages = Vec::new();
    for vulnerability in advisory.vulnerabilities.unwrap_or_default().into_iter().take(MOST_PACKAGES) {
        let Some(Package { ecosystem, name: Some(name) }) = vulnerability.package else { continue };
        let Some(range) = vulnerability.vulnerable_version_range.filter(|range| !range.trim().is_empty()) else { continue };
        // `>= 2.0, < 2.15.0`; several ranges of a package are entries of their own.
        let affected = range.split(',').map(|part| part.replace(char::is_whitespace, "")).collect::<Vec<_>>().join("|");
        let patched = vulnerability.first_patched_version;
        let fixed = patched.as_str().or_else(|| patched.get("identifier").and_then(Value::as_str)).map(str::to_owned);
        packages.push(AdvisoryPackage { ecosystem, name, purl: None, affected, fixed: fixed.into_iter().collect() });
    }
    draft.rows.push(IntelRow::Advisory {
        id: advisory.ghsa_id.trim().to_ascii_uppercase(),
        source: "GitHub".to_owned(),
        names: names(&advisory.ghsa_id, advisory.cve_id),
        published: time(&advisory.published_at),
        modified,
        withdrawn: time(&advisory.withdrawn_at),
        summary: summary(advisory.summary),
        packages,
    });
    Ok(())
}
