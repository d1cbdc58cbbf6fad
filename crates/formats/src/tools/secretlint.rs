//! secretlint (secrets), JSON. Versions seen: 8 to 10.
//!
//! Make it with `secretlint --format json --output secretlint.json "**/*"`.
//!
//! - index: `[].messages[]`, files laid end to end.
//! - `ruleId` is the rule (the message's id is not in the tool's SARIF and so is no part of it), `message` the title; it is masked.
//! - severity: error high, warning medium, info info.
//! - lines start at 1, columns at 0 in this format (1 in SARIF): one is added. The end column is exclusive.
//! - `sourceContent` is the whole file in clear. The value is cut out of it by `range` (UTF-16 units) as evidence, the rest is dropped.
//! - coverage: every file of the report was looked at; they stand for their common folder.
//! - no fingerprint, no time, no version, no list of rules.

use model::{Finding, Kind};
use serde::Deserialize;
use serde_json::Value;

use super::secret_value::{evidence, secret};
use super::wording::first_line;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `secretlint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "secretlint", name: "secretlint", kinds: &[Kind::Secret], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has("[].filePath")
            && (head.has("[].sourceContentType") || head.has("[].sourceContent") || head.has("[].messages[].ruleParentId")),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_path: String,
    messages: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::text")]
    source_content: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    rule_id: String,
    message: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    range: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    loc: Region,
    #[serde(default, deserialize_with = "lenient::text")]
    docs_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Region {
    #[serde(deserialize_with = "lenient::or_default")]
    start: Point,
    #[serde(deserialize_with = "lenient::or_default")]
    end: Point,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Point {
    #[serde(deserialize_with = "lenient::whole")]
    line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    column: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("secretlint");
    let mut json = input.json()?;
    json.array(|json, _| {
        let place = json.place();
        let file = match json.row::<File>()? {
            Ok(file) => file,
            Err(reason) => {
                out.bad_row(place, reason);
                return Ok(());
            }
        };
        out.scanned_file(&file.file_path);
        let claims = &mut out.this().claims;
        claims.ran = true;
        claims.passed += u64::from(file.messages.is_empty());
        for (position, message) in file.messages.into_iter().enumerate() {
            match serde_json::from_value::<Message>(message) {
                Ok(message) => out.finding(finding(&file.file_path, file.source_content.as_deref(), message)),
                Err(error) => out.bad_row(format!("{place}.messages[{position}]"), error.to_string()),
            }
        }
        Ok(())
    })?;
    json.end()
}

fn finding(path: &str, source: Option<&str>, message: Message) -> Finding {
    let mut finding = secret(message.rule_id, first_line(&message.message));
    if let Some(raw) = message.severity {
        finding.set_severity_word(&raw);
    }
    let one_based = |column: Option<u32>| column.and_then(|column| column.checked_add(1));
    let place = &mut finding.location;
    place.path = Some(path.to_owned());
    place.start_line = message.loc.start.line.filter(|line| *line > 0);
    place.end_line = message.loc.end.line.filter(|line| *line > 0).or(place.start_line);
    (place.start_column, place.end_column) = (one_based(message.loc.start.column), one_based(message.loc.end.column));
    if let (Some(source), [start, end]) = (source, message.range.as_slice()) {
        finding.secret = evidence(&between(source, *start, *end));
    }
    finding.references.extend(message.docs_url);
    finding
}

/// The text between two positions in UTF-16 units.
fn between(source: &str, start: u32, end: u32) -> String {
    let (mut at, mut out) = (0u32, String::new());
    for character in source.chars() {
        if at >= end {
            break;
        }
        if at >= start {
            out.push(character);
        }
        at = at.saturating_add(u32::try_from(character.len_utf16()).unwrap_or(1));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_utf16_units() {
        assert_eq!(between("a\u{1F600}key=abc", 7, 10), "abc");
        assert_eq!(between("abc", 2, 90), "c");
    }
}
