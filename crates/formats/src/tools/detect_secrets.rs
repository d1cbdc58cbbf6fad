//! detect-secrets (secrets), its baseline. Versions seen: 0.13 to 1.5.
//!
//! Make it with `detect-secrets scan > detect-secrets.json`.
//!
//! - index: `results{file}[]`, files in the order of the report.
//! - `type` is rule and title.
//! - severity: the tool has none; critical where `is_verified` is true, else high.
//! - `line_number` starts at 1; there are no columns.
//! - `hashed_secret` is the SHA-1 of the value: evidence, shown nowhere. Of a private key only the head line is hashed, so that two keys look
//!   like one: it identifies nothing.
//! - `is_secret: false` is an audit's word and becomes a suppression; a line comment that allows a secret leaves it out of the report.
//! - `generated_at` is the time. `plugins_used` names plug-ins, not rules, and stands in an empty report of a wrong folder too: no claim.
//! - no fingerprint. Left out: filters.

use model::{Finding, Kind, SecretEvidence, Suppression, Timestamp};
use serde::Deserialize;

use super::secret_value::{secret, set_severity_by_proof};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The baseline of detect-secrets.
pub(crate) static FORMAT: Format = Format {
    id: "detect-secrets",
    name: "detect-secrets",
    kinds: &[Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let about = ["plugins_used", "filters_used", "generated_at", "exclude"].iter().filter(|name| head.has(name)).count();
    Match::sure_if((head.has("plugins_used") && (head.has("results") || about >= 2)) || (head.has("results") && about >= 2))
}

#[derive(Deserialize)]
struct Row {
    r#type: String,
    #[serde(default, deserialize_with = "lenient::text")]
    hashed_secret: Option<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient::truth")]
    is_secret: Option<bool>,
    #[serde(default, deserialize_with = "lenient::whole")]
    line_number: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut version = None;
    input.json()?.object(|json, key| {
        if key == "version" {
            version = json.row::<String>()?.ok();
        }
        Ok(())
    })?;
    out.run("detect-secrets").tool_version = version;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" => json.object(|json, file| json.rows_of_member(out, |out, row: Row| out.finding(finding(file, row)))),
        "generated_at" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    json.end()
}

fn finding(file: &str, row: Row) -> Finding {
    let mut finding = secret(row.r#type.clone(), row.r#type);
    finding.verified = row.is_verified.filter(|verified| *verified);
    set_severity_by_proof(&mut finding);
    finding.location.path = Some(file.to_owned());
    finding.location.start_line = row.line_number.filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    let head_only = finding.rule == "Private Key";
    finding.secret = row.hashed_secret.map(|sha1| SecretEvidence { value: None, sha1: Some(sha1), head_only });
    if row.is_secret == Some(false) {
        finding.suppressed = Some(Suppression { by: "audit".to_owned(), reason: Some("marked as no secret in the baseline".to_owned()) });
    }
    finding
}
