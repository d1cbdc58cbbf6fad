//! mix_audit (Elixir packages against the GitHub advisories), JSON. Versions seen: 2.1.
//!
//! Make it with `mix deps.audit --format json > mix_audit.json`.
//!
//! - index: `vulnerabilities[]`.
//! - rule: the advisory's `id` (GHSA), `cve` an alias where given.
//! - severity: `low`, `moderate`, `medium`, `high`, `critical` as they stand.
//! - package: ecosystem `hex`, name, version; the lockfile is the place. `first_patched_versions` are the fixed ones.
//! - ran: `pass` is true where nothing was found, so the report itself says that the audit took place.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `mix deps.audit --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "mix-audit", name: "mix_audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["vulnerabilities[].advisory.id", "vulnerabilities[].dependency.package"]);
    Match::sure_if(head.has("vulnerabilities") && (row || head.has("pass") && (head.is("pass", "true") || head.is("pass", "false"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("mix_audit");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "pass" => {
            out.this().claims.ran = json.row::<Value>()?.is_ok_and(|value| value.is_boolean());
            Ok(())
        }
        "vulnerabilities" => dig::each(json, out, |out, place, row| match finding(row) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(place, "a vulnerability without advisory id"),
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: &Value) -> Option<Finding> {
    let id = row.text("advisory.id|advisory.cve|id")?;
    let name = row.text("dependency.package|advisory.package");
    let title = row.text("advisory.title").unwrap_or_else(|| format!("{id} in {}", name.as_deref().unwrap_or("a package")));
    let mut finding = Finding::new(Kind::Sca, id.as_str(), title);
    sca::identify(&mut finding, &id, row.text("advisory.cve").as_deref());
    if let Some(word) = row.text("advisory.severity") {
        finding.set_severity_word(&word);
    }
    sca::weaknesses(&mut finding, row.texts("advisory.cwe|advisory.cwes").iter().map(String::as_str));
    finding.description = row.text("advisory.description");
    finding.url = row.text("advisory.url");
    let package = finding.package_mut();
    (package.ecosystem, package.name, package.version) = (Some("hex".to_owned()), name, row.text("dependency.version"));
    package.fixed = row.texts("advisory.first_patched_versions");
    if let Some(lockfile) = row.text("dependency.lockfile") {
        sca::in_file(&mut finding, &lockfile);
    }
    Some(finding)
}
