//! GitHub secret scanning alerts, JSON of the REST API. API version 2022-11-28.
//!
//! Make it with `gh api --paginate /repos/acme/shop/secret-scanning/alerts > secrets.json` (also of an organisation or enterprise, with `repository`).
//!
//! - index: the elements of the array. An alert is one secret; the report shows the first place where it was found (`first_location_detected`), and only since 2025.
//! - rule: `secret_type` (`adafruit_io_key`); the title is `secret_type_display_name`.
//! - severity: GitHub gives none: high, and critical for a secret that GitHub found active (`validity`).
//! - `secret` is the value in clear (unless `hide_secret=true`); it is evidence and stands in no other field.
//! - state resolved is a suppression with its resolution (`false_positive`, `revoked`, `wont_fix`, `used_in_tests` …).
//! - push protection that was bypassed, a public leak and several repositories are told in the description.
//! - `number` is kept as a fingerprint and is trusted: GitHub keeps one alert for one secret in a repository.
//! - repository of the run: that of the first alert. Coverage: a page of alerts, maybe filtered, so it is read and closes nothing. An empty array says nothing.
//!
//! # Differs
//! - severity: that of the secret, also where the alert is resolved. (Some readers call a resolved alert info.)

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::github_code_scanning::{end, repository};
use super::secret_value::{evidence, secret, set_severity_by_proof};
use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Alerts of the secret scanning API.
pub(crate) static FORMAT: Format = Format {
    id: "github-secret-scanning",
    name: "GitHub secret scanning (GitHub secrets detection)",
    kinds: &[Kind::Secret],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| {
        let named = ["html_url", "locations_url", "secret_type_display_name", "push_protection_bypassed"];
        head.has(&format!("{at}secret_type")) && named.iter().any(|name| head.has(&format!("{at}{name}")))
    };
    Match::sure_if(row("[].") || row(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("GitHub secret scanning").claims.partial = Some("a page of GitHub's alerts".to_owned());
    loose::strung(input, out, |out, _, row| {
        let run = out.this();
        if run.repository.is_none() {
            run.repository = row.text(&["repository/html_url"]).or_else(|| row.text(&["html_url", "url"])).as_deref().and_then(repository);
        }
        out.finding(finding(row)?);
        Ok(())
    })
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["secret_type"]).ok_or("no `secret_type`")?;
    let title = row.text(&["secret_type_display_name"]).unwrap_or_else(|| rule.clone());
    let mut finding = secret(rule, title);
    finding.verified = row.text(&["validity"]).and_then(|word| match word.as_str() {
        "active" => Some(true),
        "inactive" => Some(false),
        _ => None,
    });
    set_severity_by_proof(&mut finding);
    finding.secret = row.text(&["secret"]).as_deref().and_then(evidence);
    let yes = |name: &str, words: &str| (row.truth(name) == Some(true)).then(|| words.to_owned());
    finding.description = paragraphs([
        yes("publicly_leaked", "The secret is public elsewhere."),
        yes("multi_repo", "The secret is in several repositories."),
        yes("push_protection_bypassed", "Push protection was bypassed."),
        labelled("Reason", row.text(&["push_protection_bypass_request_comment"]).as_deref()),
        yes("has_more_locations", "GitHub lists further places."),
    ]);
    let first = row.find("first_location_detected").cloned().unwrap_or_default();
    let number = |name: &str| first.whole(&[name]).filter(|number| *number > 0);
    finding.location.path = first.text(&["path"]);
    (finding.location.start_line, finding.location.end_line) = (number("start_line"), number("end_line"));
    finding.location.commit = first.text(&["commit_sha"]);
    finding.url = row.text(&["html_url"]);
    finding.first_seen_by_tool = row.text(&["created_at"]).and_then(|text| Timestamp::lenient(&text));
    if let Some(number) = row.text(&["number"]) {
        finding.fingerprint("number", number);
        finding.trusted_fingerprint = Some("number");
    }
    end(&mut finding, row);
    Ok(finding)
}
