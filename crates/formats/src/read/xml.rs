//! XML, one subtree at a time. No entity is expanded but the five predefined ones and character references; nothing is fetched.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::BufReader;

use crate::{Input, ParseError};

/// Deepest nesting that is read.
const MOST_DEPTH: usize = 200;
/// Largest subtree, in bytes of text and attributes.
const LARGEST: usize = 256 * 1024 * 1024;

/// An element with its subtree. Names are without namespace prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    /// Text directly inside, trimmed at both ends.
    pub text: String,
    /// Byte offset of the start tag, for messages.
    pub offset: u64,
}

impl Element {
    /// The attribute of that name, not blank.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// The first child of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of that name.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at the end of a path of names: `a/b/c`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// The text of the element at that path, not blank.
    #[must_use]
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str()).filter(|text| !text.trim().is_empty())
    }

    /// All elements of that name at any depth below, in document order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&Element> {
        let mut out = Vec::new();
        let mut stack: Vec<&Element> = self.children.iter().rev().collect();
        while let Some(element) = stack.pop() {
            if element.name == name {
                out.push(element);
            }
            stack.extend(element.children.iter().rev());
        }
        out
    }

    /// Its text and that of everything below, in document order, joined by a blank.
    #[must_use]
    pub fn deep_text(&self) -> String {
        let mut out = self.text.clone();
        for child in &self.children {
            let text = child.deep_text();
            if !text.is_empty() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(&text);
            }
        }
        out
    }
}

/// Reads a document. Elements whose name is in `rows` are handed to `row` with their whole subtree; every other element is handed to
/// `open` without children when it starts (its text is not known yet) and to `close` with its own text when it ends.
///
/// # Errors
/// When the document is cut off, not well-formed, nested too deep, or a callback fails.
pub fn each(
    input: &Input,
    rows: &[&str],
    open: impl FnMut(&Element) -> Result<(), ParseError>,
    row: impl FnMut(Element) -> Result<(), ParseError>,
    close: impl FnMut(&str, &str) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    each_where(input, |_, name| rows.contains(&name), open, row, close)
}

/// Names and own texts of the elements that are open around a row.
type Around = Vec<(String, String)>;

fn each_where(
    input: &Input,
    is_row: impl Fn(&Around, &str) -> bool,
    mut open: impl FnMut(&Element) -> Result<(), ParseError>,
    mut row: impl FnMut(Element) -> Result<(), ParseError>,
    mut close: impl FnMut(&str, &str) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(256 * 1024, input.open()?));
    reader.config_mut().check_end_names = true;
    reader.config_mut().allow_unmatched_ends = false;
    let mut buffer = Vec::new();
    // Elements that are open around a row (name, own text), and the row's own open elements.
    let mut around: Around = Vec::new();
    let mut inside: Vec<Element> = Vec::new();
    let mut size = 0usize;
    let mut seen_root = false;
    loop {
        buffer.clear();
        let offset = reader.buffer_position();
        let event = reader.read_event_into(&mut buffer).map_err(|error| at(offset, error.to_string()))?;
        size += usize::try_from(reader.buffer_position().saturating_sub(offset)).unwrap_or(usize::MAX);
        match event {
            Event::Start(start) => {
                let element = element(&start, offset);
                if around.len() + inside.len() >= MOST_DEPTH {
                    return Err(at(offset, format!("nested more than {MOST_DEPTH} deep")));
                }
                seen_root = true;
                if !inside.is_empty() || is_row(&around, &element.name) {
                    if inside.is_empty() {
                        size = 0;
                    } else if size > LARGEST {
                        return Err(at(offset, "a single element of over 256 MiB"));
                    }
                    inside.push(element);
                } else {
                    open(&element)?;
                    around.push((element.name, String::new()));
                }
            }
            Event::Empty(start) => {
                let element = element(&start, offset);
                seen_root = true;
                if let Some(parent) = inside.last_mut() {
                    parent.children.push(element);
                } else if is_row(&around, &element.name) {
                    row(element)?;
                } else {
                    open(&element)?;
                    close(&element.name, "")?;
                }
            }
            Event::End(_) => {
                if let Some(mut element) = inside.pop() {
                    if element.text.trim().len() < element.text.len() {
                        element.text = element.text.trim().to_owned();
                    }
                    match inside.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => row(element)?,
                    }
                } else if let Some((name, text)) = around.pop() {
                    close(&name, text.trim())?;
                }
            }
            Event::Text(text) => push_text(&mut around, &mut inside, &String::from_utf8_lossy(&text)),
            Event::CData(text) => push_text(&mut around, &mut inside, &String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => push_text(&mut around, &mut inside, &reference(&String::from_utf8_lossy(&name))),
            Event::Eof if !around.is_empty() || !inside.is_empty() => {
                return Err(at(offset, "the document ends inside an element; it is cut off"));
            }
            Event::Eof if !seen_root => return Err(at(offset, "no element in the document")),
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
}

/// What [`walk`] meets, in document order.
#[derive(Debug)]
pub enum Node<'a> {
    /// An element outside any row starts; it has no children and no text yet.
    Open(&'a Element),
    /// A row with its whole subtree.
    Row(Element),
    /// An element outside any row ends: its name and own text.
    Close(&'a str, &'a str),
}

/// As [`each`], with one callback for all three.
///
/// # Errors
/// As [`each`].
pub fn walk(input: &Input, names: &[&str], visit: impl FnMut(Node<'_>) -> Result<(), ParseError>) -> Result<(), ParseError> {
    let visit = std::cell::RefCell::new(visit);
    each(
        input,
        names,
        |element| (*visit.borrow_mut())(Node::Open(element)),
        |element| (*visit.borrow_mut())(Node::Row(element)),
        |name, text| (*visit.borrow_mut())(Node::Close(name, text)),
    )
}

/// As [`walk`], with the elements at the end of a path of names as rows, from the outside in: `["host", "item"]` is each `item` that stands
/// in a `host`.
///
/// # Errors
/// As [`each`].
pub fn walk_path(input: &Input, path: &[String], visit: impl FnMut(Node<'_>) -> Result<(), ParseError>) -> Result<(), ParseError> {
    let Some((last, before)) = path.split_last() else { return Ok(()) };
    let is_row =
        |around: &Around, name: &str| name == last && around.iter().rev().take(before.len()).map(|(name, _)| name).eq(before.iter().rev());
    let visit = std::cell::RefCell::new(visit);
    each_where(
        input,
        is_row,
        |element| (*visit.borrow_mut())(Node::Open(element)),
        |element| (*visit.borrow_mut())(Node::Row(element)),
        |name, text| (*visit.borrow_mut())(Node::Close(name, text)),
    )
}

/// Reads the rows of a document and nothing else.
///
/// # Errors
/// As [`each`].
pub fn rows(input: &Input, names: &[&str], row: impl FnMut(Element) -> Result<(), ParseError>) -> Result<(), ParseError> {
    each(input, names, |_| Ok(()), row, |_, _| Ok(()))
}

/// Reads a whole document into memory, for small reports whose parts refer to each other.
///
/// # Errors
/// As [`each`].
pub fn document(input: &Input) -> Result<Element, ParseError> {
    let root = {
        let head = input.head();
        head.xml_root().map(str::to_owned)
    };
    let Some(root) = root else { return Err(ParseError::at("byte 0", "no element in the document")) };
    let mut found = None;
    rows(input, &[&root], |element| {
        found = Some(element);
        Ok(())
    })?;
    found.ok_or_else(|| ParseError::at("byte 0", "no element in the document"))
}

fn at(offset: u64, reason: impl Into<String>) -> ParseError {
    ParseError::at(format!("byte {offset}"), reason)
}

fn push_text(around: &mut [(String, String)], inside: &mut [Element], text: &str) {
    if let Some(element) = inside.last_mut() {
        // What stands between two elements is mostly a line break, and is trimmed away in the end.
        if !element.text.is_empty() || !text.trim_ascii_start().is_empty() {
            element.text.push_str(text);
        }
    } else if let Some((_, own)) = around.last_mut() {
        own.push_str(text);
    }
}

fn element(start: &BytesStart<'_>, offset: u64) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            (key, unescape(&String::from_utf8_lossy(&attribute.value)))
        })
        .collect();
    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
    Element { name, attributes, offset, ..Element::default() }
}

pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // No further than a name can be long: a text of nothing but `&` is not searched to its end for each.
        let name = after.as_bytes().iter().take(11).position(|byte| *byte == b';').and_then(|end| after.get(..end));
        match name {
            Some(name) => {
                out.push_str(&reference(name));
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of a character reference or predefined entity; any other stays as it stands.
pub(super) fn reference(name: &str) -> String {
    match name {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        "nbsp" => " ".to_owned(),
        _ => {
            let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            });
            number.and_then(char::from_u32).map_or_else(|| format!("&{name};"), String::from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Element>, ParseError> {
        let mut out = Vec::new();
        rows(&Input::from_bytes("x.xml", text.as_bytes().to_vec()), &["row"], |element| {
            out.push(element);
            Ok(())
        })?;
        Ok(out)
    }

    const TEXT: &str = "<?xml version='1.0'?><r><row a='1 &amp; 2'><x>one &lt;<![CDATA[<b>]]></x><y/></row><row/></r>";

    #[test]
    fn rows_with_their_subtree() {
        let found = read(TEXT).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].attr("a"), found[0].text_at("x")), (Some("1 & 2"), Some("one <<b>")));
    }

    #[test]
    fn every_cut_is_an_error() {
        for end in 0..TEXT.len() {
            assert!(read(TEXT.get(..end).unwrap()).is_err(), "{end}");
        }
    }

    #[test]
    fn names_of_entities_are_short() {
        let many = "&".repeat(300_000);
        assert_eq!(unescape(&many), many);
        assert_eq!(unescape("a &lt; b &#x41;&toolonganentity; & c;"), "a < b A&toolonganentity; & c;");
    }

    #[test]
    fn entities_are_not_expanded() {
        let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r><row>&b;</row></r>";
        assert_eq!(read(bomb).unwrap()[0].text, "&b;");
        assert!(read(&"<r>".repeat(100_000)).unwrap_err().reason.contains("nested"));
    }
}
