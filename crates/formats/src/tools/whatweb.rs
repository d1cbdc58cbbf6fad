//! WhatWeb (technologies of websites), JSON. Versions seen: 0.5.
//!
//! Make it with `whatweb --log-json=whatweb.json https://shop.example.com`.
//!
//! - index: `[]`: one answered address. WhatWeb ends its list with an empty object, which is no result.
//! - rule: `technologies-identified`, title with the status. What each plug-in saw, with versions, is the description.
//! - severity: the tool rates nothing: info. A technology is not yet a weakness.
//! - place: `target` as URL.
//! - coverage: a list with a result shows a run; an empty one has no evidence. Runs of several sites are one report. No time or version
//!   (the user agent names the version where it was not changed).

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::loose::{at, text, texts};
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `whatweb --log-json`.
pub(crate) static FORMAT: Format =
    Format { id: "whatweb", name: "WhatWeb", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| head.has(&format!("{top}plugins")) && head.has(&format!("{top}target")) && head.has(&format!("{top}http_status"));
    Match::sure_if(of("[].") || of(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("WhatWeb");
    if input.head().is_json_lines() {
        return crate::read::lines::json(input, out, site);
    }
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, site)?;
    } else {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(value) => site(out, value),
            Err(reason) => return Err(ParseError::at(place, reason)),
        }
    }
    json.end()
}

fn site(out: &mut Output<'_>, row: Value) {
    if row.as_object().is_some_and(serde_json::Map::is_empty) {
        return;
    }
    let Some(target) = text(&row, &["target"]) else {
        return out.bad_row(format!("[{}]", out.next_index()), "no target");
    };
    let agent = text(&row, &["request_config.headers.User-Agent"]);
    let run = out.this();
    if run.tool_version.is_none() {
        run.tool_version = agent.and_then(|agent| agent.strip_prefix("WhatWeb/").map(str::to_owned));
    }
    let status = text(&row, &["http_status"]);
    let mut finding = Finding::new(
        Kind::Dast,
        "technologies-identified",
        format!("Technologies identified (HTTP {})", status.as_deref().unwrap_or("status unknown")),
    );
    finding.severity = Severity::Info;
    let plugins = at(&row, "plugins").and_then(Value::as_object);
    let seen = plugins.into_iter().flatten().map(|(name, said)| {
        let told: Vec<String> = ["version", "string", "os", "account", "model", "firmware", "module", "filepath"]
            .iter()
            .flat_map(|member| texts(said, member))
            .collect();
        if told.is_empty() { name.clone() } else { format!("{name}: {}", told.join(", ")) }
    });
    finding.description = Some(seen.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty());
    finding.location.url = Some(target);
    out.finding(finding);
}
