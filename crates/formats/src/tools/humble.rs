//! humble (HTTP security headers), JSON. Versions seen: 1.3x of 2023 (unnumbered); the 2025 versions write the same sections with other numbers.
//!
//! Make it with `python3 humble.py -u https://shop.example.com -o json`.
//!
//! - index: the entries of the sections on missing headers, fingerprint headers, deprecated headers and insecure values, and empty headers, laid end to end. A section's sentence that there
//!   is nothing to report is no entry.
//! - rule: the section's word (`missing`, `fingerprint`, `deprecated`, `empty`) and the header.
//! - place: `URL` of the section on the scan; the header is the parameter.
//! - coverage: the sections are written at the end, so a report with them got through. `Date` is the time. No version, no fingerprint, no list of rules.
//! - left out: the headers of the response, browser compatibility, the comparison with earlier analyses.
//!
//! # Differs
//! - severity: humble rates nothing, so it is unknown. (Some readers call missing and deprecated headers medium and the others low.)

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use crate::read::loose::Loose;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `humble.py -o json`.
pub(crate) static FORMAT: Format =
    Format { id: "humble", name: "humble", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("[0. Info]") || (head.has("[HTTP Response Headers]") && head.contains("Missing HTTP Security Headers")))
}

const SECTIONS: [(&str, &str, &str); 4] = [
    ("missing", "missing", "Missing header"),
    ("fingerprint", "fingerprint", "Header that tells of the server"),
    ("deprecated", "deprecated", "Deprecated header or insecure value"),
    ("empty", "empty", "Header without value"),
];

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("humble");
    let mut json = input.json()?;
    let mut url = None;
    json.object(|json, key| {
        let lower = key.to_ascii_lowercase();
        if lower.contains("info]") {
            let info = json.row::<Value>()?.unwrap_or_default();
            url = info.text(&["URL"]);
            out.this().url.clone_from(&url);
            out.this().at = info.text(&["Date"]).and_then(|text| Timestamp::lenient(&text.replace(" - ", " ")));
            return Ok(());
        }
        let Some((_, rule, words)) = SECTIONS.iter().find(|(word, _, _)| lower.contains(word)) else { return Ok(()) };
        out.this().claims.ran = true;
        let place = json.place();
        let section = json.row::<Value>()?.unwrap_or_default();
        for entry in entries(&section) {
            match entry {
                Some(header) if is_nothing(header) => {}
                Some(header) => out.finding(finding(rule, words, header, url.as_deref())),
                None => out.bad_row(place.as_str(), "an entry that is no text"),
            }
        }
        Ok(())
    })?;
    json.end()
}

/// The sentence that a section without entries has.
fn is_nothing(text: &str) -> bool {
    text.to_ascii_lowercase().starts_with("nothing to report")
}

/// The entries of a section: texts in a list, or the names of an object. `None` for what is neither.
fn entries(section: &Value) -> Vec<Option<&str>> {
    match section {
        Value::Array(entries) => entries.iter().map(Value::as_str).collect(),
        Value::Object(members) => members.keys().map(|name| Some(name.as_str())).collect(),
        Value::Null => Vec::new(),
        other => vec![other.as_str().filter(|text| is_nothing(text))],
    }
}

fn finding(rule: &str, words: &str, entry: &str, url: Option<&str>) -> Finding {
    let header = entry.split(" (").next().unwrap_or(entry).trim();
    let mut finding = Finding::new(Kind::Dast, format!("{rule}/{entry}"), format!("{words}: {entry}"));
    finding.location.url = url.map(str::to_owned);
    finding.location.parameter = Some(header.to_owned());
    finding
}
