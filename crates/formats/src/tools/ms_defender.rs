//! Microsoft Defender for Endpoint (vulnerability management), JSON of the API: vulnerabilities by machine and software, and the software
//! vulnerabilities assessment. An archive with such files (and the machines beside them) is read file by file.
//!
//! Make it with `curl -H "Authorization: Bearer $TOKEN" https://api.security.microsoft.com/api/vulnerabilities/machinesVulnerabilities > defender.json`,
//! or `…/api/machines/SoftwareVulnerabilitiesByMachine`.
//!
//! - index: `value[]`.
//! - rule: `cveId`; rows without CVE (`TVM-…`) have that name.
//! - severity: `severity`, in the assessment `vulnerabilitySeverityLevel`.
//! - package: `productVendor:productName` (`softwareVendor`, `softwareName`) and version; `fixingKbId` and `recommendedSecurityUpdate` are what fixes it.
//! - place: the machine: `deviceName` where given, else `machineId` or `deviceId`. `diskPaths` and `registryPaths` go to the description.
//! - coverage: `@odata.nextLink` says that further pages follow: partial. The last page does not say that others went before, so the format is
//!   read-only.
//! - left out: machines (they are in a file of their own that names no vulnerability), tags, groups.
//!
//! Differs: the host is the machine's id where the row names no more; addresses stand in another file.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Defender's vulnerability API.
pub(crate) static FORMAT: Format = Format {
    id: "ms-defender",
    name: "Microsoft Defender for Endpoint",
    kinds: &[Kind::Container],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["value[].cveId", "value[].machineId"]) || head.has_all(&["value[].cveId", "value[].deviceId"]);
    let context = head.value("@odata.context").unwrap_or_default();
    let empty = head.has("value") && !head.has("value[].id") && !context.contains("#Machines");
    Match::sure_if(
        row || empty
            && (context.contains("securitycenter") || context.contains("security.microsoft.com") || context.contains("windowsDefenderATP")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Microsoft Defender");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "@odata.nextLink" => {
            out.this().claims.partial =
                json.row::<String>()?.ok().filter(|link| !link.is_empty()).map(|_| "further pages follow".to_owned());
            Ok(())
        }
        "value" => dig::each(json, out, |out, place, row| match finding(row) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(place, "a row without cveId and id"),
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: &Value) -> Option<Finding> {
    let id = row.text("cveId").or_else(|| row.text("id"))?;
    let (vendor, name) = (row.text("productVendor|softwareVendor"), row.text("productName|softwareName"));
    let mut finding = Finding::new(Kind::Container, id.as_str(), format!("{id} in {}", name.as_deref().unwrap_or("a product")));
    sca::identify(&mut finding, &id, None);
    if let Some(word) = row.text("severity|vulnerabilitySeverityLevel") {
        finding.set_severity_word(&word);
    }
    sca::assessed(&mut finding, row.text("cvssVector").as_deref(), row.number("cvssScore|cvssV3"), None);
    let update = row.text("recommendedSecurityUpdate");
    let update_id = row.text("recommendedSecurityUpdateId|fixingKbId");
    finding.remediation = match (update, update_id) {
        (Some(update), Some(id)) => Some(format!("Install {update} (KB{})", id.trim_start_matches("KB"))),
        (Some(update), None) => Some(format!("Install {update}")),
        (None, Some(id)) => Some(format!("Install KB{}", id.trim_start_matches("KB"))),
        (None, None) => None,
    };
    finding.references.extend(row.text("recommendedSecurityUpdateUrl"));
    finding.description = paragraphs([
        labelled("Paths", Some(row.texts("diskPaths").join("\n").as_str())),
        labelled("Registry", Some(row.texts("registryPaths").join("\n").as_str())),
        labelled("Exploitability", row.text("exploitabilityLevel").as_deref()),
    ]);
    finding.first_seen_by_tool = row.time("firstSeenTimestamp");
    finding.location.resource = row.text("deviceName|computerDnsName|machineId|deviceId");
    finding.location.resource_type = Some("machine".to_owned());
    let package = finding.package_mut();
    package.name = match (vendor, name) {
        (Some(vendor), Some(name)) => Some(format!("{vendor}:{name}")),
        (_, name) => name,
    };
    package.version = row.text("productVersion|softwareVersion");
    Some(finding)
}
