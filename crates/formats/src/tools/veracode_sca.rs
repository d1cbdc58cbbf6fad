//! Veracode SCA, agent-based (formerly SourceClear), issues of its API as JSON. One version seen (v3).
//!
//! Make it with `GET https://api.veracode.com/srcclr/v3/workspaces/{id}/issues`.
//!
//! - index: `_embedded.issues[]`.
//! - rule and identifier: the CVE (written without `CVE-`), else `SRCCLR-SID-` with the vulnerability's id. A licence issue's rule is the licence,
//!   an issue of an old library (`issue_type: library`) is no finding.
//! - severity: a CVSS score, by its bands; a licence's `risk` as a word.
//! - package: `library.id` (`maven:group:artifact:version:`) as package URL where it is Maven, npm, PyPI, gem, Go or NuGet; `direct`.
//! - `vulnerable_method: true` is the verdict `reachable`.
//! - `issue_status: fixed` is resolved, `ignored` a suppression. Target: `project_name` and `project_branch` of the first issue.
//! - `id` is kept as a fingerprint, not trusted.
//! - an answer is a page of a search: absence proves nothing (read-only).

use model::{Finding, Kind, Reachability, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::loose::{at, cwes, number, text, yes};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of SourceClear's issues API.
pub(crate) static FORMAT: Format = Format {
    id: "veracode-sca",
    name: "Veracode SCA (SourceClear)",
    kinds: &[Kind::Sca, Kind::License],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["_embedded.issues[].issue_type", "_embedded.issues[].library"]) || head.has("_embedded.issues[].issue_status"),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Veracode SCA").claims.partial = Some("an answer of the issues API".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "_embedded" {
            return Ok(());
        }
        json.object(|json, key| if key == "issues" { json.rows(out, row) } else { Ok(()) })
    })?;
    json.end()
}

fn row(out: &mut Output<'_>, row: Value) {
    let status = text(&row, &["issue_status"]).unwrap_or_default().to_ascii_lowercase();
    let kind = text(&row, &["issue_type"]).unwrap_or_default().to_ascii_lowercase();
    if kind == "library" {
        return out.no_finding();
    }
    let library = at(&row, "library").unwrap_or(&Value::Null);
    let id = match kind.as_str() {
        "license" => text(&row, &["license.name", "license.id"]),
        _ => cve(text(&row, &["vulnerability.cve"]), text(&row, &["vulnerability.id"])),
    };
    let Some(id) = id else {
        return out.bad_row(format!("_embedded.issues[{}]", out.next_index()), "neither vulnerability nor license");
    };
    let title = text(&row, &["vulnerability.title"]).unwrap_or_else(|| id.clone());
    let mut finding = Finding::new(if kind == "license" { Kind::License } else { Kind::Sca }, id.clone(), title);
    sca::identify(&mut finding, &id, []);
    match number(&row, &["severity"]) {
        Some(score) => finding.set_severity(score.to_string(), Severity::from_cvss(score)),
        None => {
            if let Some(word) = text(&row, &["severity", "license.risk"]) {
                finding.set_severity_word(&word);
            }
        }
    }
    finding.cwes = cwes(&row, &["vulnerability.cwe_id"]);
    for (version, head) in [("cvss3", "CVSS:3.1/"), ("cvss2", "")] {
        let vector = text(&row, &[&format!("vulnerability.{version}_vector")]).map(|vector| format!("{head}{vector}"));
        sca::assessed(&mut finding, vector.as_deref(), number(&row, &[&format!("vulnerability.{version}_score")]), Some("veracode"));
    }
    finding.url = text(&row, &["_links.html.href"]);
    finding.first_seen_by_tool = text(&row, &["created_date"]).as_deref().and_then(Timestamp::lenient);
    if let Some(id) = text(&row, &["id"]) {
        finding.fingerprint("id", id);
    }
    if yes(&row, &["ignored"]) {
        finding.suppressed = Some(Suppression { by: "Veracode SCA".to_owned(), reason: text(&row, &["ignored_reason", "ignore_comment"]) });
    }
    if status == "fixed" {
        finding.resolve("Veracode SCA", status);
    }
    if yes(&row, &["vulnerable_method"]) {
        finding.reachability = Some(Reachability { verdict: "reachable".to_owned(), source: Some("Veracode SCA".to_owned()) });
    }
    let package = finding.package_mut();
    let known = text(library, &["id"]).unwrap_or_default();
    let (name, purl) = named(&known);
    package.name = name.or_else(|| text(library, &["name"]));
    package.purl = purl;
    package.version = text(library, &["version"]);
    package.direct = at(library, "direct").and_then(Value::as_bool);
    let run = out.this();
    if run.repository.is_none() {
        run.repository = text(&row, &["project_name"]);
        run.branch = text(&row, &["project_branch"]);
    }
    out.finding(finding);
}

/// The identifier of a vulnerability; the API leaves out `CVE-`.
pub(super) fn cve(cve: Option<String>, id: Option<String>) -> Option<String> {
    match cve.filter(|cve| cve.contains('-')) {
        Some(cve) if cve.to_ascii_uppercase().starts_with("CVE-") => Some(cve),
        Some(cve) => Some(format!("CVE-{cve}")),
        None => id.map(|id| if id.starts_with("SRCCLR") { id } else { format!("SRCCLR-SID-{id}") }),
    }
}

/// Name and package URL of `maven:group:artifact:version:`.
pub(super) fn named(id: &str) -> (Option<String>, Option<String>) {
    let parts: Vec<&str> = id.split(':').collect();
    match parts.as_slice() {
        ["maven", group, artifact, ..] if !artifact.is_empty() => {
            (Some((*artifact).to_owned()), Some(format!("pkg:maven/{group}/{artifact}")))
        }
        [kind @ ("npm" | "pypi" | "gem" | "golang" | "go" | "nuget"), name, ..] if !name.is_empty() => {
            let kind = if *kind == "go" { "golang" } else { kind };
            (Some((*name).to_owned()), Some(format!("pkg:{kind}/{}", name.replace('@', "%40"))))
        }
        _ => (None, None),
    }
}
