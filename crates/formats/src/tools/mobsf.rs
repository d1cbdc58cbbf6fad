//! MobSF (Mobile Security Framework), static analysis of Android, iOS and Windows apps, JSON. Versions seen: 3.6 to 4.3.
//!
//! Make it with `curl -X POST -H "Authorization: $KEY" --data "hash=$HASH" http://mobsf.example.com/api/v1/report_json > mobsf.json`.
//!
//! - index: the sections in the order of this page. Code analysis: each file of each rule; all else each entry.
//! - `code_analysis.findings`: the name is the rule, the description the title; a file's lines are one finding at the first of them, all lines in the
//!   description. CWE, CVSS (a score without version), OWASP and MASVS are kept. `android_api`: one finding a rule, without place.
//! - `manifest_analysis`, `network_security`, `certificate_analysis`, `ats_analysis`, `firebase_urls`: one finding an entry. What has no rule name gets
//!   that of its section.
//! - `binary_analysis`, `macho_analysis`, `dylib_analysis`, `framework_analysis`: one finding for each check of a file that is `high` or `warning`.
//! - `permissions`: those of status `dangerous` are high (MobSF shows them in red), all others info.
//! - `secrets`: possible hard-coded secrets, medium, the name is the rule's tail and the value evidence.
//! - severity: `high`; `warning` is medium; `info`; `good` and `secure` are passed checks and no findings.
//! - no fingerprint. The run: version, time; the app's name and package are not a target of ours.
//! - ran: a report is written only at the end of an analysis.
//! - left out: trackers, strings, URLs, domains, files; the score card (`appsec`) sums up the sections above.
//!
//! # Differs
//! - severity: `warning` is medium, not low; no CWE 919 is made up.
//! - protections that are present are no findings, so nothing stands at the path of the library that has them.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::mobsf_parts::{self as parts, entry};
use super::sca::weaknesses;
use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of MobSF's static analysis.
pub(crate) static FORMAT: Format = Format {
    id: "mobsf",
    name: "MobSF",
    kinds: &[Kind::Sast, Kind::Config, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let sections = [
        "appsec",
        "average_cvss",
        "certificate_analysis",
        "manifest_analysis",
        "code_analysis",
        "binary_analysis",
        "ats_analysis",
        "bundle_id",
        "main_activity",
        "info_plist",
        "permissions",
        "package_name",
        "app_type",
    ];
    let known = sections.iter().filter(|name| head.has(name)).count();
    Match::sure_if(
        head.has("file_name") && head.has("app_name") && known >= 2 && (head.has("md5") || head.has("sha256") || head.has("size"))
            || known >= 6,
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let report = dig::document(input)?;
    let run = out.run("MobSF");
    run.tool_version = report.text("version").map(|version| version.trim_start_matches('v').to_owned());
    run.at = report.time("timestamp");
    run.claims.ran = true;
    parts::odd_sections(out, &report);
    code(out, &report);
    parts::apis(out, &report);
    parts::manifest(out, &report);
    parts::certificate(out, &report);
    parts::lists(out, &report);
    parts::binaries(out, &report);
    parts::permissions(out, &report);
    parts::secrets(out, &report);
    Ok(())
}

fn code(out: &mut Output<'_>, report: &Value) {
    let Some(section) = report.dig("code_analysis.findings|code_analysis") else { return };
    let Some(rules) = section.as_object() else {
        out.bad_row("code_analysis", "expected an object");
        return;
    };
    for (rule, row) in rules.iter().filter(|(_, row)| !row.is_null()) {
        let place = format!("code_analysis.{rule}");
        if !row.is_object() {
            out.bad_row(place, "expected an object");
            continue;
        }
        let Some(made) = entry(Kind::Sast, rule, row.dig("metadata").unwrap_or(row), "description") else {
            out.no_finding();
            continue;
        };
        let files = row.dig("files|path");
        match files {
            Some(Value::Object(files)) if !files.is_empty() => {
                for (path, lines) in files {
                    out.finding(in_file(made.clone(), path, lines));
                }
            }
            Some(Value::Array(files)) if !files.is_empty() => {
                for file in files {
                    let path = file.as_str().map(str::to_owned).or_else(|| file.text("file_path|path"));
                    out.finding(in_file(made.clone(), &path.unwrap_or_default(), file.dig("match_lines").unwrap_or(&Value::Null)));
                }
            }
            Some(Value::Object(_) | Value::Array(_)) | None => out.finding(made),
            Some(_) => out.bad_row(place, "expected files"),
        }
    }
}

fn in_file(mut finding: Finding, path: &str, lines: &Value) -> Finding {
    let text = match lines {
        Value::Array(values) => values.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
        other => crate::read::lenient::scalar(other).unwrap_or_default(),
    };
    let mut numbers: Vec<u32> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    finding.location.path = (!path.is_empty()).then(|| path.to_owned());
    finding.location.start_line = numbers.first().copied();
    if numbers.len() > 1 {
        let all: Vec<String> = numbers.iter().take(200).map(u32::to_string).collect();
        finding.description = paragraphs([finding.description.take(), Some(format!("Lines: {}", all.join(", ")))]);
    }
    finding
}

/// Severity of MobSF's words; `None` for a passed check.
pub(super) fn severity(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        "good" | "secure" | "suppressed" => None,
        "warning" | "warn" => Some(Severity::Medium),
        "insecure" | "danger" => Some(Severity::High),
        other => Some(Severity::from_word(other)),
    }
}

/// What the metadata of a rule says beside its title.
pub(super) fn describe(finding: &mut Finding, row: &Value) {
    let cwe = row.text("cwe");
    weaknesses(finding, cwe.as_deref());
    super::sca::assessed(finding, None, row.number("cvss"), Some("mobsf"));
    let text = row.text("description|detailed_desc|desc").filter(|text| first_line(text) != finding.title);
    finding.description = paragraphs([
        text.map(|text| super::web::plain(&text)),
        labelled("OWASP Mobile", row.text("owasp-mobile|owasp").as_deref()),
        labelled("MASVS", row.text("masvs").as_deref()),
    ]);
    finding.references.extend(row.text("ref|reference").filter(|link| link.starts_with("http")));
}
