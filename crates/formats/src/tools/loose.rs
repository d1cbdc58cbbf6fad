//! Readings of JSON rows whose members differ in name and type between a tool's versions. A path is a chain of names joined by dots.

use model::Kind;
use serde_json::Value;

use super::wording::add_cwes;
use crate::Output;
use crate::read::lenient;
use crate::read::loose::same_name;

/// The value at that path; `None` where a member is missing or null. A name is found as written, else without regard to case, `_`, `-`
/// and blanks.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, member).filter(|value| !value.is_null())
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| members.iter().find(|(key, _)| same_name(key, name)).map(|(_, member)| member))
}

/// The first of these paths that holds a text, number or truth value that is not blank.
pub(crate) fn text(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| {
        let text = lenient::scalar(at(value, path)?)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// The first of these paths that holds a whole number from 1 up: a line, a column.
pub(crate) fn position(value: &Value, paths: &[&str]) -> Option<u32> {
    paths.iter().find_map(|path| text(value, &[path])?.parse().ok()).filter(|number| *number > 0)
}

/// The first of these paths that holds a number.
pub(crate) fn number(value: &Value, paths: &[&str]) -> Option<f64> {
    paths.iter().find_map(|path| text(value, &[path])?.parse().ok()).filter(|number: &f64| number.is_finite())
}

/// True where one of these paths says so (`true`, `"true"`, `"yes"`, 1).
pub(crate) fn yes(value: &Value, paths: &[&str]) -> bool {
    text(value, paths).is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1"))
}

/// The values at that path: the elements of a list, the one value that stands in its place, or none.
pub(crate) fn items<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    match at(value, path) {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The texts among the values at that path.
pub(crate) fn texts(value: &Value, path: &str) -> Vec<String> {
    items(value, path).iter().filter_map(lenient::scalar).collect()
}

/// The CWE numbers that the texts at these paths name, each once. A text may hold several, joined by commas.
pub(crate) fn cwes(value: &Value, paths: &[&str]) -> Vec<u32> {
    let mut out = Vec::new();
    for found in paths.iter().flat_map(|path| texts(value, path)) {
        add_cwes(&mut out, found.split([',', ';']));
    }
    out
}

/// Notes a kind that the report says it looked for, once.
pub(crate) fn looked_for(out: &mut Output<'_>, kind: Kind) {
    let kinds = &mut out.this().claims.kinds;
    if !kinds.contains(&kind) {
        kinds.push(kind);
    }
}

/// Calls `each` for the objects at that path: a list of them or one. What stands there, or on the way there, and is no object is a bad
/// row; a member that is missing or null is none.
pub(crate) fn rows(out: &mut Output<'_>, value: &Value, path: &str, mut each: impl FnMut(&mut Output<'_>, &Value)) {
    let mut around = Some(value);
    for name in path.split('.') {
        if around.is_some_and(|around| !around.is_object() && !around.is_null()) {
            return out.bad_row(format!("{path}, row {}", out.next_index()), "expected an object around the rows");
        }
        around = around.and_then(|around| member(around, name));
    }
    for (position, row) in items(value, path).iter().enumerate() {
        if row.is_object() {
            each(out, row);
        } else {
            out.bad_row(format!("{path}[{position}]"), "expected an object");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn several_types_are_read() {
        let value = json!({"a": {"b": " 7 ", "n": null}, "list": ["CWE-79, CWE-80", 89], "one": {"x": true}});
        assert_eq!(text(&value, &["a.n", "a.b"]).as_deref(), Some("7"));
        assert_eq!((position(&value, &["a.b"]), number(&value, &["a.b"]), yes(&value, &["one.x"])), (Some(7), Some(7.0), true));
        assert_eq!(cwes(&value, &["list", "a.n"]), [79, 80, 89]);
        assert_eq!(text(&json!({"File Path": "x"}), &["file_path"]).as_deref(), Some("x"));
        assert_eq!((items(&value, "one").len(), items(&value, "a.n").len()), (1, 0));
    }
}
