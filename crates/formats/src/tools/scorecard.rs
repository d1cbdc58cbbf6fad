//! OpenSSF Scorecard (how a repository is kept), JSON. Versions seen: 2.0 to 5.3.
//!
//! Make it with `scorecard --repo=github.com/acme/shop --format json --show-details > scorecard.json`; the answer of
//! `https://api.scorecard.dev/projects/github.com/acme/shop` is the same.
//!
//! - index: `checks[]`. A score of 10 is a passed check; -1 means that the check could not be made: no finding, and it closes nothing.
//! - `name` is the rule (`Token-Permissions`), `reason` with the name the title; `details[]` that begin with `Warn:` go to the description.
//! - severity: that of the check in Scorecard's documentation (Dangerous-Workflow critical, Branch-Protection high, Fuzzing medium …);
//!   the score is the raw word.
//! - place: the repository. (SARIF, the other output, has a result for each detail.)
//! - `repo.commit` is the commit, `date` the time, `scorecard.version` the version. All checks of the report are the active rules.
//! - left out: the total score.

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::read::lenient;
use crate::read::loose::Loose;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `scorecard --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "scorecard",
    name: "OpenSSF Scorecard",
    kinds: &[Kind::Pipeline],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["scorecard.version", "checks"]) || head.has_all(&["checks[].name", "checks[].reason", "repo.name"]))
}

#[derive(Deserialize)]
struct Check {
    name: String,
    score: f64,
    #[serde(default, deserialize_with = "lenient::text")]
    reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    details: Vec<String>,
    #[serde(default)]
    documentation: Value,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Scorecard");
    // What stands around the checks first: findings carry the version and the repository.
    input.json()?.object(|json, key| {
        if matches!(key, "repo" | "scorecard" | "date") {
            let value = json.row::<Value>()?.unwrap_or_default();
            let run = out.this();
            match key {
                "repo" => {
                    run.repository = value.text(&["name"]);
                    run.commit = value.text(&["commit"]).filter(|commit| commit.len() >= 7);
                }
                "scorecard" => run.tool_version = value.text(&["version"]).map(|text| text.trim_start_matches('v').to_owned()),
                _ => run.at = lenient::scalar(&value).as_deref().and_then(Timestamp::lenient),
            }
        }
        Ok(())
    })?;
    let repository = out.this().repository.clone();
    let mut made = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "checks" => json.rows(out, |out, check: Check| {
            if check.score < 0.0 {
                out.no_finding();
                return out.warn(check.name, "the check could not be made");
            }
            made.push(check.name.clone());
            if check.score >= 10.0 { out.no_finding() } else { out.finding(finding(check, repository.as_deref())) }
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["checks"]);
    out.this().claims.ran = !made.is_empty();
    // A check that could not be made is not among them, so that its finding stays open.
    out.this().claims.rules = Some(made);
    json.end()
}

/// The risk that Scorecard's documentation gives to the check.
fn risk(name: &str) -> Severity {
    match name {
        "Dangerous-Workflow" | "Webhooks" => Severity::Critical,
        "Binary-Artifacts"
        | "Branch-Protection"
        | "Code-Review"
        | "Dependency-Update-Tool"
        | "Maintained"
        | "Signed-Releases"
        | "Token-Permissions"
        | "Vulnerabilities" => Severity::High,
        "Fuzzing" | "Packaging" | "Pinned-Dependencies" | "SAST" | "SBOM" | "Security-Policy" => Severity::Medium,
        "CI-Tests" | "CII-Best-Practices" | "Contributors" | "License" => Severity::Low,
        _ => Severity::Unknown,
    }
}

fn finding(check: Check, repository: Option<&str>) -> Finding {
    let title = check.reason.map_or_else(|| check.name.clone(), |reason| format!("{}: {reason}", check.name));
    let mut finding = Finding::new(Kind::Pipeline, check.name.clone(), title);
    finding.set_severity(format!("{}/10", check.score), risk(&check.name));
    finding.location.resource = repository.map(str::to_owned);
    let warned: Vec<&str> = check.details.iter().map(String::as_str).filter(|text| text.starts_with("Warn:")).collect();
    let warned = Some(warned.join("\n")).filter(|text| !text.is_empty());
    finding.description = super::web::paragraphs([check.documentation.text(&["short"]), warned]);
    finding.references.extend(check.documentation.text(&["url"]));
    finding
}
