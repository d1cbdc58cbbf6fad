//! tfsec (Terraform), JSON and CSV. Versions seen: 0.x to 1.28.
//!
//! Make it with `tfsec --format json --out tfsec.json .` (`--format csv` has no resource and no other words than the description).
//!
//! - index: `results[]`. With `--include-passed` also what passed is listed (`status` 1 since 1.0; 0 failed): counted, no finding. Up to 0.39 `passed` was written as
//!   `true` for what failed, so it is not read.
//! - rule: `long_id`, else `rule_id`. `rule_description` is the title.
//! - severity: CRITICAL, HIGH, MEDIUM, LOW; up to 0.39 ERROR, WARNING, INFO (high, medium, info).
//! - place: file and lines of the block, `resource` the Terraform address.
//! - `status` 2 (with `--include-ignored`) is a suppression in the source.
//! - `{"results": null}` is what tfsec writes for no result, and says nothing else: it is taken for tfsec where no other format claims it. No version, no time, no evidence of a run, no list of rules.
//! - left out: `warning`.

use model::{Finding, Kind, Suppression};
use serde::Deserialize;

use super::web::{add_references, paragraphs};
use crate::read::{csv, lenient};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `tfsec --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "tfsec", name: "tfsec", kinds: &[Kind::Iac], media: &[Media::Json, Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    // The provider came with 0.39; the other members tell the rows of before and after.
    let told = ["rule_provider", "long_id", "rule_description", "link"].iter().any(|name| head.has(&format!("results[].{name}")));
    let named = head.has_all(&["results[].rule_id", "results[].location.filename"]) && told;
    let bare: String = if head.is_cut() { String::new() } else { head.text().chars().filter(|c| !c.is_whitespace()).take(30).collect() };
    let named = named || head.csv_has_most(&["file", "start_line", "end_line", "rule_id", "severity", "passed"]);
    match (named, bare == r#"{"results":null}"#) {
        (true, _) => Match::Sure,
        (_, true) => Match::Maybe,
        _ => Match::No,
    }
}

#[derive(Default, Deserialize)]
struct Row {
    rule_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    long_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    rule_description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    impact: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    resolution: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    links: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    link: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    status: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    resource: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    location: Place,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::text")]
    filename: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    end_line: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("tfsec");
    if !input.head().is_json() {
        return table(input, out);
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" => json.rows(out, |out, row: Row| if row.status == Some(1) { out.no_finding() } else { out.finding(finding(row)) }),
        _ => Ok(()),
    })?;
    json.end()
}

fn table(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    csv::each(input, out, 0, |out, row| {
        let Some(rule_id) = row.text(&["rule_id"]) else { return out.bad_row(format!("line {}", row.line), "a row without rule_id") };
        if row.get(&["passed"]).is_some_and(|passed| passed.eq_ignore_ascii_case("true")) {
            return out.no_finding();
        }
        let location = Place { filename: row.text(&["file"]), start_line: row.whole(&["start_line"]), end_line: row.whole(&["end_line"]) };
        let (severity, description, link) = (row.text(&["severity"]), row.text(&["description"]), row.text(&["link"]));
        out.finding(finding(Row { rule_id, severity, description, link, location, ..Row::default() }));
    })
}

fn finding(row: Row) -> Finding {
    let title = row.rule_description.or_else(|| row.description.clone()).unwrap_or_else(|| row.rule_id.clone());
    let mut finding = Finding::new(Kind::Iac, row.long_id.unwrap_or(row.rule_id), title.trim());
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    finding.description = paragraphs([row.description, row.impact]);
    finding.remediation = row.resolution;
    row.links.iter().chain(&row.link).for_each(|link| add_references(&mut finding, link));
    if row.status == Some(2) {
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: None });
    }
    let place = &mut finding.location;
    place.path = row.location.filename;
    place.start_line = row.location.start_line.filter(|line| *line > 0);
    place.end_line = row.location.end_line.filter(|line| *line > 0).max(place.start_line);
    place.resource_type = row.resource.as_deref().and_then(|address| address.rsplit_once('.')).map(|(kind, _)| kind.to_owned());
    place.resource = row.resource;
    finding
}
