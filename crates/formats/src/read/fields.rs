//! Members of a JSON value by name, for tools whose versions write one member under several names. Names are compared without case and
//! punctuation where the exact name is not there: `packageName`, `package_name` and `Package Name` are one.

use serde_json::Value;

use super::csv::fold;
use super::lenient::scalar;
use crate::read::json::{Json, Shape};
use crate::{Input, Output, ParseError};

/// Most members of an object whose names are compared one by one.
const MOST_MEMBERS: usize = 300;

/// A JSON value whose members are looked up by path (`resource/name`). Nothing is found in what is no object.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    /// The members of that value.
    #[must_use]
    pub fn of(value: &'a Value) -> Self {
        Self(value)
    }

    /// The value itself.
    #[must_use]
    pub fn whole_value(self) -> &'a Value {
        self.0
    }

    /// The value at that path, where it is not null. A number in the path is a position in an array.
    #[must_use]
    pub fn value(self, path: &str) -> Option<&'a Value> {
        path.split('/').try_fold(self.0, member).filter(|value| !value.is_null())
    }

    /// The first of these paths that holds a text, number or truth value, as text that is not blank.
    #[must_use]
    pub fn text(self, paths: &[&str]) -> Option<String> {
        paths.iter().filter_map(|path| self.value(path).and_then(scalar)).find(|text| !text.trim().is_empty())
    }

    /// The texts of the first of these paths that holds any: a list of texts, or one text.
    #[must_use]
    pub fn texts(self, paths: &[&str]) -> Vec<String> {
        let at = |path: &&str| match self.value(path) {
            Some(Value::Array(values)) => values.iter().filter_map(scalar).collect(),
            Some(other) => scalar(other).into_iter().collect(),
            None => Vec::new(),
        };
        paths.iter().map(at).find(|texts: &Vec<String>| !texts.is_empty()).unwrap_or_default()
    }

    /// The first of these paths that holds a number or a text of one.
    #[must_use]
    pub fn number(self, paths: &[&str]) -> Option<f64> {
        let read = |value: &Value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        paths.iter().find_map(|path| self.value(path).and_then(read)).filter(|number| number.is_finite())
    }

    /// A line number: whole and above 0.
    #[must_use]
    pub fn line(self, paths: &[&str]) -> Option<u32> {
        let text = paths.iter().find_map(|path| self.value(path).and_then(scalar))?;
        text.trim().split('.').next()?.parse().ok().filter(|line| *line > 0)
    }

    /// True where the first of these paths that is there says so: `true`, `"yes"`, 1.
    #[must_use]
    pub fn is_true(self, paths: &[&str]) -> bool {
        paths
            .iter()
            .find_map(|path| self.value(path).and_then(scalar))
            .is_some_and(|text| matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "1"))
    }

    /// The elements of a list; one object counts as a list of it.
    pub fn list(self, path: &str) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        let (many, one): (&[Value], Option<&Value>) = match self.value(path) {
            Some(Value::Array(values)) => (values, None),
            Some(value @ Value::Object(_)) => (&[], Some(value)),
            _ => (&[], None),
        };
        many.iter().chain(one).map(Fields)
    }

    /// True where a text, number or truth value stands on the way to that path or at it, so that nothing can be found there.
    #[must_use]
    pub fn is_blocked(self, path: &str) -> bool {
        let mut at = Some(self.0);
        path.split('/').any(|name| {
            at = at.and_then(|value| member(value, name));
            at.is_some_and(|value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_)))
        })
    }

    /// The members of the object at that path, sorted by name: their order in memory depends on how serde_json was built.
    #[must_use]
    pub fn members(self, path: &str) -> Vec<(&'a str, Fields<'a>)> {
        let Some(Value::Object(members)) = self.value(path) else { return Vec::new() };
        let mut out: Vec<_> = members.iter().map(|(name, value)| (name.as_str(), Fields(value))).collect();
        out.sort_unstable_by_key(|(name, _)| *name);
        out
    }

    /// Calls `each` for every object of the list at that path. What stands there and is no object is a bad row.
    pub fn rows(self, out: &mut Output<'_>, path: &str, mut each: impl FnMut(&mut Output<'_>, Fields<'a>)) {
        match self.value(path) {
            None if self.is_blocked(path) => out.bad_row(path, "expected an object with a list"),
            None => {}
            Some(Value::Array(values)) => {
                for (position, value) in values.iter().enumerate() {
                    match value {
                        Value::Object(_) => each(out, Fields(value)),
                        _ => out.bad_row(format!("{path}[{position}]"), "expected an object"),
                    }
                }
            }
            Some(value @ Value::Object(_)) => each(out, Fields(value)),
            Some(_) => out.bad_row(path, "expected a list of objects"),
        }
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        // An object of many members is a map by some number, not a record: looking through it for each row would take squared time.
        Value::Object(members) => members.get(name).or_else(|| {
            if members.len() > MOST_MEMBERS {
                return None;
            }
            let folded = fold(name);
            members.iter().find(|(key, _)| fold(key) == folded).map(|(_, value)| value)
        }),
        Value::Array(values) => values.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Reads a report of rows: an array, JSON lines, one row alone, or an object with its rows under one of the names of `lists`. `head`
/// is called once before the first row with the other members of the object; `row` with each row and its place.
///
/// # Errors
/// When the report is cut off or no JSON.
pub fn read(
    input: &Input,
    out: &mut Output<'_>,
    lists: &[&str],
    head: impl FnOnce(&mut Output<'_>, Fields<'_>),
    mut row: impl FnMut(&mut Output<'_>, &str, Fields<'_>),
) -> Result<(), ParseError> {
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        head(out, Fields(&Value::Null));
        rows(&mut json, out, &mut row)?;
        return json.end();
    }
    let is_list = |key: &str| lists.iter().any(|name| fold(name) == fold(key));
    let mut others = serde_json::Map::new();
    let mut any_list = false;
    json.object(|json, key| {
        if is_list(key) {
            any_list = true;
            return Ok(());
        }
        if let Ok(value) = json.row::<Value>()? {
            others.insert(key.to_owned(), value);
        }
        Ok(())
    })?;
    let is_one = json.at_end()?;
    let others = Value::Object(others);
    head(out, Fields(&others));
    if !any_list {
        if is_one {
            row(out, "", Fields(&others));
            return Ok(());
        }
        return input.json()?.values(|json, _| one(json, out, &mut row));
    }
    let mut json = input.json()?;
    json.values(|json, _| json.object(|json, key| if is_list(key) { rows(json, out, &mut row) } else { Ok(()) }))
}

fn rows(json: &mut Json<'_>, out: &mut Output<'_>, row: &mut impl FnMut(&mut Output<'_>, &str, Fields<'_>)) -> Result<(), ParseError> {
    if json.shape()? == Shape::Object {
        return one(json, out, row);
    }
    json.array(|json, _| one(json, out, row))
}

fn one(json: &mut Json<'_>, out: &mut Output<'_>, row: &mut impl FnMut(&mut Output<'_>, &str, Fields<'_>)) -> Result<(), ParseError> {
    let place = json.place();
    match json.row::<Value>()? {
        Ok(value @ Value::Object(_)) => row(out, &place, Fields(&value)),
        Ok(_) => out.bad_row(place, "expected an object"),
        Err(reason) => out.bad_row(place, reason),
    }
    Ok(())
}

/// Reads the whole document, for reports whose parts refer to each other.
///
/// # Errors
/// When the report is cut off or no JSON.
pub fn document(input: &Input) -> Result<Value, ParseError> {
    let mut json = input.json()?;
    let value = json.read()?;
    json.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_types_differ_between_versions() {
        let value = json!({"Package Name": "x", "fix": {"Versions": ["1", 2, null]}, "line": "12", "ok": "Yes", "one": {"a": 1}});
        let fields = Fields::of(&value);
        assert_eq!(fields.text(&["name", "packageName"]).as_deref(), Some("x"));
        assert_eq!(fields.texts(&["fix/versions"]), ["1", "2"]);
        assert_eq!((fields.line(&["line"]), fields.is_true(&["OK"]), fields.list("one").count()), (Some(12), true, 1));
        assert_eq!(fields.value("fix/Versions/1").and_then(Value::as_i64), Some(2));
    }

    fn texts(text: &str) -> Result<Vec<String>, ParseError> {
        let mut found = Vec::new();
        let mut sink = |_| {};
        let mut out = Output::new("x", &mut sink);
        let input = Input::from_bytes("x", text.as_bytes().to_vec());
        read(&input, &mut out, &["rows"], |_, _| {}, |_, _, row| found.extend(row.text(&["a"])))?;
        Ok(found)
    }

    #[test]
    fn rows_stand_in_several_containers() {
        for text in [r#"[{"a": 1}, 3, {"a": 2}]"#, r#"{"v": 1, "Rows": [{"a": 1}, {"a": 2}]}"#, "{\"a\": 1}\n{\"a\": 2}\n"] {
            assert_eq!(texts(text).unwrap(), ["1", "2"], "{text}");
        }
        assert_eq!(texts(r#"{"a": 1}"#).unwrap(), ["1"]);
        assert!(texts(r#"{"rows": [{"a": 1}"#).is_err() && texts(r#"{"rows": "x"}"#).is_err());
    }
}
