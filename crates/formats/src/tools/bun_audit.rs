//! Bun (JavaScript packages), JSON of `bun audit`. Versions seen: 1.2.15 to 1.3.
//!
//! Make it with `bun audit --json > bun-audit.json`.
//!
//! - index: the advisories of each package, packages in the order of the report: the answer of the registry's bulk endpoint as it stands.
//! - rule: the GHSA id in the advisory's address, else its number. Severity: the word (`moderate` is medium).
//! - `cwe` and `cvss` as they stand. The package is its name alone: the report gives no installed version, only the affected range.
//! - place: `bun.lock`, the file that Bun reads. The report names no root: `--prefix` of the import is put before it.
//! - `{}` says nothing: not even which tool wrote it.

use model::{Finding, Kind};
use serde::Deserialize;

use super::{npm_advisory, sca};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bun audit --json`.
pub(crate) static FORMAT: Format =
    Format { id: "bun-audit", name: "bun audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |name: &str| ["url", "title", "vulnerable_versions"].iter().all(|member| head.has(&format!("{name}[].{member}")));
    Match::sure_if(head.any_member(row))
}

#[derive(Deserialize)]
struct Advisory {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    vulnerable_versions: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    cwe: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    cvss: npm_advisory::Cvss,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("bun audit");
    let mut json = input.json()?;
    json.object(|json, package| json.rows_of_member(out, |out, row: Advisory| out.finding(finding(row, package))))?;
    json.end()
}

fn finding(row: Advisory, name: &str) -> Finding {
    let ghsa = row.url.as_deref().and_then(npm_advisory::ghsa_of);
    let rule = ghsa.or(row.id).unwrap_or_else(|| row.title.clone());
    let mut finding = Finding::new(Kind::Sca, rule.clone(), row.title.trim());
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, []);
    sca::weaknesses(&mut finding, row.cwe.iter().map(String::as_str));
    sca::assessed(&mut finding, row.cvss.vector_string.as_deref(), row.cvss.score, Some("ghsa"));
    finding.description = row.vulnerable_versions.map(|range| format!("Affected versions: {range}"));
    finding.url = row.url;
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.name = Some(name.to_owned());
    sca::in_file(&mut finding, "bun.lock");
    finding
}
