//! YARA (patterns in files), the lines that it prints, and the JSON of YARA-X. Versions seen: 4.2 to 4.5, YARA-X 0.5 to 1.
//!
//! Make it with `yara -r -m -s rules.yar DIR > yara.txt`; without `-m` and `-s` there is less to read. YARA-X:
//! `yr scan -m -s --output-format json rules.yar DIR > yara.json` (or `ndjson`).
//!
//! - index: the lines `rule [tags] [description="…",severity="high"] path`. Lines `0x1f:$name: …` say which strings matched.
//!   JSON `matches[]`; of NDJSON the `rules[]` of each line, laid end to end.
//! - rule: the rule's name; title: the same with the file's name behind it is not made: the rule is the title, `description` the description.
//! - severity: the metadata `severity`, `threat_level` or `score` by its word; without one unknown, which is what YARA itself says.
//! - place: the file. Which strings matched, with offset, is in the description without the bytes, which may be of malware.
//! - kind: malware.
//! - lines of errors (`error scanning …: could not open file`) name files that were not read.
//! - coverage: nothing tells that the run ended; an empty file says nothing (read-only).
//!
//! # Differs
//! - a rule without `severity` is not taken for medium; a file of rules is no report.

use model::{Finding, Kind, Severity};

use super::wording::add_unread;
use super::yara_x;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most matched strings that are listed of one file.
pub(super) const MOST_STRINGS: usize = 20;

/// The format of `yara`'s output.
pub(crate) static FORMAT: Format = Format {
    id: "yara",
    name: "YARA",
    kinds: &[Kind::Malware],
    media: &[Media::Text, Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json() {
        return Match::sure_if(yara_x::sniff(head));
    }
    if head.starts_with("<") {
        return Match::No;
    }
    let text = head.text();
    // The last line of a head may be cut.
    let whole = if head.is_cut() { text.rsplit_once('\n').map_or(text, |(whole, _)| whole) } else { text };
    let mut lines = whole.lines().filter(|line| !line.trim().is_empty()).take(200).peekable();
    let first_is_rule = lines.peek().is_some_and(|line| matched(line).is_some());
    Match::sure_if(first_is_rule && lines.all(|line| matched(line).is_some() || is_string(line) || unread(line).is_some()))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("YARA").claims.partial = Some("the output does not tell that the run ended".to_owned());
    if input.head().is_json() {
        return yara_x::parse(input, out);
    }
    let mut open: Option<(Finding, Vec<String>)> = None;
    lines::each(input, |number, line| {
        if is_string(line) {
            if let Some((_, strings)) = open.as_mut().filter(|(_, strings)| strings.len() < MOST_STRINGS) {
                // `offset:$name: bytes`, or with the length between.
                strings.extend(line.split_once(": ").map(|(string, _)| string.to_owned()));
            }
            return Ok(());
        }
        flush(out, open.take());
        if let Some(file) = unread(line) {
            add_unread(&mut out.this().claims.unread, file);
        } else if let Some(row) = matched(line) {
            open = Some((finding(&row), Vec::new()));
        } else {
            out.bad_row(format!("line {number}"), "no rule and file");
        }
        Ok(())
    })?;
    flush(out, open);
    Ok(())
}

pub(super) fn flush(out: &mut Output<'_>, open: Option<(Finding, Vec<String>)>) {
    if let Some((mut finding, strings)) = open {
        if !strings.is_empty() {
            let told = format!("Matched strings: {}", strings.join(", "));
            finding.description = Some(finding.description.take().map_or(told.clone(), |text| format!("{text}\n\n{told}")));
        }
        out.finding(finding);
    }
}

struct Matched<'a> {
    rule: &'a str,
    meta: Vec<(&'a str, &'a str)>,
    path: &'a str,
}

/// `Rule [meta] path`: the name, brackets of namespace, tags and metadata, and an absolute or relative path with a slash.
fn matched(line: &str) -> Option<Matched<'_>> {
    let (rule, mut rest) = line.trim_end().split_once(' ')?;
    let named = rule.strip_prefix("default:").unwrap_or(rule);
    let is_name =
        named.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && named.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return None;
    }
    let mut meta = Vec::new();
    while let Some(inside) = rest.strip_prefix('[') {
        let end = bracket_end(inside)?;
        meta.extend(pairs(inside.get(..end)?));
        rest = inside.get(end + 1..)?.strip_prefix(' ')?;
    }
    let is_path = rest.starts_with(['/', '.', '\\']) || rest.get(1..3) == Some(":\\") || (!meta.is_empty() && !rest.is_empty());
    (is_path && !rest.starts_with(' ')).then_some(Matched { rule: named, meta, path: rest })
}

/// Where the bracket closes; texts in quotes may hold one.
fn bracket_end(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// `name="text",name=1`.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, tail) = match after.strip_prefix('"') {
            Some(inside) => {
                let end = quote_end(inside).unwrap_or(inside.len());
                (inside.get(..end).unwrap_or_default(), inside.get(end + 1..).unwrap_or_default())
            }
            None => after.split_once(',').map_or((after, ""), |(value, _)| (value, after.get(value.len()..).unwrap_or_default())),
        };
        out.push((name.trim(), value));
        rest = tail.trim_start_matches(',');
    }
    out
}

fn quote_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// `0x1f:$bash: …`.
fn is_string(line: &str) -> bool {
    line.starts_with("0x") && line.contains(":$")
}

/// The file of `error scanning FILE: could not open file`.
fn unread(line: &str) -> Option<&str> {
    line.strip_prefix("error scanning ").or_else(|| line.strip_prefix("warning: "))?.rsplit_once(": ").map(|(file, _)| file)
}

fn finding(row: &Matched<'_>) -> Finding {
    made(row.rule, &row.meta, row.path)
}

/// A finding of a rule with its metadata.
pub(super) fn made(rule: &str, meta: &[(&str, &str)], path: &str) -> Finding {
    let meta = |names: &[&str]| {
        meta.iter().find(|(name, _)| names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted))).map(|(_, value)| *value)
    };
    let mut finding = Finding::new(Kind::Malware, rule, rule.replace('_', " "));
    if let Some(raw) = meta(&["severity", "threat_level", "risk"]).filter(|raw| !raw.trim().is_empty()) {
        finding.set_severity(raw, Severity::from_word(raw));
    }
    finding.description = meta(&["description", "desc"]).map(|text| text.replace("\\\"", "\"")).filter(|text| !text.is_empty());
    finding.references = meta(&["reference", "ref"]).map(str::to_owned).into_iter().collect();
    finding.location.path = Some(path.to_owned());
    finding
}
