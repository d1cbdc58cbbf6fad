//! The sections of a MobSF report beside code analysis.

use model::{Finding, Kind, SecretEvidence, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::mobsf::{describe, severity};
use super::secret_value::secret;
use super::web::plain;
use super::wording::first_line;
use crate::Output;

/// A finding of that rule from an entry with severity and text; `None` for a passed check.
pub(super) fn entry(kind: Kind, rule: &str, row: &Value, title: &str) -> Option<Finding> {
    let word = row.text("severity|level|status|stat").unwrap_or_default();
    let severity = severity(&word)?;
    let said = row.text(title).map_or_else(|| rule.to_owned(), |text| plain(&text).replace('\n', " "));
    let mut finding = Finding::new(kind, rule, first_line(&said));
    if !word.is_empty() {
        finding.set_severity(word, severity);
    }
    describe(&mut finding, row);
    Some(finding)
}

fn push(out: &mut Output<'_>, finding: Option<Finding>) {
    match finding {
        Some(finding) => out.finding(finding),
        None => out.no_finding(),
    }
}

/// Sections that are neither a list nor an object cannot be read.
pub(super) fn odd_sections(out: &mut Output<'_>, report: &Value) {
    const SECTIONS: [&str; 18] = [
        "android_api",
        "permissions",
        "secrets",
        "firebase_urls",
        "certificate_analysis",
        "certificate_analysis.certificate_findings",
        "manifest_analysis",
        "manifest_analysis.manifest_findings",
        "network_security",
        "network_security.network_findings",
        "ats_analysis",
        "ats_analysis.ats_findings",
        "binary_analysis",
        "binary_analysis.findings",
        "macho_analysis",
        "dylib_analysis",
        "framework_analysis",
        "code_analysis.findings",
    ];
    for section in SECTIONS {
        if report.dig(section).is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty()) || value.is_number()) {
            out.bad_row(section, "expected a list or an object");
        }
    }
}

pub(super) fn apis(out: &mut Output<'_>, report: &Value) {
    let rules = report.dig("android_api.findings|android_api|ios_api").and_then(Value::as_object);
    for (rule, row) in rules.into_iter().flatten() {
        if row.is_object() {
            push(out, entry(Kind::Sast, rule, row.dig("metadata").unwrap_or(row), "description"));
        } else if !row.is_null() {
            out.bad_row(format!("android_api.{rule}"), "expected an object");
        }
    }
}

pub(super) fn manifest(out: &mut Output<'_>, report: &Value) {
    let paths = if report.dig("manifest_analysis.manifest_findings").is_some() {
        "manifest_analysis.manifest_findings"
    } else {
        "manifest_analysis"
    };
    for (_, row) in dig::objects(out, "report", report, paths).into_iter().filter(|(_, row)| row.dig("title|rule|name").is_some()) {
        let rule = row.text("rule").unwrap_or_else(|| "manifest_analysis".to_owned());
        let component = row.texts("component");
        let made = entry(Kind::Config, &rule, row, "title|name").map(|mut finding| {
            finding.distinct = if component.is_empty() { row.text("title") } else { Some(component.join(" ")) };
            finding.location.path = Some("AndroidManifest.xml".to_owned());
            finding.location.symbol = component.first().filter(|name| name.contains('.')).cloned();
            finding
        });
        push(out, made);
    }
}

/// Entries are `[severity, description, title]`.
pub(super) fn certificate(out: &mut Output<'_>, report: &Value) {
    for (number, row) in report.items("certificate_analysis.certificate_findings").iter().enumerate() {
        let part = |position: usize| row.get(position).and_then(Value::as_str).unwrap_or_default();
        let (word, said) = (part(0), if part(2).is_empty() { part(1) } else { part(2) });
        if said.is_empty() {
            out.bad_row(format!("certificate_findings[{number}]"), "expected severity, description and title");
            continue;
        }
        let made = severity(word).map(|severity| {
            let mut finding = Finding::new(Kind::Config, "certificate_analysis", said);
            finding.set_severity(word, severity);
            finding.description = Some(part(1).to_owned());
            finding.distinct = Some(said.to_owned());
            finding
        });
        push(out, made);
    }
}

/// Network security, App Transport Security and Firebase.
pub(super) fn lists(out: &mut Output<'_>, report: &Value) {
    let sections = [
        ("network_security.network_findings|network_security", "network_security", "description"),
        ("ats_analysis.ats_findings|ats_analysis", "ats_analysis", "issue|title"),
    ];
    for (paths, rule, title) in sections {
        let rows = dig::objects(out, "report", report, paths);
        for (_, row) in rows.into_iter().filter(|(_, row)| row.dig("severity|status").is_some()) {
            let made = entry(Kind::Config, rule, row, title).map(|mut finding| {
                finding.distinct = Some(format!("{} {}", finding.title, row.texts("scope").join(" ")).trim().to_owned());
                finding
            });
            push(out, made);
        }
    }
    for row in report.items("firebase_urls") {
        if row.truth("open") == Some(true) {
            let mut finding = Finding::new(Kind::Config, "firebase_open_database", "The Firebase database can be read by everyone");
            finding.set_severity("open", Severity::High);
            finding.location.url = row.text("url");
            out.finding(finding);
        } else if row.dig("open").is_some() && row.truth("open").is_none() {
            out.bad_row("firebase_urls", "expected a truth value in `open`");
        } else if row.dig("severity").is_some() {
            push(out, entry(Kind::Config, "firebase", row, "title"));
        } else {
            out.no_finding();
        }
    }
}

/// Checks of shared objects and executables. A list holds one object a file with its checks; an object by names holds the checks themselves.
pub(super) fn binaries(out: &mut Output<'_>, report: &Value) {
    for section in ["binary_analysis", "macho_analysis", "dylib_analysis", "framework_analysis"] {
        match report.dig(&format!("{section}.findings|{section}")) {
            Some(Value::Array(files)) => {
                for file in files {
                    checks(out, file);
                }
            }
            Some(file @ Value::Object(_)) if section == "macho_analysis" => checks(out, file),
            Some(Value::Object(rules)) => {
                for (rule, row) in rules.iter().filter(|(name, row)| !row.is_null() && !matches!(name.as_str(), "findings" | "summary")) {
                    if row.dig("severity").is_some() {
                        push(out, entry(Kind::Config, rule, row, "detailed_desc|description"));
                    } else if !row.is_object() {
                        out.bad_row(format!("{section}.{rule}"), "expected an object");
                    }
                }
            }
            _ => {}
        }
    }
}

fn checks(out: &mut Output<'_>, file: &Value) {
    const CHECKS: [&str; 11] =
        ["nx", "pie", "stack_canary", "relocation_readonly", "rpath", "runpath", "fortify", "symbol", "arc", "code_signature", "encrypted"];
    let name = file.text("name");
    for check in CHECKS.iter().filter(|check| file.dig(check).is_some_and(|row| !row.is_object())) {
        out.bad_row(format!("binary_analysis.{check}"), "expected a check");
    }
    for (check, row) in file.as_object().into_iter().flatten().filter(|(_, row)| row.dig("severity").is_some()) {
        // `info` says here that the protection is there.
        let made = entry(Kind::Config, &format!("binary_{check}"), row, "description").filter(|finding| finding.severity > Severity::Info);
        push(
            out,
            made.map(|mut finding| {
                finding.location.path.clone_from(&name);
                finding
            }),
        );
    }
}

pub(super) fn permissions(out: &mut Output<'_>, report: &Value) {
    let rows: Vec<(String, &Value)> = match report.dig("permissions") {
        Some(Value::Object(rows)) => rows.iter().map(|(name, row)| (name.clone(), row)).collect(),
        Some(Value::Array(rows)) => rows.iter().filter_map(|row| Some((row.text("name")?, row))).collect(),
        _ => Vec::new(),
    };
    for (name, row) in rows {
        let status = row.text("status").unwrap_or_default();
        let mut finding = Finding::new(Kind::Config, "permission", name.as_str());
        finding.set_severity(status.as_str(), if status.eq_ignore_ascii_case("dangerous") { Severity::High } else { Severity::Info });
        finding.description = super::web::paragraphs([row.text("info"), row.text("description"), row.text("reason")]);
        finding.distinct = Some(name);
        out.finding(finding);
    }
}

/// Texts of the form `"name" : "value"`, or the value alone.
pub(super) fn secrets(out: &mut Output<'_>, report: &Value) {
    for text in report.texts("secrets") {
        let (name, value) = text.split_once(" : ").unwrap_or(("", &text));
        let (name, value) = (name.trim().trim_matches('"'), value.trim().trim_matches('"'));
        let title = if name.is_empty() { "Possible hard-coded secret".to_owned() } else { format!("Possible hard-coded secret: {name}") };
        let mut finding = secret("hardcoded_secret", title);
        finding.set_severity("warning", Severity::Medium);
        finding.distinct = (!name.is_empty()).then(|| name.to_owned());
        finding.secret = Some(SecretEvidence { value: Some(value.to_owned()), ..SecretEvidence::default() });
        out.finding(finding);
    }
}
