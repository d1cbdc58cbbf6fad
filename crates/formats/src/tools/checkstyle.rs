//! Checkstyle XML, which many linters write: ESLint, Hadolint, ShellCheck, PHP_CodeSniffer, detekt …
//!
//! Make it with `hadolint --format checkstyle Dockerfile > hadolint.checkstyle.xml` or `eslint --format checkstyle …`.
//!
//! - index: the `error` elements, files laid end to end. One of ESLint without a rule is a file that could not be parsed: no finding, and the file
//!   is unread.
//! - the tool is known by the form of `source`: `eslint.rules.x` ESLint, `ShellCheck.SC…` ShellCheck, `DL…`/`SC…` Hadolint, `detekt.…` detekt,
//!   `com.puppycrawl.…` Checkstyle itself; else it is *Checkstyle format*. What stands before the rule is cut off.
//! - severity: error high, warning medium, info, style and ignore info.
//! - lines and columns start at 1; there is no end.
//! - coverage: ESLint and ShellCheck write an element for every file they looked at: these stand for their common folder, and one without an
//!   error is a passed result. Other tools leave clean files out: no claim.
//! - no fingerprint, no list of rules, no time; `version` is that of the format.

use std::cell::RefCell;

use model::{Finding, Kind, Severity};

use super::wording::first_line;
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML of Checkstyle.
pub(crate) static FORMAT: Format = Format {
    id: "checkstyle",
    name: "Checkstyle XML",
    kinds: &[Kind::Sast, Kind::Iac],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("checkstyle"))
}

/// Tool, kind and the bare rule of a `source`.
fn origin(source: &str) -> (&'static str, Kind, &str) {
    let is_code = |text: &str| text.len() == 6 && text.bytes().skip(2).all(|byte| byte.is_ascii_digit());
    if let Some(rule) = source.strip_prefix("eslint.rules.") {
        ("ESLint", Kind::Sast, rule)
    } else if let Some(rule) = source.strip_prefix("ShellCheck.") {
        ("ShellCheck", Kind::Sast, rule)
    } else if (source.starts_with("DL") || source.starts_with("SC")) && is_code(source) {
        ("Hadolint", Kind::Iac, source)
    } else if let Some(rule) = source.strip_prefix("detekt.") {
        ("detekt", Kind::Sast, rule)
    } else if source.starts_with("com.puppycrawl.") {
        ("Checkstyle", Kind::Sast, source.rsplit('.').next().unwrap_or(source))
    } else {
        ("Checkstyle format", Kind::Sast, source)
    }
}

/// The first `source` of the report that is not empty.
fn first_source(input: &Input) -> Result<String, ParseError> {
    let mut found = String::new();
    xml::rows(input, &["error"], |error| {
        if found.is_empty() {
            found = error.attr("source").unwrap_or_default().to_owned();
        }
        Ok(())
    })?;
    Ok(found)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let source = first_source(input)?;
    out.run(origin(&source).0);
    let lists_all_files = matches!(origin(&source).0, "ESLint" | "ShellCheck");
    let out = RefCell::new(out);
    xml::rows(input, &["file"], |file| {
        let mut out = out.borrow_mut();
        let Some(path) = file.attr("name") else {
            out.bad_row(format!("byte {}", file.offset), "a file without a name");
            return Ok(());
        };
        if lists_all_files {
            out.scanned_file(path);
            let claims = &mut out.this().claims;
            claims.ran = true;
            claims.passed += u64::from(file.child("error").is_none());
        }
        for error in file.children("error") {
            match error.attr("source").or_else(|| error.attr("message")) {
                Some(_) if error.attr("source").is_none() && source.starts_with("eslint.") => {
                    out.no_finding();
                    out.this().claims.unread.push(path.to_owned());
                }
                Some(source) => out.finding(finding(path, source, error)),
                None => out.bad_row(format!("byte {}", error.offset), "an error without source and message"),
            }
        }
        Ok(())
    })
}

fn finding(path: &str, source: &str, error: &Element) -> Finding {
    let (_, kind, rule) = origin(source);
    let message = error.attr("message").unwrap_or(rule);
    let title = first_line(message.strip_suffix(&format!(" ({rule})")).unwrap_or(message));
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = error.attr("severity") {
        let severity = if raw.eq_ignore_ascii_case("ignore") { Severity::Info } else { Severity::from_word(raw) };
        finding.set_severity(raw, severity);
    }
    let number = |name: &str| error.attr(name).and_then(|text| text.trim().parse::<u32>().ok()).filter(|number| *number > 0);
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = number("line");
    finding.location.end_line = finding.location.start_line;
    finding.location.start_column = number("column");
    finding
}
