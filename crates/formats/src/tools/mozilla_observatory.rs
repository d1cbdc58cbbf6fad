//! Mozilla (HTTP) Observatory, JSON. Seen: `observatory --format=json` (with and without `--zero`), results of API v1 (`tests` beside `scan`) and the
//! bare list of tests; MDN's HTTP Observatory 1.x (`mdn-http-observatory-scan`, `tests` beside `scan`) writes the same members.
//!
//! Make it with `mdn-http-observatory-scan shop.example.com > observatory.json`.
//!
//! - index: the tests, in the order of the document. A passed test is no finding and shows that the site was looked at.
//! - rule: the test's name (`content-security-policy`); `result` says what is wrong and goes to the description.
//! - severity: the tool gives points, not words: −50 and below high, −20 and below medium, a lesser loss low, a failed test without loss info.
//! - place: the site, where the report names it (`scan.hostname`, `scan.site`, the end of a redirection), else the import's `--url`.
//! - coverage: `scan.state` `FAILED` or `ABORTED` and `scan.error` are a failed scan.
//! - left out: what the pages sent (`output`), response headers, history.
//!
//! Differs: passed tests are not findings of severity info.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::web::{labelled, origin, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Observatory's results.
pub(crate) static FORMAT: Format = Format {
    id: "mozilla-observatory",
    name: "Mozilla Observatory",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

/// Tests of which at least one is in every result.
const TESTS: [&str; 7] = [
    "content-security-policy",
    "strict-transport-security",
    "x-frame-options",
    "redirection",
    "referrer-policy",
    "cookies",
    "x-content-type-options",
];

fn sniff(head: &Head<'_>) -> Match {
    let test = |prefix: &str| {
        TESTS.iter().any(|name| {
            head.has(&format!("{prefix}{name}.expectation"))
                || head.has(&format!("{prefix}{name}.score_modifier"))
                || head.has(&format!("{prefix}{name}.scoreModifier"))
        })
    };
    Match::sure_if(
        test("")
            || test("tests.")
            || head.has_all(&["scan.algorithm_version", "scan.grade"])
            || head.has_all(&["scan.algorithmVersion", "scan.grade"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Mozilla Observatory");
    let document = dig::document(input)?;
    let scan = document.dig("scan").unwrap_or(&Value::Null);
    let failed = scan.text("state").filter(|state| matches!(state.as_str(), "FAILED" | "ABORTED"));
    let run = out.this();
    run.at = scan.time("end_time|scanned_at|start_time");
    run.claims.failed = document.text("error").or_else(|| scan.text("error")).or(failed);
    run.claims.ran = run.claims.failed.is_none() && scan.dig("score|grade").is_some();
    let tests = document.dig("tests").unwrap_or(&document);
    let site = scan
        .text("hostname|site|host")
        .or_else(|| tests.text("redirection.output.destination|redirection.destination|redirection.output.route"));
    let site = site.map(|site| if site.contains("://") { origin(&site).to_owned() } else { format!("https://{site}") });
    out.this().url.clone_from(&site);
    let Some(members) = tests.as_object() else {
        return Err(ParseError::at("tests", "expected an object"));
    };
    for (key, test) in members.iter().filter(|(key, _)| !matches!(key.as_str(), "scan" | "error" | "tests" | "history")) {
        let Some(pass) = test.truth("pass") else {
            if test.is_object() {
                out.bad_row(key.as_str(), "a test without `pass`");
            } else {
                out.warn(key.as_str(), "expected a test");
            }
            continue;
        };
        if pass { out.no_finding() } else { out.finding(finding(key, test, site.as_deref())) }
    }
    Ok(())
}

fn finding(key: &str, test: &Value, site: Option<&str>) -> Finding {
    let rule = test.text("name").filter(|name| name.contains('-') || name == key).unwrap_or_else(|| key.to_owned());
    let title = test.text("score_description|title|result").unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Dast, rule, super::web::plain(&title));
    if let Some(points) = test.number("score_modifier") {
        let severity = if points <= -50.0 {
            Severity::High
        } else if points <= -20.0 {
            Severity::Medium
        } else if points < 0.0 {
            Severity::Low
        } else {
            Severity::Info
        };
        finding.set_severity(points.to_string(), severity);
    }
    finding.description =
        paragraphs([labelled("Result", test.text("result").as_deref()), labelled("Expected", test.text("expectation").as_deref())]);
    finding.remediation = test.text("recommendation").map(|text| super::web::plain(&text));
    finding.references.extend(test.text("link").filter(|link| link.starts_with("http")));
    finding.location.url = site.map(str::to_owned);
    finding
}
