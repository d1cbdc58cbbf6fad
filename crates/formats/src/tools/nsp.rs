//! nsp (Node Security Platform), JSON. Versions seen: 2.7 to 3.2, the last ones.
//!
//! Make it with `nsp check --reporter json > nsp.json` (2.x: `--output json`).
//!
//! - index: array elements.
//! - rule: the advisory's number.
//! - severity: none is given; the CVSS score by its bands.
//! - package: ecosystem `npm`, module, version; `patched_versions` is the fixed range; `path[]` is the chain, without the project itself.
//! - coverage: `[]` tells nothing.
//! - left out: dates of the advisory.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `nsp check --reporter json`.
pub(crate) static FORMAT: Format = Format {
    id: "nsp",
    name: "Node Security Platform",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.is_json_array()
            && head.has_all(&["[].module", "[].advisory"])
            && (head.has("[].patched_versions") || head.has("[].vulnerable_versions")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("nsp");
    let mut json = input.json()?;
    dig::each(&mut json, out, |out, place, row| match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(place, "an advisory without id and module"),
    })?;
    json.end()
}

fn finding(row: &Value) -> Option<Finding> {
    let module = row.text("module")?;
    let id = row.text("id").or_else(|| row.text("advisory")?.rsplit('/').next().map(str::to_owned))?;
    let title = row.text("title").unwrap_or_else(|| format!("Advisory {id}"));
    let mut finding = Finding::new(Kind::Sca, id, format!("{title} in {module}"));
    let score = row.number("cvss_score");
    if let Some(score) = score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    sca::assessed(&mut finding, row.text("cvss_vector").as_deref(), score, Some("nsp"));
    let cves = row.texts("cves");
    if let Some((first, others)) = cves.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    finding.description = row.text("overview");
    finding.remediation = row.text("recommendation");
    finding.url = row.text("advisory");
    let chain = row.texts("path");
    let package = finding.package_mut();
    package.ecosystem = Some("npm".to_owned());
    package.direct = (chain.len() > 1).then_some(chain.len() == 2);
    package.chain = chain.iter().skip(1).map(|step| step.rsplit_once('@').map_or(step.as_str(), |(name, _)| name).to_owned()).collect();
    let distinct = (!package.chain.is_empty()).then(|| package.chain.join(">"));
    package.fixed = row.text("patched_versions").into_iter().filter(|range| !range.starts_with("<0.0.0")).collect();
    (package.name, package.version) = (Some(module), row.text("version"));
    finding.distinct = distinct;
    Some(finding)
}
