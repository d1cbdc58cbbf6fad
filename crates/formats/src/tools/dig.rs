//! Looking into JSON values whose members are written in several ways: `fixedVersion`, `FixedVersion`, `fixed_version`. For rows of tools
//! whose versions differ in names and types; a format whose shape is settled has its own structs.
//!
//! A path is names joined by `.`; several paths joined by `|` mean the first that leads to something.

use model::Timestamp;
use serde_json::Value;

use crate::read::csv::fold;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Output, ParseError};

/// Readings of a JSON value. Where there is nothing, or something of another type, the answer is empty.
pub(crate) trait Dig {
    /// The value at the first of these paths that is there and not null.
    fn dig(&self, paths: &str) -> Option<&Value>;
    /// A text, number or truth value as text, trimmed and not empty.
    fn text(&self, paths: &str) -> Option<String>;
    /// The texts of a list, or the one text that stands instead.
    fn texts(&self, paths: &str) -> Vec<String>;
    /// A number, also one written as text.
    fn number(&self, paths: &str) -> Option<f64>;
    /// A whole number from 0 up, also one written as text.
    fn whole(&self, paths: &str) -> Option<u32>;
    /// A truth value, also `"yes"`, `"true"` or 1.
    fn truth(&self, paths: &str) -> Option<bool>;
    /// The elements of a list, or the one object that stands instead.
    fn items(&self, paths: &str) -> &[Value];
    /// A time in one of the ways that scanners write it; a number is seconds, or milliseconds where it is large.
    fn time(&self, paths: &str) -> Option<Timestamp>;
}

impl Dig for Value {
    fn dig(&self, paths: &str) -> Option<&Value> {
        paths.split('|').find_map(|path| path.split('.').try_fold(self, |value, name| member(value, name)).filter(|value| !value.is_null()))
    }

    fn text(&self, paths: &str) -> Option<String> {
        paths.split('|').filter_map(|path| self.dig(path)).find_map(scalar)
    }

    fn texts(&self, paths: &str) -> Vec<String> {
        match self.dig(paths) {
            Some(Value::Array(values)) => values.iter().filter_map(scalar).collect(),
            Some(other) => scalar(other).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn number(&self, paths: &str) -> Option<f64> {
        paths.split('|').filter_map(|path| self.dig(path)).find_map(|value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        })
    }

    fn whole(&self, paths: &str) -> Option<u32> {
        paths.split('|').filter_map(|path| self.dig(path)).find_map(|value| lenient::whole(value).ok().flatten())
    }

    fn truth(&self, paths: &str) -> Option<bool> {
        paths.split('|').filter_map(|path| self.dig(path)).find_map(|value| lenient::truth(value).ok().flatten())
    }

    fn items(&self, paths: &str) -> &[Value] {
        match self.dig(paths) {
            Some(Value::Array(values)) => values,
            Some(value @ Value::Object(_)) => std::slice::from_ref(value),
            _ => &[],
        }
    }

    fn time(&self, paths: &str) -> Option<Timestamp> {
        let text = self.text(paths)?;
        match text.parse::<i64>() {
            // Seconds reach this in the year 5138.
            Ok(number) if number >= 100_000_000_000 => Some(Timestamp(number)),
            Ok(number) if number > 0 => Some(Timestamp::from_seconds(number)),
            Ok(_) => None,
            Err(_) => Timestamp::lenient(&text),
        }
    }
}

/// The member of that name; where there is none, the first whose name is the same without case and punctuation.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        let folded = fold(name);
        members.iter().find(|(key, _)| fold(key) == folded).map(|(_, value)| value)
    })
}

fn scalar(value: &Value) -> Option<String> {
    lenient::scalar(value).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Hands over the objects of a list that the reader stands before; one object instead of a list is taken as the only element, null as an
/// empty list. Anything else is a bad row.
///
/// # Errors
/// When the list is cut off or nested too deep.
pub(crate) fn each(
    json: &mut Json<'_>,
    out: &mut Output<'_>,
    mut row: impl FnMut(&mut Output<'_>, &str, &Value),
) -> Result<(), ParseError> {
    match json.shape()? {
        Shape::Array => json.array(|json, _| one(json, out, &mut row)),
        Shape::Null => json.skip(),
        _ => one(json, out, &mut row),
    }
}

fn one(json: &mut Json<'_>, out: &mut Output<'_>, row: &mut impl FnMut(&mut Output<'_>, &str, &Value)) -> Result<(), ParseError> {
    let place = json.place();
    match json.row::<Value>()? {
        Ok(value) if value.is_object() => row(out, &place, &value),
        Ok(_) => out.bad_row(place, "expected an object"),
        Err(reason) => out.bad_row(place, reason),
    }
    Ok(())
}

/// The objects of a list inside a row: an element of another shape, or another value where a list should stand, is a bad row.
pub(crate) fn objects<'v>(out: &mut Output<'_>, place: &str, value: &'v Value, paths: &str) -> Vec<(String, &'v Value)> {
    let list = match value.dig(paths) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(Value::Null) | None => &[],
        Some(other) => std::slice::from_ref(other),
    };
    let name = paths.split('|').next().unwrap_or_default();
    let mut found = Vec::with_capacity(list.len());
    for (number, element) in list.iter().enumerate() {
        let place = format!("{place}.{name}[{number}]");
        match element {
            Value::Object(_) => found.push((place, element)),
            _ => out.bad_row(place, "expected an object"),
        }
    }
    found
}

/// True for an object with one member of that name and an empty list in it, and nothing else: a report without results that several tools
/// write alike.
pub(crate) fn only_empty(head: &crate::Head<'_>, name: &str) -> bool {
    if head.is_cut() || head.bytes().len() > 200 {
        return false;
    }
    let bare: String = head.text().chars().filter(|c| !c.is_whitespace()).collect();
    bare == format!("{{\"{name}\":[]}}")
}

/// Takes back a severity word that is empty: the report gives none.
pub(crate) fn drop_blank_severity(finding: &mut model::Finding) {
    if finding.severity_raw.as_deref().is_some_and(|word| word.trim().is_empty()) {
        finding.severity_raw = None;
    }
}

/// The whole document as one value.
///
/// # Errors
/// When it cannot be read to its end.
pub(crate) fn document(input: &crate::Input) -> Result<Value, ParseError> {
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
    fn names_and_types_are_forgiven() {
        let value = json!({"FixedVersion": " 1.2 ", "a_b": {"c": "7"}, "list": {"x": 1}, "none": null, "at": 1_700_000_000});
        assert_eq!(value.text("none|fixed_version").as_deref(), Some("1.2"));
        assert_eq!((value.whole("aB.c"), value.number("a_b.c"), value.truth("list.x")), (Some(7), Some(7.0), Some(true)));
        assert_eq!((value.items("list").len(), value.items("a_b.c").len()), (1, 0));
        assert_eq!(value.time("at"), Some(Timestamp::from_seconds(1_700_000_000)));
        assert!(value.dig("none").is_none());
    }
}
