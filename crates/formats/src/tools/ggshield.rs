//! ggshield (GitGuardian: secrets, formerly IaC too), JSON. Versions seen: 1.8 to 1.40.
//!
//! Make it with `ggshield secret scan repo . --json > ggshield.json` (also `path`, `docker`, `commit-range`, `ci`); IaC reports are those of `ggshield iac scan all . --json`.
//!
//! - index: `incidents[].occurrences[]` of `entities_with_incidents[]`, of the report itself and of `scans[]`, laid end to end; IaC incidents have no occurrences and count themselves.
//! - rule: the detector (`type`, since 1.30 `detector`); of IaC `policy_id`.
//! - severity: none for secrets: high, and critical for one that GitGuardian found valid (`validity`). IaC incidents have a word.
//! - `match` is the value, masked unless `--show-secrets` was given; only an unmasked one is evidence. It stands in no other field.
//! - place: `filename` with `line_start`; where that is null, the line after the commit (`post_line_start`), else before it. The commit is the scan's id in a scan of commits. `index_start`
//!   counts from the start of the line or of the patch, by version, so columns are not taken.
//! - `ignore_sha` is a plain hash of the values, so it is not kept. `ignore_reason` is a suppression; `incident_url` is the page of the incident.
//! - coverage: `total_incidents` of the whole is written last: it got through.
//! - no time, no version, no list of rules. Left out: authors, `known_secret`.

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::secret_value::{evidence, secret, set_severity_by_proof};
use crate::read::json::Json;
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `ggshield --json`.
pub(crate) static FORMAT: Format = Format {
    id: "ggshield",
    name: "ggshield (GitGuardian)",
    kinds: &[Kind::Secret, Kind::Iac],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let counted = head.has("total_incidents") || head.has("scans[].total_incidents");
    let entities = ["", "scans[]."].iter().any(|at| head.has(&format!("{at}entities_with_incidents[].incidents")));
    Match::sure_if(entities || (counted && (head.has("type") || head.has("scans") || head.has("entities_with_incidents"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ggshield");
    let mut json = input.json()?;
    let head = input.head();
    scan(&mut json, out, head.value("id").filter(|_| head.is("type", "commit")).map(str::to_owned))?;
    json.end()
}

fn scan(json: &mut Json<'_>, out: &mut Output<'_>, commit: Option<String>) -> Result<(), ParseError> {
    json.object(|json, key| match key {
        "total_incidents" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "entities_with_incidents" | "results" => loose::rows(json, out, |out, place, entity| {
            entity_of(out, place, entity, commit.as_deref());
            Ok(())
        }),
        "scans" => loose::rows(json, out, |out, place, scan| {
            let commit = scan.text(&["type"]).filter(|kind| kind.starts_with("commit")).and(scan.text(&["id"]));
            for list in ["entities_with_incidents", "results"] {
                for entity in inner(out, place, scan, list) {
                    entity_of(out, place, entity, commit.as_deref());
                }
            }
            Ok(())
        }),
        _ => Ok(()),
    })
}

fn entity_of(out: &mut Output<'_>, place: &str, entity: &Value, commit: Option<&str>) {
    for incident in inner(out, place, entity, "incidents") {
        let occurrences = inner(out, place, incident, "occurrences");
        if occurrences.is_empty() {
            out.finding(finding(entity, incident, incident, commit));
        }
        for occurrence in occurrences {
            out.finding(finding(entity, incident, occurrence, commit));
        }
    }
}

fn finding(entity: &Value, incident: &Value, occurrence: &Value, commit: Option<&str>) -> Finding {
    let file = entity.text(&["filename"]);
    let mut finding = if let Some(policy) = incident.text(&["policy_id"]) {
        let mut finding = Finding::new(Kind::Iac, policy.clone(), incident.text(&["policy"]).unwrap_or(policy));
        if let Some(raw) = incident.text(&["severity"]) {
            finding.set_severity_word(&raw);
        }
        finding.location.resource = incident.text(&["component"]);
        finding
    } else {
        let detector = incident.text(&["type", "detector", "break_type", "policy"]).unwrap_or_else(|| "secret".to_owned());
        let title = format!("Hard-coded {detector}");
        let mut finding = secret(detector, title);
        finding.verified = incident.text(&["validity"]).and_then(|word| match word.to_ascii_lowercase().as_str() {
            "valid" => Some(true),
            "invalid" => Some(false),
            _ => None,
        });
        set_severity_by_proof(&mut finding);
        finding.secret = occurrence.text(&["match"]).as_deref().and_then(evidence);
        finding
    };
    finding.description = incident.text(&["description"]);
    finding.url = incident.text(&["incident_url", "documentation_url"]);
    finding.suppressed = incident
        .text(&["ignore_reason", "ignore_reason/kind"])
        .map(|reason| Suppression { by: "ggshield".to_owned(), reason: Some(reason) });
    finding.location.start_line = occurrence.whole(&["line_start", "post_line_start", "pre_line_start"]).filter(|line| *line > 0);
    let end = occurrence.whole(&["line_end", "post_line_end", "pre_line_end"]);
    finding.location.end_line = end.filter(|end| Some(*end) >= finding.location.start_line).or(finding.location.start_line);
    finding.location.path = file;
    finding.location.commit = commit.map(str::to_owned);
    finding
}
