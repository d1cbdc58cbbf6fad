//! YAML as a tree in which every value knows its line.
//!
//! Inventory files are written by people, so a reader wants to name all mistakes in one go, each with its line; a deserialiser stops at the
//! first. Input is hostile until shown otherwise: depth, size and the growth through aliases are limited.

use std::collections::{HashMap, HashSet};

use saphyr_parser_bw::{Event, Parser, ScalarStyle, ScanError};

/// Longest text that is read, bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// Deepest nesting.
pub const MAX_DEPTH: usize = 64;
/// Most values in one text.
pub const MAX_VALUES: usize = 1_000_000;
/// Most values that aliases may add.
pub const MAX_ALIASED: usize = 10_000;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// 1-based.
    pub line: u32,
    pub value: Value,
}

/// A value. Scalars stay text: what `yes` or `1.10` means depends on who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Scalar {
        text: String,
        /// Written without quotes.
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub text: String,
    /// 1-based.
    pub line: u32,
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// 1-based; 0 for the whole text.
    pub line: u32,
    pub message: String,
}

impl Node {
    /// True for `null`, `~` and nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// What it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Reads all documents of a text.
///
/// # Errors
/// When it is not YAML, repeats a key, or exceeds a limit. The error has the line.
pub fn documents(text: &str) -> Result<Vec<Node>, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(wrong(0, format!("the file is larger than {} MB", MAX_BYTES >> 20)));
    }
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| scan_error(&error))?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
        builder.take(event, line)?;
    }
    Ok(builder.documents)
}

fn wrong(line: u32, message: impl Into<String>) -> YamlError {
    YamlError { line, message: message.into() }
}

fn scan_error(error: &ScanError) -> YamlError {
    wrong(u32::try_from(error.marker().line()).unwrap_or(u32::MAX), format!("not YAML: {}", error.info()))
}

/// A list or mapping that is not finished.
struct Open {
    line: u32,
    anchor: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, known: HashSet<String>, key: Option<Key> },
}

#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    /// Anchored values with their size and height.
    anchors: HashMap<usize, (Node, usize, usize)>,
    values: usize,
    aliased: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node = Node { line, value: Value::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain } };
                self.remember(anchor, &node);
                self.put(node)
            }
            Event::Alias(anchor) => {
                let Some((node, size, height)) = self.anchors.get(&anchor) else {
                    return Err(wrong(line, "an alias to an anchor that is not complete here; write the value out"));
                };
                self.aliased += size;
                if self.aliased > MAX_ALIASED {
                    return Err(wrong(line, format!("aliases add more than {MAX_ALIASED} values; write them out")));
                }
                if self.open.len() + height > MAX_DEPTH {
                    return Err(wrong(line, format!("nested deeper than {MAX_DEPTH} levels")));
                }
                let node = Node { line, ..node.clone() };
                self.put(node)
            }
            Event::SequenceStart(anchor, _) => self.begin(line, anchor, Body::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(line, anchor, Body::Map { entries: Vec::new(), known: HashSet::new(), key: None }),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, line: u32, anchor: usize, body: Body) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(wrong(line, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.open.push(Open { line, anchor, body });
        Ok(())
    }

    fn end(&mut self) -> Result<(), YamlError> {
        let Some(done) = self.open.pop() else { return Ok(()) };
        let value = match done.body {
            Body::List(items) => Value::List(items),
            Body::Map { entries, .. } => Value::Map(entries),
        };
        let node = Node { line: done.line, value };
        self.remember(done.anchor, &node);
        self.put(node)
    }

    /// Keeps an anchored value for its aliases. One that is too large to be aliased even once is kept by its size alone.
    fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor > 0 {
            let (size, height) = measure(node, MAX_ALIASED + 1);
            let kept = if size > MAX_ALIASED { Node { line: node.line, value: Value::List(Vec::new()) } } else { node.clone() };
            self.anchors.insert(anchor, (kept, size, height));
        }
    }

    fn put(&mut self, node: Node) -> Result<(), YamlError> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(wrong(node.line, format!("more than {MAX_VALUES} values")));
        }
        match self.open.last_mut().map(|open| &mut open.body) {
            None => self.documents.push(node),
            Some(Body::List(items)) => items.push(node),
            Some(Body::Map { entries, known, key }) => match key.take() {
                Some(name) => entries.push((name, node)),
                None => {
                    let Value::Scalar { text, .. } = node.value else {
                        return Err(wrong(node.line, "a key must be a single value"));
                    };
                    if !known.insert(text.clone()) {
                        return Err(wrong(node.line, format!("the key `{text}` stands twice; remove one")));
                    }
                    *key = Some(Key { text, line: node.line });
                }
            },
        }
        Ok(())
    }
}

/// Values in a tree, counted up to `limit`, and how many levels of lists and mappings they have.
fn measure(node: &Node, limit: usize) -> (usize, usize) {
    let (mut count, mut height) = (0, 0);
    let mut todo = vec![(node, 0)];
    while let Some((node, level)) = todo.pop() {
        count += 1;
        height = height.max(level);
        if count >= limit {
            break;
        }
        match &node.value {
            Value::Scalar { .. } => {}
            Value::List(items) => todo.extend(items.iter().map(|item| (item, level + 1))),
            Value::Map(entries) => todo.extend(entries.iter().map(|(_, value)| (value, level + 1))),
        }
    }
    (count, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_know_their_lines() {
        let documents = documents("a: 1\nb:\n  - x\n  - {c: \"2\"}\n").unwrap();
        let root = &documents[0];
        assert_eq!(root.get("a").unwrap().line, 1);
        let items = root.get("b").unwrap().items();
        assert_eq!((items[0].line, items[0].text()), (3, Some("x")));
        assert_eq!(items[1].at(&["c"]).unwrap().value, Value::Scalar { text: "2".into(), plain: false });
        assert_eq!(items[1].entries()[0].0.line, 4);
    }

    #[test]
    fn several_documents() {
        let documents = documents("a: 1\n---\nb: 2\n").unwrap();
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[1].get("b").unwrap().line, 3);
    }

    #[test]
    fn aliases_work_and_bombs_do_not() {
        let good = documents("a: &x [1, 2]\nb: *x\n").unwrap();
        assert_eq!(good[0].get("b").unwrap().items().len(), 2);
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        let error = documents(&bomb).unwrap_err();
        assert!(error.message.contains("aliases"), "{error:?}");
        assert!(error.line > 1);
    }

    #[test]
    fn an_alias_inside_its_own_anchor() {
        assert!(documents("a: &a [*a]\n").is_err());
    }

    #[test]
    fn depth_is_limited() {
        for open in ["[", "{a: ", "- "] {
            let error = documents(&open.repeat(100_000)).unwrap_err();
            assert!(error.message.contains("nested") || error.message.contains("not YAML"), "{error:?}");
        }
    }

    #[test]
    fn aliases_do_not_deepen_beyond_the_limit() {
        let mut text = format!("- &a0 {}x{}\n", "[".repeat(40), "]".repeat(40));
        for level in 1..200 {
            text.push_str(&format!("- &a{level} {}*a{} {}\n", "[".repeat(40), level - 1, "]".repeat(40)));
        }
        assert!(documents(&text).unwrap_err().message.contains("nested"));
    }

    #[test]
    fn repeated_keys() {
        assert_eq!(documents("a: 1\nb: 2\na: 3\n").unwrap_err().line, 3);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "[a-z:{}\\[\\]&*|>\\-\\n \"'#!%@`,?]{0,200}") {
            let _ = documents(&text);
        }
    }
}
