//! cargo-audit (Rust packages), JSON. Versions seen: 0.14 to 0.22.
//!
//! Make it with `cargo audit --json > cargo-audit.json`.
//!
//! - index: `vulnerabilities.list[]`, then `warnings` kind by kind in the order of the file.
//! - rule: the advisory's id; a yanked package has none and its rule is `yanked`.
//! - severity: cargo-audit gives none. As in its SARIF, a vulnerability is an error (high) and a warning (unmaintained, unsound, yanked) a
//!   warning (medium); the advisory's CVSS vector is kept.
//! - place: `Cargo.lock`, line 1, as in its SARIF; the line says nothing.
//! - fixed: `versions.patched`, the version requirements as they stand.
//! - ran: `lockfile.dependency-count`. `settings.ignore` and `settings.severity` are choices of the project and not kept.
//! - fingerprint: none; the SARIF's names the package version.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cargo audit --json`.
pub(crate) static FORMAT: Format =
    Format { id: "cargo-audit", name: "cargo-audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let by_lockfile = head.has("lockfile.dependency-count") && (head.has("vulnerabilities") || head.has("database"));
    Match::sure_if(by_lockfile || head.has_all(&["vulnerabilities.list[].advisory.id", "vulnerabilities.list[].package.name"]))
}

#[derive(Deserialize)]
struct Row {
    #[serde(default, deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    advisory: Option<Advisory>,
    package: Package,
    #[serde(default, deserialize_with = "lenient::or_default")]
    versions: Versions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Advisory {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    aliases: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    cvss: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    references: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Versions {
    #[serde(deserialize_with = "lenient::texts")]
    patched: Vec<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cargo-audit");
    for list in ["vulnerabilities", "warnings"] {
        let mut json = input.json()?;
        json.object(|json, key| match key {
            "lockfile" => {
                out.this().claims.ran |= json.row::<Value>()?.unwrap_or_default().get("dependency-count").is_some();
                Ok(())
            }
            "vulnerabilities" if key == list => json.object(|json, key| match key {
                "list" => json.rows(out, |out, row| out.finding(finding(row, Severity::High, "error"))),
                _ => Ok(()),
            }),
            // Old versions wrote a bare array.
            "warnings" if key == list && json.shape()? == crate::read::json::Shape::Array => {
                json.rows(out, |out, row| out.finding(finding(row, Severity::Medium, "warning")))
            }
            "warnings" if key == list => {
                json.object(|json, _| json.rows_of_member(out, |out, row| out.finding(finding(row, Severity::Medium, "warning"))))
            }
            _ => Ok(()),
        })?;
        json.end()?;
    }
    Ok(())
}

fn finding(row: Row, severity: Severity, raw: &str) -> Finding {
    let advisory = row.advisory.unwrap_or_default();
    let kind = row.kind.unwrap_or_else(|| "warning".to_owned());
    let rule = advisory.id.unwrap_or_else(|| kind.clone());
    let title = advisory.title.unwrap_or_else(|| format!("{} is {kind}", row.package.name));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    finding.set_severity(raw, severity);
    sca::identify(&mut finding, &rule, advisory.aliases.iter().map(String::as_str));
    sca::assessed(&mut finding, advisory.cvss.as_deref(), None, Some("RustSec"));
    finding.description = advisory.description;
    finding.url = advisory.url;
    finding.references = advisory.references;
    let package = finding.package_mut();
    package.ecosystem = Some("cargo".to_owned());
    package.name = Some(row.package.name);
    package.version = row.package.version;
    package.fixed = row.versions.patched;
    sca::in_file(&mut finding, "Cargo.lock");
    (finding.location.start_line, finding.location.end_line) = (Some(1), Some(1));
    finding
}
