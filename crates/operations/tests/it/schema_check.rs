//! As much of JSON Schema as the published schemas of VEX formats use, for checking what we write against them.
//!
//! References lead inside the file or to another file of the same folder by its last name. `format` is not checked. What a schema asks and
//! this does not know is ignored, so a pass is worth as much as the words listed in `check`.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;
use serde_json::{Map, Value};

/// A schema with the others of its folder.
pub(crate) struct Schema {
    files: BTreeMap<String, Value>,
    root: String,
}

impl Schema {
    /// Reads all schemas of a folder; `root` is the file to check against.
    pub(crate) fn read(folder: &Path, root: &str) -> Self {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                files.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), value);
            }
        }
        Self { files, root: root.to_owned() }
    }

    /// All places where the value is not as the schema asks.
    pub(crate) fn problems(&self, value: &Value) -> Vec<String> {
        let mut out = Vec::new();
        self.check(&self.root, &self.files[&self.root], value, "", &mut out);
        out
    }

    fn holds(&self, file: &str, schema: &Value, value: &Value) -> bool {
        let mut out = Vec::new();
        self.check(file, schema, value, "", &mut out);
        out.is_empty()
    }

    fn check(&self, file: &str, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
        let schema = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return out.push(format!("{at}: not allowed")),
            Value::Object(schema) => schema,
            _ => panic!("{at}: no schema"),
        };
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let (name, pointer) = reference.split_once('#').unwrap_or((reference, ""));
            let name = name.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(file);
            // Scores and signatures are schemas of others, and nothing of them is in what we write.
            if let Some(target) = self.files.get(name).and_then(|root| root.pointer(pointer)) {
                self.check(name, target, value, at, out);
            }
        }
        if let Some(kinds) = schema.get("type") {
            let kinds: Vec<&str> =
                kinds.as_str().into_iter().chain(kinds.as_array().into_iter().flatten().filter_map(Value::as_str)).collect();
            if !kinds.iter().any(|kind| is(kind, value)) {
                return out.push(format!("{at}: {value} is no {kinds:?}"));
            }
        }
        if schema.get("const").is_some_and(|wanted| wanted != value) {
            out.push(format!("{at}: {value} is not {}", schema["const"]));
        }
        if schema.get("enum").and_then(Value::as_array).is_some_and(|list| !list.contains(value)) {
            out.push(format!("{at}: {value} is none of {}", schema["enum"]));
        }
        self.combinations(file, schema, value, at, out);
        match value {
            Value::Object(map) => self.object(file, schema, map, at, out),
            Value::Array(list) => self.array(file, schema, list, at, out),
            Value::String(text) => string(schema, text, at, out),
            Value::Number(number) => {
                let below = |key: &str| schema.get(key).and_then(Value::as_f64).is_some_and(|least| number.as_f64().unwrap() < least);
                if below("minimum") {
                    out.push(format!("{at}: {number} is too small"));
                }
            }
            _ => {}
        }
    }

    fn combinations(&self, file: &str, schema: &Map<String, Value>, value: &Value, at: &str, out: &mut Vec<String>) {
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        for part in list("allOf").into_iter().flatten() {
            self.check(file, part, value, at, out);
        }
        let fitting = |parts: &Vec<Value>| parts.iter().filter(|part| self.holds(file, part, value)).count();
        if list("anyOf").is_some_and(|parts| fitting(parts) == 0) {
            out.push(format!("{at}: fits nothing of anyOf"));
        }
        if list("oneOf").is_some_and(|parts| fitting(parts) != 1) {
            out.push(format!("{at}: fits {} of oneOf", fitting(list("oneOf").unwrap())));
        }
        if schema.get("not").is_some_and(|part| self.holds(file, part, value)) {
            out.push(format!("{at}: fits what it must not"));
        }
        if let Some(condition) = schema.get("if") {
            let branch = if self.holds(file, condition, value) { "then" } else { "else" };
            if let Some(part) = schema.get(branch) {
                self.check(file, part, value, at, out);
            }
        }
    }

    fn object(&self, file: &str, schema: &Map<String, Value>, map: &Map<String, Value>, at: &str, out: &mut Vec<String>) {
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(name) {
                out.push(format!("{at}: `{name}` is missing"));
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in map {
            let at = format!("{at}/{key}");
            match (properties.and_then(|properties| properties.get(key)), schema.get("additionalProperties")) {
                (Some(part), _) | (None, Some(part)) => self.check(file, part, value, &at, out),
                (None, None) => {}
            }
        }
    }

    fn array(&self, file: &str, schema: &Map<String, Value>, list: &[Value], at: &str, out: &mut Vec<String>) {
        if schema.get("minItems").and_then(Value::as_u64).is_some_and(|least| (list.len() as u64) < least) {
            out.push(format!("{at}: too few"));
        }
        let repeats = || list.iter().enumerate().any(|(n, value)| list[..n].contains(value));
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) && repeats() {
            out.push(format!("{at}: one stands twice"));
        }
        if let Some(part) = schema.get("items").filter(|part| !part.is_array()) {
            for (n, value) in list.iter().enumerate() {
                self.check(file, part, value, &format!("{at}/{n}"), out);
            }
        }
    }
}

fn string(schema: &Map<String, Value>, text: &str, at: &str, out: &mut Vec<String>) {
    if schema.get("minLength").and_then(Value::as_u64).is_some_and(|least| (text.chars().count() as u64) < least) {
        out.push(format!("{at}: too short"));
    }
    // Patterns with what our engine lacks are passed over.
    let pattern = schema.get("pattern").and_then(Value::as_str).and_then(|pattern| Regex::new(pattern).ok());
    if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
        out.push(format!("{at}: `{text}` does not match {}", schema["pattern"]));
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    }
}

#[test]
fn a_wrong_value_is_found() {
    let schema = serde_json::json!({"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": "string", "pattern": "^x", "minLength": 2}, "b": {"$ref": "#/$defs/b"}},
        "$defs": {"b": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": [1, 2]}}},
        "if": {"properties": {"a": {"const": "xy"}}}, "then": {"required": ["b"]}});
    let schema = Schema { files: [("s".to_owned(), schema)].into(), root: "s".to_owned() };
    let count = |text: &str| schema.problems(&serde_json::from_str(text).unwrap()).len();
    assert_eq!(count(r#"{"a": "xz"}"#), 0);
    for bad in [
        r#"{"a": "xy"}"#,
        r#"{"a": "yx"}"#,
        r#"{"a": "xz", "c": 1}"#,
        r#"{"a": "xz", "b": []}"#,
        r#"{"a": "xz", "b": [1, 1]}"#,
        r#"{"a": "xz", "b": [3]}"#,
        "[]",
    ] {
        assert!(count(bad) > 0, "{bad}");
    }
}
