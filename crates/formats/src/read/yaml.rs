//! Reports in YAML, which many tools write with the same members as their JSON: Bandit, gosec, Terrascan, Popeye, Polaris, InSpec, and what
//! `kubectl get … -o yaml` prints. Such a report is turned into JSON before anything looks at it, so each format of JSON reads it.
//!
//! Limits are those of the YAML reader: 16 MiB, a million values, 64 levels. What is beyond them, or is no YAML after all, stays as it is; so does a
//! text that does not end with a line break, since every tool writes one: it is cut off. What is cut off between two lines cannot be told from
//! what is whole, as with tables.

use ::yaml::{Node, Value as Yaml};
use serde_json::{Map, Number, Value};

/// The same report as JSON; none where the bytes are no mapping or list that holds others. Several documents become a line each.
pub(crate) fn as_json(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > ::yaml::MAX_BYTES || !bytes.ends_with(b"\n") || !may_be(bytes) {
        return None;
    }
    let documents = ::yaml::documents(std::str::from_utf8(bytes).ok()?).ok()?;
    if documents.is_empty() || !documents.iter().all(holds_others) {
        return None;
    }
    let lines: Vec<String> = documents.iter().map(|document| json(document).to_string()).collect();
    Some(lines.join("\n").into_bytes())
}

/// True where the first line that says something is a key or an element of a list. Keeps tables and texts from a second reading.
pub(crate) fn may_be(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').take(200);
    let says_something =
        |line: &&[u8]| !line.trim_ascii().is_empty() && !line.starts_with(b"#") && !line.starts_with(b"---") && !line.starts_with(b"%");
    let Some(line) = lines.find(says_something).map(<[u8]>::trim_ascii_end) else { return false };
    let key = line.strip_prefix(b"- ").unwrap_or(line);
    let end = key.iter().position(|byte| *byte == b':').unwrap_or(key.len());
    let (name, rest) = key.split_at(end);
    let named = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$@/\"' ".contains(byte));
    named && !name.starts_with(b" ") && matches!(rest, [b':'] | [b':', b' ', ..])
}

/// True for a mapping or list with a mapping or list in it. A text of `key: value` lines is no report.
fn holds_others(node: &Node) -> bool {
    let is_other = |node: &Node| matches!(node.value, Yaml::List(_) | Yaml::Map(_));
    node.items().iter().chain(node.entries().iter().map(|(_, value)| value)).any(is_other)
}

/// Depth is bounded by the YAML reader.
fn json(node: &Node) -> Value {
    match &node.value {
        Yaml::List(items) => Value::Array(items.iter().map(json).collect()),
        Yaml::Map(entries) => Value::Object(entries.iter().map(|(key, value)| (key.text.clone(), json(value))).collect::<Map<_, _>>()),
        Yaml::Scalar { text, plain } => scalar(text, *plain),
    }
}

/// Words of YAML 1.2 alone: `no` and `on` are texts, and so are days and versions.
fn scalar(text: &str, plain: bool) -> Value {
    match text {
        _ if !plain => Value::from(text),
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => serde_json::from_str::<Number>(text).map_or_else(|_| Value::from(text), Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        as_json(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn mappings_and_lists_become_json() {
        assert_eq!(
            read("# made by x\n---\na:\n- b: 1\n  c: '1'\n  d: 1.10\n  e: no\n").unwrap(),
            r#"{"a":[{"b":1,"c":"1","d":1.10,"e":"no"}]}"#.replace("1.10", "1.1")
        );
        assert_eq!(read("- x: ~\n  y: |\n    two\n    lines\n").unwrap(), r#"[{"x":null,"y":"two\nlines\n"}]"#);
        assert_eq!(read("a: [1]\n---\na: [2]\n").unwrap(), "{\"a\":[1]}\n{\"a\":[2]}");
    }

    #[test]
    fn texts_and_tables_stay_as_they_are() {
        for text in [
            "",
            "{\"a\": [1]}",
            "a,b: c,d\n1,2,3\n",
            "Known viruses: 8\nInfected: 1\n",
            "http://shop.example/\n",
            "a: [1\n",
            "just words\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
