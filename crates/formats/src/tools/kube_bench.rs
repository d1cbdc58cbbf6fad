//! kube-bench (CIS benchmark of Kubernetes), JSON and text. Versions seen: 0.3 to 0.14.
//!
//! Make it with `kube-bench run --json > kube-bench.json`; without `--json` it writes the text.
//!
//! - index: `tests[].results[]` of the controls laid end to end. PASS and INFO are counted and are no findings, and so
//!   are the WARN of tests of type `manual`, which kube-bench does not run.
//! - rule: `test_number`, the number of the benchmark; the title is `test_desc`.
//! - severity: kube-bench has none: FAIL medium, WARN (to be looked at by a person) info.
//! - place: the resource is the kind of node (`master`, `node`, `policies`); the report names no host. `detected_version` says the Kubernetes version.
//! - `audit`, `actual_value` and `expected_result` go to the description.
//! - coverage: all tests of a section are in the report, so it got through; a test that could not be run is a WARN.
//! - no time, no version of the tool (`version` is that of the benchmark), no fingerprint.
//! - the text names the kind of node behind the checks, in the heading of their summary; a check by hand is one whose name ends in *(Manual)*.
//! - left out: totals.

use model::{Finding, Kind, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::kube_bench_text;
use super::web::{labelled, paragraphs};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kube-bench --json`.
pub(crate) static FORMAT: Format = Format {
    id: "kube-bench",
    name: "kube-bench",
    kinds: &[Kind::Config],
    media: &[Media::Json, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let at = |top: &str| head.has(&format!("{top}node_type")) && head.has(&format!("{top}tests"));
    Match::sure_if(at("Controls[].") || at("[].") || at("") || kube_bench_text::is_text(head))
}

#[derive(Deserialize)]
struct Section {
    #[serde(default, deserialize_with = "lenient::text")]
    node_type: Option<String>,
    tests: Option<Vec<Group>>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default, deserialize_with = "lenient::text")]
    desc: Option<String>,
    results: Option<Vec<Value>>,
}

#[derive(Default, Deserialize)]
pub(super) struct Row {
    pub(super) test_number: String,
    #[serde(default, deserialize_with = "lenient::text")]
    test_desc: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    r#type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    audit: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    actual_value: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    expected_result: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) remediation: Option<String>,
}

impl Row {
    /// The row of a line of text. A test that a person has to make says so in its name.
    pub(super) fn of_text(number: &str, text: &str, status: &str) -> Self {
        let by_hand = text.ends_with("(Manual)") || text.ends_with("(Not Scored)");
        Self {
            test_number: number.to_owned(),
            test_desc: Some(text.to_owned()),
            status: Some(status.to_owned()),
            r#type: by_hand.then(|| "manual".to_owned()),
            ..Self::default()
        }
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("kube-bench");
    if kube_bench_text::is_text(&input.head()) {
        return kube_bench_text::parse(input, out);
    }
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        sections(&mut json, out)?;
        return json.end();
    }
    if !input.head().has("Controls") {
        let section: Section = json.read()?;
        read_section("", section, out);
        return json.end();
    }
    json.object(|json, key| if key == "Controls" { sections(json, out) } else { Ok(()) })?;
    json.end()
}

fn sections(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        match json.row::<Section>()? {
            Ok(section) => read_section(&place, section, out),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })
}

fn read_section(place: &str, section: Section, out: &mut Output<'_>) {
    let node = section.node_type;
    for group in section.tests.into_iter().flatten() {
        let heading = group.desc;
        for (position, value) in group.results.into_iter().flatten().enumerate() {
            match serde_json::from_value::<Row>(value) {
                Ok(row) => push(out, row, node.as_deref(), heading.as_deref()),
                Err(error) => out.bad_row(format!("{place}.tests[].results[{position}]"), error.to_string()),
            }
        }
    }
}

/// Hands over a check that failed; the others are counted.
pub(super) fn push(out: &mut Output<'_>, row: Row, node: Option<&str>, heading: Option<&str>) {
    out.this().claims.ran = true;
    match row.status.as_deref() {
        Some("PASS" | "INFO") => out.no_finding(),
        Some("WARN") if row.r#type.as_deref() == Some("manual") => out.no_finding(),
        _ => out.finding(finding(row, node, heading)),
    }
}

fn finding(row: Row, node: Option<&str>, heading: Option<&str>) -> Finding {
    let mut finding = Finding::new(Kind::Config, row.test_number.as_str(), row.test_desc.unwrap_or_else(|| row.test_number.clone()));
    if let Some(raw) = row.status {
        let severity = match raw.as_str() {
            "FAIL" => Severity::Medium,
            "WARN" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    finding.description = paragraphs([
        labelled("Section", heading),
        labelled("Audit", row.audit.as_deref()),
        labelled("Found", row.actual_value.as_deref()),
        labelled("Expected", row.expected_result.as_deref()),
        labelled("Reason", row.reason.as_deref()),
    ]);
    finding.remediation = row.remediation.map(|text| text.trim().to_owned());
    finding.location.resource = node.map(str::to_owned);
    finding.location.resource_type = node.map(|_| "kubernetes node type".to_owned());
    finding
}
