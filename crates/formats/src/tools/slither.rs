//! Slither (Solidity contracts), JSON. Versions seen: 0.6 to 0.11.
//!
//! Make it with `slither . --json slither.json`.
//!
//! - index: `results.detectors[]`; `results[]` of 0.6. Where no detector found anything, `results` is empty.
//! - `check` is the rule, the first line of `description` the title; severity: `impact` High, Medium, Low, Informational and Optimization (info);
//!   `confidence` is the confidence.
//! - place: the first of `elements[]` with a place: file and lines from 1; further ones are the flow. Columns are those of the first and last line and
//!   are not taken. The element's name with its contract is the symbol.
//! - `id` is a hash over the description, which holds lines: kept, not trusted.
//! - `success: false` is a failed run (`error`). No version, no time, no list of rules.

use model::{Finding, FlowStep, Kind, Severity};
use serde_json::Value;

use super::wording::first_line;
use crate::read::json::Shape;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `slither --json`.
pub(crate) static FORMAT: Format =
    Format { id: "slither", name: "Slither", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["results.detectors[].check", "results.detectors[].impact"]);
    let older = head.has_all(&["results[].check", "results[].impact", "results[].elements"]);
    let told = head.has_all(&["success", "error"]);
    // Without a result there is an empty object.
    let bare = !head.is_cut() && !head.any_member(|name| !matches!(name, "success" | "error" | "results"));
    let empty = || head.text().split_ascii_whitespace().collect::<String>().contains(r#""results":{}"#);
    Match::sure_if(row || told && (older || head.has("results.detectors") || bare && empty()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Slither");
    let mut listed = false;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "success" => {
            out.this().claims.ran = json.row::<bool>()?.unwrap_or_default();
            Ok(())
        }
        "error" => {
            out.this().claims.failed =
                json.row::<Value>()?.ok().as_ref().and_then(crate::read::lenient::scalar).map(|text| first_line(&text));
            Ok(())
        }
        "results" if json.shape()? == Shape::Array => {
            listed = true;
            loose::rows(json, out, push)
        }
        "results" => {
            let mut named = false;
            json.object(|json, key| {
                named = true;
                if key != "detectors" {
                    return Ok(());
                }
                listed = true;
                loose::rows(json, out, push)
            })?;
            listed |= !named;
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    if !listed && out.this().claims.failed.is_none() {
        out.warn("results", "no list of detectors; a newer version may name it otherwise");
        out.this().claims.partial = Some("no list of detectors in the report".to_owned());
    }
    json.end()
}

fn push(out: &mut Output<'_>, _: &str, row: &Value) -> Result<(), String> {
    let rule = row.text(&["check"]).ok_or("a result without check")?;
    out.finding(finding(rule, row));
    Ok(())
}

fn finding(rule: String, row: &Value) -> Finding {
    let said = row.text(&["description"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&said));
    if let Some(raw) = row.text(&["impact"]) {
        let severity = if raw == "Optimization" { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    finding.confidence = row.text(&["confidence"]);
    if let Some(id) = row.text(&["id"]) {
        finding.fingerprint("id", id);
    }
    let lines = |element: &Value| -> Vec<u32> {
        let listed = element.texts("source_mapping/lines");
        listed.iter().filter_map(|line| line.parse().ok()).filter(|line| *line > 0).collect()
    };
    let file = |element: &Value| element.text(&["source_mapping/filename_relative", "source_mapping/filename_short"]);
    let elements: Vec<&Value> = row.list("elements").into_iter().filter(|element| file(element).is_some()).collect();
    if let Some(first) = elements.first() {
        let place = &mut finding.location;
        place.path = file(first);
        (place.start_line, place.end_line) = (lines(first).first().copied(), lines(first).last().copied());
        let parent = first.text(&["type_specific_fields/parent/name"]);
        place.symbol = match (parent, first.text(&["name"])) {
            (Some(parent), Some(name)) => Some(format!("{parent}.{name}")),
            (_, name) => name,
        };
    }
    let step = |element: &&Value| FlowStep {
        path: file(element),
        line: lines(element).first().copied(),
        message: element.text(&["name"]),
        ..FlowStep::default()
    };
    finding.flow = elements.iter().skip(1).take(50).map(step).collect();
    finding.description = Some(said).filter(|text| text.trim() != finding.title);
    finding
}
