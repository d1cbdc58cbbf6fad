//! Symfony security checkers, JSON: `symfony security:check`, the Local PHP Security Checker and the older SensioLabs checker.
//! Versions seen: SensioLabs 4 to 6, fabpot/local-php-security-checker 1 and 2, Symfony CLI 4 and 5.
//!
//! Make it with `symfony security:check --format=json > symfony.json`, or `local-php-security-checker --format=json`.
//!
//! - index: `*.advisories[]`, packages laid end to end. Some versions write advisories by number (an object); its members count.
//! - rule: `cve`, else the CVE of the title, else the advisory's link.
//! - severity: none is given, so unknown.
//! - package: ecosystem `composer`, the member's name, version. The lockfile is not named.
//! - `{}` is a clean report and cannot be told from other tools' empty objects: `--format symfony-security-check` names it.
//!
//! Differs: no severity info and no CWE 1035 are made up.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::Dig;
use super::sca;
use super::web::cves;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Symfony's security checkers.
pub(crate) static FORMAT: Format = Format {
    id: "symfony-security-check",
    name: "Symfony security checker",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    // The members of the root are package names: `symfony/cache.version`.
    Match::sure_if(head.is_json_object() && head.any_member(|member| head.has(&format!("{member}.advisories")) && member.contains('/')))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Symfony security checker");
    let mut json = input.json()?;
    json.object(|json, name| {
        let place = json.place();
        let row = match json.row::<Value>()? {
            Ok(row) if row.is_object() => row,
            _ => {
                out.bad_row(place, "expected a package");
                return Ok(());
            }
        };
        let advisories: Vec<&Value> = match row.dig("advisories") {
            Some(Value::Array(advisories)) => advisories.iter().collect(),
            Some(Value::Object(advisories)) => advisories.values().collect(),
            Some(_) => {
                out.bad_row(place, "expected advisories");
                return Ok(());
            }
            None => Vec::new(),
        };
        for (number, advisory) in advisories.into_iter().enumerate() {
            match finding(advisory, name, row.text("version")) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(format!("{place}.advisories[{number}]"), "an advisory without title, cve and link"),
            }
        }
        Ok(())
    })?;
    json.end()
}

fn finding(advisory: &Value, name: &str, version: Option<String>) -> Option<Finding> {
    let title = advisory.text("title");
    let cve = advisory.text("cve").or_else(|| title.as_deref().and_then(|title| cves(title).into_iter().next()));
    let rule = cve.clone().or_else(|| advisory.text("link")).or_else(|| title.clone())?;
    let mut finding = Finding::new(Kind::Sca, rule.as_str(), title.unwrap_or_else(|| format!("{rule} in {name}")));
    sca::identify(&mut finding, &rule, None);
    finding.references.extend(advisory.text("link"));
    let package = finding.package_mut();
    (package.ecosystem, package.name) = (Some("composer".to_owned()), Some(name.to_owned()));
    package.version = version.map(|version| version.trim_start_matches('v').to_owned());
    Some(finding)
}
