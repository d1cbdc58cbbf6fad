//! Nancy (Go modules against OSS Index), JSON. Versions seen: 0.0.24 to 1.0.52.
//!
//! Make it with `go list -json -deps ./... | nancy sleuth -o json > nancy.json` (`json-pretty` alike).
//!
//! - index: `vulnerable[].Vulnerabilities[]`. `audited[]` repeats them and is read for the components alone.
//! - rule: `ID` (`Id` in older versions; OSS Index's number, or a CVE), `Cve` and the CVE of the title are identifiers, the CWE is that of the title.
//! - severity: none is given; the CVSS score by its bands.
//! - `Excluded: true` (an entry of `.nancy-ignore`) is a suppression.
//! - place: the report names no file; `--prefix` of the import says which module it is.
//! - ran: `num_audited`. Modules under `invalid[]` could not be looked up; they are named as warnings.
//!
//! Differs: the CWE is that of the title also where the title begins with a CVE.

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `nancy sleuth -o json`.
pub(crate) static FORMAT: Format =
    Format { id: "nancy", name: "Nancy", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("num_audited") || head.has("num_vulnerable") || head.has_all(&["audited[].Coordinates", "audited[].Reference"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nancy");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "num_audited" => {
            out.this().claims.ran = json.row::<u64>()?.is_ok_and(|number| number > 0);
            Ok(())
        }
        "version" => {
            out.this().tool_version = json.row::<String>()?.ok().filter(|version| !version.is_empty() && version != "development");
            Ok(())
        }
        "audited" => dig::each(json, out, |out, _, module| {
            if let Some(purl) = module.text("Coordinates").filter(|purl| purl.starts_with("pkg:")) {
                out.component(sca::component(&purl, None));
            }
        }),
        "invalid" => dig::each(json, out, |out, place, module| {
            out.warn(place, format!("{} could not be looked up", module.text("Coordinates").as_deref().unwrap_or("a module")));
        }),
        "vulnerable" => dig::each(json, out, |out, place, module| {
            for (place, row) in dig::objects(out, place, module, "Vulnerabilities") {
                match finding(row, module) {
                    Some(finding) => out.finding(finding),
                    None => out.bad_row(place, "a vulnerability without ID"),
                }
            }
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: &Value, module: &Value) -> Option<Finding> {
    let id = row.text("ID|Cve")?;
    let title = row.text("Title").unwrap_or_else(|| id.clone());
    let mut finding = Finding::new(Kind::Sca, id.as_str(), title.as_str());
    let score = row.number("CvssScore");
    if let Some(score) = score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    let word = |start: &str| {
        title
            .split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ':' | ','))
            .find(|word| word.starts_with(start))
            .map(str::to_owned)
    };
    sca::identify(&mut finding, &id, row.text("Cve").or_else(|| word("CVE-")).as_deref());
    sca::weaknesses(&mut finding, row.text("Cwe").or_else(|| word("CWE-")).as_deref());
    sca::assessed(&mut finding, row.text("CvssVector").as_deref(), score, Some("OSS Index"));
    finding.description = row.text("Description");
    finding.url = row.text("Reference");
    if row.truth("Excluded") == Some(true) {
        finding.suppressed = Some(Suppression { by: ".nancy-ignore".to_owned(), reason: None });
    }
    if let Some(purl) = module.text("Coordinates") {
        let bare = purl.split(['@', '?', '#']).next().unwrap_or_default();
        let package = finding.package_mut();
        package.name = bare.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).map(|(_, name)| name.to_owned());
        package.version = sca::purl_version(&purl);
        package.purl = Some(purl);
    }
    Some(finding)
}
