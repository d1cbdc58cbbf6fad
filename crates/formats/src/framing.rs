//! What may stand around a report: lines of a log before it, several reports one after the other, a list of reports, an object around a list of
//! rows; or nothing at all around a row. A file is looked at in these ways only where a format does not know it as it stands.

use std::borrow::Cow;

use crate::read::json::{Json, Shape};
use crate::{Head, Input, ParseError};

/// How far into a file a report may begin, in bytes.
const LATEST_START: usize = 64 * 1024;
/// Most lines that are tried as the first of a report.
const MOST_STARTS: usize = 8;
/// How many documents of the head are looked at.
const MOST_DOCUMENTS: usize = 20;
/// Largest file whose documents are put together to a list, in bytes.
const LARGEST_LIST: u64 = 256 << 20;

/// Members in which services hand out a list of rows.
const LISTS: [&str; 14] = [
    "results",
    "data",
    "items",
    "findings",
    "vulnerabilities",
    "issues",
    "alerts",
    "value",
    "result",
    "content",
    "records",
    "rows",
    "resources",
    "response",
];

/// How a report stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// It begins at this byte, behind other text.
    After(usize),
    /// Documents one after the other, which are the rows of one list.
    Rows,
    /// Reports one after the other.
    Documents,
    /// A list of reports.
    Elements,
    /// The rows are the list of this member, as an API hands them out.
    Member(&'static str),
    /// It is one row of a list, without the list.
    Row,
}

/// A way to look at a file, with the head that it has then.
pub(crate) struct View<'a> {
    pub(crate) framing: Framing,
    bytes: Cow<'a, [u8]>,
}

impl View<'_> {
    pub(crate) fn head(&self) -> Head<'_> {
        Head::new(&self.bytes, true, &[])
    }
}

/// The ways to look at a file otherwise than as it stands.
pub(crate) fn views<'a>(head: &Head<'a>) -> Vec<View<'a>> {
    let bytes = head.bytes();
    if head.is_json_lines() {
        let documents = first_documents(bytes);
        let list = [b"[", documents.join(&b","[..]).as_slice(), b"]"].concat();
        let first = documents.into_iter().next().unwrap_or_default();
        let view = |framing, bytes| View { framing, bytes: Cow::Owned(bytes) };
        return vec![view(Framing::Rows, list), view(Framing::Documents, first)];
    }
    if several_lists(head) {
        return vec![View { framing: Framing::Documents, bytes: Cow::Borrowed(bytes) }];
    }
    // A list, and no `[INFO]` at the start of a log.
    let is_document = begins_document(bytes.trim_ascii_start());
    if is_document && head.is_json_array() {
        let element = bytes.iter().position(|byte| *byte == b'{').and_then(|at| bytes.get(at..));
        return element.map(|bytes| View { framing: Framing::Elements, bytes: Cow::Borrowed(bytes) }).into_iter().collect();
    }
    if head.is_json_object() {
        return inside(bytes);
    }
    if is_document || head.is_binary() {
        return Vec::new();
    }
    let start = |at: usize| Some(View { framing: Framing::After(at), bytes: Cow::Borrowed(bytes.get(at..)?) });
    starts(bytes).into_iter().filter_map(start).collect()
}

/// The lists of an object, and the object as the row of one.
fn inside(bytes: &[u8]) -> Vec<View<'_>> {
    let list = |rows: &[Vec<u8>]| [b"[", rows.join(&b","[..]).as_slice(), b"]"].concat();
    let mut views = Vec::new();
    let mut json = Json::new(Box::new(bytes));
    let walked = json.object(|json, key| {
        let Some(name) = LISTS.iter().find(|name| key.eq_ignore_ascii_case(name)) else { return Ok(()) };
        if json.shape()? != Shape::Array {
            return Ok(());
        }
        let mut rows = Vec::new();
        let read = json.array(|json, _| {
            if rows.len() < MOST_DOCUMENTS && json.shape()? == Shape::Object {
                rows.push(json.raw()?);
            }
            Ok(())
        });
        if !rows.is_empty() {
            views.push(View { framing: Framing::Member(name), bytes: Cow::Owned(list(&rows)) });
        }
        read
    });
    // A head that is cut ends in an error: what was seen until then counts.
    drop(walked);
    views.push(View { framing: Framing::Row, bytes: Cow::Owned(list(&[bytes.to_vec()])) });
    views
}

/// True where a second document follows a list.
pub(crate) fn several_lists(head: &Head<'_>) -> bool {
    let mut json = Json::new(Box::new(head.bytes()));
    head.is_json_array() && json.skip().is_ok() && matches!(json.shape(), Ok(Shape::Array | Shape::Object))
}

/// Where lines start that may be the first of a document, the very first line aside.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let early = bytes.get(..bytes.len().min(LATEST_START)).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', early).map(|end| end + 1);
    lines.filter(|at| bytes.get(*at..).is_some_and(begins_document)).take(MOST_STARTS).collect()
}

/// True where a line of a log may be the first of a report. Of the four that tell JSON from other text this asks for most, since each yes costs
/// a try: what no report starts with (a list of words or numbers) is a line of the log. It alone knows XML.
fn begins_document(line: &[u8]) -> bool {
    match line {
        [b'{', next, ..] => next.is_ascii_whitespace() || matches!(next, b'"' | b'}'),
        [b'[', next, ..] => next.is_ascii_whitespace() || matches!(next, b'{' | b'[' | b']'),
        [b'<', next, ..] => next.is_ascii_alphabetic() || matches!(next, b'?' | b'!'),
        _ => false,
    }
}

fn first_documents(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut json = Json::new(Box::new(bytes));
    while out.len() < MOST_DOCUMENTS {
        // The last document of the head may be cut.
        match json.at_end().and_then(|ended| if ended { Ok(None) } else { json.raw().map(Some) }) {
            Ok(Some(document)) => out.push(document),
            _ => break,
        }
    }
    out
}

/// The report that begins at this byte. Line breaks stand for the lines before it, so that places keep their line numbers.
pub(crate) fn after(input: &Input, at: usize) -> Result<(Input, usize), ParseError> {
    let bytes = input.bytes()?;
    let (before, report) = bytes.split_at_checked(at).unwrap_or((&[], &bytes));
    let lines = memchr::memchr_iter(b'\n', before).count();
    Ok((Input::from_bytes(input.name(), ["\n".repeat(lines).as_bytes(), report].concat()), lines))
}

/// The list of that member of the file's object.
pub(crate) fn member(input: &Input, name: &str) -> Result<Input, ParseError> {
    if input.len() > LARGEST_LIST {
        return Err(ParseError::whole("a list within an object, which this format does not have, is read up to 256 MiB"));
    }
    let mut list = None;
    let mut json = input.json()?;
    json.object(|json, key| {
        if list.is_none() && key.eq_ignore_ascii_case(name) {
            list = Some(json.raw()?);
        }
        Ok(())
    })?;
    json.end()?;
    Ok(Input::from_bytes(input.name(), list.unwrap_or_else(|| b"[]".to_vec())))
}

/// The object of the file as the only row of a list.
pub(crate) fn row(input: &Input) -> Result<Input, ParseError> {
    if input.len() > LARGEST_LIST {
        return Err(ParseError::whole("a single row is read up to 256 MiB"));
    }
    Ok(Input::from_bytes(input.name(), [b"[", input.bytes()?.as_slice(), b"]"].concat()))
}

/// The documents of the file as one list.
pub(crate) fn listed(input: &Input) -> Result<Input, ParseError> {
    if input.len() > LARGEST_LIST {
        return Err(ParseError::whole("a list of one value a line, which this format does not stream, is read up to 256 MiB"));
    }
    let mut list = vec![b'['];
    let mut json = input.json()?;
    json.values(|json, index| {
        list.extend_from_slice(if index > 0 { b",\n" } else { b"" });
        list.extend_from_slice(&json.raw()?);
        Ok(())
    })?;
    list.push(b']');
    Ok(Input::from_bytes(input.name(), list))
}

/// Calls `read` with every document of the file, or with every element of its list.
pub(crate) fn each(
    input: &Input,
    elements: bool,
    mut read: impl FnMut(&Input, String) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    let mut json = input.json()?;
    let mut one = |json: &mut Json<'_>, _: usize| {
        let place = json.place();
        read(&Input::from_bytes(input.name(), json.raw()?), place)
    };
    if elements {
        json.array(one)?;
        return json.end();
    }
    json.values(&mut one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framings(text: &str) -> Vec<Framing> {
        views(&Input::from_bytes("x", text.as_bytes().to_vec()).head()).iter().map(|view| view.framing).collect()
    }

    #[test]
    fn only_lines_that_may_begin_a_document_are_tried() {
        assert_eq!(framings("[INFO] start\n{\"a\": 1}\n"), [Framing::After(13)]);
        assert_eq!(framings("[INFO] start\n[WARN] slow\n{nothing}\n<3\n"), []);
        assert_eq!(framings("step 1\n<?xml version=\"1.0\"?>\n<a/>"), [Framing::After(7), Framing::After(29)]);
        assert_eq!(framings("{\"a\": 1}"), [Framing::Row]);
        assert_eq!(framings("{\"next\": 1, \"Results\": [{\"a\": 1}], \"data\": [2]}"), [Framing::Member("results"), Framing::Row]);
        assert_eq!(framings("[{\"a\": 1}]"), [Framing::Elements]);
        assert_eq!(framings("[{\"a\": 1}]\n[]\n"), [Framing::Documents]);
        assert_eq!(framings("{\"a\": 1}\n{\"a\": 2}"), [Framing::Rows, Framing::Documents]);
        assert_eq!(framings(&"{\n".repeat(100_000)), [Framing::Row]);
        assert_eq!(framings(&format!("x\n{}", "{\n".repeat(100_000))).len(), MOST_STARTS);
    }

    #[test]
    fn what_stands_before_keeps_its_lines() {
        let input = Input::from_bytes("x", b"one\ntwo\n{\"a\": 1}".to_vec());
        let (report, lines) = after(&input, 8).unwrap();
        assert_eq!((report.text().unwrap().as_str(), lines), ("\n\n{\"a\": 1}", 2));
    }
}
