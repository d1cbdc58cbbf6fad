//! The same report as people really hand it in: packed, with a byte-order mark or other line ends, behind the lines of a log, one of several in a
//! file, a table with other separators, in another order of columns. Every fixture is read so, and gives the findings that it gives as it is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;

use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use formats::{Format, Input, Output, recognise};
use serde_json::Value;

use fixture_files::fixtures;

/// The findings without their numbers; the reason where it is not read.
fn read(name: &str, bytes: Vec<u8>) -> Result<(&'static Format, Vec<Value>), String> {
    let input = Input::from_bytes(name, bytes);
    let format = recognise(&input).map_err(|error| error.to_string())?;
    let mut findings = Vec::new();
    let mut sink = |finding: model::Finding| {
        let mut finding = serde_json::to_value(finding).unwrap();
        let members = finding.as_object_mut().unwrap();
        members.remove("index");
        members.remove("run");
        findings.push(finding);
    };
    format.read(&input, &mut Output::new(format.id, &mut sink)).map_err(|error| error.to_string())?;
    Ok((format, findings))
}

type Fixture = (&'static Format, String, Vec<u8>, Vec<Value>);

/// Format, name, bytes and findings of every fixture that is recognised; some are read by the format's name alone.
fn as_they_are() -> &'static [Fixture] {
    static READ: OnceLock<Vec<Fixture>> = OnceLock::new();
    READ.get_or_init(|| {
        let one = |(format, path, bytes): (&'static Format, PathBuf, Vec<u8>)| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let (found, findings) = read(&name, bytes.clone()).ok()?;
            (found.id == format.id).then_some((format, name, bytes, findings))
        };
        fixtures().into_iter().filter_map(one).collect()
    })
}

/// Reads every fixture as it is and changed, and names those whose findings differ. `times` is how often each finding is expected.
fn differing(times: usize, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> (usize, Vec<String>) {
    let (mut tried, mut out) = (0, Vec::new());
    for (format, name, bytes, findings) in as_they_are() {
        let Some(changed) = change(bytes) else { continue };
        tried += 1;
        let wanted: Vec<Value> = (0..times).flat_map(|_| findings.clone()).collect();
        match read(name, changed) {
            Ok((found, _)) if found.id != format.id => out.push(format!("{}/{name}: read as {}", format.id, found.id)),
            Ok((_, found)) if found != wanted => {
                let other = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted);
                out.push(format!("{}/{name}: {} of {} findings, {other:?}", format.id, found.len(), wanted.len()));
            }
            Ok(_) => {}
            Err(reason) => out.push(format!("{}/{name}: {reason}", format.id)),
        }
    }
    (tried, out)
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.starts_with("PK"))
}

fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// A table, by its first line; the header has more than two columns and no row is shorter.
fn table(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let text = text(bytes).filter(|text| !text.trim_start().starts_with(['{', '[', '<']))?;
    let first = text.lines().next()?;
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|byte| first.bytes().filter(|other| other == byte).count())?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(bytes);
    let rows: Result<Vec<Vec<String>>, _> =
        reader.records().map(|record| record.map(|record| record.iter().map(str::to_owned).collect())).collect();
    rows.ok().filter(|rows: &Vec<Vec<String>>| rows.first().is_some_and(|header| header.len() > 2))
}

fn written(rows: &[Vec<String>], separator: u8, quotes: csv::QuoteStyle) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).quote_style(quotes).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

/// Fixtures that may differ when they are changed so, or in any way, with the reason.
const EXCEPT: &[(&str, &str, &str)] = &[
    ("", "gosec-csv/shop.csv", "a table without a header, always with commas"),
    ("", "vcg/shop.csv", "a table without a header, always with commas"),
    ("text after", "codechecker/none.json", "too little in it to be known with anything else"),
    ("text after", "semgrep/nothing.json", "too little in it to be known with anything else"),
    ("one after the other", "snyk-issue-api/none.json", "too little in it to be known among others"),
    ("text before", "generic-json/findings.json", "known by what stands at the top alone"),
    ("text before", "aide/check.json", "the text of AIDE's own report says the same words"),
    ("one after the other", "generic-json/findings.json", "known by what stands at the top alone"),
    ("one after the other", "govulncheck/version-0.json", "the same vulnerability in the same module is told once"),
    ("one after the other", "semgrep/nothing.json", "too little in it to be known among others"),
    ("one after the other", "snyk/container.json", "the names of several projects are part of the finding"),
    ("text before", "semgrep/nothing.json", "too little in it to be known behind other text"),
    ("text before", "snyk-issue-api/none.json", "too little in it to be known behind other text"),
    ("lines", "prowler-ocsf/aws.json", "events of OCSF, a line each, are read as such"),
    ("lines", "rusty-hog/files.json", "TruffleHog 2 writes the same rows as lines"),
    ("lines", "rusty-hog/git.json", "TruffleHog 2 writes the same rows as lines"),
    ("lines", "rusty-hog/pages.json", "TruffleHog 2 writes the same rows as lines"),
    ("a row alone", "prowler-ocsf/aws.json", "an event of OCSF is read as such"),
    ("a row alone", "rusty-hog/files.json", "TruffleHog 2 writes the same row as a line"),
    ("a row alone", "rusty-hog/git.json", "TruffleHog 2 writes the same row as a line"),
    ("a row alone", "rusty-hog/pages.json", "TruffleHog 2 writes the same row as a line"),
    ("a row alone", "trufflehog3/v2.json", "TruffleHog 2 writes the same row as a line"),
    ("a row alone", "trufflehog3/v2-diff.json", "TruffleHog 2 writes the same row as a line"),
    ("lines", "trufflehog3/v2-diff.json", "TruffleHog 2 writes the same rows as lines"),
    ("", "wapiti/shop.csv", "a backslash before a quotation mark, which the writer of the changed tables does not know"),
    ("", "slither/none.json", "too little in it to be known among other text or in a list"),
    ("in a list", "codechecker/none.json", "too little in it to be known in a list"),
    ("in a list", "generic-json/findings.json", "known by what stands at the top alone"),
    ("in a list", "semgrep/nothing.json", "too little in it to be known in a list"),
    ("in a list", "snyk-issue-api/none.json", "too little in it to be known in a list"),
    ("in a list", "snyk/container.json", "Snyk itself writes a list for several projects, whose names then are part of the finding"),
];

fn all_same(what: &str, least: usize, (tried, mut differing): (usize, Vec<String>)) {
    let excepted = |line: &String| {
        EXCEPT.iter().any(|(change, fixture, _)| (change.is_empty() || *change == what) && line.starts_with(&format!("{fixture}:")))
    };
    differing.retain(|line| !excepted(line));
    assert!(std::env::var("FORMATS").is_ok() || tried >= least, "{what}: {tried} fixtures");
    assert!(differing.is_empty(), "{what}, {} of {tried}:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn packed_marked_and_with_other_line_ends() {
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().ok()
    };
    all_same("gzip", 400, differing(1, gzip));
    let marked = |bytes: &[u8]| text(bytes).map(|text| format!("\u{FEFF}{}", text.trim_start_matches('\u{FEFF}')).into_bytes());
    all_same("byte-order mark", 400, differing(1, marked));
    let wide =
        |bytes: &[u8]| text(bytes).map(|text| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect());
    all_same("UTF-16", 400, differing(1, wide));
}

#[test]
fn behind_and_before_other_text() {
    let log = "[INFO] scan of shop/api started\n2026-02-03 10:11:12 WARN  one rule was skipped\n\n";
    let before = |bytes: &[u8]| {
        let starts = text(bytes)?.trim_start().starts_with('<') || json(bytes).is_some();
        starts.then(|| [log.as_bytes(), bytes].concat())
    };
    all_same("text before", 200, differing(1, before));
    let after = |bytes: &[u8]| json(bytes).is_some().then(|| [bytes, b"\n", log.as_bytes(), b"Done in 3.2 s"].concat());
    all_same("text after", 200, differing(1, after));
}

#[test]
fn written_otherwise() {
    let pretty = |bytes: &[u8]| json(bytes).map(|value| serde_json::to_vec_pretty(&value).unwrap());
    all_same("indented", 200, differing(1, pretty));
    let plain = |bytes: &[u8]| json(bytes).map(|value| value.to_string().into_bytes());
    all_same("one line", 200, differing(1, plain));
}

#[test]
fn several_in_a_file() {
    let list = |bytes: &[u8]| json(bytes).filter(Value::is_object).map(|_| [b"[", bytes, b", ", bytes, b"]"].concat());
    all_same("in a list", 150, differing(2, list));
    let documents = |bytes: &[u8]| json(bytes).map(|_| [bytes, b"\n", bytes].concat());
    all_same("one after the other", 200, differing(2, documents));
}

#[test]
fn a_list_in_an_answer_of_an_api() {
    let answer = |bytes: &[u8]| {
        json(bytes)
            .filter(|value| value.as_array().is_some_and(|rows| rows.iter().any(Value::is_object)))
            .map(|value| serde_json::json!({ "count": 2, "next": null, "results": value }).to_string().into_bytes())
    };
    all_same("in an answer", 60, differing(1, answer));
}

#[test]
fn a_row_alone() {
    let mut problems = (0, Vec::new());
    for (format, name, bytes, _) in as_they_are() {
        let first = json(bytes).and_then(|value| value.as_array()?.first().cloned()).filter(Value::is_object);
        let Some(first) = first else { continue };
        let Ok((found, wanted)) = read(name, Value::Array(vec![first.clone()]).to_string().into_bytes()) else { continue };
        if found.id != format.id || wanted.is_empty() {
            continue;
        }
        problems.0 += 1;
        match read(name, first.to_string().into_bytes()) {
            Ok((found, findings)) if found.id == format.id && findings == wanted => {}
            Ok((found, findings)) => {
                problems.1.push(format!("{}/{name}: read as {}, {} of {}", format.id, found.id, findings.len(), wanted.len()))
            }
            Err(reason) => problems.1.push(format!("{}/{name}: {reason}", format.id)),
        }
    }
    all_same("a row alone", 50, problems);
}

#[test]
fn a_list_as_lines() {
    let lines = |bytes: &[u8]| {
        let list = json(bytes)?;
        let rows = list.as_array().filter(|rows| rows.len() > 1 && rows.iter().all(Value::is_object))?;
        Some(rows.iter().map(|row| format!("{row}\n")).collect::<String>().into_bytes())
    };
    all_same("lines", 20, differing(1, lines));
}

#[test]
fn tables_written_otherwise() {
    let change = |separator, quotes| move |bytes: &[u8]| table(bytes).map(|rows| written(&rows, separator, quotes));
    all_same("semicolons", 60, differing(1, change(b';', csv::QuoteStyle::Necessary)));
    all_same("tabs", 60, differing(1, change(b'\t', csv::QuoteStyle::Necessary)));
    all_same("quotes", 60, differing(1, change(b',', csv::QuoteStyle::Always)));
    let header = |word: fn(&str) -> String| {
        move |bytes: &[u8]| {
            let mut rows = table(bytes)?;
            rows.first_mut()?.iter_mut().for_each(|name| *name = word(name));
            Some(written(&rows, b',', csv::QuoteStyle::Necessary))
        }
    };
    all_same("upper case", 60, differing(1, header(|name| name.to_uppercase())));
    all_same("lower case", 60, differing(1, header(|name| name.to_lowercase())));
    all_same("spaces", 60, differing(1, header(|name| format!(" {name} "))));
    let turned = |bytes: &[u8]| {
        let mut rows = table(bytes)?;
        rows.iter_mut().for_each(|row| row.reverse());
        Some(written(&rows, b',', csv::QuoteStyle::Necessary))
    };
    all_same("columns turned", 60, differing(1, turned));
}
