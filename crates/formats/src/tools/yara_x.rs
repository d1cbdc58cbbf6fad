//! The JSON of YARA-X; what its members mean stands in [`yara`](super::yara).

use serde_json::Value;

use super::loose::{items, text};
use super::yara::{MOST_STRINGS, flush, made};
use crate::read::lenient;
use crate::read::loose;
use crate::{Head, Input, Output, ParseError};

/// True for a report of `yr scan` in JSON or NDJSON.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let has = |start: &str, name: &str| head.has(&format!("{start}{name}"));
    let rules = |start: &str| has(start, "path") && has(start, "rules[].identifier");
    let only = |names: [&str; 2]| !head.any_member(|name| !names.contains(&name));
    let none = head.has("version") && head.is_bare_empty_list(&["matches"]) && only(["matches", "version"]);
    head.has_all(&["matches[].rule", "matches[].file"]) || none || rules("[].") || rules("") && only(["path", "rules"])
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    if !input.head().has("matches") {
        return loose::strung(input, out, |out, _, line| {
            let path = text(line, &["path"]).ok_or("no path")?;
            if line.get("rules").is_none() {
                return Err("no rules".to_owned());
            }
            let rules = items(line, "rules");
            if rules.is_empty() {
                out.no_finding();
            }
            for rule in rules {
                push(out, rule, "identifier", &path);
            }
            Ok(())
        });
    }
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "version" => {
            out.this().tool_version = json.row::<String>()?.ok();
            Ok(())
        }
        "matches" => json.rows(out, |out, row: Value| match text(&row, &["file"]) {
            Some(path) => push(out, &row, "rule", &path),
            None => out.bad_row(format!("matches[{}]", out.next_index()), "no file"),
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["matches"]);
    json.end()
}

fn push(out: &mut Output<'_>, row: &Value, name: &str, path: &str) {
    let Some(rule) = text(row, &[name]) else {
        return out.bad_row(format!("row {}", out.next_index()), format!("no {name}"));
    };
    // An object, or a list of pairs.
    let meta: Vec<(String, String)> = match row.get("meta") {
        Some(Value::Object(members)) => members.iter().filter_map(|(name, value)| Some((name.clone(), lenient::scalar(value)?))).collect(),
        Some(Value::Array(pairs)) => {
            pairs.iter().filter_map(|pair| Some((pair.get(0).and_then(lenient::scalar)?, pair.get(1).and_then(lenient::scalar)?))).collect()
        }
        _ => Vec::new(),
    };
    let meta: Vec<(&str, &str)> = meta.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let strings = items(row, "strings").iter().take(MOST_STRINGS);
    let strings = strings.filter_map(|found| {
        let offset = found.get("offset").and_then(Value::as_u64)?;
        Some(format!("{offset:#x}:{}", text(found, &["identifier"])?))
    });
    flush(out, Some((made(&rule, &meta, path), strings.collect())));
}
