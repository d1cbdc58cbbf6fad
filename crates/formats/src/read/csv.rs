//! CSV with a header line, read a row at a time.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use crate::{Input, Output, ParseError};

/// Longest line before the header, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// A row with its columns by name. Names are compared without case, spaces, `_`, `-` and other punctuation.
pub struct Row<'a> {
    columns: &'a HashMap<String, usize>,
    record: &'a StringRecord,
    /// 1-based line where the row starts.
    pub line: u64,
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'a HashMap<String, usize>, record: &'a StringRecord, line: u64) -> Self {
        Self { columns, record, line }
    }

    /// The cell of the first of these columns that is there and not blank, trimmed.
    #[must_use]
    pub fn get(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.column(&fold(name)))
    }

    /// The cell of the column with that name, as [`fold`] writes it, where it is there and not blank; trimmed.
    #[must_use]
    pub fn column(&self, folded: &str) -> Option<&'a str> {
        let cell = self.record.get(*self.columns.get(folded)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// The 0-based position of the column with that name, as [`fold`] writes it.
    #[must_use]
    pub fn position(&self, folded: &str) -> Option<usize> {
        self.columns.get(folded).copied()
    }

    /// The folded names of the columns, in order.
    #[must_use]
    pub fn header(&self) -> Vec<&'a str> {
        let mut names: Vec<(usize, &str)> = self.columns.iter().map(|(name, position)| (*position, name.as_str())).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
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

/// The positions of the columns of a header, by folded name; the first of several that are named alike.
#[must_use]
pub fn columns_of<'a>(header: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    let mut columns = HashMap::new();
    for (position, name) in header.enumerate() {
        columns.entry(fold(name)).or_insert(position);
    }
    columns
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
pub fn each(input: &Input, out: &mut Output<'_>, skip_lines: usize, row: impl FnMut(&mut Output<'_>, &Row<'_>)) -> Result<(), ParseError> {
    each_by(input, out, skip_lines, None, row)
}

/// The same with the cells parted by that character, where it is known.
///
/// # Errors
/// As [`each`].
pub fn each_by(
    input: &Input,
    out: &mut Output<'_>,
    skip_lines: usize,
    parted_by: Option<u8>,
    row: impl FnMut(&mut Output<'_>, &Row<'_>),
) -> Result<(), ParseError> {
    rows(input, out, Shape { skip_lines, parted_by, ..Shape::default() }, row)
}

/// The same for a table in which a backslash stands before a quotation mark inside a cell.
///
/// # Errors
/// As [`each`].
pub fn each_escaped(input: &Input, out: &mut Output<'_>, row: impl FnMut(&mut Output<'_>, &Row<'_>)) -> Result<(), ParseError> {
    rows(input, out, Shape { escape: Some(b'\\'), ..Shape::default() }, row)
}

/// Calls `each` with every row of a table parted by commas that has no header line; `names` are those of its columns.
///
/// # Errors
/// When the file cannot be read, or ends inside a quoted cell.
pub fn each_named(
    input: &Input,
    out: &mut Output<'_>,
    names: &[&str],
    row: impl FnMut(&mut Output<'_>, &Row<'_>),
) -> Result<(), ParseError> {
    rows(input, out, Shape { parted_by: Some(b','), names: Some(names), ..Shape::default() }, row)
}

/// How a table is written.
#[derive(Default)]
struct Shape<'a> {
    /// Lines before the header.
    skip_lines: usize,
    /// What parts the cells, where it is known.
    parted_by: Option<u8>,
    /// The names of the columns, where there is no header line.
    names: Option<&'a [&'a str]>,
    /// What stands before a quotation mark inside a cell, beside a second one.
    escape: Option<u8>,
}

fn rows(input: &Input, out: &mut Output<'_>, shape: Shape<'_>, mut row: impl FnMut(&mut Output<'_>, &Row<'_>)) -> Result<(), ParseError> {
    let Shape { skip_lines, parted_by, names, escape } = shape;
    let quotes = Quotes::default();
    let mut source = BufReader::with_capacity(256 * 1024, Watched { source: input.open()?, quotes: &quotes });
    let mut before = Vec::new();
    for _ in 0..skip_lines {
        before.clear();
        source.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut before).map_err(|error| unreadable(&error))?;
    }
    let head = input.head();
    let mut lines = head.bytes().split_inclusive(|byte| *byte == b'\n').skip(skip_lines);
    // Blank lines are no header to the reader either.
    let header = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    // The reader stands between the two characters of such a line break when it is asked for its line.
    let behind = u64::from(header.ends_with(b"\r\n"));
    let parted_by = parted_by.unwrap_or_else(|| delimiter(&String::from_utf8_lossy(header)));
    let mut reader =
        ReaderBuilder::new().flexible(true).has_headers(names.is_none()).delimiter(parted_by).escape(escape).from_reader(source);
    let columns = if let Some(names) = names {
        columns_of(names.iter().copied())
    } else {
        let headers = reader.byte_headers().map_err(|error| ParseError::at("line 1", error.to_string()))?.clone();
        if headers.is_empty() {
            return Err(ParseError::at("line 1", "no header line"));
        }
        columns_of(StringRecord::from_byte_record_lossy(headers).iter())
    };
    let mut bytes = ByteRecord::new();
    loop {
        let line = reader.position().line() + skip_lines as u64 + behind;
        match reader.read_byte_record(&mut bytes) {
            Ok(false) => break,
            Ok(true) => {
                let record = StringRecord::from_byte_record_lossy(std::mem::take(&mut bytes));
                if record.iter().any(|cell| !cell.trim().is_empty()) {
                    row(out, &Row { columns: &columns, record: &record, line });
                }
                bytes = record.into_byte_record();
            }
            Err(error) if error.is_io_error() => return Err(ParseError::at(format!("line {line}"), format!("cannot be read: {error}"))),
            Err(error) => out.bad_row(format!("line {line}"), error.to_string()),
        }
    }
    if quotes.is_open() {
        let line = quotes.lines.get() + u64::from(quotes.last.get() != b'\n');
        return Err(ParseError::at(format!("line {line}"), "the file ends inside a quoted cell; it is cut off"));
    }
    Ok(())
}

fn unreadable(error: &std::io::Error) -> ParseError {
    ParseError::whole(format!("cannot be read: {error}"))
}

/// What of the quotes of a file tells whether it ends inside a quoted cell. They come in pairs in a whole CSV file.
#[derive(Default)]
struct Quotes {
    count: Cell<u64>,
    /// The byte before the last quote; a line break before the first byte of the file.
    before_last: Cell<u8>,
    /// The last byte of all.
    last: Cell<u8>,
    lines: Cell<u64>,
}

impl Quotes {
    fn note(&self, bytes: &[u8]) {
        let previous = if self.lines.get() == 0 && self.last.get() == 0 { b'\n' } else { self.last.get() };
        if let Some(at) = memchr::memrchr(b'"', bytes) {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at).copied());
            self.before_last.set(before.unwrap_or(previous));
        }
        self.count.set(self.count.get() + memchr::memchr_iter(b'"', bytes).count() as u64);
        self.lines.set(self.lines.get() + memchr::memchr_iter(b'\n', bytes).count() as u64);
        if let Some(last) = bytes.last() {
            self.last.set(*last);
        }
    }

    /// An odd number also comes from a stray quote inside an unquoted cell; only an open one at the start of a cell cuts off.
    fn is_open(&self) -> bool {
        self.count.get() % 2 == 1 && matches!(self.before_last.get(), b',' | b';' | b'\t' | b'|' | b'\n')
    }
}

/// A source whose quotes are counted as they pass.
struct Watched<'a, R> {
    source: R,
    quotes: &'a Quotes,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.quotes.note(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Cells = (u64, Option<String>, Option<String>);

    fn rows(text: &str, skip: usize) -> Result<Vec<Cells>, ParseError> {
        let mut sink = |_| {};
        let mut out = Output::new("x", &mut sink);
        let mut found = Vec::new();
        each(&Input::from_bytes("x.csv", text.as_bytes().to_vec()), &mut out, skip, |_, row| {
            found.push((row.line, row.text(&["First name"]), row.text(&["b"])));
        })?;
        Ok(found)
    }

    #[test]
    fn rows_have_their_line_and_columns_by_name() {
        let some = |text: &str| Some(text.to_owned());
        let text = "made by a tool\nfirst_name;B\n1;\"x\ny\"\n2\n;;\n3;z;more\n";
        let expected = [(3, some("1"), some("x\ny")), (5, some("2"), None), (7, some("3"), some("z"))];
        assert_eq!(rows(text, 1).unwrap(), expected);
        assert_eq!(rows("b\r\n\u{FC}\r\n", 0).unwrap(), [(2, None, some("\u{FC}"))]);
    }

    #[test]
    fn a_file_gives_the_same_as_its_bytes() {
        let path = std::env::temp_dir().join(format!("muster-csv-{}.csv", std::process::id()));
        std::fs::write(&path, "a;b;c\r\n1;2;3\r\n").unwrap();
        let mut sink = |_| {};
        let mut out = Output::new("x", &mut sink);
        let mut found = Vec::new();
        let input = Input::from_file("x.csv", path.clone()).unwrap();
        each(&input, &mut out, 0, |_, row| found.push((row.line, row.text(&["c"])))).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(found, [(2, Some("3".to_owned()))]);
    }

    #[test]
    fn a_quote_that_stays_open_is_a_cut() {
        let whole = "a,b\n1,\"x, y\"\n2,\"z\"\n";
        for end in 0..whole.len() {
            let cut = &whole[..end];
            let open = cut.matches('"').count() % 2 == 1;
            assert_eq!(rows(cut, 0).is_err(), open || cut.is_empty(), "{cut}");
        }
        assert!(rows("a,b\n1,5\" pipe\n", 0).is_ok());
    }
}
