//! CSV with a header line.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use crate::{Input, Output, ParseError};

/// A row with its columns by name. Names are compared without case, spaces, `_`, `-` and other punctuation.
pub struct Row<'a> {
    columns: &'a HashMap<String, usize>,
    record: &'a StringRecord,
    /// 1-based line where the row starts.
    pub line: u64,
}

impl<'a> Row<'a> {
    /// The cell of the first of these columns that is there and not blank, trimmed.
    #[must_use]
    pub fn get(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| {
            let cell = self.record.get(*self.columns.get(&fold(name))?)?.trim();
            (!cell.is_empty()).then_some(cell)
        })
    }

    /// The same as an owned text.
    #[must_use]
    pub fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names).map(str::to_owned)
    }

    /// The same as a whole number.
    #[must_use]
    pub fn whole(&self, names: &[&str]) -> Option<u32> {
        self.get(names)?.parse().ok()
    }

    /// The cell at that position, trimmed; empty when there is none.
    #[must_use]
    pub fn at(&self, position: usize) -> &'a str {
        self.record.get(position).unwrap_or_default().trim()
    }

    /// True where the header names that column.
    #[must_use]
    pub fn has_column(&self, name: &str) -> bool {
        self.columns.contains_key(&fold(name))
    }
}

/// A column's name as it is compared: letters and digits, lower case.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The delimiter that splits the header line into most cells.
#[must_use]
pub fn delimiter(header: &str) -> u8 {
    let count = |delimiter: char| header.matches(delimiter).count();
    [(b',', count(',')), (b';', count(';')), (b'\t', count('\t')), (b'|', count('|'))]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .max_by_key(|(delimiter, count)| (*count, u8::MAX - *delimiter))
        .map_or(b',', |(delimiter, _)| delimiter)
}

/// Calls `each` with every row behind the header line. `skip_lines` lines before the header are passed over. Rows with fewer or
/// more cells than the header are still read; a row that breaks off inside a quote is an error.
///
/// # Errors
/// When the file cannot be read, has no header, or ends inside a quoted cell.
pub fn each(
    input: &Input,
    out: &mut Output<'_>,
    skip_lines: usize,
    mut row: impl FnMut(&mut Output<'_>, &Row<'_>),
) -> Result<(), ParseError> {
    let text = input.text()?;
    let body = after_lines(&text, skip_lines);
    let header_line = body.lines().next().unwrap_or_default();
    let mut reader = ReaderBuilder::new().flexible(true).delimiter(delimiter(header_line)).from_reader(body.as_bytes());
    let headers = reader.headers().map_err(|error| ParseError::at("line 1", error.to_string()))?.clone();
    if headers.is_empty() {
        return Err(ParseError::at("line 1", "no header line"));
    }
    let mut columns = HashMap::new();
    for (position, name) in headers.iter().enumerate() {
        columns.entry(fold(name)).or_insert(position);
    }
    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line() + skip_lines as u64;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(true) => row(out, &Row { columns: &columns, record: &record, line }),
            Err(error) => out.bad_row(format!("line {line}"), error.to_string()),
        }
    }
    if ends_inside_quotes(body) {
        return Err(ParseError::at(format!("line {}", text.lines().count()), "the file ends inside a quoted cell; it is cut off"));
    }
    Ok(())
}

fn after_lines(text: &str, lines: usize) -> &str {
    let mut rest = text;
    for _ in 0..lines {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// Quotes come in pairs in a whole CSV file.
fn ends_inside_quotes(text: &str) -> bool {
    memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1
        && text.trim_end().rfind('"').is_some_and(|at| {
            // An odd number also comes from a stray quote inside an unquoted cell; only an open one at the start of a cell cuts off.
            text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| matches!(c, ',' | ';' | '\t' | '|' | '\n'))
        })
}
