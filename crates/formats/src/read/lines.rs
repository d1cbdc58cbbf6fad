//! Reports of one row a line.

use std::io::{BufRead, BufReader};

use serde::de::DeserializeOwned;

use crate::{Input, Output, ParseError};

/// Longest line that is read, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// Calls `each` with every line that is not blank and its 1-based number. Bytes that are not UTF-8 become U+FFFD.
/// Answers whether the last line ended with a line break.
///
/// # Errors
/// When the file cannot be read, or `each` fails.
pub fn each(input: &Input, mut each: impl FnMut(u64, &str) -> Result<(), ParseError>) -> Result<bool, ParseError> {
    let mut reader = BufReader::with_capacity(256 * 1024, input.open()?);
    let mut line = Vec::new();
    let mut number = 0;
    let mut ended = true;
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(|error| ParseError::whole(format!("cannot be read: {error}")))?;
        if read == 0 {
            return Ok(ended);
        }
        number += 1;
        if line.len() > LONGEST {
            return Err(ParseError::at(format!("line {number}"), "a line of over 64 MiB"));
        }
        ended = line.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            each(number, text)?;
        }
    }
}

/// Reads a file of one JSON value a line. A line of another shape is a bad row; a line of text that starts as no JSON does is left out with a
/// warning, as where a log was written to the same file. A last line that breaks off is an error: the file is cut off. Values over several
/// lines, as a tool for JSON indents them, are read too.
///
/// # Errors
/// When the file cannot be read or is cut off.
pub fn json<T: DeserializeOwned>(input: &Input, out: &mut Output<'_>, mut row: impl FnMut(&mut Output<'_>, T)) -> Result<(), ParseError> {
    if indented(input.head().text()) {
        return input.json()?.values(|json, _| {
            let place = json.place();
            match json.row()? {
                Ok(value) => row(out, value),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        });
    }
    let mut last_broken = None;
    let ended = each(input, |number, text| {
        last_broken = None;
        match serde_json::from_str(text) {
            Ok(value) => row(out, value),
            Err(_) if is_text(text) => out.warn(format!("line {number}"), "a line of other text is left out"),
            Err(error) => {
                if error.is_eof() {
                    last_broken = Some(number);
                }
                out.bad_row(format!("line {number}"), error.to_string());
            }
        }
        Ok(())
    })?;
    match last_broken {
        Some(number) if !ended => Err(ParseError::at(format!("line {number}"), "the file ends inside a line; it is cut off")),
        _ => Ok(()),
    }
}

/// True where the first value goes on behind its line.
fn indented(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty() && !is_text(line));
    let first = lines.next().unwrap_or_default();
    lines.next().is_some() && serde_json::from_str::<serde::de::IgnoredAny>(first).is_err_and(|error| error.is_eof())
}

/// True where a line that could not be read as JSON is no row at all. Of the four that tell JSON from other text this calls least text: what
/// might be a damaged row is told as one, so `[1, 2`, `["a` and `<a>` are, and only `[INFO]`, `[*]` and plain words are not.
fn is_text(line: &str) -> bool {
    let line = line.trim_start();
    let list = line.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_alphabetic() || "*+!".contains(c)));
    list || !line.starts_with(['{', '[', '"', '<'])
}
