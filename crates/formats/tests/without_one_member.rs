//! Recognising hangs on no single member more than it must: every member, attribute or column of a fixture is left out in turn.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;

use std::path::Path;

use formats::{Format, Input, recognise};
use serde_json::Value;

use fixture_files::fixtures;

/// Deepest member that is left out; what lies deeper is rarely asked for.
const DEEPEST: usize = 4;

/// The paths of all members down to [`DEEPEST`], lists as `[]`.
fn paths(value: &Value, path: &str, depth: usize, out: &mut Vec<String>) {
    match value {
        Value::Object(members) if depth < DEEPEST => {
            for (key, member) in members {
                let path = format!("{path}.{key}");
                if !out.contains(&path) {
                    out.push(path.clone());
                }
                paths(member, &path, depth + 1, out);
            }
        }
        Value::Array(elements) => elements.iter().take(20).for_each(|element| paths(element, &format!("{path}[]"), depth, out)),
        _ => {}
    }
}

/// The document without the members at that path.
fn without(value: &Value, path: &str, left_out: &str) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(key, member)| {
                let path = format!("{path}.{key}");
                (path != left_out).then(|| (key.clone(), without(member, &path, left_out)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(elements) => {
            let path = format!("{path}[]");
            Value::Array(elements.iter().map(|element| without(element, &path, left_out)).collect())
        }
        other => other.clone(),
    }
}

fn is_taken_for(format: &Format, text: String) -> bool {
    recognise(&Input::from_bytes("fixture", text.into_bytes())).is_ok_and(|other| other.id == format.id)
}

/// Most members, attributes or columns that recognising one report hangs on; the number may only become smaller.
const MOST: usize = 6;

/// The report, where recognising it hangs on too many of what was left out.
fn too_many(format: &Format, file: &Path, lost: &[String]) -> Option<String> {
    (lost.len() > MOST).then(|| format!("{} ({}): {}", format.id, file.display(), lost.join(", ")))
}

#[test]
fn json_without_one_member() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let mut all = Vec::new();
        paths(&document, "", 0, &mut all);
        all.retain(|path| !is_taken_for(format, without(&document, "", path).to_string()));
        wrong.extend(too_many(format, &file, &all));
    }
    assert!(wrong.is_empty(), "recognising hangs on more than {MOST} members:\n{}", wrong.join("\n"));
}

#[test]
fn csv_without_one_column() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if file.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let header = text.lines().next().unwrap_or_default();
        let separator = [',', ';', '\t', '|'].into_iter().max_by_key(|separator| header.matches(*separator).count()).unwrap();
        let is_lost = |at: usize| {
            let kept = |line: &str| line.split(separator).enumerate().filter(|(n, _)| *n != at).map(|(_, cell)| cell.to_owned()).collect();
            let lines: Vec<Vec<String>> = text.lines().map(kept).collect();
            let lines: Vec<String> = lines.iter().map(|cells| cells.join(&separator.to_string())).collect();
            !is_taken_for(format, lines.join("\n"))
        };
        let lost = header.split(separator).enumerate().filter(|(at, _)| is_lost(*at)).map(|(_, column)| column.to_owned());
        wrong.extend(too_many(format, &file, &lost.collect::<Vec<_>>()));
    }
    assert!(wrong.is_empty(), "recognising hangs on more than {MOST} columns:\n{}", wrong.join("\n"));
}
