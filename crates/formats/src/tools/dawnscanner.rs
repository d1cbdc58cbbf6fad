//! Dawnscanner (Ruby SAST and SCA), JSON. Versions seen: 1.6; 2.x writes the same members.
//!
//! Make it with `dawn --json --file dawn.json .`.
//!
//! - index: `vulnerabilities[]`.
//! - `name` is the rule and the title: a CVE, or the name of a check of the OWASP Ruby on Rails cheat sheet. A CVE is kind sca, the others sast.
//! - severity: the word as it stands. `cvss_score` is a score without vector; blank for checks.
//! - place: the report names no file; the application (`target`) is where it is. The gem and its fixed versions are in the words of `remediation` alone.
//! - every run looks for both kinds.
//! - coverage: `status` OK with `scan_started`: it got through. Another status is a failed scan. `mitigated_vuln` counts as passed.
//! - no fingerprint, no list of rules (`applied_checks_count` is a number). `scan_started` is the time, `dawn_version` the version.
//! - left out: `reflected_xss`, which Dawnscanner has not filled since 1.1.

use model::{Finding, Kind, Timestamp};

use super::sca::{assessed, identify, is_public_id};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dawn --json`.
pub(crate) static FORMAT: Format = Format {
    id: "dawnscanner",
    name: "Dawnscanner",
    kinds: &[Kind::Sast, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("dawn_version"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Dawnscanner").claims.kinds = vec![Kind::Sast, Kind::Sca];
    let mut json = input.json()?;
    let mut target = input.head().value("target").map(str::to_owned);
    json.object(|json, key| match key {
        "status" => {
            let status = json.row::<String>()?.unwrap_or_default();
            out.this().claims.ran = status.eq_ignore_ascii_case("ok");
            out.this().claims.failed = (!status.eq_ignore_ascii_case("ok")).then(|| format!("status {status}"));
            Ok(())
        }
        "dawn_version" => {
            out.this().tool_version = json.row::<String>()?.ok();
            Ok(())
        }
        "scan_started" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
            Ok(())
        }
        "target" => {
            target = json.row::<String>()?.ok();
            Ok(())
        }
        "vulnerabilities" => loose::rows(json, out, |out, _, row| {
            let name = row.text(&["name"]).ok_or("no `name`")?;
            let kind = if is_public_id(&name) { Kind::Sca } else { Kind::Sast };
            let mut finding = Finding::new(kind, name.clone(), name);
            let rule = finding.rule.clone();
            identify(&mut finding, &rule, []);
            if let Some(raw) = row.text(&["severity"]) {
                finding.set_severity_word(&raw);
            }
            assessed(&mut finding, None, row.number(&["cvss_score"]), None);
            finding.description = row.text(&["message"]);
            finding.remediation = row.text(&["remediation"]);
            finding.references = row.texts("cve_link").into_iter().filter(|_| kind == Kind::Sca).collect();
            finding.location.resource.clone_from(&target);
            finding.location.resource_type = target.as_ref().map(|_| "application".to_owned());
            out.finding(finding);
            Ok(())
        }),
        "mitigated_vuln" => loose::rows(json, out, |out, _, _| {
            out.no_finding();
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}
