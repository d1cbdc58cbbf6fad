//! JSON rows whose members are looked up leniently: one of several names, in any case, at a path; a number where a text is meant. For
//! tools whose shape changes between versions and is nowhere fixed.

use serde_json::Value;

use super::json::{Json, Shape};
use super::lenient::scalar;
use crate::{Input, Output, ParseError};

/// Lenient access to a JSON value. Paths are member names joined by `/`; a name is found as written, else without regard to case, `_`,
/// `-` and blanks.
pub trait Loose {
    /// The value at that path, unless it is null.
    fn find(&self, path: &str) -> Option<&Value>;
    /// The first text, number or truth value at one of these paths that is not blank, trimmed.
    fn text(&self, paths: &[&str]) -> Option<String>;
    /// The same as a whole number from 0 up.
    fn whole(&self, paths: &[&str]) -> Option<u32>;
    /// The same as a number.
    fn number(&self, paths: &[&str]) -> Option<f64>;
    /// The truth value at that path, or what `"true"`, `"yes"`, 1 and their opposites mean.
    fn truth(&self, path: &str) -> Option<bool>;
    /// The texts of a list, or the one text that stands there.
    fn texts(&self, path: &str) -> Vec<String>;
    /// The elements of a list, or the one object that stands there. What else stands there is no element.
    fn list(&self, path: &str) -> Vec<&Value>;
}

impl Loose for Value {
    fn find(&self, path: &str) -> Option<&Value> {
        let found = path.split('/').filter(|name| !name.is_empty()).try_fold(self, |value, name| {
            let members = value.as_object()?;
            members.get(name).or_else(|| members.iter().find(|(key, _)| same_name(key, name)).map(|(_, member)| member))
        })?;
        (!found.is_null()).then_some(found)
    }

    fn text(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| {
            let text = scalar(self.find(path)?)?;
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        })
    }

    fn whole(&self, paths: &[&str]) -> Option<u32> {
        let text = self.text(paths)?;
        text.parse().ok().or_else(|| text.strip_suffix(".0")?.parse().ok())
    }

    fn number(&self, paths: &[&str]) -> Option<f64> {
        self.text(paths)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn truth(&self, path: &str) -> Option<bool> {
        match self.text(&[path])?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        }
    }

    fn texts(&self, path: &str) -> Vec<String> {
        match self.find(path) {
            Some(Value::Array(elements)) => elements.iter().filter_map(scalar).filter(|text| !text.trim().is_empty()).collect(),
            Some(other) => scalar(other).into_iter().filter(|text| !text.trim().is_empty()).collect(),
            None => Vec::new(),
        }
    }

    fn list(&self, path: &str) -> Vec<&Value> {
        match self.find(path) {
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(object @ Value::Object(_)) => vec![object],
            _ => Vec::new(),
        }
    }
}

pub(crate) fn same_name(a: &str, b: &str) -> bool {
    let folded = |name: &str| -> Vec<u8> {
        name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    a.len().abs_diff(b.len()) <= 6 && folded(a) == folded(b)
}

/// Reads an array of objects, or one object in its place. An element that is no object, or that `each` refuses with a reason, is a bad
/// row; the others are kept.
///
/// # Errors
/// When the value is neither, is cut off, or is nested too deep.
pub fn rows(
    json: &mut Json<'_>,
    out: &mut Output<'_>,
    mut each: impl FnMut(&mut Output<'_>, &str, &Value) -> Result<(), String>,
) -> Result<(), ParseError> {
    if json.shape()? == Shape::Object {
        return row(json, out, &mut each);
    }
    json.array(|json, _| row(json, out, &mut each))
}

fn row(
    json: &mut Json<'_>,
    out: &mut Output<'_>,
    each: &mut impl FnMut(&mut Output<'_>, &str, &Value) -> Result<(), String>,
) -> Result<(), ParseError> {
    let place = json.place();
    let read = match json.row::<Value>()? {
        Ok(value) if value.is_object() => each(out, &place, &value),
        Ok(_) => Err("expected an object".to_owned()),
        Err(reason) => Err(reason),
    };
    if let Err(reason) = read {
        out.bad_row(place, reason);
    }
    Ok(())
}

/// Reads a file of objects, however they are strung together: one a line, an array of them, or a single one. Reasons as in [`rows`].
///
/// # Errors
/// When a value is cut off or nested too deep.
pub fn strung(
    input: &Input,
    out: &mut Output<'_>,
    mut each: impl FnMut(&mut Output<'_>, &str, &Value) -> Result<(), String>,
) -> Result<(), ParseError> {
    input.json()?.values(|json, _| if json.shape()? == Shape::Array { rows(json, out, &mut each) } else { row(json, out, &mut each) })
}

/// The objects of a list inside a row, or the one object in its place. What is neither is a bad row.
pub fn inner<'v>(out: &mut Output<'_>, place: &str, value: &'v Value, path: &str) -> Vec<&'v Value> {
    let elements: Vec<&Value> = match value.find(path) {
        None => Vec::new(),
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(other) => vec![other],
    };
    let (objects, others): (Vec<&Value>, Vec<&Value>) = elements.into_iter().partition(|element| element.is_object());
    for _ in others {
        out.bad_row(format!("{place}, {path}"), "expected an object");
    }
    objects
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_by_any_of_their_names() {
        let row = json!({"Line_Number": "12", "b": {"c": [1, "x", null]}, "d": null, "e": " "});
        assert_eq!(row.whole(&["x", "lineNumber"]), Some(12));
        assert_eq!(row.texts("b/c"), ["1", "x"]);
        assert_eq!((row.find("d"), row.text(&["e"])), (None, None));
        assert_eq!(row.list("b").len(), 1);
    }

    #[test]
    fn what_is_no_object_is_told() {
        let mut sink = |_| {};
        let mut out = Output::new("x", &mut sink);
        let row = json!({"a": [{}, "text"], "b": "text"});
        assert_eq!(inner(&mut out, "p", &row, "a").len() + inner(&mut out, "p", &row, "b").len(), 1);
        assert_eq!(out.finish().warnings.len(), 2);
    }
}
