//! Mend (formerly WhiteSource) SCA, JSON. Seen: the inventory with vulnerabilities of the Unified Agent and CLI (`libraries[]`), the vulnerability
//! report of API 1.x (`vulnerabilities[]`), the findings of platform API 3 (`response[]`); the alerts of API 1.x (`alerts[]`) are read alike.
//!
//! Make it with `curl -H "Authorization: Bearer $TOKEN" "https://api.whitesourcesoftware.com/api/v3.0/projects/$PROJECT/dependencies/findings/security" > mend.json`,
//! or with the agent's `generateScanReport=true`.
//!
//! - index: `libraries[].vulnerabilities[]`, else the elements of the other lists.
//! - rule: the vulnerability's name (`CVE-…`, `WS-…`).
//! - severity: `cvss3_severity` where given (`severity` is then that of CVSS 2), else `severity`.
//! - package: Maven artefacts as `group:artifact`, npm, Python and .NET packages by `groupId` (there `artifactId` is the archive's file name), others by
//!   `artifactId`. `topFix.fixResolution` gives the fixed versions where it names versions (`no_fix` does not).
//! - place: the first of `component.path`, `locations[].path`, `sourceFiles[].localPath`.
//! - `findingInfo.status`: `IGNORED` and the like are suppressed, `LIBRARY_REMOVED` is no finding. `comment` is the reason.
//! - no fingerprint: `uuid` is that of the row in the server, kept and not trusted.
//! - coverage: a page of API 3 with fewer rows than `additionalData.totalItems` is partial. `libraries[]` lists every library that was looked at. `{"vulnerabilities": []}` tells nothing of a run.
//! - left out: licences and policies of the inventory, EPSS.
//!
//! Differs: no CWE 1035 is made up; one path where the report names several source files.

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Mend's vulnerability reports.
pub(crate) static FORMAT: Format =
    Format { id: "mend", name: "Mend SCA", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let inventory = head.has("libraries") && (head.has("projectVitals") || head.has("libraries[].keyUuid"));
    let platform = head.has("response") && (head.has("supportToken") || head.has_all(&["response[].findingInfo", "response[].component"]));
    let list = |name: &str| {
        head.has(&format!("{name}[].library.keyUuid")) || head.has_all(&[&format!("{name}[].library"), &format!("{name}[].topFix")])
    };
    if inventory || platform || list("vulnerabilities") || list("alerts") {
        return Match::Sure;
    }
    if dig::only_empty(head, "vulnerabilities") { Match::Maybe } else { Match::No }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Mend");
    let mut total = None;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "projectVitals" => {
            let vitals: Value = json.row()?.unwrap_or_default();
            out.this().at = vitals.time("lastUpdatedDate");
            Ok(())
        }
        "additionalData" => {
            let about: Value = json.row()?.unwrap_or_default();
            total = about.whole("totalItems").map(u64::from);
            Ok(())
        }
        "libraries" => dig::each(json, out, |out, place, library| {
            out.this().claims.ran = true;
            for (place, row) in dig::objects(out, place, library, "vulnerabilities") {
                push(out, &place, row, library);
            }
        }),
        "response" | "vulnerabilities" | "alerts" => dig::each(json, out, |out, place, row| {
            push(out, place, row, row.dig("component|library").unwrap_or(&Value::Null));
        }),
        _ => Ok(()),
    })?;
    let claims = &mut out.this().claims;
    let rows = claims.rows_read + claims.rows_skipped + claims.passed;
    if let Some(total) = total.filter(|total| *total > rows) {
        claims.partial = Some(format!("{rows} of {total} findings are on this page"));
    }
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, row: &Value, library: &Value) {
    let status = row.text("findingInfo.status|status").unwrap_or_default().to_ascii_uppercase();
    if status == "LIBRARY_REMOVED" {
        out.no_finding();
        return;
    }
    let Some(id) = row.text("vulnerability.name|name|vulnerability.id") else {
        out.bad_row(place, "a vulnerability without name");
        return;
    };
    let shown = library.text("name|filename|artifactId");
    let mut finding = Finding::new(Kind::Sca, id.as_str(), format!("{id} in {}", shown.as_deref().unwrap_or("a library")));
    sca::identify(&mut finding, &id, None);
    if finding.identifiers.is_empty() {
        finding.identifiers.push(id.to_ascii_uppercase());
    }
    if let Some(word) = row.text("vulnerability.cvss3_severity|cvss3_severity|vulnerability.severity|severity") {
        finding.set_severity_word(&word);
    }
    let score = row.number("vulnerability.cvss3_score|cvss3_score|vulnerability.score|score");
    sca::assessed(&mut finding, row.text("scoreMetadataVector|vulnerability.scoreMetadataVector").as_deref(), score, Some("mend"));
    finding.description = row.text("vulnerability.description|description");
    finding.references.extend(row.text("vulnerability.url|url"));
    let fix = row.text("topFix.fixResolution|vulnerability.topFix.fixResolution").filter(|text| !text.eq_ignore_ascii_case("no_fix"));
    finding.package_mut().fixed = fix.as_deref().map(versions).unwrap_or_default();
    finding.remediation = fix.map(|fix| if fix.starts_with("Upgrade") { fix } else { format!("Upgrade to {fix}") });
    finding.first_seen_by_tool = row.time("findingInfo.detectedAt");
    if let Some(uuid) = row.text("uuid") {
        finding.fingerprint("uuid", uuid);
    }
    if !status.is_empty() && !matches!(status.as_str(), "ACTIVE" | "NEW" | "OPEN" | "UNKNOWN") {
        let reason = row.text("findingInfo.comment.text|findingInfo.comment").unwrap_or_else(|| status.to_ascii_lowercase());
        finding.suppressed = Some(Suppression { by: "Mend".to_owned(), reason: Some(reason) });
    }
    name_package(&mut finding, library);
    let path = library.text("path").or_else(|| first(row, "locations", "path")).or_else(|| first(library, "locations", "path"));
    if let Some(path) = path.or_else(|| first(row, "sourceFiles", "localPath")) {
        sca::in_file(&mut finding, &path);
    }
    out.finding(finding);
}

fn first(row: &Value, list: &str, name: &str) -> Option<String> {
    row.items(list).first().and_then(|element| element.text(name))
}

fn name_package(finding: &mut Finding, library: &Value) {
    let (group, artifact) = (library.text("groupId"), library.text("artifactId|name"));
    let kind = library.text("libraryType|type").unwrap_or_default().to_ascii_uppercase();
    let (ecosystem, name) = match kind.as_str() {
        "MAVEN_ARTIFACT" => ("maven", group.zip(artifact.clone()).map(|(group, artifact)| format!("{group}:{artifact}"))),
        "NODE_PACKAGED_MODULE" => ("npm", group),
        "PYTHON_PACKAGE" => ("pypi", group),
        "NUGET_PACKAGE" | "NUGET_PACKAGE_MODULE" | "DOT_NET_AS_GENERIC_RESOURCE" => ("nuget", group),
        "RUBY_GEM" => ("gem", group),
        kind if kind.starts_with("GO") => ("golang", None),
        _ => ("", None),
    };
    let package = finding.package_mut();
    package.ecosystem = Some(ecosystem.to_owned()).filter(|word| !word.is_empty());
    package.name = name.or(artifact);
    package.version = library.text("version");
    package.direct = match library.text("dependencyType").as_deref() {
        Some("Direct") => Some(true),
        Some("Transitive") => Some(false),
        _ => library.truth("directDependency"),
    };
}

/// The versions that a sentence of Mend names: `Upgrade to version org.a:b:1.2,1.3.1`, `LibSass - 3.5.5`.
fn versions(text: &str) -> Vec<String> {
    let parts = text.split([',', ';']).filter_map(|part| part.rsplit([':', ' ']).next());
    parts
        .map(|part| part.trim_start_matches('v'))
        .filter(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn versions_out_of_sentences() {
        assert_eq!(versions("Upgrade to version org.a:b:1.2,1.3.1"), ["1.2", "1.3.1"]);
        assert_eq!(versions("LibSass - 3.5.5"), ["3.5.5"]);
        assert!(versions("Replace or update the files: parser.cpp").is_empty());
    }
}
