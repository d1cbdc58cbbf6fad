//! A pull reader of JSON that holds one value at a time.
//!
//! Rows are cut out of the stream by their brackets and then read by serde_json, so that a row of the wrong shape is a warning and the
//! rows after it are still read, memory stays flat in the size of the report, and nesting is bounded. (Neither serde_json's own
//! streaming nor the pull parsers on the registry give all three; see docs/decisions/0001-json-reader.md.)

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;

use super::scan::{Found, Scan};
use crate::{Output, ParseError};

/// Deepest nesting that is read, in brackets. serde_json stops at 128 inside a row.
const MOST_DEPTH: usize = 200;
/// How much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;
/// How many of the document's own members are remembered by name.
const MOST_MEMBERS: usize = 100;
/// Longest line of other text that is passed over, in bytes.
const LONGEST_LINE: usize = 16 * 1024;
/// Largest single value, in bytes: a row larger than this is refused.
const LARGEST_VALUE: usize = 512 * 1024 * 1024;

/// What a value is, from its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Object,
    Array,
    Text,
    Number,
    Bool,
    Null,
}

enum Step {
    Key(String),
    Index(usize),
}

/// A reader that stands before a value.
pub struct Json<'a> {
    source: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    lines_before: u64,
    /// Up to where in the buffer lines were counted, and how many there were.
    counted: Cell<(usize, u64)>,
    pending: bool,
    path: Vec<Step>,
    /// Names of the document's own members, as far as they were met.
    members: Vec<String>,
    /// Set where text was passed over that is no JSON.
    text_after: Option<&'a AtomicBool>,
}

impl<'a> Json<'a> {
    /// A reader at the start of `source`.
    #[must_use]
    pub fn new(source: Box<dyn Read + 'a>) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            at: 0,
            ended: false,
            lines_before: 0,
            counted: Cell::default(),
            pending: true,
            path: Vec::new(),
            members: Vec::new(),
            text_after: None,
        }
    }

    /// Tells here that it passed over text that is no JSON.
    pub(crate) fn telling(mut self, text_after: &'a AtomicBool) -> Self {
        self.text_after = Some(text_after);
        self
    }

    /// Where the reader stands: `line 12, runs[0].results[3]`.
    #[must_use]
    pub fn place(&self) -> String {
        self.place_of(self.at)
    }

    /// The place of a position in the buffer that the reader stands at or has passed.
    fn place_of(&self, at: usize) -> String {
        let mut out = format!("line {}", 1 + self.lines_before + self.lines_until(at));
        let element = self.element();
        if !element.is_empty() {
            out.push_str(", ");
            out.push_str(&element);
        }
        out
    }

    fn element(&self) -> String {
        let mut out = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.extend(key.chars().take(60));
                }
                Step::Index(index) => out.push_str(&format!("[{index}]")),
            }
        }
        out
    }

    /// How many lines end in the buffer before `at`. What was counted once is not counted again.
    fn lines_until(&self, at: usize) -> u64 {
        let (from, before) = Some(self.counted.get()).filter(|(from, _)| *from <= at).unwrap_or_default();
        let lines = before + memchr::memchr_iter(b'\n', self.buffer.get(from..at).unwrap_or_default()).count() as u64;
        self.counted.set((at, lines));
        lines
    }

    /// Drops what stands in the buffer before `at`.
    fn drop_until(&mut self, at: usize) {
        self.lines_before += self.lines_until(at);
        self.counted.set((0, 0));
        self.buffer.drain(..at);
    }

    fn error(&self, reason: impl Into<String>) -> ParseError {
        ParseError::at(self.place(), reason)
    }

    /// Reads more into the buffer; false at the end of the file. Consumed bytes are dropped first when they are many.
    fn fill(&mut self) -> Result<bool, ParseError> {
        if self.ended {
            return Ok(false);
        }
        let old = self.buffer.len();
        if old - self.at > LARGEST_VALUE {
            return Err(self.error("a single value of over 512 MiB"));
        }
        self.buffer.resize(old + CHUNK, 0);
        let room = self.buffer.get_mut(old..).unwrap_or_default();
        let read = loop {
            match self.source.read(room) {
                Ok(read) => break read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ParseError::whole(format!("cannot be read: {error}"))),
            }
        };
        self.buffer.truncate(old + read);
        self.ended = read == 0;
        Ok(read > 0)
    }

    /// Drops consumed bytes, so that the buffer stays small.
    fn compact(&mut self) {
        if self.at > CHUNK / 2 {
            self.drop_until(self.at);
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, ParseError> {
        loop {
            if let Some(byte) = self.buffer.get(self.at) {
                return Ok(Some(*byte));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn next_token(&mut self) -> Result<Option<u8>, ParseError> {
        self.compact();
        while let Some(byte) = self.byte()? {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0) {
                return Ok(Some(byte));
            }
            self.at += 1;
        }
        Ok(None)
    }

    /// What the value is that the reader stands before.
    ///
    /// # Errors
    /// At the end of the file, or where no value starts.
    pub fn shape(&mut self) -> Result<Shape, ParseError> {
        match self.next_token()? {
            Some(b'{') => Ok(Shape::Object),
            Some(b'[') => Ok(Shape::Array),
            Some(b'"') => Ok(Shape::Text),
            Some(b't' | b'f') => Ok(Shape::Bool),
            Some(b'n') => Ok(Shape::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Shape::Number),
            Some(other) => Err(self.error(format!("expected a JSON value, found `{}`", char::from(other).escape_default()))),
            None => Err(self.error("the file ends where a value should stand; it is cut off")),
        }
    }

    /// True where nothing but white space is left.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn at_end(&mut self) -> Result<bool, ParseError> {
        Ok(self.next_token()?.is_none())
    }

    /// Checks that nothing follows the document. Every format that reads one document ends with this. Lines of other text, as where a log
    /// was written to the same file, are passed over.
    ///
    /// # Errors
    /// When something other than white space or lines of text follows.
    pub fn end(&mut self) -> Result<(), ParseError> {
        while let Some(other) = self.next_token()? {
            if !self.pass_text()? {
                return Err(self.error(format!("unexpected `{}` after the end of the document", char::from(other).escape_default())));
            }
        }
        Ok(())
    }

    /// Passes over the line where it is text that starts as no JSON does; false, and nothing passed, else. The reader stands before a token.
    ///
    /// Of the four that tell JSON from other text this is the one amid a document: what may go on with it (`}`, `,`, `:`) is no text either,
    /// while a number or a word is, which no row of any tool is.
    fn pass_text(&mut self) -> Result<bool, ParseError> {
        let starts_line =
            self.at == 0 && self.lines_before == 0 || self.at.checked_sub(1).is_some_and(|before| self.buffer.get(before) == Some(&b'\n'));
        // The whole line is in the buffer before it is judged, as far as a line of a log goes.
        let end = loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(end) => break end,
                None if rest.len() > LONGEST_LINE => return Ok(false),
                None => {
                    if !self.fill()? {
                        break self.buffer.len() - self.at;
                    }
                }
            }
        };
        let line = self.buffer.get(self.at..self.at + end).unwrap_or_default();
        let opens = match line {
            [b'[', next, ..] => next.is_ascii_whitespace() || matches!(next, b'{' | b'[' | b']' | b'"'),
            [b'[' | b'{' | b'}' | b']' | b',' | b':' | b'"' | b'<', ..] => true,
            _ => false,
        };
        let readable = line.iter().all(|byte| *byte >= b' ' || matches!(byte, b'\t' | b'\r' | 0x1B));
        if !starts_line || opens || !readable || line.len() > LONGEST_LINE {
            return Ok(false);
        }
        self.at += end;
        if let Some(told) = self.text_after {
            told.store(true, Ordering::Relaxed);
        }
        Ok(true)
    }

    /// Says so where the document, which was read, has none of the members of which the tool always writes one: a newer version may name
    /// it otherwise, and a report without it must not pass for one that found nothing.
    pub fn expect(&self, out: &mut Output<'_>, lists: &[&str]) {
        if !self.members.iter().any(|member| lists.contains(&member.as_str())) {
            let said = format!("no `{}` in the report", lists.join("` or `"));
            out.this().claims.partial.get_or_insert_with(|| said.clone());
            out.warn("", format!("{said}; a newer version may name it otherwise"));
        }
    }

    /// Calls `each` for every member of an object with its key; the reader then stands before the value. A value that `each`
    /// does not read is skipped. `null` counts as an empty object; another value is skipped with an error.
    ///
    /// # Errors
    /// When the value is no object, the object is cut off, or `each` fails.
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, &str) -> Result<(), ParseError>) -> Result<(), ParseError> {
        match self.shape()? {
            Shape::Null => return self.skip(),
            Shape::Object => {}
            other => return Err(self.error(format!("expected an object, found {}", name(other)))),
        }
        self.enter()?;
        let mut first = true;
        loop {
            match self.next_token()? {
                Some(b'}') => break,
                Some(b',') if !first => {
                    self.at += 1;
                    continue;
                }
                Some(b'"') => {}
                Some(other) => return Err(self.error(format!("expected a member name, found `{}`", char::from(other).escape_default()))),
                None => return Err(self.error("the file ends inside an object; it is cut off")),
            }
            first = false;
            let key: String = {
                let raw = self.cut()?;
                match serde_json::from_slice(&raw) {
                    Ok(key) => key,
                    Err(_) => String::from_utf8_lossy(&raw).trim_matches('"').to_owned(),
                }
            };
            match self.next_token()? {
                Some(b':') => self.at += 1,
                Some(_) => return Err(self.error("expected `:` after a member name")),
                None => return Err(self.error("the file ends inside an object; it is cut off")),
            }
            if self.path.is_empty() && self.members.len() < MOST_MEMBERS {
                self.members.push(key.clone());
            }
            self.path.push(Step::Key(key.clone()));
            self.pending = true;
            each(self, &key)?;
            if self.pending {
                self.skip()?;
            }
            self.path.pop();
        }
        self.at += 1;
        self.pending = false;
        Ok(())
    }

    /// Calls `each` for every element of an array with its position; the reader then stands before the element. An element that
    /// `each` does not read is skipped. `null` counts as an empty array.
    ///
    /// # Errors
    /// When the value is no array, the array is cut off, or `each` fails.
    pub fn array(&mut self, mut each: impl FnMut(&mut Self, usize) -> Result<(), ParseError>) -> Result<(), ParseError> {
        match self.shape()? {
            Shape::Null => return self.skip(),
            Shape::Array => {}
            other => return Err(self.error(format!("expected an array, found {}", name(other)))),
        }
        self.enter()?;
        let mut index = 0;
        loop {
            match self.next_token()? {
                Some(b']') => break,
                Some(b',') if index > 0 => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
                None => return Err(self.error("the file ends inside an array; it is cut off")),
            }
            self.path.push(Step::Index(index));
            self.pending = true;
            each(self, index)?;
            if self.pending {
                self.skip()?;
            }
            self.path.pop();
            index += 1;
        }
        self.at += 1;
        self.pending = false;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), ParseError> {
        if self.path.len() >= MOST_DEPTH {
            return Err(self.error(format!("nested more than {MOST_DEPTH} deep")));
        }
        self.at += 1;
        Ok(())
    }

    /// Passes over the value.
    ///
    /// # Errors
    /// When it is cut off or nested too deep.
    pub fn skip(&mut self) -> Result<(), ParseError> {
        self.shape()?;
        let end = self.value_end(false)?;
        self.at = end;
        self.pending = false;
        Ok(())
    }

    /// Cuts the value out of the stream as it stands.
    ///
    /// # Errors
    /// When it is cut off or nested too deep.
    pub fn raw(&mut self) -> Result<Vec<u8>, ParseError> {
        self.shape()?;
        let raw = self.cut()?;
        self.pending = false;
        Ok(raw)
    }

    fn cut(&mut self) -> Result<Vec<u8>, ParseError> {
        let start = self.at;
        let end = self.value_end(true)?;
        let raw = self.buffer.get(start..end).unwrap_or_default().to_vec();
        self.at = end;
        Ok(raw)
    }

    /// The position behind the value that starts at `self.at`. With `keep` the bytes stay in the buffer; without, they may be dropped.
    fn value_end(&mut self, keep: bool) -> Result<usize, ParseError> {
        let mut at = self.at;
        let start_is_bracket = matches!(self.byte()?, Some(b'{' | b'[' | b'"'));
        let mut scan = Scan::new(MOST_DEPTH.saturating_sub(self.path.len()));
        loop {
            let rest = self.buffer.get(at..).unwrap_or_default();
            let (passed, found) = scan.run(rest);
            at += passed;
            match found {
                Found::End => return Ok(at),
                Found::TooDeep => return Err(self.error(format!("nested more than {MOST_DEPTH} deep"))),
                Found::Nothing => {}
            }
            // A backslash that stands last is looked at again with the character that it escapes.
            let held = self.buffer.len() - at;
            if !keep {
                self.drop_until(at);
                self.at = 0;
                at = 0;
            }
            if self.fill()? {
                continue;
            }
            return match (scan.depth, scan.in_text) {
                (0, false) if !start_is_bracket => Ok(at),
                _ if held > 0 => Err(self.error("the file ends inside a text; it is cut off")),
                _ => Err(self.error("the file ends inside a value; it is cut off")),
            };
        }
    }

    /// Reads the value as a `T`.
    ///
    /// # Errors
    /// When it has another shape.
    pub fn read<T: DeserializeOwned>(&mut self) -> Result<T, ParseError> {
        let place = self.place();
        self.row()?.map_err(|reason| ParseError::at(place, reason))
    }

    /// Reads the value as a `T`; a value of another shape is an inner error with the reason, and the reader stands behind it.
    ///
    /// # Errors
    /// When the value is cut off or nested too deep.
    pub fn row<T: DeserializeOwned>(&mut self) -> Result<Result<T, String>, ParseError> {
        if self.shape()? == Shape::Object
            && let Some(row) = self.whole_object()
        {
            return Ok(Ok(row));
        }
        let start = self.at;
        let end = self.value_end(true)?;
        let raw = self.buffer.get(start..end).unwrap_or_default();
        let row = read_slice(raw);
        self.at = end;
        self.pending = false;
        Ok(row)
    }

    /// Reads an object that stands whole in the buffer and is as it should be, without looking for its end first. `None` leaves the
    /// reader where it is, for the way that takes any value.
    fn whole_object<T: DeserializeOwned>(&mut self) -> Option<T> {
        let rest = self.buffer.get(self.at..)?;
        let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<T>();
        let row = stream.next()?.ok()?;
        self.at += stream.byte_offset();
        self.pending = false;
        Some(row)
    }

    /// Reads every element of an array as a `T`. One of another shape is a bad row of the output; the others are kept.
    ///
    /// # Errors
    /// When the array is cut off or nested too deep.
    pub fn rows<T: DeserializeOwned>(&mut self, out: &mut Output<'_>, mut each: impl FnMut(&mut Output<'_>, T)) -> Result<(), ParseError> {
        self.array(|json, _| {
            json.shape()?;
            let at = json.at;
            match json.row()? {
                Ok(row) => each(out, row),
                Err(reason) => out.bad_row(json.place_of(at), reason),
            }
            Ok(())
        })
    }

    /// The same for one of many lists in an object, whose names say nothing. A member that is no list is a bad row; the lists beside it are kept.
    ///
    /// # Errors
    /// When it is cut off or nested too deep.
    pub fn rows_of_member<T: DeserializeOwned>(
        &mut self,
        out: &mut Output<'_>,
        each: impl FnMut(&mut Output<'_>, T),
    ) -> Result<(), ParseError> {
        if matches!(self.shape()?, Shape::Array | Shape::Null) {
            return self.rows(out, each);
        }
        let place = self.place();
        self.skip()?;
        out.bad_row(place, "expected a list");
        Ok(())
    }

    /// Reads values that follow each other, each a `T` or an array of them, as [`Json::rows`] does.
    ///
    /// # Errors
    /// When one is cut off or nested too deep.
    pub fn rows_or_one<T: DeserializeOwned>(&mut self, out: &mut Output<'_>, each: fn(&mut Output<'_>, T)) -> Result<(), ParseError> {
        self.values(|json, _| {
            if json.shape()? == Shape::Array {
                return json.rows(out, each);
            }
            let place = json.place();
            match json.row()? {
                Ok(row) => each(out, row),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        })
    }

    /// Reads JSON values that follow each other (JSON lines, or documents one after the other). Lines of other text between them are passed
    /// over.
    ///
    /// # Errors
    /// When one is cut off.
    pub fn values(&mut self, mut each: impl FnMut(&mut Self, usize) -> Result<(), ParseError>) -> Result<(), ParseError> {
        let mut index = 0;
        while let Some(token) = self.next_token()? {
            // A number, a word or a list of those is no row of any tool, and may start the line of a log.
            if !matches!(token, b'{' | b'"') && self.pass_text()? {
                continue;
            }
            self.pending = true;
            each(self, index)?;
            if self.pending {
                self.skip()?;
            }
            index += 1;
        }
        Ok(())
    }
}

/// Reads one value; text that is not UTF-8 is read with U+FFFD in its place.
fn read_slice<T: DeserializeOwned>(raw: &[u8]) -> Result<T, String> {
    let text: Cow<'_, str> = String::from_utf8_lossy(raw);
    match serde_json::from_str(&text) {
        Ok(value) => Ok(value),
        // Raw control characters inside a text are wrong JSON that several tools write.
        Err(error) if error.is_syntax() && text.bytes().any(|byte| byte < 0x20) => {
            let clean: String = text.chars().map(|c| if c < ' ' { ' ' } else { c }).collect();
            serde_json::from_str(&clean).map_err(|error| reason(&error))
        }
        Err(error) => Err(reason(&error)),
    }
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(cut) => text.get(..cut).unwrap_or(&text).to_owned(),
        None => text,
    }
}

fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Object => "an object",
        Shape::Array => "an array",
        Shape::Text => "a text",
        Shape::Number => "a number",
        Shape::Bool => "a truth value",
        Shape::Null => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json<'_> {
        Json::new(Box::new(text.as_bytes()))
    }

    /// Gives one byte at a time, so that every token crosses a buffer border.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn numbers(mut reader: Json<'_>) -> Result<(Vec<i64>, Vec<String>), ParseError> {
        let (mut found, mut bad) = (Vec::new(), Vec::new());
        reader.object(|json, key| {
            if key == "rows" {
                json.array(|json, _| {
                    let place = json.place();
                    match json.row::<i64>()? {
                        Ok(number) => found.push(number),
                        Err(reason) => bad.push(format!("{place}: {reason}")),
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        reader.end()?;
        Ok((found, bad))
    }

    const TEXT: &str = "{\"before\": {\"a\\\"}\": [1, \"]}\\\\\"]}, \"rows\": [1, 2,\n \"x\", -4 ], \"after\": null}\n";

    #[test]
    fn rows_are_read_and_a_bad_one_is_named() {
        let expected = (vec![1, 2, -4], vec!["line 2, rows[2]: invalid type: string \"x\", expected i64".to_owned()]);
        assert_eq!(numbers(json(TEXT)).unwrap(), expected);
        assert_eq!(numbers(Json::new(Box::new(Drip(TEXT.as_bytes())))).unwrap(), expected);
    }

    #[test]
    fn every_cut_is_an_error_and_none_a_panic() {
        for end in 0..TEXT.trim_end().len() {
            let text = TEXT.get(..end).unwrap();
            assert!(numbers(json(text)).is_err(), "{text}");
            assert!(numbers(Json::new(Box::new(Drip(text.as_bytes())))).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = "[".repeat(10_000_000);
        let error = json(&deep).skip().unwrap_err();
        assert!(error.reason.contains("nested more than"), "{error}");
    }

    #[test]
    fn values_after_each_other() {
        let mut found = Vec::new();
        json("{\"a\":1}\n{\"a\":2}{\"a\":3}")
            .values(|json, _| {
                found.push(json.read::<serde_json::Value>()?["a"].as_i64());
                Ok(())
            })
            .unwrap();
        assert_eq!(found, [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn what_is_no_list_among_lists_is_a_bad_row() {
        let mut found = Vec::new();
        let mut ignored = |_: model::Finding| {};
        let mut out = Output::new("x", &mut ignored);
        let mut reader = json(r#"{"a": [1, 2], "new": {"b": [3]}, "c": null, "d": [4]}"#);
        reader.object(|json, _| json.rows_of_member(&mut out, |_, number: i64| found.push(number))).unwrap();
        reader.end().unwrap();
        let warnings = out.finish().warnings;
        assert_eq!((found, warnings.len()), (vec![1, 2, 4], 1), "{warnings:?}");
    }
}
