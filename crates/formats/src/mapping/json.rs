//! Rows of JSON documents and of JSON lines.
//!
//! A document is streamed: memory holds one row, and of what is around the rows only the values that the mapping refers to. Where it
//! refers to any, the document is read twice, because they may stand behind the rows.

use std::collections::HashMap;

use serde_json::Value;

use super::Mapping;
use super::finding::Reading;
use super::reference::{Base, JsonStep, Path, Reference, levels};
use super::row::{Outside, Row};
use crate::read::json::{Json, Shape};
use crate::read::{lenient, lines as text_lines};
use crate::{Input, Output, ParseError};

/// Most values that a list gives to one reference.
const MOST_TEXTS: usize = 1000;

/// Values of references around the rows: which reference, and its texts.
type OuterTexts = Vec<(usize, Vec<String>)>;

/// Where the reader stands among the levels of rows: level 0 is the top, each list or map of rows one more.
#[derive(Default)]
struct Levels {
    /// How many elements of each level were entered before, over the whole document.
    entered: Vec<usize>,
    /// The element of each level that the reader is in, and its name in a map.
    current: Vec<(usize, Option<String>)>,
    /// Values around the rows, by level and element.
    values: HashMap<(usize, usize), OuterTexts>,
    /// Whether there was a list or map where the rows should be.
    found: bool,
}

impl Levels {
    fn top() -> Self {
        Self { entered: vec![1], current: vec![(0, None)], ..Self::default() }
    }

    fn enter(&mut self, key: Option<String>) {
        let level = self.current.len();
        if self.entered.len() <= level {
            self.entered.push(0);
        }
        if let Some(count) = self.entered.get_mut(level) {
            self.current.push((*count, key));
            *count += 1;
        }
    }

    fn leave(&mut self) {
        self.current.pop();
    }

    /// The level that a base means for rows of that level.
    fn level(base: Base, row: usize) -> usize {
        match base {
            Base::Row => row,
            Base::Up(ups) => row.saturating_sub(ups),
            Base::Top => 0,
        }
    }
}

struct Streamed<'a> {
    value: Option<&'a Value>,
    levels: &'a Levels,
    /// The level of rows.
    level: usize,
}

impl Row for Streamed<'_> {
    fn texts(&self, reference: &Reference) -> Vec<String> {
        let level = Levels::level(reference.base, self.level);
        let current = self.levels.current.get(level);
        match &reference.path {
            Path::JsonKey => current.and_then(|(_, key)| key.clone()).into_iter().collect(),
            Path::Json(steps) if reference.base == Base::Row => self.value.map(|value| texts(value, steps)).unwrap_or_default(),
            Path::Json(_) => {
                let known = current.and_then(|(element, _)| self.levels.values.get(&(level, *element)));
                known
                    .and_then(|values| values.iter().find(|(slot, _)| *slot == reference.slot))
                    .map(|(_, texts)| texts.clone())
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// Reads a document.
pub(super) fn document(
    mapping: &Mapping,
    steps: &[JsonStep],
    input: &Input,
    out: &mut Output<'_>,
    reading: &mut Reading<'_>,
) -> Result<(), ParseError> {
    let depth = levels(steps);
    let mut state = Levels::top();
    if mapping.outer.iter().any(|reference| matches!(reference.path, Path::Json(_))) {
        let mut around = Around { outer: &mapping.outer, depth, levels: Levels::top() };
        let mut json = input.json()?;
        let active = around.of_level(0);
        around.gather(&mut json, steps, &active)?;
        json.end()?;
        state.values = around.levels.values;
    }
    let mut json = input.json()?;
    walk(&mut json, steps, &mut state, &mut |json, state| {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(value) => reading.row(&Streamed { value: Some(&value), levels: state, level: depth }, &|| place.clone(), out),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })?;
    json.end()?;
    reading.scan(&Streamed { value: None, levels: &state, level: depth }, out);
    if state.found { Ok(()) } else { Err(ParseError::whole("nothing stands where the mapping says that the rows are (`rows.at`)")) }
}

type Each<'f> = dyn FnMut(&mut Json<'_>, &Levels) -> Result<(), ParseError> + 'f;

/// Goes along the path and calls `each` at every row.
fn walk(json: &mut Json<'_>, steps: &[JsonStep], state: &mut Levels, each: &mut Each<'_>) -> Result<(), ParseError> {
    let Some((step, rest)) = steps.split_first() else { return each(json, state) };
    let shape = json.shape()?;
    if rest.is_empty() && matches!(shape, Shape::Array | Shape::Object) {
        state.found = true;
    }
    match (step, shape) {
        (JsonStep::Key(wanted), Shape::Object) => {
            json.object(|json, key| if key == wanted { walk(json, rest, state, each) } else { Ok(()) })
        }
        (JsonStep::Each, Shape::Array) => json.array(|json, _| inside(json, None, rest, state, each)),
        // A list of one is an object in what was made from XML.
        (JsonStep::Each, Shape::Object) => inside(json, None, rest, state, each),
        (JsonStep::Any, Shape::Object) => json.object(|json, key| inside(json, Some(key.to_owned()), rest, state, each)),
        (JsonStep::Each, Shape::Null) if rest.is_empty() => {
            state.found = true;
            json.skip()
        }
        _ => json.skip(),
    }
}

fn inside(json: &mut Json<'_>, key: Option<String>, rest: &[JsonStep], state: &mut Levels, each: &mut Each<'_>) -> Result<(), ParseError> {
    state.enter(key);
    let result = walk(json, rest, state, each);
    state.leave();
    result
}

/// References that are on their way, with the steps that are left.
type Active<'m> = Vec<(usize, &'m [JsonStep])>;

/// The first reading: values around the rows.
struct Around<'m> {
    outer: &'m [Reference],
    depth: usize,
    levels: Levels,
}

impl<'m> Around<'m> {
    /// The references that start at that level.
    fn of_level(&self, level: usize) -> Active<'m> {
        let of = |reference: &'m Reference| match &reference.path {
            Path::Json(steps) if Levels::level(reference.base, self.depth) == level => Some((reference.slot, steps.as_slice())),
            _ => None,
        };
        self.outer.iter().filter_map(of).collect()
    }

    fn gather(&mut self, json: &mut Json<'_>, steps: &[JsonStep], active: &Active<'m>) -> Result<(), ParseError> {
        let Some((step, rest)) = steps.split_first() else { return json.skip() };
        match (step, json.shape()?) {
            (JsonStep::Key(wanted), Shape::Object) => json.object(|json, key| {
                let next = active.iter().filter_map(|(slot, steps)| match steps.split_first() {
                    Some((JsonStep::Key(name), rest)) if name == key => Some((*slot, rest)),
                    _ => None,
                });
                let next: Active<'m> = next.collect();
                if key == wanted {
                    self.gather(json, rest, &next)
                } else if next.is_empty() {
                    Ok(())
                } else {
                    self.note(json, &next)
                }
            }),
            (JsonStep::Each, Shape::Array) => json.array(|json, _| self.element(json, rest)),
            (JsonStep::Each, Shape::Object) => self.element(json, rest),
            (JsonStep::Any, Shape::Object) => json.object(|json, _| self.element(json, rest)),
            _ => json.skip(),
        }
    }

    fn element(&mut self, json: &mut Json<'_>, rest: &[JsonStep]) -> Result<(), ParseError> {
        // A row is none of what is around it.
        if rest.is_empty() {
            return Ok(());
        }
        self.levels.enter(None);
        let active = self.of_level(self.levels.current.len() - 1);
        let result = self.gather(json, rest, &active);
        self.levels.leave();
        result
    }

    fn note(&mut self, json: &mut Json<'_>, active: &Active<'m>) -> Result<(), ParseError> {
        let Ok(value) = json.row::<Value>()? else { return Ok(()) };
        for (slot, steps) in active {
            let Some(reference) = self.outer.get(*slot) else { continue };
            let level = Levels::level(reference.base, self.depth);
            let element = self.levels.current.get(level).map_or(0, |(element, _)| *element);
            self.levels.values.entry((level, element)).or_default().push((*slot, texts(&value, steps)));
        }
        Ok(())
    }
}

/// A row inside a line, with the values around it, the line first.
struct InLine<'a> {
    around: &'a [(&'a Value, Option<&'a str>)],
}

impl Row for InLine<'_> {
    fn texts(&self, reference: &Reference) -> Vec<String> {
        let level = Levels::level(reference.base, self.around.len().saturating_sub(1));
        let Some((value, key)) = self.around.get(level) else { return Vec::new() };
        match &reference.path {
            Path::JsonKey => key.map(str::to_owned).into_iter().collect(),
            Path::Json(steps) => texts(value, steps),
            _ => Vec::new(),
        }
    }
}

/// Reads JSON lines. A line of another shape is a bad row, one that breaks off at the end of the file an error.
pub(super) fn lines(steps: &[JsonStep], input: &Input, out: &mut Output<'_>, reading: &mut Reading<'_>) -> Result<(), ParseError> {
    let mut broken = None;
    let ended = text_lines::each(input, |number, text| {
        broken = None;
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let mut around = vec![(&value, None)];
                in_line(&mut around, steps, &mut |around| {
                    reading.row(&InLine { around }, &|| format!("line {number}"), out);
                });
            }
            Err(error) => {
                if error.is_eof() {
                    broken = Some(number);
                }
                out.bad_row(format!("line {number}"), error.to_string());
            }
        }
        Ok(())
    })?;
    reading.scan(&Outside(&|_| Vec::new()), out);
    match broken {
        Some(number) if !ended => Err(ParseError::at(format!("line {number}"), "the file ends inside a line; it is cut off")),
        _ => Ok(()),
    }
}

type Around1<'a, 'f> = dyn FnMut(&[(&'a Value, Option<&'a str>)]) + 'f;

fn in_line<'a>(around: &mut Vec<(&'a Value, Option<&'a str>)>, steps: &[JsonStep], each: &mut Around1<'a, '_>) {
    // The last value is that of the innermost level; keys lead on inside it.
    let Some((mut value, _)) = around.last().copied() else { return };
    let mut rest = steps;
    while let Some((JsonStep::Key(name), after)) = rest.split_first() {
        let Some(next) = value.get(name) else { return };
        (value, rest) = (next, after);
    }
    let Some((step, rest)) = rest.split_first() else { return each(around) };
    let mut go = |value: &'a Value, key: Option<&'a str>| {
        around.push((value, key));
        in_line(around, rest, each);
        around.pop();
    };
    match (step, value) {
        (JsonStep::Each, Value::Array(elements)) => elements.iter().for_each(|element| go(element, None)),
        (JsonStep::Each, Value::Object(_)) => go(value, None),
        (JsonStep::Any, Value::Object(members)) => members.iter().for_each(|(key, member)| go(member, Some(key))),
        _ => {}
    }
}

/// The texts at a path: of a list each element's, of null and objects none.
pub(super) fn texts(value: &Value, steps: &[JsonStep]) -> Vec<String> {
    let mut out = Vec::new();
    collect(value, steps, &mut out);
    out
}

fn collect(value: &Value, steps: &[JsonStep], out: &mut Vec<String>) {
    if out.len() >= MOST_TEXTS {
        return;
    }
    match (steps.split_first(), value) {
        (None, Value::Array(elements)) => elements.iter().for_each(|element| collect(element, &[], out)),
        (None, scalar) => out.extend(lenient::scalar(scalar).filter(|text| !text.trim().is_empty())),
        (Some((JsonStep::Key(name), rest)), value) => {
            if let Some(next) = value.get(name) {
                collect(next, rest, out);
            }
        }
        (Some((JsonStep::Index(at), rest)), value) => {
            if let Some(next) = value.get(at) {
                collect(next, rest, out);
            }
        }
        (Some((JsonStep::Each, rest)), Value::Array(elements)) => elements.iter().for_each(|element| collect(element, rest, out)),
        (Some((JsonStep::Each, rest)), Value::Object(_)) => collect(value, rest, out),
        (Some((JsonStep::Any, rest)), Value::Object(members)) => members.values().for_each(|member| collect(member, rest, out)),
        _ => {}
    }
}
