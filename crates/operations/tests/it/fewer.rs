//! Makes other reports out of a report, without knowledge of its format: with fewer results, or with the same ones written differently.

use std::collections::BTreeSet;

use operations::{ImportFlags, Upload, parse};
use serde_json::Value;

/// The identities of the findings in the bytes; `None` where they are not read.
pub(crate) fn identities(name: &str, bytes: &[u8]) -> Option<BTreeSet<String>> {
    let flags = ImportFlags { repo: Some("github.com/acme/shop".into()), ..ImportFlags::default() };
    let parsed = parse(vec![Upload::Bytes(name.to_owned(), bytes.to_vec())], &flags);
    let unread = parsed.iter().any(|report| report.error.is_some() || report.findings.is_empty() && !report.warnings.is_empty());
    // What the tool itself calls resolved is no finding to an import.
    let found = parsed.into_iter().flat_map(|report| report.findings).filter(|finding| finding.resolved.is_none());
    (!unread).then(|| found.filter_map(|finding| finding.identity).collect())
}

/// The report with fewer results, and those the same: some are left where possible.
pub(crate) fn fewer(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let before = identities(name, bytes)?;
    let mut none_left = None;
    for candidate in candidates(bytes) {
        match identities(name, &candidate) {
            Some(left) if left.len() >= before.len() || !left.is_subset(&before) => {}
            Some(left) if left.is_empty() => none_left = none_left.or(Some(candidate)),
            Some(_) => return Some(candidate),
            None => {}
        }
    }
    none_left
}

/// The report, in JSON, with its results in the opposite order.
pub(crate) fn shuffled(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let before = identities(name, bytes)?;
    for path in arrays(&value) {
        let array = value.pointer(&path)?.as_array()?;
        let halved = with(&value, &path, array[..array.len() / 2].to_vec());
        if array.len() > 1 && identities(name, &halved).is_some_and(|left| left.len() < before.len()) {
            return Some(with(&value, &path, array.iter().rev().cloned().collect()));
        }
    }
    None
}

/// JSON with every value on a line of its own, and nothing else changed; also several values one after the other.
pub(crate) fn indented(bytes: &[u8]) -> Option<Vec<u8>> {
    let values: Vec<Value> = serde_json::Deserializer::from_slice(bytes).into_iter().collect::<Result<_, _>>().ok()?;
    // One value a line is a format of its own: there a line break ends the value.
    if values.len() != 1 || !(values[0].is_object() || values[0].is_array()) {
        return None;
    }
    let mut out = Vec::new();
    let (mut quoted, mut escaped) = (false, false);
    for &byte in bytes {
        if !quoted && byte.is_ascii_whitespace() {
            continue;
        }
        out.push(byte);
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b'{' | b'[' if !quoted => out.extend(b"\n    "),
            _ => {}
        }
    }
    Some(out)
}

/// Attempts, made one at a time: most reports need but the first.
fn candidates(bytes: &[u8]) -> Box<dyn Iterator<Item = Vec<u8>>> {
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        let (arrays, objects, copy) = (arrays(&value), objects(&value), value.clone());
        let halves = arrays.into_iter().filter_map(move |path| {
            let array = value.pointer(&path)?.as_array()?;
            Some(with(&value, &path, array[..array.len() / 2].to_vec()))
        });
        return Box::new(halves.chain(objects.into_iter().map(move |(path, key)| without(&copy, &path, &key))));
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    if text.trim_start().starts_with('<') {
        return Box::new(elements(&text).into_iter().map(move |(from, to)| format!("{}{}", &text[..from], &text[to..]).into_bytes()));
    }
    // The rows at the end first: a header, if there is one, is at the start.
    let ends: Vec<usize> = text.split_inclusive('\n').scan(0, |at, line| Some(std::mem::replace(at, *at + line.len()))).collect();
    Box::new(ends.into_iter().skip(1).rev().take(40).map(move |end| text.as_bytes()[..end].to_vec()))
}

fn with(value: &Value, path: &str, array: Vec<Value>) -> Vec<u8> {
    let mut changed = value.clone();
    *changed.pointer_mut(path).unwrap() = Value::Array(array);
    serde_json::to_vec(&changed).unwrap()
}

fn without(value: &Value, path: &str, key: &str) -> Vec<u8> {
    let mut changed = value.clone();
    changed.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(key);
    serde_json::to_vec(&changed).unwrap()
}

/// Pointers to the arrays of objects, the outermost first.
fn arrays(value: &Value) -> Vec<String> {
    let is_list = |value: &Value| value.as_array().is_some_and(|array| array.iter().any(Value::is_object));
    walk(value).into_iter().filter(|path| is_list(value.pointer(path).unwrap())).collect()
}

/// Members of objects of objects: results by name.
fn objects(value: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for path in walk(value) {
        if let Some(object) = value.pointer(&path).and_then(Value::as_object) {
            let keys = object.iter().filter(|(_, inner)| inner.is_object() || inner.is_array());
            out.extend(keys.map(|(key, _)| (path.clone(), key.clone())));
        }
    }
    out
}

/// Pointers to all values, the outermost first.
fn walk(value: &Value) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut at = 0;
    while at < out.len() && out.len() < 2000 {
        let path = out[at].clone();
        match value.pointer(&path) {
            Some(Value::Array(array)) => out.extend((0..array.len()).map(|i| format!("{path}/{i}"))),
            Some(Value::Object(object)) => {
                out.extend(object.keys().map(|key| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))));
            }
            _ => {}
        }
        at += 1;
    }
    out
}

/// Where the elements of markup stand, the outermost first, of those the last.
fn elements(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut stack: Vec<(&str, usize)> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[start..];
        let end_of = |end: &str| rest.find(end).map_or(text.len(), |found| start + found + end.len());
        if rest.starts_with("<!--") {
            at = end_of("-->");
        } else if rest.starts_with("<![CDATA[") {
            at = end_of("]]>");
        } else {
            at = end_of(">");
            let tag = &text[start..at];
            let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default();
            if tag.starts_with("</") {
                while let Some((open, from)) = stack.pop() {
                    if open == name {
                        spans.push((from, at, stack.len()));
                        break;
                    }
                }
            } else if tag.ends_with("/>") {
                spans.push((start, at, stack.len()));
            } else if !tag.starts_with("<?") && !tag.starts_with("<!") {
                stack.push((name, start));
            }
        }
    }
    spans.sort_by_key(|(from, _, depth)| (*depth, usize::MAX - from));
    spans.into_iter().filter(|(_, _, depth)| *depth > 0).map(|(from, to, _)| (from, to)).take(400).collect()
}
