//! DevAudit (Sonatype OSS Index), JSON. Versions seen: 3.4, the last one.
//!
//! Make it with `devaudit npm -f package.json --output-json --output-file devaudit.json`.
//!
//! - index: `Packages[].Vulnerabilities[]`. The member names hold blanks (`Packages Audited`).
//! - rule: `id`. `cwe` and the CVE or CWE of the title are kept.
//! - severity: none is given; the CVSS score by its bands, unknown without one.
//! - package: `pm` as ecosystem, name (with `group`, where it is not `None`), version.
//! - ran: `Packages Audited` above 0.
//!
//! Differs: no CWE 1035 is made up; without a score the severity is unknown, not info.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of DevAudit's JSON report.
pub(crate) static FORMAT: Format = Format {
    id: "ossindex-devaudit",
    name: "DevAudit (OSS Index)",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("Packages Audited") || head.has_all(&["Packages[].Package.pm", "Packages[].Vulnerabilities"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("DevAudit");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Packages Audited" => {
            out.this().claims.ran = json.row::<u64>()?.is_ok_and(|number| number > 0);
            Ok(())
        }
        "Packages" => dig::each(json, out, |out, place, package| {
            for (place, row) in dig::objects(out, place, package, "Vulnerabilities") {
                match finding(row, package) {
                    Some(finding) => out.finding(finding),
                    None => out.bad_row(place, "a vulnerability without id and title"),
                }
            }
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: &Value, package: &Value) -> Option<Finding> {
    let said = |path: &str| package.text(path).filter(|text| text != "None");
    let name = match (said("Package.group"), said("Package.name")) {
        (Some(group), Some(name)) => Some(format!("{group}/{name}")),
        (_, name) => name,
    };
    let title = row.text("title").or_else(|| row.text("id"))?;
    let mut finding = Finding::new(Kind::Sca, row.text("id").unwrap_or_else(|| title.clone()), title.as_str());
    let score = row.number("cvssScore").filter(|score| *score > 0.0);
    if let Some(score) = score {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
    sca::assessed(&mut finding, row.text("cvssVector").as_deref(), score, Some("OSS Index"));
    let mut words = title.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ':' | ','));
    let cwe = row.text("cwe").or_else(|| words.clone().find(|word| word.starts_with("CWE-")).map(str::to_owned));
    sca::weaknesses(&mut finding, cwe.as_deref());
    let rule = finding.rule.clone();
    sca::identify(&mut finding, &rule, row.text("cve").as_deref().or_else(|| words.find(|word| word.starts_with("CVE-"))));
    finding.description = row.text("description");
    finding.url = row.text("reference");
    let version = said("Package.version");
    let made = finding.package_mut();
    (made.ecosystem, made.name, made.version) = (said("Package.pm"), name, version);
    Some(finding)
}
