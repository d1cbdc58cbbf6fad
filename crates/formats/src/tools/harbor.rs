//! Harbor (registry), vulnerability report of an image, JSON of its API. Report versions seen: 1.0 (`…vuln.report.harbor+json`) and 1.1 (`…security.vulnerability.report`).
//!
//! Make it with `curl -u "$USER:$PASSWORD" https://harbor.example.com/api/v2.0/projects/shop/repositories/api/artifacts/1.0/additions/vulnerabilities > harbor.json`.
//!
//! - index: `vulnerabilities[]` of the reports laid end to end.
//! - rule: `id`. A report is that of the scanner that Harbor runs (Trivy, Clair, …), which is the category: another scanner's report supersedes nothing.
//! - severity: the word as it stands; Negligible and None are info, Unknown is unknown.
//! - package: name, version and `fix_version`. The report says neither its ecosystem nor its file, nor the image: `--image` at import does.
//! - CVSS: all of `vendor_attributes.CVSS` by source, else the `preferred_cvss`. CWE from `cwe_ids`.
//! - coverage: a report is there only once the scan got through; `generated_at` is the time. `vulnerabilities: null` is none.
//! - no fingerprint, no list of rules. Left out: digests of the artifact, the scanner's version (Harbor's own is not in the report).

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::sca::{assessed, identify, weaknesses};
use crate::read::json::Json;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The vulnerability report of an artifact in Harbor.
pub(crate) static FORMAT: Format = Format {
    id: "harbor",
    name: "Harbor vulnerability report",
    kinds: &[Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

const TYPES: [&str; 3] = ["scanner.adapter.vuln.report", "security.vulnerability.report", "vuln.report.harbor"];

fn sniff(head: &Head<'_>) -> Match {
    let typed = head.is_json_object() && head.contains("\"application/vnd.") && TYPES.iter().any(|name| head.contains(name));
    let bare = head.has_all(&["generated_at", "scanner.vendor", "vulnerabilities"]);
    Match::sure_if((typed && !head.has("version")) || bare)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Harbor");
    let mut json = input.json()?;
    if input.head().has("generated_at") || input.head().has("vulnerabilities") {
        report(&mut json, out)?;
    } else {
        json.object(|json, key| if TYPES.iter().any(|name| key.contains(name)) { report(json, out) } else { Ok(()) })?;
    }
    json.end()
}

fn report(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.object(|json, key| match key {
        "generated_at" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
            out.this().claims.ran = true;
            Ok(())
        }
        "scanner" => {
            let scanner = json.row::<Value>()?.unwrap_or_default();
            out.this().category = scanner.text(&["name"]).unwrap_or_default();
            Ok(())
        }
        "vulnerabilities" => loose::rows(json, out, |out, _, row| {
            out.finding(finding(row)?);
            Ok(())
        }),
        _ => Ok(()),
    })
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["id"]).ok_or("no `id`")?;
    let name = row.text(&["package"]).ok_or("no `package`")?;
    let mut finding = Finding::new(Kind::Container, rule.clone(), format!("{rule} in {name}"));
    identify(&mut finding, &rule, []);
    if let Some(raw) = row.text(&["severity"]) {
        let severity = if raw.eq_ignore_ascii_case("negligible") { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    weaknesses(&mut finding, row.texts("cwe_ids").iter().map(String::as_str));
    for (source, cvss) in row.find("vendor_attributes/CVSS").and_then(Value::as_object).into_iter().flatten() {
        for version in ["V40", "V3", "V2"] {
            let vector = cvss.text(&[&format!("{version}Vector")]);
            assessed(&mut finding, vector.as_deref(), cvss.number(&[&format!("{version}Score")]), Some(source));
        }
    }
    if finding.cvss.is_empty() {
        for version in ["v3", "v2"] {
            let vector = row.text(&[&format!("preferred_cvss/vector_{version}")]);
            assessed(&mut finding, vector.as_deref(), row.number(&[&format!("preferred_cvss/score_{version}")]), None);
        }
    }
    finding.description = row.text(&["description"]);
    finding.references = row.texts("links");
    let package = finding.package_mut();
    package.name = Some(name);
    package.version = row.text(&["version"]);
    package.fixed = row.text(&["fix_version"]).into_iter().collect();
    Ok(finding)
}
