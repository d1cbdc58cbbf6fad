//! huskyCI (runs several tools on a repository), JSON of its client or API. Versions seen: those of 2020 (unnumbered); the last one, 0.17, writes the same members.
//!
//! Make it with `huskyci-client JSON > huskyci.json`.
//!
//! - index: the rows of `huskyciresults.LANGUAGEresults.TOOLoutput.SEVERITYvulns[]`, laid end to end in the order of the file.
//! - the tool is huskyCI: it rewrites what Bandit, gosec, Brakeman, Safety, npm audit, Yarn, SpotBugs, tfsec and Gitleaks say, without their rule ids.
//! - rule: the `title`, behind the tool's name. huskyCI puts the place into some titles (`Hard Coded RSA in: ca.pem`); that is cut off.
//! - severity: the list that the row stands in (`highvulns`, `mediumvulns`, `lowvulns`); `nosecvulns` are suppressed in the source.
//! - place: `file` and `line`; both are texts and may be missing. `code` is the snippet; of Gitleaks it is the secret, which is evidence and not shown; of Safety and npm audit the package.
//! - package: `code` or `occurrence` is the name, `version` the version, `vulnerablebelow` the range.
//! - coverage: `status` finished without `errorFound` got through; `containers[]` that ended in an error make it partial. Repository and branch are stated, `finishedAt` is the time.
//! - no fingerprint, no list of rules. Left out: the containers' raw output (it holds secrets in clear), authors.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::sca::is_public_id;
use super::secret_value::{evidence, secret};
use super::wording::{beyond, first_line};
use crate::read::json::Json;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `huskyci-client JSON`.
pub(crate) static FORMAT: Format = Format {
    id: "huskyci",
    name: "huskyCI",
    kinds: &[Kind::Sast, Kind::Secret, Kind::Sca, Kind::Iac],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let start = head.has_all(&["RID", "containers"]) && head.has("repositoryURL");
    Match::sure_if(head.has("huskyciresults") || start)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("huskyCI");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "repositoryURL" => {
            out.this().repository = json.row::<String>()?.ok();
            Ok(())
        }
        "repositoryBranch" => {
            out.this().branch = json.row::<String>()?.ok();
            Ok(())
        }
        "status" => {
            out.this().claims.ran = json.row::<String>()?.is_ok_and(|status| status == "finished");
            Ok(())
        }
        "errorFound" => {
            out.this().claims.failed = json.row::<String>()?.ok().filter(|error| !error.is_empty());
            Ok(())
        }
        "finishedAt" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
            Ok(())
        }
        "containers" => loose::rows(json, out, |out, _, container| {
            if container.text(&["cStatus"]).is_some_and(|status| status != "finished") {
                let tool = container.text(&["securityTest/name"]).unwrap_or_default();
                out.this().claims.partial = Some(format!("{tool} did not finish"));
            }
            Ok(())
        }),
        "huskyciresults" => json.object(|json, _| json.object(|json, output| of_tool(json, out, output.trim_end_matches("output")))),
        _ => Ok(()),
    })?;
    json.end()
}

fn of_tool(json: &mut Json<'_>, out: &mut Output<'_>, tool: &str) -> Result<(), ParseError> {
    json.object(|json, list| {
        let Some(level) = list.strip_suffix("vulns") else { return Ok(()) };
        loose::rows(json, out, |out, _, row| {
            out.finding(finding(row, tool, level)?);
            Ok(())
        })
    })
}

fn finding(row: &Value, tool: &str, level: &str) -> Result<Finding, String> {
    let title = row.text(&["title", "details"]).ok_or("no `title`")?;
    let tool = row.text(&["securitytool"]).unwrap_or_else(|| tool.to_owned());
    let lower = tool.to_ascii_lowercase();
    let file = row.text(&["file"]);
    let bare = file.as_ref().map_or(title.as_str(), |file| title.trim_end_matches(file.as_str()).trim_end().trim_end_matches(" in:"));
    let rule = format!("{tool}: {}", first_line(bare));
    let of_packages = ["safety", "npm", "yarn", "trivy"].iter().any(|name| lower.contains(name));
    let mut finding = if lower.contains("gitleaks") {
        let mut finding = secret(rule, first_line(&title));
        finding.secret = row.text(&["code"]).as_deref().and_then(evidence);
        finding
    } else {
        let kind = match lower.as_str() {
            "tfsec" => Kind::Iac,
            _ if of_packages => Kind::Sca,
            _ => Kind::Sast,
        };
        let mut finding = Finding::new(kind, rule, first_line(&title));
        finding.snippet = row.text(&["code"]).filter(|_| !of_packages);
        finding
    };
    if of_packages {
        let package = finding.package_mut();
        package.name = row.text(&["code", "occurrence"]);
        package.version = row.text(&["version"]);
        package.ecosystem = Some(if lower.contains("safety") { "pypi" } else { "npm" }.to_owned());
        finding.distinct = row.text(&["vulnerablebelow"]);
        finding.identifiers =
            title.split(|c: char| c.is_whitespace() || c == ':').filter(|word| is_public_id(word)).map(str::to_owned).collect();
    }
    finding.set_severity(row.text(&["severity"]).unwrap_or_else(|| level.to_owned()), Severity::from_word(level));
    if level == "nosec" {
        finding.severity = Severity::Unknown;
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: Some("nohusky".to_owned()) });
    }
    finding.confidence = row.text(&["confidence"]);
    finding.description = row.text(&["details"]).and_then(|details| beyond(&finding.title, &details));
    finding.location.path = file;
    finding.location.start_line = row.whole(&["line"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    Ok(finding)
}
