//! NeuVector (SUSE), scan reports of the REST API and of its scanner, JSON. Versions seen: API v1 of 4.x and 5.x.
//!
//! Make it with `curl -H "X-Auth-Token: $TOKEN" https://controller:10443/v1/scan/workload/$ID > neuvector.json`, or with
//! `docker run neuvector/scanner -i registry/image -o /var/neuvector/scan_result.json`.
//!
//! - index: `report.vulnerabilities[]`, then `report.secrets[]`. `report.checks[]` and `report.setid_perms[]` are listings without verdict and no findings.
//! - rule: the vulnerability's name (CVE). Severity: `severity`; `feed_rating` is the distribution's own word and kept in the description.
//! - CVSS: `vectors` (2.0) and `vectors_v3` with their scores.
//! - package: name, version, fixed version; `file_name` is its file where given. `in_base_image` goes to the description. `tags` with `accepted` are a
//!   suppression.
//! - secrets: `type` is the rule, `path` the place; `evidence` is masked by the tool. Rows without type are placeholders of the API.
//! - target: `repository` and `tag` (or `image_id`) of the scanner's report.
//! - coverage: `error_message` is a failed scan. `modules[]` lists the packages that were looked at: the run took place.
//! - left out: modules, environment, labels, commands.

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use super::secret_value::{evidence, secret};
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of NeuVector's scan reports.
pub(crate) static FORMAT: Format = Format {
    id: "neuvector",
    name: "NeuVector",
    kinds: &[Kind::Container, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("report.vulnerabilities[].package_name") || head.has("report.vulnerabilities[].feed_rating");
    let rest = ["report.modules", "report.setid_perms", "report.checks", "report.envs", "report.cvedb_version", "report.base_os"];
    Match::sure_if(row || head.has("report.vulnerabilities") && rest.iter().any(|name| head.has(name)))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("NeuVector");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "report" => json.object(|json, key| match key {
            "vulnerabilities" => dig::each(json, out, |out, place, row| match vulnerability(row) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(place, "a vulnerability without name"),
            }),
            "secrets" => dig::each(json, out, |out, _, row| match found_secret(row) {
                Some(finding) => out.finding(finding),
                None => out.no_finding(),
            }),
            "modules" => dig::each(json, out, |out, _, module| out.this().claims.ran |= module.text("name").is_some()),
            "repository" => {
                out.this().image = json.row::<String>()?.ok().filter(|name| !name.is_empty());
                Ok(())
            }
            "tag" => {
                if let (Ok(tag), Some(image)) = (json.row::<String>()?, out.this().image.as_mut()) {
                    image.push(':');
                    image.push_str(&tag);
                }
                Ok(())
            }
            _ => Ok(()),
        }),
        "error_message" => {
            out.this().claims.failed = json.row::<String>()?.ok().filter(|text| !text.is_empty());
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn vulnerability(row: &Value) -> Option<Finding> {
    let id = row.text("name")?;
    let name = row.text("package_name");
    let mut finding = Finding::new(Kind::Container, id.as_str(), format!("{id} in {}", name.as_deref().unwrap_or("a package")));
    let cves = row.texts("cves");
    sca::identify(&mut finding, &id, cves.iter().map(String::as_str));
    if let Some(word) = row.text("severity") {
        let severity = if word.eq_ignore_ascii_case("unknown") { Severity::Unknown } else { Severity::from_word(&word) };
        finding.set_severity(word, severity);
    }
    sca::assessed(&mut finding, row.text("vectors").as_deref(), row.number("score"), Some("nvd"));
    sca::assessed(&mut finding, row.text("vectors_v3").as_deref(), row.number("score_v3"), Some("nvd"));
    finding.description = paragraphs([
        row.text("description"),
        labelled("Rated by the distribution", row.text("feed_rating").as_deref()),
        row.truth("in_base_image").filter(|base| *base).map(|_| "In the base image.".to_owned()),
    ]);
    finding.references.extend(row.text("link").filter(|link| link.starts_with("http")));
    if row.texts("tags").iter().any(|tag| tag.eq_ignore_ascii_case("accepted")) {
        finding.suppressed = Some(Suppression { by: "NeuVector".to_owned(), reason: Some("accepted".to_owned()) });
    }
    let package = finding.package_mut();
    (package.name, package.version) = (name, row.text("package_version"));
    package.fixed = row.text("fixed_version").map(|text| text.split(';').map(|part| part.trim().to_owned()).collect()).unwrap_or_default();
    if let Some(file) = row.text("file_name") {
        sca::in_file(&mut finding, &file);
    }
    Some(finding)
}

fn found_secret(row: &Value) -> Option<Finding> {
    let rule = row.text("type|rule_description")?;
    let mut finding = secret(rule.as_str(), row.text("rule_description").unwrap_or_else(|| rule.clone()));
    finding.severity = Severity::High;
    finding.secret = row.text("evidence").as_deref().and_then(evidence);
    finding.location.path = row.text("path");
    finding.remediation = row.text("suggestion");
    Some(finding)
}
