//! AuditJS (npm packages against OSS Index), JSON. Versions seen: 4.0.
//!
//! Make it with `auditjs ossi --json > auditjs.json`. (Without `--quiet` a banner stands before the JSON; such a file is refused.)
//!
//! - index: `[].vulnerabilities[]`. Every element of the array is a package that was looked at, and a component.
//! - rule: `id` (OSS Index's, or a CVE in newer reports); CVE and CWE also from the title (`[CVE-2020-1] CWE-400: …`) and `cve`, `cwe`.
//! - severity: none is given; the CVSS score by its bands.
//! - place: the report names no file and no root; `--prefix` of the import says which project it is.
//! - ran: at least one package.
//!
//! # Differs
//! - path: the report names none. (Some readers put the package URL there; here it is with the package.)

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `auditjs ossi --json`.
pub(crate) static FORMAT: Format = Format {
    id: "auditjs",
    name: "AuditJS",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head: &Head<'_>| Match::sure_if(head.is_json_array() && head.has("[].coordinates") && head.has("[].vulnerabilities")),
    parse,
};

#[derive(Deserialize)]
struct Package {
    coordinates: String,
    #[serde(default)]
    vulnerabilities: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    cvss_score: Option<f64>,
    #[serde(default, deserialize_with = "lenient::text")]
    cvss_vector: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    cve: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    cwe: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    reference: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("AuditJS");
    let mut json = input.json()?;
    json.array(|json, _| {
        let place = json.place();
        let package: Package = match json.row()? {
            Ok(package) => package,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        out.this().claims.ran = true;
        if package.coordinates.starts_with("pkg:") {
            out.component(sca::component(&package.coordinates, None));
        }
        for (number, value) in package.vulnerabilities.into_iter().flatten().enumerate() {
            match serde_json::from_value(value) {
                Ok(row) => out.finding(finding(row, &package.coordinates)),
                Err(error) => out.bad_row(format!("{place}.vulnerabilities[{number}]"), error.to_string()),
            }
        }
        Ok(())
    })?;
    json.end()
}

fn finding(row: Vulnerability, coordinates: &str) -> Finding {
    let title = row.title.unwrap_or_else(|| row.id.clone());
    let mut finding = Finding::new(Kind::Sca, row.id.clone(), title.clone());
    if let Some(score) = row.cvss_score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    let words = title.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ':' | ','));
    let cve = row.cve.as_deref().or_else(|| words.clone().find(|word| word.starts_with("CVE-")));
    sca::identify(&mut finding, &row.id, cve);
    sca::weaknesses(&mut finding, row.cwe.as_deref().or_else(|| words.clone().find(|word| word.starts_with("CWE-"))));
    sca::assessed(&mut finding, row.cvss_vector.as_deref(), row.cvss_score, Some("OSS Index"));
    finding.description = row.description;
    finding.url = row.reference;
    let package = finding.package_mut();
    let bare = coordinates.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.rsplit_once('@').map_or(bare, |(head, _)| head);
    package.name = bare.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).map(|(_, name)| name.replace("%40", "@"));
    package.version = sca::purl_version(coordinates);
    package.purl = Some(coordinates.to_owned());
    finding
}
