//! Where rows might be in JSON and XML: lists of objects, maps of them, elements that are repeated.

use std::collections::BTreeMap;

use serde_json::Value;

use super::sample::{Column, MOST_COLUMNS, MOST_ROWS, Table};
use crate::Input;
use crate::read::lenient;
use crate::read::xml::{Element, Node, walk};

/// Deepest level at which rows are looked for.
const MOST_DEPTH: usize = 6;
/// Deepest level of a row at which columns are looked for.
const MOST_COLUMN_DEPTH: usize = 4;

/// A row with what is around it, the nearest last; each with its name in a map.
struct Placed<'a> {
    around: Vec<(&'a Value, Option<&'a str>)>,
}

/// Tables of a JSON document.
pub(super) fn json(document: &Value) -> Vec<Table> {
    let mut found: BTreeMap<String, Vec<Placed<'_>>> = BTreeMap::new();
    visit(document, "", &mut vec![(document, None)], &mut found, 0);
    found.into_iter().map(|(path, rows)| table(&path, &rows)).collect()
}

/// Tables of JSON lines: the lines themselves, and lists inside them.
pub(super) fn json_lines(lines: &[Value]) -> Vec<Table> {
    let mut found: BTreeMap<String, Vec<Placed<'_>>> = BTreeMap::new();
    for line in lines {
        found.entry(String::new()).or_default().push(Placed { around: vec![(line, None)] });
        visit(line, "", &mut vec![(line, None)], &mut found, 0);
    }
    found.into_iter().map(|(path, rows)| table(&path, &rows)).collect()
}

type Around<'a> = Vec<(&'a Value, Option<&'a str>)>;

fn visit<'a>(value: &'a Value, path: &str, around: &mut Around<'a>, found: &mut BTreeMap<String, Vec<Placed<'a>>>, depth: usize) {
    if depth > MOST_DEPTH || found.len() > 200 {
        return;
    }
    match value {
        Value::Array(elements) => {
            let path = format!("{path}[]");
            for element in elements.iter().take(MOST_ROWS) {
                row(element, &path, (element, None), around, found, depth);
            }
        }
        Value::Object(members) if is_map_of_rows(members) => {
            let path = if path.is_empty() { "*".to_owned() } else { format!("{path}.*") };
            for (key, member) in members.iter().take(MOST_ROWS) {
                row(member, &path, (member, Some(key)), around, found, depth);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                visit(member, &step(path, key), around, found, depth + 1);
            }
        }
        _ => {}
    }
}

fn row<'a>(
    value: &'a Value,
    path: &str,
    level: (&'a Value, Option<&'a str>),
    around: &mut Around<'a>,
    found: &mut BTreeMap<String, Vec<Placed<'a>>>,
    depth: usize,
) {
    around.push(level);
    if value.is_object() {
        let rows = found.entry(path.to_owned()).or_default();
        if rows.len() < MOST_ROWS {
            rows.push(Placed { around: around.clone() });
        }
    }
    visit(value, path, around, found, depth + 1);
    around.pop();
}

/// True for an object whose members are alike and whose names are data: paths, numbers, packages.
fn is_map_of_rows(members: &serde_json::Map<String, Value>) -> bool {
    let alike = members.values().all(|value| matches!(value, Value::Array(list) if list.first().is_none_or(Value::is_object)))
        || members.values().all(Value::is_object);
    let data = |key: &String| key.contains(['/', '.', ':', '@', ' ']) || key.chars().any(|c| c.is_ascii_digit());
    !members.is_empty() && alike && members.keys().filter(|key| data(key)).count() * 2 > members.len()
}

/// A path with one more name.
fn step(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '*', '"', '\'']) && !key.starts_with(['^', '$', '@', '#']);
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[\"{}\"]", key.replace('"', "")),
    }
}

fn table(path: &str, rows: &[Placed<'_>]) -> Table {
    let mut table = Table { rows: rows.len(), ..Table::default() };
    if !path.is_empty() && path != "[]" {
        table.place.push(("at", super::write::quoted(path)));
    } else if path == "[]" {
        table.place.push(("at", "\"[]\"".to_owned()));
    }
    let mut columns = Columns::default();
    let mut top = Columns::default();
    for row in rows {
        let levels = row.around.len();
        for (up, (value, key)) in row.around.iter().rev().enumerate() {
            let mark = "^".repeat(up);
            if let Some(key) = key {
                columns.column(&format!("{mark}@key"), &["key"]).add(key);
            }
            if up == 0 {
                columns.of(value, "", &mut Vec::new(), 0);
            } else if up + 1 == levels {
                top.scalars(value, "$", &mut Vec::new(), 0);
            } else {
                columns.scalars(value, &mark, &mut Vec::new(), 0);
            }
        }
    }
    table.columns = columns.0;
    table.top = top.0;
    table
}

#[derive(Default)]
struct Columns(Vec<Column>);

impl Columns {
    fn column(&mut self, reference: &str, names: &[&str]) -> &mut Column {
        let at = match self.0.iter().position(|column| column.reference == reference) {
            Some(at) => at,
            None => {
                self.0.push(Column::new(reference, names));
                self.0.len() - 1
            }
        };
        // The position was found or made above.
        #[expect(clippy::indexing_slicing, reason = "the position was found or made just above")]
        &mut self.0[at]
    }

    /// All scalars of a row, lists among them.
    fn of<'a>(&mut self, value: &'a Value, path: &str, names: &mut Vec<&'a str>, depth: usize) {
        if depth > MOST_COLUMN_DEPTH || self.0.len() >= MOST_COLUMNS {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    names.push(key);
                    self.of(member, &step(path, key), names, depth + 1);
                    names.pop();
                }
            }
            Value::Array(elements) => {
                let of_objects = elements.iter().any(Value::is_object);
                let path = if of_objects { format!("{path}[]") } else { path.to_owned() };
                for element in elements.iter().take(5) {
                    self.of(element, &path, names, depth + 1);
                }
            }
            scalar => {
                if let (Some(text), false) = (lenient::scalar(scalar), path.is_empty()) {
                    self.column(path, names).add(&text);
                }
            }
        }
    }

    /// The scalars of an object around rows, no lists.
    fn scalars<'a>(&mut self, value: &'a Value, mark: &str, names: &mut Vec<&'a str>, depth: usize) {
        let Value::Object(members) = value else { return };
        if depth > 2 || self.0.len() >= MOST_COLUMNS {
            return;
        }
        for (key, member) in members {
            names.push(key);
            let path = match (depth, mark) {
                (0, "$") => step("$", key),
                (0, mark) => format!("{mark}{}", step("", key)),
                _ => step(mark, key),
            };
            match lenient::scalar(member) {
                Some(text) => self.column(&path, names).add(&text),
                None => self.scalars(member, &path, names, depth + 1),
            }
            names.pop();
        }
    }
}

/// Tables of an XML document, which may break off.
pub(super) fn xml(text: String) -> Vec<Table> {
    let Some(root) = tree(text) else { return Vec::new() };
    let mut found: BTreeMap<String, Vec<Vec<&Element>>> = BTreeMap::new();
    let mut stack: Vec<(Vec<&Element>, String)> = vec![(vec![&root], root.name.clone())];
    while let Some((around, path)) = stack.pop() {
        let Some(element) = around.last().copied() else { continue };
        for child in &element.children {
            let has_parts = !child.children.is_empty() || !child.attributes.is_empty();
            if around.len() <= MOST_DEPTH && has_parts {
                let mut inner = around.clone();
                inner.push(child);
                let path = format!("{path}/{}", child.name);
                let rows = found.entry(path.clone()).or_default();
                if rows.len() < MOST_ROWS {
                    rows.push(inner.clone());
                    stack.push((inner, path));
                }
            }
        }
    }
    found.into_iter().take(200).map(|(path, rows)| xml_table(&path, rows)).collect()
}

fn tree(text: String) -> Option<Element> {
    let input = Input::from_bytes("sample", text.into_bytes());
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let close = |open: &mut Vec<Element>, root: &mut Option<Element>, text: &str| {
        if let Some(mut element) = open.pop() {
            element.text = text.to_owned();
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => *root = Some(element),
            }
        }
    };
    // An error is where the sample breaks off: what was read counts.
    let _broken = walk(&input, &[], |node| {
        match node {
            Node::Open(element) => open.push(element.clone()),
            Node::Close(_, text) => close(&mut open, &mut root, text),
            Node::Row(_) => {}
        }
        Ok(())
    });
    while !open.is_empty() {
        close(&mut open, &mut root, "");
    }
    root
}

fn xml_table(path: &str, mut rows: Vec<Vec<&Element>>) -> Table {
    rows.reverse();
    let mut table = Table { place: vec![("at", super::write::quoted(path))], rows: rows.len(), ..Table::default() };
    let (mut columns, mut top) = (Columns::default(), Columns::default());
    for around in &rows {
        for (up, element) in around.iter().rev().enumerate() {
            let mark = "^".repeat(up);
            match up {
                0 => columns.of_element(element, "", &mut Vec::new(), 0),
                _ if up + 1 == around.len() => top.around(element, "$/"),
                _ => columns.around(element, &mark),
            }
        }
    }
    table.columns = columns.0;
    table.top = top.0;
    table
}

impl Columns {
    fn of_element<'a>(&mut self, element: &'a Element, path: &str, names: &mut Vec<&'a str>, depth: usize) {
        if depth > 3 || self.0.len() >= MOST_COLUMNS {
            return;
        }
        let inner = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        for (name, value) in &element.attributes {
            names.push(name);
            self.column(&inner(&format!("@{name}")), names).add(value);
            names.pop();
        }
        if !element.text.trim().is_empty() {
            self.column(if path.is_empty() { "." } else { path }, names).add(&element.text);
        }
        for child in &element.children {
            // Children that are named alike and told apart by an attribute: <tag name="cvss">7.5</tag>.
            let alike = child.children.is_empty() && element.children(&child.name).count() > 1;
            let told_by =
                ["name", "key", "type"].into_iter().find(|name| alike && child.attr(name).is_some_and(|v| !v.contains(['\'', '"'])));
            let name = told_by.and_then(|name| child.attr(name).map(|value| (name, value)));
            let step = name.map_or_else(|| child.name.clone(), |(name, value)| format!("{}[@{name}='{value}']", child.name));
            names.push(name.map_or(&child.name, |(_, value)| value));
            self.of_element(child, &inner(&step), names, depth + 1);
            names.pop();
        }
    }

    /// Attributes and leaves of an element around rows.
    fn around(&mut self, element: &Element, mark: &str) {
        for (name, value) in &element.attributes {
            self.column(&format!("{mark}@{name}"), &[&element.name, name]).add(value);
        }
        for child in element.children.iter().filter(|child| child.children.is_empty() && !child.text.is_empty()) {
            self.column(&format!("{mark}{}", child.name), &[&element.name, &child.name]).add(&child.text);
        }
    }
}
