//! An advisory object as the registry's old audit endpoint gives it to npm 6, pnpm and Yarn 1.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::lenient;

#[derive(Deserialize)]
pub(super) struct Advisory {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    github_advisory_id: Option<String>,
    title: String,
    module_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    cves: Vec<String>,
    /// A text, a list, or a text that holds a list.
    #[serde(default, deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    cvss: Cvss,
    #[serde(default, deserialize_with = "lenient::text")]
    overview: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    recommendation: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    references: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    patched_versions: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    findings: Vec<Installed>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Cvss {
    #[serde(deserialize_with = "lenient::number")]
    pub(super) score: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) vector_string: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Installed {
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    paths: Vec<String>,
}

/// `GHSA-…` at the end of an advisory's address.
pub(super) fn ghsa_of(url: &str) -> Option<String> {
    let last = url.rsplit('/').next()?;
    last.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("GHSA-")).then(|| last.to_owned())
}

/// Reads the lists that npm writes as a text: `["CWE-400"]`, `CWE-400, CWE-1333`.
pub(super) fn cwes(finding: &mut Finding, texts: &[String]) {
    for text in texts {
        let parts: Vec<String> = serde_json::from_str(text).unwrap_or_else(|_| text.split(',').map(str::to_owned).collect());
        sca::weaknesses(finding, parts.iter().map(String::as_str));
    }
}

/// The least version that a range of fixed versions starts with: `>=3.0.8 <4.0.0 || >=4.5.3` gives `3.0.8` and `4.5.3`.
fn fixed(range: &str) -> Vec<String> {
    let starts = range.split("||").filter_map(|part| part.trim().strip_prefix(">="));
    starts.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned).collect()
}

/// The finding of an advisory. `path` is the dependency path that the row is about, where the row is about one; `manifest` the lockfile.
pub(super) fn finding(advisory: Advisory, path: Option<&str>, manifest: &str) -> Finding {
    let ghsa = advisory.github_advisory_id.or_else(|| advisory.url.as_deref().and_then(ghsa_of));
    // The registry renumbers an advisory when it changes; the GHSA id stays.
    let rule = ghsa.or(advisory.id).unwrap_or_else(|| advisory.title.clone());
    let mut finding = Finding::new(Kind::Sca, rule.clone(), advisory.title.trim());
    if let Some(raw) = advisory.severity {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &rule, advisory.cves.iter().map(String::as_str));
    cwes(&mut finding, &advisory.cwe);
    sca::assessed(&mut finding, advisory.cvss.vector_string.as_deref(), advisory.cvss.score, Some("ghsa"));
    finding.description = advisory.overview;
    finding.remediation = advisory.recommendation;
    let references = advisory.references.unwrap_or_default();
    let words = references.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']'));
    finding.references = words.filter(|word| word.starts_with("http")).map(str::to_owned).collect();
    finding.url = advisory.url;
    let has_path = |installed: &&Installed| path.is_some_and(|path| installed.paths.iter().any(|other| other == path));
    let installed = advisory.findings.iter().find(has_path).or(advisory.findings.first());
    let path = path.or_else(|| installed.and_then(|installed| installed.paths.first()).map(String::as_str));
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.name = Some(advisory.module_name);
    package.version = installed.and_then(|installed| installed.version.clone());
    package.fixed = fixed(advisory.patched_versions.as_deref().unwrap_or_default());
    if let Some(path) = path {
        // pnpm starts with the workspace package: `.` or its folder.
        let before = usize::from(manifest == "pnpm-lock.yaml");
        package.direct = Some(path.split('>').count() == before + 1);
        package.chain = path.split('>').filter(|step| !matches!(*step, "" | ".")).map(str::to_owned).collect();
    }
    sca::in_file(&mut finding, manifest);
    finding
}

/// The reason in npm's `{"error": {"code", "summary"}}`.
pub(super) fn error(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(lenient::scalar);
    let parts = [text("code"), text("summary").or_else(|| text("message"))];
    let reason = parts.into_iter().flatten().collect::<Vec<_>>().join(": ");
    if reason.is_empty() { lenient::scalar(value).unwrap_or_else(|| "the tool reports an error".to_owned()) } else { reason }
}
