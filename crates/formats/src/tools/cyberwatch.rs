//! Cyberwatch (vulnerability management of hosts), JSON of its API as the Galeax exporter joins it. API versions seen: 3.
//!
//! Made by a script from `GET /api/v3/vulnerabilities/cve_announcements/{code}` and `GET /api/v3/security_issues/{id}`: one object with `cves` and `security_issues`.
//!
//! - index: `cves[].servers[]`, then `security_issues[].servers[]`, in the order of the file. A host is the place; an entry without hosts is one row.
//! - rule: the CVE, else `security_issue_id`. A security issue has no CVE of its own; those in `cve_announcements` are identifiers.
//! - severity: `cve_level` and `level` (`level_critical` … `level_none`), the tool's own words.
//! - `cvss_v3` and older ones are vectors of the source; `cve_score` the score.
//! - package: from `updates[]` of the host: product, version, target version. Where a host lists several, each is one row.
//! - a host with `fixed_at` or `ignored` is a suppression with that reason: the exporter lists it, and the platform does not count it.
//! - coverage: an export is what a filter let through, so it is read and closes nothing.
//! - left out: CAPEC and ATT&CK numbers, EPSS (Muster has its own).
//!
//! # Differs
//! - count: one finding for each host and product; some readers make one for each CVE.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::sca::{assessed, identify, weaknesses};
use super::web::plain_some;
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The joined export of the Cyberwatch API.
pub(crate) static FORMAT: Format = Format {
    id: "cyberwatch",
    name: "Cyberwatch (Galeax export)",
    kinds: &[Kind::Sca, Kind::Config],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let both = head.has_all(&["cves", "security_issues"]);
    Match::sure_if(both || head.has("cves[].cve_code") || head.has("security_issues[].security_issue_id"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Cyberwatch").claims.partial = Some("an export of the platform, maybe filtered".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "cves" => loose::rows(json, out, |out, place, row| {
            let rule = row.text(&["cve_code"]).ok_or("no `cve_code`")?;
            let mut finding = Finding::new(Kind::Sca, rule.clone(), rule.clone());
            identify(&mut finding, &rule, []);
            level(&mut finding, row.text(&["cve_level", "level"]));
            weaknesses(&mut finding, row.texts("cwes/cwe_id").iter().map(String::as_str));
            let score = row.number(&["cve_score"]);
            let vectors = ["cvss_v4", "cvss_v3", "cvss_v2", "cvss"].iter().filter_map(|name| row.text(&[name]));
            for (position, vector) in vectors.enumerate() {
                assessed(&mut finding, Some(&vector), score.filter(|_| position == 0), None);
            }
            if finding.cvss.is_empty() {
                assessed(&mut finding, None, score, None);
            }
            finding.description = plain_some(row.text(&["content", "description"]).as_deref());
            hosts(out, place, row, &finding);
            Ok(())
        }),
        "security_issues" => loose::rows(json, out, |out, place, row| {
            let rule = row.text(&["security_issue_id", "sid", "id"]).ok_or("no `security_issue_id`")?;
            let title = row.text(&["security_issue_title", "title"]).unwrap_or_else(|| rule.clone());
            let mut finding = Finding::new(Kind::Config, rule, title);
            level(&mut finding, row.text(&["level"]));
            finding.description = plain_some(row.text(&["security_issue_description", "description"]).as_deref());
            let codes = row.list("cve_announcements").iter().filter_map(|cve| cve.text(&["cve_code"])).collect::<Vec<_>>();
            finding.identifiers.extend(codes.into_iter().chain(row.texts("cve_announcements")));
            hosts(out, place, row, &finding);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn level(finding: &mut Finding, raw: Option<String>) {
    if let Some(raw) = raw {
        let severity = Severity::from_word(raw.trim_start_matches("level_"));
        finding.set_severity(raw, severity);
    }
}

fn hosts(out: &mut Output<'_>, place: &str, row: &Value, base: &Finding) {
    let hosts = inner(out, place, row, "servers");
    if hosts.is_empty() {
        out.finding(base.clone());
    }
    for host in hosts {
        let mut finding = base.clone();
        finding.location.resource = host.text(&["computer_name", "computer_id"]);
        finding.location.resource_type = Some("host".to_owned());
        finding.first_seen_by_tool = host.text(&["detected_at"]).and_then(|text| Timestamp::lenient(&text));
        let reason = match host.text(&["fixed_at"]) {
            Some(at) => Some(format!("fixed {at}")),
            None => (host.truth("ignored") == Some(true)).then(|| host.text(&["comment"]).unwrap_or_else(|| "ignored".to_owned())),
        };
        finding.suppressed = reason.map(|reason| Suppression { by: "Cyberwatch".to_owned(), reason: Some(reason) });
        let updates = inner(out, place, host, "updates");
        if updates.is_empty() {
            out.finding(finding.clone());
        }
        for update in updates {
            let mut finding = finding.clone();
            let package = finding.package_mut();
            package.name = update.text(&["current/product", "product", "target/product"]);
            package.version = update.text(&["current/version", "version"]);
            package.fixed = update.text(&["target/version", "fixed_version"]).into_iter().collect();
            out.finding(finding);
        }
    }
}
