//! Every format against its fixtures: `fixtures/<id>/<name>.<ext>`. A fixture is recognised by its own format alone, its findings are
//! as in the snapshot beside it, and damaged copies of it give an error or a warning and never a panic.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;
#[path = "support/names.rs"]
mod names;

use std::collections::HashSet;
use std::fs;

use formats::{FORMATS, Format, Input, Match, Media, Output, ParseError, recognise};
use model::{Component, Finding, Run, Warning};
use serde_json::{Value, json};

use fixture_files::{fixtures, folder};
use names::names;

struct Read {
    findings: Vec<Finding>,
    runs: Vec<Run>,
    components: Vec<(usize, Component)>,
    warnings: Vec<Warning>,
    result: Result<(), ParseError>,
}

fn read(format: &'static Format, bytes: &[u8]) -> Read {
    let mut findings = Vec::new();
    let mut sink = |finding| findings.push(finding);
    let mut out = Output::new(format.id, &mut sink);
    let result = (format.parse)(&Input::from_bytes("fixture", bytes.to_vec()), &mut out);
    let collected = out.finish();
    let (runs, components, warnings) = (collected.runs, collected.components, collected.warnings);
    Read { findings, runs, components, warnings, result }
}

#[test]
fn formats_are_sorted_and_have_fixtures() {
    let ids: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "list.rs is sorted by id, and each id is there once");
    for id in ids {
        let dir = folder().join(id);
        let files = fs::read_dir(&dir).map(Iterator::count).unwrap_or_default();
        assert!(files > 0, "{id} has no fixture in {}", dir.display());
    }
}

#[test]
fn every_fixture_is_sure_by_its_own_format_alone() {
    for (format, path, bytes) in fixtures() {
        let input = Input::from_bytes("fixture", bytes);
        let sure: Vec<_> = FORMATS.iter().filter(|format| (format.sniff)(&input.head()) == Match::Sure).map(|format| format.id).collect();
        let is_container = matches!(format.id, "generic-csv" | "generic-json");
        if is_container && sure.is_empty() {
            assert_eq!(recognise(&input).unwrap().id, format.id, "{}", path.display());
        } else {
            assert_eq!(sure, [format.id], "{}", path.display());
        }
    }
}

/// The findings with what stays in memory, so that the snapshot shows what identity is made of.
fn shown(read: &Read) -> Value {
    let findings: Vec<Value> = read
        .findings
        .iter()
        .map(|finding| {
            let mut value = serde_json::to_value(finding).unwrap();
            let object = value.as_object_mut().unwrap();
            object.insert("(snippet)".into(), json!(finding.snippet));
            object.insert(
                "(secret)".into(),
                json!(finding.secret.as_ref().map(|secret| (secret.value.is_some(), secret.sha1.is_some(), secret.head_only))),
            );
            object.insert("(distinct)".into(), json!(finding.distinct));
            object.insert("(trusted)".into(), json!(finding.trusted_fingerprint));
            object.retain(|_, value| !value.is_null());
            value
        })
        .collect();
    {
        let mut all = json!({ "runs": read.runs, "warnings": read.warnings, "findings": findings });
        if let (false, Some(object)) = (read.components.is_empty(), all.as_object_mut()) {
            object.insert("components".into(), json!(read.components));
        }
        all
    }
}

/// Keys by name: their order in a JSON value depends on the features that other crates of a build ask of serde_json.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let by_name: std::collections::BTreeMap<String, Value> =
                members.into_iter().map(|(key, member)| (key, sorted(member))).collect();
            Value::Object(by_name.into_iter().collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[test]
fn findings_are_as_in_the_snapshots() {
    for (format, path, bytes) in fixtures() {
        let read = read(format, &bytes);
        read.result.as_ref().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_json_snapshot!(path.file_name().unwrap().to_string_lossy().as_ref(), sorted(shown(&read)));
        });
    }
}

/// Rows were read to the end and nothing was said against it.
fn silently_whole(read: &Read) -> bool {
    read.result.is_ok() && read.warnings.is_empty()
}

#[test]
fn a_report_cut_at_sixteen_places_is_an_error_or_a_warning() {
    let mut silent = Vec::new();
    for (format, path, bytes) in fixtures() {
        let whole = read(format, &bytes);
        let end = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
        for part in 0..16 {
            let cut = bytes.get(..end * part / 16).unwrap();
            let read = read(format, cut);
            // A format may be read from tables, texts and YAML, too.
            let is_plain = path.extension().is_some_and(|extension| extension == "csv" || extension == "txt");
            let structured = !is_plain && format.media.iter().any(|media| matches!(media, Media::Json | Media::Xml));
            let lines = matches!(cut.last(), Some(b'\n') | None) || !structured;
            if silently_whole(&read) && !lines {
                silent.push(format!(
                    "{} cut at {} of {end} bytes ({} of {} findings)",
                    path.display(),
                    cut.len(),
                    read.findings.len(),
                    whole.findings.len()
                ));
            }
        }
    }
    assert!(silent.is_empty(), "read without a word:\n{}", silent.join("\n"));
}

/// Replaces every scalar below the top by a value of another type, one leaf name at a time.
fn with_other_types(value: &Value, name: &str, replacement: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, member)| {
                    (key.clone(), if key == name { replacement.clone() } else { with_other_types(member, name, replacement) })
                })
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(|element| with_other_types(element, name, replacement)).collect()),
        other => other.clone(),
    }
}

/// Reads every fixture of one part of the formats with each member as a text, and with each member as six other things where a format has a
/// member of that name for the first time: those can break a reader, but what they lose is no question here.
fn wrong_types_lose_no_finding_without_a_word(part: usize) {
    let of_part: Vec<&str> = FORMATS.iter().map(|format| format.id).skip(part).step_by(PARTS).collect();
    let others = [json!(null), json!(17), json!([]), json!({}), json!([[1]]), json!({"a": {"b": 1}})];
    let mut seen = HashSet::new();
    let mut silent = Vec::new();
    for (format, path, bytes) in fixtures().into_iter().filter(|(format, ..)| of_part.contains(&format.id)) {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let whole = read(format, &bytes).findings.len();
        let mut members = Vec::new();
        names(&document, &mut members);
        for name in members {
            let with = |replacement: &Value| read(format, with_other_types(&document, &name, replacement).to_string().as_bytes());
            // A list that was emptied holds no finding; a text where a list stood must be said.
            let text = with(&json!("text"));
            if text.findings.len() < whole && silently_whole(&text) {
                silent.push(format!("{}: `{name}` as a text: {} of {whole} findings", path.display(), text.findings.len()));
            }
            if seen.insert((format.id, name.clone())) {
                others.iter().for_each(|other| drop(with(other)));
            }
        }
    }
    assert!(silent.is_empty(), "findings are lost, and not a word is said:\n{}", silent.join("\n"));
}

/// How many tests share the formats, so that they run side by side.
const PARTS: usize = 4;

#[test]
fn wrong_types_lose_no_finding_without_a_word_1() {
    wrong_types_lose_no_finding_without_a_word(0);
}

#[test]
fn wrong_types_lose_no_finding_without_a_word_2() {
    wrong_types_lose_no_finding_without_a_word(1);
}

#[test]
fn wrong_types_lose_no_finding_without_a_word_3() {
    wrong_types_lose_no_finding_without_a_word(2);
}

#[test]
fn wrong_types_lose_no_finding_without_a_word_4() {
    wrong_types_lose_no_finding_without_a_word(3);
}

#[test]
fn utf16_and_marks_give_the_same_findings() {
    for (format, path, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let whole = serde_json::to_value(read(format, &bytes).findings).unwrap();
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(text.trim_start_matches('\u{FEFF}').encode_utf16().flat_map(u16::to_le_bytes));
        if !text.contains("encoding=") {
            assert_eq!(serde_json::to_value(read(format, &wide).findings).unwrap(), whole, "{}", path.display());
        }
    }
}
