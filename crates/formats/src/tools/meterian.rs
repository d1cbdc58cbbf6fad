//! Meterian (SCA), JSON. Versions seen: reports of 2021 to 2023.
//!
//! Make it with `java -jar meterian-cli.jar --report-json=meterian.json`.
//!
//! - index: `reports.security.reports[].reports[].advices[]`: languages, dependencies and advices laid end to end.
//! - rule: `cve`, else the advice's `id`. Advices without CVE say `N/A`.
//! - severity: `HIGH`, `MEDIUM`, `LOW`, `CRITICAL`; `SUGGEST` is info. `cvss` is a score without version.
//! - package: language as ecosystem, name, version; `safeVersions` are the fixed ones; `hierarchy` is the chain, without the project itself;
//!   `transitive`. `locations[]` is the manifest where given.
//! - coverage: the security report with its score shows that the analysis ran; a report without that section is refused.
//! - left out: stability and licensing.
//!
//! Differs: no path (`Manifest file`) is made up where the report names none.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `meterian-cli --report-json`.
pub(crate) static FORMAT: Format =
    Format { id: "meterian", name: "Meterian", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("reports.security.reports")
            || head.has("reports.security.score")
            || head.has_all(&["scores.stability", "scores.security"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Meterian");
    let mut found = false;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "timestamp" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| model::Timestamp::lenient(&text));
            Ok(())
        }
        "reports" => json.object(|json, key| {
            if key != "security" {
                return Ok(());
            }
            found = true;
            json.object(|json, key| match key {
                "score" => {
                    out.this().claims.ran = json.row::<f64>()?.is_ok();
                    Ok(())
                }
                "reports" => dig::each(json, out, language),
                _ => Ok(()),
            })
        }),
        _ => Ok(()),
    })?;
    json.end()?;
    if found { Ok(()) } else { Err(ParseError::whole("no security report in it (`reports.security`)")) }
}

fn language(out: &mut Output<'_>, place: &str, report: &Value) {
    let language = report.text("language");
    for (place, dependency) in dig::objects(out, place, report, "reports") {
        for (place, advice) in dig::objects(out, &place, dependency, "advices") {
            match finding(advice, dependency, language.as_deref()) {
                Some(finding) => out.finding(finding),
                None => out.bad_row(place, "an advice without id and cve"),
            }
        }
    }
}

fn finding(advice: &Value, dependency: &Value, language: Option<&str>) -> Option<Finding> {
    let cve = advice.text("cve").filter(|text| sca::is_public_id(text));
    let id = cve.clone().or_else(|| advice.text("id"))?;
    let name = dependency.text("dependency.name").or_else(|| advice.text("library.name"));
    let mut finding = Finding::new(Kind::Sca, id.as_str(), format!("{id} in {}", name.as_deref().unwrap_or("a package")));
    sca::identify(&mut finding, &id, None);
    if let Some(word) = advice.text("severity") {
        let severity = if word.eq_ignore_ascii_case("suggest") { Severity::Info } else { Severity::from_word(&word) };
        finding.set_severity(word, severity);
    }
    sca::weaknesses(&mut finding, advice.text("cwe").as_deref());
    sca::assessed(&mut finding, None, advice.number("cvss"), Some("meterian"));
    finding.description = advice.text("description");
    let links = advice.items("links").iter().filter_map(|link| link.text("url"));
    finding.references = links.filter(|url| url.starts_with("http")).collect();
    if let Some(uuid) = advice.text("id").filter(|uuid| *uuid != id) {
        finding.fingerprint("advice", uuid);
    }
    let mut fixed: Vec<String> =
        ["latestPatch", "latestMinor", "latestMajor"].iter().filter_map(|step| dependency.text(&format!("safeVersions.{step}"))).collect();
    fixed.dedup();
    let chain = dependency.texts("hierarchy");
    let package = finding.package_mut();
    package.ecosystem = advice.text("library.language").or_else(|| language.map(str::to_owned));
    package.name = name;
    package.version = dependency.text("dependency.version");
    package.fixed = fixed;
    package.chain = chain
        .iter()
        .filter_map(|step| step.rsplit_once(':'))
        .filter(|(_, version)| *version != "--")
        .map(|(name, _)| name.to_owned())
        .collect();
    package.direct = dependency.truth("transitive").map(|transitive| !transitive);
    let place = dependency.texts("locations").into_iter().next().or_else(|| dependency.texts("dependency.locations").into_iter().next());
    if let Some(file) = place {
        sca::in_file(&mut finding, &file);
    }
    Some(finding)
}
