//! Checkmarx SCA, JSON of a risk report. Reports seen: 2021 to 2025.
//!
//! Make it with *Scan risk report*, *JSON*, or `POST /export/requests` with `"FileFormat": "ScanReportJson"`.
//!
//! - index: `Vulnerabilities[]`. `IsIgnored` is a suppression.
//! - rule: the CVE, else `Id` (`Cx…`). Severity: the word; `Cvss` scores and vectors are kept.
//! - the package: name and version of the row; `FixResolutionText` is the fixed version.
//! - chain: the first dependency path of the package; `IsDirectDependency` says whether it is direct.
//! - reachability: `ExploitableMethods[]` that are not empty, or `ExploitablePath` true, mean that the vulnerable method is called.
//! - `RiskReportSummary` shows that the scan got through. Left out: packages without a vulnerability, licences, policies, outdated packages.

use model::{Finding, Kind, Reachability, Suppression, Timestamp};
use serde_json::Value;

use super::sca;
use super::wording::add_cwes;
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The JSON risk report of Checkmarx SCA.
pub(crate) static FORMAT: Format = Format {
    id: "checkmarx-sca",
    name: "Checkmarx SCA",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["Vulnerabilities[].PackageName", "Vulnerabilities[].Severity"]) && head.has("Packages");
    Match::sure_if(head.has("RiskReportSummary") || row)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkmarx SCA");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "RiskReportSummary" => {
            let value = json.row::<Value>()?.unwrap_or_default();
            let run = out.this();
            run.claims.ran = value.is_object();
            run.at = Fields::of(&value).text(&["CreatedOn", "ScanDate"]).as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "Vulnerabilities" => json.rows(out, |out, row: Value| {
            let row = Fields::of(&row);
            match row.text(&["CveName", "Id", "CveId"]) {
                Some(rule) => out.finding(finding(rule, row)),
                None => out.bad_row(format!("Vulnerabilities[{}]", out.next_index()), "a vulnerability without Id"),
            }
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["Vulnerabilities"]);
    json.end()
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let name = row.text(&["PackageName"]);
    let title = name.as_ref().map_or_else(|| rule.clone(), |name| format!("{rule} in {name}"));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    if let Some(raw) = row.text(&["Severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, row.text(&["CveName"]).as_deref());
    add_cwes(&mut finding.cwes, row.text(&["Cwe"]).as_deref());
    let vector = row.text(&["Cvss4/Vector", "Cvss3/Vector", "Cvss/Vector", "VectorString"]);
    sca::assessed(&mut finding, vector.as_deref(), row.number(&["Score", "CvssScore"]), None);
    finding.description = row.text(&["Description"]);
    finding.references = row.texts(&["References"]);
    if row.is_true(&["IsIgnored"]) {
        finding.suppressed = Some(Suppression { by: "Checkmarx SCA".to_owned(), reason: row.text(&["Comment"]) });
    }
    let called = row.list("ExploitableMethods").next().is_some() || !row.texts(&["ExploitableMethods"]).is_empty();
    if called || row.is_true(&["ExploitablePath"]) {
        finding.reachability = Some(Reachability { verdict: "reachable".to_owned(), source: None });
    }
    let direct = row.text(&["IsDirectDependency"]).map(|text| text.eq_ignore_ascii_case("true"));
    let package = finding.package_mut();
    (package.name, package.version, package.direct) = (name, row.text(&["PackageVersion"]), direct);
    package.ecosystem = row.text(&["PackageManager"]).map(|manager| manager.to_ascii_lowercase());
    package.fixed = row.text(&["FixResolutionText"]).into_iter().collect();
    finding
}
