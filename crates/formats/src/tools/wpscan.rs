//! WPScan (WordPress sites, their plug-ins and themes), JSON. Versions seen: 3.4 to 3.8.
//!
//! Make it with `wpscan --url https://blog.example.com --format json --output wpscan.json` (with `--api-token`; without, no vulnerability is known).
//!
//! - index: `interesting_findings[]`, then `version.vulnerabilities[]`, `main_theme.vulnerabilities[]`, those of each of `themes`, `plugins` and
//!   `timthumbs`, then `config_backups` and `db_exports`, in the order of the report.
//! - rule: of a vulnerability its `references.wpvulndb` (or CVE, else the title), of an interesting finding its `type`.
//! - severity: the tool rates nothing; a `cvss` (enterprise API) does, by its bands. A vulnerability without is unknown, an interesting finding info,
//!   a readable backup of the configuration or database high.
//! - package: the plug-in, theme or WordPress itself with its version; ecosystem `wordpress-plugin`, `wordpress-theme`, `wordpress`.
//! - place: the URL of the finding, else of the plug-in, else `target_url`, which is the target.
//! - coverage: `stop_time` shows the end, `scan_aborted` a failed scan. `vuln_api.error` means that no vulnerability was looked up:
//!   then only what stands open was looked for.
//! - left out: users, medias and password attacks (what they show is not a weakness of the site's code).
//!
//! # Differs
//! - a vulnerability's severity is not guessed, the CWE of old components is not in the report.

use model::{Cvss, Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::loose::{at, items, number, rows, text, texts};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `wpscan --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "wpscan",
    name: "WPScan",
    kinds: &[Kind::Dast, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let banner = head.value("banner.description").is_some_and(|text| text.contains("WordPress Security Scanner"));
    let scan = head.has("target_url") && (head.has("interesting_findings") || head.has("main_theme") || head.has("scan_aborted"));
    Match::sure_if(banner || scan)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("WPScan").claims.kinds = vec![Kind::Dast, Kind::Sca];
    let mut json = input.json()?;
    json.object(|json, key| {
        let place = json.place();
        let value = match json.row::<Value>()? {
            Ok(value) => value,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        match key {
            "banner" => out.this().tool_version = text(&value, &["version"]),
            "start_time" => out.this().at = value.as_i64().map(Timestamp::from_seconds),
            "stop_time" => out.this().claims.ran = true,
            "target_url" => out.this().url = crate::read::lenient::scalar(&value),
            "scan_aborted" => out.this().claims.failed = crate::read::lenient::scalar(&value),
            "vuln_api" if text(&value, &["error"]).is_some() => out.this().claims.kinds = vec![Kind::Dast],
            "interesting_findings" => rows(out, &in_member(value), "rows", interesting),
            "version" => component(out, &value, "wordpress", "WordPress"),
            "main_theme" => component(out, &value, "wordpress-theme", "theme"),
            "themes" => each(out, &value, |out, theme, _| component(out, theme, "wordpress-theme", "theme")),
            "plugins" => each(out, &value, |out, plugin, _| component(out, plugin, "wordpress-plugin", "plugin")),
            "timthumbs" => each(out, &value, |out, found, _| component(out, found, "timthumb", "timthumb")),
            "config_backups" => {
                each(out, &value, |out, found, url| exposed(out, found, url, "config-backup", "Readable backup of the configuration"))
            }
            "db_exports" => each(out, &value, |out, found, url| exposed(out, found, url, "db-export", "Readable export of the database")),
            _ => {}
        }
        Ok(())
    })?;
    json.end()
}

fn in_member(value: Value) -> Value {
    Value::Object(std::iter::once(("rows".to_owned(), value)).collect())
}

/// The members of an object by name; some versions write an empty list for none.
fn each(out: &mut Output<'_>, value: &Value, mut visit: impl FnMut(&mut Output<'_>, &Value, &str)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| visit(out, member, name)),
        Value::Array(members) => members.iter().for_each(|member| visit(out, member, "")),
        Value::Null => {}
        _ => out.bad_row(format!("row {}", out.next_index()), "expected an object"),
    }
}

fn interesting(out: &mut Output<'_>, row: &Value) {
    let kind = text(row, &["type"]).unwrap_or_else(|| "interesting".to_owned());
    let title = text(row, &["to_s"]).unwrap_or_else(|| kind.clone());
    let mut finding = Finding::new(Kind::Dast, kind, title);
    finding.severity = Severity::Info;
    finding.confidence = text(row, &["confidence"]).map(|percent| format!("{percent} %"));
    let entries = texts(row, "interesting_entries").join("\n");
    finding.description = paragraphs([Some(entries), labelled("Found by", text(row, &["found_by"]).as_deref())]);
    finding.references = texts(row, "references.url");
    finding.location.url = text(row, &["url"]).or_else(|| out.this().url.clone());
    out.finding(finding);
}

fn component(out: &mut Output<'_>, component: &Value, ecosystem: &str, what: &str) {
    let name = text(component, &["slug"]).unwrap_or_else(|| what.to_lowercase());
    let version = text(component, &["number", "version.number"]);
    let url = text(component, &["location"]).or_else(|| out.this().url.clone());
    let before = out.next_index();
    rows(out, component, "vulnerabilities", |out, row| {
        let Some(title) = text(row, &["title"]) else {
            return out.bad_row(format!("vulnerabilities of {name}, row {}", out.next_index()), "no title");
        };
        let mut finding = vulnerability(row, title);
        finding.location.url.clone_from(&url);
        let package = finding.package_mut();
        package.name = Some(name.clone());
        package.version.clone_from(&version);
        package.ecosystem = Some(ecosystem.to_owned());
        package.fixed = text(row, &["fixed_in"]).into_iter().collect();
        out.finding(finding);
    });
    if out.next_index() == before && component.is_object() {
        out.no_finding();
    }
}

fn vulnerability(row: &Value, title: String) -> Finding {
    let cves: Vec<String> =
        texts(row, "references.cve").into_iter().map(|cve| if cve.starts_with("CVE-") { cve } else { format!("CVE-{cve}") }).collect();
    let known = texts(row, "references.wpvulndb").into_iter().next();
    let rule = known.or_else(|| cves.first().cloned()).unwrap_or_else(|| title.clone());
    let mut finding = Finding::new(Kind::Sca, rule, title);
    if let Some((first, others)) = cves.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    if let Some(score) = number(row, &["cvss.score"]) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        let vector = text(row, &["cvss.vector"]);
        finding.cvss.push(vector.as_deref().map_or_else(Cvss::default, Cvss::from_vector).with_score(Some(score)));
    }
    finding.description = text(row, &["description", "poc"]);
    finding.references = items(row, "references.url").iter().filter_map(crate::read::lenient::scalar).collect();
    finding
}

fn exposed(out: &mut Output<'_>, found: &Value, url: &str, rule: &str, title: &str) {
    let mut finding = Finding::new(Kind::Dast, rule, title);
    finding.severity = Severity::High;
    finding.cwes = vec![530];
    finding.confidence = at(found, "confidence").and_then(crate::read::lenient::scalar).map(|percent| format!("{percent} %"));
    finding.location.url = text(found, &["url"]).or_else(|| Some(url.to_owned()).filter(|url| !url.is_empty()));
    out.finding(finding);
}
