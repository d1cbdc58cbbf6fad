//! Findings in JSON: `{"findings": [{"title", "severity", …}]}` (DefectDojo's generic findings import) or a bare array of such objects.
//!
//! - index: `findings[]`, or the array's elements.
//! - members are those of the generic findings CSV, compared without case and punctuation; lists (`vulnerability_ids`, `endpoints`, `cwes`)
//!   are taken whole for identifiers and CWE, the first element for places.
//! - a title is needed; `severity`, `risk`, `criticality` or `rating` is the severity, a number by the CVSS bands.
//! - kind: pentest, unless `kind` is one of Muster's, or `static_finding` or `dynamic_finding` alone is true. Pentest findings never close by absence.
//! - tool: `type`, else `name` at the top, else "Generic findings".
//! - `false_p`, `risk_accepted`, `out_of_scope`, `duplicate` and `active: false` are suppressions with that reason; `is_mitigated` says that
//!   it is resolved.
//! - ran: never; a list of findings says nothing about what was looked at.
//! - an object of a few scalars whose list `vulnerabilities`, `findings`, `results`, `issues`, `alerts` or `matches` is empty is read as an
//!   empty list of an unknown tool: no finding, partial, closes nothing.
//! - left out: attached files, tags, EPSS and KEV members (Muster has its own feeds).

use std::collections::HashMap;

use model::Kind;
use serde_json::Value;

use super::generic;
use crate::read::csv::fold;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Findings in JSON.
pub(crate) static FORMAT: Format = Format {
    id: "generic-json",
    name: "Generic findings (JSON)",
    kinds: &Kind::ALL,
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

/// Lists whose emptiness speaks of a scan without findings, of whichever tool.
const LISTS: [&str; 6] = ["vulnerabilities", "findings", "results", "issues", "alerts", "matches"];

fn is_bare(head: &Head<'_>) -> bool {
    !["error", "errors", "message", "status"].iter().any(|name| head.has(name)) && head.is_bare_empty_list(&LISTS)
}

fn sniff(head: &Head<'_>) -> Match {
    if is_bare(head) {
        return Match::Maybe;
    }
    let row = |start: &str| head.has(&format!("{start}title")) && head.has(&format!("{start}severity"));
    if !head.is_json_lines() && (row("findings[].") || (head.is_json_array() && row("[]."))) { Match::Maybe } else { Match::No }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Generic findings");
    let bare = is_bare(&input.head());
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        rows(&mut json, out)?;
        return json.end();
    }
    let mut found = false;
    let mut names = (None, None);
    // The name of the tool may stand behind the findings.
    json.object(|json, key| {
        match key {
            "type" => names.0 = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar),
            "name" => names.1 = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar),
            "version" => out.this().tool_version = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar),
            "findings" => found = true,
            _ => {}
        }
        Ok(())
    })?;
    if bare {
        let said = "an empty list that says neither which tool wrote it nor that a scan ran";
        out.this().claims.partial = Some(said.to_owned());
        out.warn("", format!("{said}; it closes nothing"));
    }
    if !found && !bare {
        return Err(ParseError::whole("no `findings` in the document, and it is no array of findings"));
    }
    if let Some(name) = names.0.or(names.1) {
        out.this().tool = name;
    }
    let mut json = input.json()?;
    json.object(|json, key| if key == "findings" { rows(json, out) } else { Ok(()) })?;
    json.end()
}

fn rows(json: &mut Json<'_>, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.array(|json, _| {
        let place = json.place();
        let row = match json.row::<serde_json::Map<String, Value>>()? {
            Ok(row) => row,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        let members: HashMap<String, &Value> = row.iter().map(|(name, value)| (fold(name), value)).collect();
        let get = |names: &[&str]| {
            names
                .iter()
                .map(|name| members.get(*name).map(|value| generic::values(value)).unwrap_or_default())
                .find(|texts| !texts.is_empty())
                .unwrap_or_default()
        };
        match generic::finding(&get) {
            Ok(finding) => out.finding(finding),
            Err(reason) => {
                let mut found: Vec<&str> = row.keys().map(String::as_str).collect();
                found.sort_unstable();
                found.truncate(20);
                let found = found.join(", ");
                out.bad_row(place, format!("{reason}; the row has: {found}"));
            }
        }
        Ok(())
    })
}
