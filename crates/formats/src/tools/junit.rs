//! JUnit XML, which many scanners write for build servers: Semgrep, ESLint, Checkov, Spectral, cfn-lint …
//!
//! Make it with `semgrep scan --junit-xml --output semgrep.junit.xml`, `eslint --format junit …`, `checkov -o junitxml …`.
//!
//! - index: `failure` and `error` elements in the order of the document; passed test cases are passed results, skipped ones are left out.
//! - the tool is known by the first suite: `semgrep results`, package `org.eslint` or `org.spectral`, `terraform scan` with Checkov's test names,
//!   `CloudFormation Lint`; else it is *JUnit*. A report of unknown origin may well be one of unit tests.
//! - rule: the test's name, for Checkov the id in `[NONE][CKV_…]`, for ESLint without `org.eslint.`.
//! - severity: Semgrep's in `type`, ESLint's in the text (`line 5, col 9, Warning - …`), Checkov's in the first brackets (none: medium); else a word
//!   in `type`, else unknown.
//! - place: `file` and `line` of the test, else the suite's name (ESLint), else the class name; Checkov's lines stand in the text. ESLint alone
//!   gives a column.
//! - no fingerprint, no list of rules; the time is that of the suite (`timestamp`).

use std::cell::RefCell;

use model::{Finding, Kind, Severity, Timestamp};

use super::wording::{beyond, first_line};
use super::{checkov_rules, semgrep_rules};
use crate::read::xml::{self, Element};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The XML of JUnit.
pub(crate) static FORMAT: Format = Format {
    id: "junit",
    name: "JUnit XML",
    kinds: &[Kind::Sast, Kind::Iac, Kind::Secret, Kind::Pipeline, Kind::Api],
    media: &[Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Semgrep,
    EsLint,
    Spectral,
    Checkov,
    CfnLint,
    Unknown,
}

impl Origin {
    fn of(text: &str) -> Self {
        let has = |part: &str| text.contains(part);
        if has("semgrep results") {
            Self::Semgrep
        } else if has("\"org.eslint") {
            Self::EsLint
        } else if has("\"org.spectral") {
            Self::Spectral
        } else if has(" scan\"") && (has("][CKV") || has("include_all_checkov_policies")) {
            Self::Checkov
        } else if has("CloudFormation Lint") {
            Self::CfnLint
        } else {
            Self::Unknown
        }
    }

    fn tool(self) -> &'static str {
        match self {
            Self::Semgrep => "Semgrep",
            Self::EsLint => "ESLint",
            Self::Spectral => "Spectral",
            Self::Checkov => "Checkov",
            Self::CfnLint => "cfn-lint",
            Self::Unknown => "JUnit",
        }
    }
}

fn sniff(head: &Head<'_>) -> Match {
    let suite = head.is_xml("testsuites") || head.is_xml("testsuite");
    match Origin::of(head.text()) {
        _ if !suite => Match::No,
        Origin::Unknown if head.has_tag("testcase") && !head.contains("name=\"bandit\"") => Match::Maybe,
        Origin::Unknown => Match::No,
        _ => Match::Sure,
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let origin = Origin::of(input.head().text());
    out.run(origin.tool());
    let out = RefCell::new(out);
    let suite = RefCell::new(String::new());
    xml::each(
        input,
        &["testcase"],
        |element| {
            if element.name == "testsuite" {
                *suite.borrow_mut() = element.attr("name").unwrap_or_default().to_owned();
                let mut out = out.borrow_mut();
                let run = out.this();
                run.at = run.at.or_else(|| element.attr("timestamp").and_then(Timestamp::lenient));
            }
            Ok(())
        },
        |case| {
            let mut out = out.borrow_mut();
            let failures: Vec<_> = case.children("failure").chain(case.children("error")).collect();
            if failures.is_empty() && case.child("skipped").is_none() {
                out.this().claims.passed += 1;
                out.this().claims.ran = true;
            }
            for failure in failures {
                out.finding(finding(origin, &suite.borrow(), &case, failure));
            }
            Ok(())
        },
        |_, _| Ok(()),
    )
}

fn finding(origin: Origin, suite: &str, case: &Element, failure: &Element) -> Finding {
    let name = case.attr("name").unwrap_or("unnamed");
    let message = failure.attr("message").unwrap_or(failure.text.as_str());
    let text = failure.text.as_str();
    let path = case.attr("file").or_else(|| case.attr("classname"));
    let mut finding = Finding::new(Kind::Sast, name, first_line(if message.trim().is_empty() { name } else { message }));
    finding.location.path = path.map(str::to_owned);
    finding.location.start_line = case.attr("line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
    let raw = failure.attr("type").filter(|word| Severity::from_word(word) != Severity::Unknown);
    match origin {
        Origin::Semgrep => {
            finding.kind = semgrep_rules::kind(name);
            if let Some(raw) = failure.attr("type") {
                finding.set_severity(raw, semgrep_rules::severity(raw));
            }
            finding.snippet = Some(text.to_owned()).filter(|code| !code.is_empty() && code != "requires login");
        }
        Origin::EsLint | Origin::Spectral => {
            finding.kind = if origin == Origin::EsLint { Kind::Sast } else { Kind::Api };
            finding.rule = name.trim_start_matches("org.eslint.").trim_start_matches("org.spectral.").to_owned();
            finding.location.path = Some(suite.to_owned());
            linter_text(&mut finding, text);
        }
        Origin::Checkov => checkov(&mut finding, name, text),
        Origin::CfnLint => finding.kind = Kind::Iac,
        Origin::Unknown => {
            if let Some(raw) = raw {
                finding.set_severity_word(raw);
            }
        }
    }
    finding.location.end_line = finding.location.end_line.or(finding.location.start_line);
    finding.description = beyond(&finding.title, message);
    finding
}

/// `line 165, col 9, Warning - message (rule)`.
fn linter_text(finding: &mut Finding, text: &str) {
    let number =
        |label: &str| text.split(label).nth(1).and_then(|rest| rest.split(',').next()).and_then(|number| number.trim().parse().ok());
    finding.location.start_line = number("line ").filter(|line| *line > 0);
    finding.location.start_column = number(", col ").filter(|column| *column > 0);
    let word = text.splitn(3, ", ").nth(2).and_then(|rest| rest.split(" - ").next());
    if let Some(raw) = word.filter(|word| Severity::from_word(word) != Severity::Unknown) {
        finding.set_severity_word(raw);
    }
}

/// `[NONE][CKV_AWS_16] title`, and a text of `Resource: …`, `File: path: 1-3`.
fn checkov(finding: &mut Finding, name: &str, text: &str) {
    let line = |label: &str| text.lines().find_map(|line| line.trim().strip_prefix(label));
    let mut parts = name.trim_start_matches('[').splitn(3, [']', '[']).filter(|part| !part.is_empty());
    let severity = parts.next().unwrap_or_default().to_owned();
    let rest = name.split("][").nth(1).unwrap_or(name);
    let (rule, title) = rest.split_once("] ").unwrap_or((rest.trim_end_matches(']'), name));
    (finding.rule, finding.title) = (rule.to_owned(), title.to_owned());
    finding.kind = checkov_rules::kind(rule, "");
    checkov_rules::set_severity(finding, Some(severity.as_str()).filter(|word| Severity::from_word(word) != Severity::Unknown));
    let (path, range) = line("File: ").and_then(|place| place.rsplit_once(": ")).unwrap_or_default();
    let mut numbers = range.split('-').map(|number| number.trim().parse().ok());
    let (start, end) = (numbers.next().flatten(), numbers.next().flatten());
    let path = if path.is_empty() { finding.location.path.clone().unwrap_or_default() } else { path.to_owned() };
    checkov_rules::set_place(finding, &path, start, end);
    checkov_rules::set_resource(finding, line("Resource: ").unwrap_or_default());
    finding.references.extend(line("Guideline: ").filter(|text| *text != "None").map(str::to_owned));
    if finding.kind == Kind::Secret {
        finding.cwes.push(798);
    }
}
