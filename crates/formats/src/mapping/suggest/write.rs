//! The proposal as YAML.

use std::fmt::Write;

use super::guess::{Guess, Sure};
use super::looks as is;
use super::sample::{Column, Table};
use crate::Media;

/// Writes the mapping, with comments on how sure each line is.
pub(super) fn write(file: &str, media: Media, table: &Table, guesses: &[Guess], unused: &[String]) -> String {
    let mut out = String::new();
    let container = match media {
        Media::JsonLines => "ndjson",
        other => other.word(),
    };
    let file = file.rsplit(['/', '!']).next().unwrap_or(file);
    let (tool, tool_sure) = tool(file, table);
    let (kind, because) = kind(guesses);
    // A text that cannot be written to a String does not exist.
    let _ = writeln!(out, "# Proposed for {}. Read every line: this is a guess from names and values.", one_line(file));
    let _ = writeln!(out, "version: 1");
    let _ = writeln!(out, "tool: {}  # {tool_sure}: the name decides which reports belong together", quoted(&tool));
    let _ = writeln!(out, "kind: {kind}  # {because}");
    let _ = writeln!(out, "rows:");
    let _ = writeln!(out, "  in: {container}");
    for (key, value) in &table.place {
        let _ = writeln!(out, "  {key}: {value}");
    }
    if let Some((column, passed)) = passed(table) {
        let _ = writeln!(out, "  where:  # likely: the others are passed checks");
        let _ = writeln!(out, "    - {{from: {}, not_in: [{}]}}", quoted(&column.reference), passed.join(", "));
    }
    let _ = writeln!(out, "complete: true  # false where a report lists only part: then nothing is closed that it leaves out");
    let scan = scan(table);
    if !scan.is_empty() {
        let _ = writeln!(out, "scan:");
        for (field, column) in scan {
            let example: String = column.values.first().map(|value| one_line(value)).unwrap_or_default();
            let _ = writeln!(out, "  {field}: {}  # likely; {example}", quoted(&column.reference));
        }
    }
    let _ = writeln!(out, "fields:");
    for guess in guesses {
        let value = match guess.steps.as_slice() {
            [] => quoted(&guess.reference),
            steps => format!("{{from: {}, {}}}", quoted(&guess.reference), steps.join(", ")),
        };
        let examples: Vec<String> = guess.examples.iter().map(|example| one_line(example)).collect();
        let _ = writeln!(out, "  {}: {value}  # {}: {}; {}", guess.field, guess.sure.word(), guess.because, examples.join(" | "));
        if guess.field == "severity" && guess.steps.iter().any(|step| step.starts_with("map")) {
            let _ = writeln!(out, "  # critical, high, medium, low, info or unknown: give the words above their meaning");
        }
    }
    if !unused.is_empty() {
        let _ = writeln!(out, "# Given to no field:");
        for name in unused.iter().take(60) {
            let _ = writeln!(out, "#   {}", one_line(name));
        }
    }
    out
}

/// A text as YAML, in quotes where it needs them.
pub(super) fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' '))
        && !text.ends_with(' ')
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n");
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text for a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect()
}

/// The tool: a value at the top or of a column with one value, else the file's name.
fn tool(file: &str, table: &Table) -> (String, &'static str) {
    let names = ["tool", "toolname", "scanner", "scannername", "generator", "product", "source", "engine"];
    let is_tool = |column: &&Column| {
        let joined: String = column.names.iter().rev().take(2).rev().map(String::as_str).collect();
        let own = column.names.last().map(String::as_str).unwrap_or_default();
        names.contains(&joined.as_str()) || names.contains(&own)
    };
    let one_value = |column: &Column| {
        let first = column.values.first()?;
        (column.values.iter().all(|value| value == first) && first.len() < 60 && !is::path(first)).then(|| one_line(first))
    };
    if let Some(name) = table.top.iter().chain(&table.columns).filter(is_tool).find_map(one_value) {
        return (name, "likely");
    }
    let stem = file.split('.').next().unwrap_or(file).trim();
    (if stem.is_empty() { "Unknown tool".to_owned() } else { stem.to_owned() }, "unsure")
}

/// What the rows are about, from the fields that were found.
fn kind(guesses: &[Guess]) -> (&'static str, &'static str) {
    let has = |field: &str| guesses.iter().any(|guess| guess.field == field && guess.sure > Sure::Unsure);
    if has("secret") {
        ("secret", "likely: there is a secret in the rows")
    } else if (has("package.name") || has("package.purl")) && has("location.image") {
        ("container", "likely: packages in an image")
    } else if has("package.name") && (has("package.version") || has("identifiers")) || has("package.purl") {
        ("sca", "likely: packages with versions")
    } else if has("location.url") || has("location.parameter") {
        ("dast", "likely: addresses")
    } else if has("location.path") {
        ("sast", "likely: files")
    } else if has("location.resource_type") || has("location.resource") && has("rule") {
        ("cloud", "unsure: resources")
    } else {
        ("pentest", "unsure; sast, dast, sca, container, iac, secret, cloud … findings of a pentest never close by absence")
    }
}

/// A column that tells passed from failed checks, with the words for passed.
fn passed(table: &Table) -> Option<(&Column, Vec<String>)> {
    const PASSED: [&str; 10] =
        ["pass", "passed", "ok", "success", "compliant", "not applicable", "skipped", "not_applicable", "notapplicable", "skip"];
    const FAILED: [&str; 8] = ["fail", "failed", "non-compliant", "noncompliant", "ko", "error", "warn", "alarm"];
    table.columns.iter().find_map(|column| {
        let mut words: Vec<String> = column.values.iter().map(|value| value.to_lowercase()).collect();
        words.sort();
        words.dedup();
        let known = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if words.len() > 8 || !known(&PASSED) || !(known(&FAILED) || words.len() == 1) {
            return None;
        }
        let passed: Vec<String> = words.iter().filter(|word| PASSED.contains(&word.as_str())).map(|word| quoted(word)).collect();
        Some((column, passed))
    })
}

/// What stands at the top about the scan.
fn scan(table: &Table) -> Vec<(&'static str, &Column)> {
    let find = |names: &[&str], test: fn(&str) -> bool| {
        table.top.iter().find(|column| {
            let joined: String = column.names.iter().rev().take(2).rev().map(String::as_str).collect();
            let own = column.names.last().map(String::as_str).unwrap_or_default();
            (names.contains(&own) || names.contains(&joined.as_str())) && column.values.first().is_some_and(|value| test(value))
        })
    };
    [
        ("version", find(&["toolversion", "scannerversion", "version"], is::version)),
        ("at", find(&["timestamp", "date", "scandate", "scantime", "createdat", "generatedat", "starttime", "start", "created"], is::time)),
        ("repository", find(&["repository", "repo", "repositoryurl", "repourl"], is::anything)),
        ("branch", find(&["branch", "branchname", "ref"], is::word)),
        ("commit", find(&["commit", "commitid", "commithash", "sha", "revision"], is::word)),
        ("image", find(&["image", "imagename"], is::word)),
        ("url", find(&["target", "targeturl", "baseurl", "site"], is::web_address)),
    ]
    .into_iter()
    .filter_map(|(field, column)| column.map(|column| (field, column)))
    .collect()
}
