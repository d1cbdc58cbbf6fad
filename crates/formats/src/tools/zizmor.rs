//! zizmor (GitHub Actions), JSON. Versions seen: 0.8 to 1.20.
//!
//! Make it with `zizmor --format json . > zizmor.json`.
//!
//! - index: the elements of the array.
//! - `ident` is the rule (`zizmor/ident` in SARIF), `desc` the title, the annotation of the primary location the description.
//! - severity: High, Medium, Low as they stand, Informational info, Unknown unknown.
//! - place: the location marked `Primary`, else the first. Rows and columns start at 0: one is added. The end column is exclusive.
//! - `resource`: the route to the part of the workflow, `jobs/build/steps/0`.
//! - `ignored: true` (a comment or the configuration) is a suppression.
//! - an empty array says nothing: not even which tool wrote it. No fingerprint, no time, no version, no list of rules.

use model::{Finding, Kind, Severity, Suppression};
use serde::Deserialize;
use serde_json::Value;

use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `zizmor --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "zizmor", name: "zizmor", kinds: &[Kind::Pipeline], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].ident", "[].determinations", "[].locations"]))
}

#[derive(Deserialize)]
struct Row {
    ident: String,
    desc: String,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    determinations: Determinations,
    locations: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::truth")]
    ignored: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    fixes: Vec<Fix>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Determinations {
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    confidence: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fix {
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("zizmor");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| out.finding(finding(row)))?;
    json.end()
}

/// zizmor's severity word in Muster's scale.
pub(crate) fn severity(word: &str) -> Severity {
    Severity::from_word(word)
}

/// The route to a part of a workflow, from the `symbolic` description of a location.
pub(crate) fn route(symbolic: &Value) -> Option<String> {
    let steps = symbolic.pointer("/route/route").or_else(|| symbolic.pointer("/route/components"))?.as_array()?;
    let step = |step: &Value| step.get("Key").or_else(|| step.get("Index")).and_then(lenient::scalar);
    let route = steps.iter().filter_map(step).collect::<Vec<_>>().join("/");
    (!route.is_empty()).then_some(route)
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Pipeline, row.ident, row.desc);
    if let Some(raw) = row.determinations.severity {
        let severity = severity(&raw);
        finding.set_severity(raw, severity);
    }
    finding.confidence = row.determinations.confidence;
    let is_primary = |location: &&Value| location.pointer("/symbolic/kind").and_then(Value::as_str) == Some("Primary");
    if let Some(location) = row.locations.iter().find(is_primary).or_else(|| row.locations.first()) {
        place(&mut finding, location);
    }
    finding.references.extend(row.url);
    finding.remediation = row.fixes.into_iter().find_map(|fix| fix.title);
    if row.ignored == Some(true) {
        finding.suppressed = Some(Suppression { by: "in source".to_owned(), reason: None });
    }
    finding
}

fn place(finding: &mut Finding, location: &Value) {
    let text = |path: &str| location.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let key = "/symbolic/key";
    let path = ["Local/verbatim_path", "Local/given_path", "Remote/path"].iter().find_map(|name| text(&format!("{key}/{name}")));
    let point = |name: &str| {
        let number = location.pointer(&format!("/concrete/location/{name}"))?.as_u64()?;
        u32::try_from(number).ok()?.checked_add(1)
    };
    let start = point("start_point/row");
    let target = &mut finding.location;
    (target.path, target.start_line, target.end_line) = (path, start, point("end_point/row").or(start));
    (target.start_column, target.end_column) = (point("start_point/column"), point("end_point/column"));
    target.resource = location.get("symbolic").and_then(route);
    finding.snippet = text("/concrete/feature");
    finding.description = text("/symbolic/annotation");
}
