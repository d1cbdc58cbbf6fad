//! WhatWeb (technologies of websites), JSON, XML and the brief text. Versions seen: 0.5 and 0.6.
//!
//! Make it with `whatweb --log-json=whatweb.json https://shop.example.com` (or `--log-xml`, `--log-brief`).
//!
//! - index: `[]`: one answered address. WhatWeb ends its list with an empty object, which is no result. In XML the `target` elements, in the text the
//!   lines.
//! - rule: `technologies-identified`, title with the status. What each plug-in saw, with versions, is the description.
//! - severity: the tool rates nothing: info. A technology is not yet a weakness.
//! - place: `target` as URL.
//! - coverage: a list with a result shows a run; an empty one has no evidence. Runs of several sites are one report. No time or version
//!   (the user agent names the version where it was not changed).

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::loose::{at, text, texts};
use crate::read::json::Shape;
use crate::read::{lines, xml};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `whatweb --log-json`.
pub(crate) static FORMAT: Format = Format {
    id: "whatweb",
    name: "WhatWeb",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Xml, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

/// What a plug-in may tell, by the names of JSON and XML.
const TOLD: [&str; 8] = ["version", "string", "os", "account", "model", "firmware", "module", "filepath"];

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| head.has(&format!("{top}plugins")) && head.has(&format!("{top}target")) && head.has(&format!("{top}http_status"));
    let xml = head.is_xml("log") && head.has_tag("target") && head.has_tag("http-status");
    Match::sure_if(of("[].") || of("") || xml || is_brief(head))
}

/// True where every line is an address with the answer's status in brackets.
fn is_brief(head: &Head<'_>) -> bool {
    if head.is_json() || head.starts_with("<") {
        return false;
    }
    let text = head.text();
    // The last line of a head may be cut.
    let whole = if head.is_cut() { text.rsplit_once('\n').map_or(text, |(whole, _)| whole) } else { text };
    let mut lines = whole.lines().filter(|line| !line.trim().is_empty()).take(50).peekable();
    lines.peek().is_some() && lines.all(|line| brief(line).is_some() || line.starts_with("ERROR"))
}

/// Address, status and what was seen of `https://shop.example.com/ [200 OK] Apache[2.4.41], Title[Shop]`.
fn brief(line: &str) -> Option<(&str, &str, &str)> {
    let (url, rest) = line.split_once(" [")?;
    let (status, seen) = rest.split_once(']')?;
    let code = status.split(' ').next()?;
    let is_status = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    (url.contains("://") && !url.contains(' ') && is_status).then_some((url, code, seen.trim()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("WhatWeb");
    if input.head().is_xml("log") {
        return xml::rows(input, &["target"], |target| {
            let Some(url) = target.text_at("uri") else {
                out.bad_row(format!("byte {}", target.offset), "no uri");
                return Ok(());
            };
            let seen = target.children("plugin").filter_map(|plugin| {
                let told = plugin.children.iter().filter(|child| TOLD.contains(&child.name.as_str())).map(|child| child.text.clone());
                Some(plug_in(plugin.text_at("name")?, &told.collect::<Vec<_>>()))
            });
            out.finding(finding(url.to_owned(), target.text_at("http-status"), seen.collect()));
            Ok(())
        });
    }
    if is_brief(&input.head()) {
        let ended = lines::each(input, |number, line| {
            match brief(line) {
                Some((url, status, seen)) => {
                    let seen = if seen.is_empty() { Vec::new() } else { vec![seen.replace("], ", "]\n")] };
                    out.finding(finding(url.to_owned(), Some(status), seen));
                }
                None if line.starts_with("ERROR") => out.this().claims.partial = Some("an address did not answer".to_owned()),
                None => out.bad_row(format!("line {number}"), "no address with a status"),
            }
            Ok(())
        })?;
        if !ended {
            out.this().claims.partial = Some("the last line breaks off".to_owned());
        }
        return Ok(());
    }
    if input.head().is_json_lines() {
        return lines::json(input, out, site);
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
    let plugins = at(&row, "plugins").and_then(Value::as_object);
    let seen = plugins.into_iter().flatten().map(|(name, said)| {
        let told: Vec<String> = TOLD.iter().flat_map(|member| texts(said, member)).collect();
        plug_in(name, &told)
    });
    out.finding(finding(target, text(&row, &["http_status"]).as_deref(), seen.collect()));
}

fn plug_in(name: &str, told: &[String]) -> String {
    if told.is_empty() { name.to_owned() } else { format!("{name}: {}", told.join(", ")) }
}

fn finding(url: String, status: Option<&str>, seen: Vec<String>) -> Finding {
    let title = format!("Technologies identified (HTTP {})", status.unwrap_or("status unknown"));
    let mut finding = Finding::new(Kind::Dast, "technologies-identified", title);
    finding.severity = Severity::Info;
    finding.description = Some(seen.join("\n")).filter(|text| !text.is_empty());
    finding.location.url = Some(url);
    finding
}
