//! Recognising hangs on no single member more than it must: every member, attribute or column of a fixture is left out in turn.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;

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

fn taken_for(bytes: Vec<u8>) -> Option<&'static Format> {
    recognise(&Input::from_bytes("fixture", bytes)).ok()
}

/// How many of the members that are left out lose a report; these numbers may only become smaller.
const LOST_MEMBERS: usize = 515;
const LOST_COLUMNS: usize = 134;

#[test]
fn json_without_one_member() {
    let mut lost = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let mut all = Vec::new();
        paths(&document, "", 0, &mut all);
        for path in all {
            let other = taken_for(without(&document, "", &path).to_string().into_bytes());
            if other.is_none_or(|other| other.id != format.id) {
                lost.push(format!(
                    "{} {path} -> {} {}",
                    format.id,
                    other.map_or("none", |other| other.id),
                    file.file_name().unwrap().display()
                ));
            }
        }
    }
    assert!(lost.len() <= LOST_MEMBERS, "{} reports are lost with one member:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn csv_without_one_column() {
    let mut lost = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if file.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let header = text.lines().next().unwrap_or_default();
        let separator = [',', ';', '\t', '|'].into_iter().max_by_key(|separator| header.matches(*separator).count()).unwrap();
        for (at, column) in header.split(separator).enumerate() {
            let cut = |line: &str| {
                line.split(separator)
                    .enumerate()
                    .filter(|(n, _)| *n != at)
                    .map(|(_, cell)| cell)
                    .collect::<Vec<_>>()
                    .join(&separator.to_string())
            };
            let other = taken_for(text.lines().map(cut).collect::<Vec<_>>().join("\n").into_bytes());
            if other.is_none_or(|other| other.id != format.id) {
                lost.push(format!("{} {column} -> {}", format.id, other.map_or("none", |other| other.id)));
            }
        }
    }
    assert!(lost.len() <= LOST_COLUMNS, "{} tables are lost with one column:\n{}", lost.len(), lost.join("\n"));
}
