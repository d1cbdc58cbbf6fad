//! Horusec (runs its own engine and other tools on a repository), JSON. Versions seen: 2.6 to 2.8.
//!
//! Make it with `horusec start -p . -o json -O horusec.json`.
//!
//! - index: `analysisVulnerabilities[]`.
//! - rule: `rule_id` (`HS-LEAKS-2`, since 2.7), else the title. The title is the first line of `details` without the count that Horusec puts before it.
//! - severity: the word as it stands.
//! - kind: by the tool and language: `Leaks` are secrets, package tools (npm audit, Safety, …) sca, HCL and YAML iac, others sast.
//! - place: `file`, `line` (a text, may be empty) and the column where it is above 0.
//! - `code` is the snippet; of a secret it is the whole line with the value, so it is not kept.
//! - `type` False Positive, Risk Accepted and Corrected is a suppression with that word.
//! - `vulnHash` is kept as a fingerprint, not of secrets, and not trusted: it holds the line and the author. The author and the commit are left out where they are `-`.
//! - coverage: `status` success got through; error names a tool that did not, which makes the report partial. `finishedAt` is the time, `version` the version.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::sca::is_public_id;
use super::wording::{beyond, first_line};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `horusec start -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "horusec",
    name: "Horusec",
    kinds: &[Kind::Sast, Kind::Secret, Kind::Sca, Kind::Iac],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let start = head.has_all(&["repositoryID", "workspaceID", "createdAt"]) && head.has("status");
    Match::sure_if(head.has("analysisVulnerabilities") || start)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Horusec");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "version" => {
            out.this().tool_version = json.row::<String>()?.ok();
            Ok(())
        }
        "finishedAt" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
            Ok(())
        }
        "status" => {
            let status = json.row::<String>()?.unwrap_or_default();
            out.this().claims.ran |= status == "success";
            if status != "success" {
                out.this().claims.partial.get_or_insert(format!("status {status}"));
            }
            Ok(())
        }
        "errors" => {
            let errors = json.row::<String>()?.unwrap_or_default();
            if !errors.is_empty() {
                out.this().claims.partial = Some(first_line(&errors));
            }
            Ok(())
        }
        "analysisVulnerabilities" => loose::rows(json, out, |out, _, row| {
            let inner = row.find("vulnerabilities").filter(|inner| inner.is_object()).ok_or("no `vulnerabilities`")?;
            out.finding(finding(inner)?);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["analysisVulnerabilities"]);
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let details = row.text(&["details"]).ok_or("no `details`")?;
    let plain = match details.split_once("* Possible vulnerability detected: ") {
        Some((count, rest)) if count.starts_with('(') => rest,
        _ => details.as_str(),
    };
    let title = first_line(plain);
    let tool = row.text(&["securityTool"]).unwrap_or_default();
    let kind = kind(&tool, &row.text(&["language"]).unwrap_or_default());
    let mut finding = Finding::new(kind, row.text(&["rule_id"]).unwrap_or_else(|| title.clone()), title);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    if kind == Kind::Secret {
        finding.cwes.push(798);
    } else {
        finding.snippet = row.text(&["code"]);
        if let Some(hash) = row.text(&["vulnHash"]) {
            finding.fingerprint("vulnHash", hash);
        }
    }
    if kind == Kind::Sca {
        let words = plain.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ':'));
        finding.identifiers = words.filter(|word| is_public_id(word)).map(str::to_owned).collect();
    }
    finding.confidence = row.text(&["confidence"]);
    finding.description = beyond(&finding.title, plain);
    finding.location.path = row.text(&["file"]);
    finding.location.start_line = row.whole(&["line"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    finding.location.commit = row.text(&["commitHash"]).filter(|hash| hash != "-");
    let ended = ["false positive", "risk accepted", "corrected"];
    finding.suppressed = row
        .text(&["type"])
        .filter(|kind| ended.contains(&kind.to_ascii_lowercase().as_str()))
        .map(|kind| Suppression { by: "Horusec".to_owned(), reason: Some(kind) });
    Ok(finding)
}

fn kind(tool: &str, language: &str) -> Kind {
    match tool {
        "NpmAudit" | "YarnAudit" | "Safety" | "BundlerAudit" | "OwaspDependencyCheck" | "Nancy" | "Trivy" | "DotnetCli" => Kind::Sca,
        "GitLeaks" => Kind::Secret,
        "TfSec" | "Checkov" => Kind::Iac,
        _ => match language {
            "Leaks" => Kind::Secret,
            "HCL" | "YAML" => Kind::Iac,
            _ => Kind::Sast,
        },
    }
}
