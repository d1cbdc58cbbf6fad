//! Which members the objects of a JSON text have, by path, as far as the text goes.

use std::collections::BTreeMap;

use super::Kinds;

/// Deepest nesting that is followed; below it values are passed over.
const MOST_DEPTH: usize = 60;
/// Most members that are noted of the objects at one path.
const MOST_MEMBERS: usize = 300;

/// What names the members of the objects at a path.
pub(super) enum Named {
    /// The tool: they are noted.
    ByTool,
    /// What was scanned: all of them are one step of the path, `*`.
    ByData,
    Elsewhere,
}

/// Members with values that are not empty, by path of their object (`.Results[]`), of all objects that end within the text.
pub(super) fn members(bytes: &[u8], named: &dyn Fn(&str) -> Named) -> BTreeMap<String, BTreeMap<String, Kinds>> {
    let mut walk = Walk { bytes, at: 0, path: String::new(), named, seen: BTreeMap::new() };
    loop {
        walk.blank();
        // A wrong text, or its end.
        if walk.at >= bytes.len() || walk.value(0).is_none() {
            return walk.seen;
        }
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    path: String,
    named: &'a dyn Fn(&str) -> Named,
    seen: BTreeMap<String, BTreeMap<String, Kinds>>,
}

impl Walk<'_> {
    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Passes over a value: its kind, and whether there is something in it. `None` at the end of the text or where it is no JSON.
    fn value(&mut self, depth: usize) -> Option<(Kinds, bool)> {
        self.blank();
        if depth > MOST_DEPTH {
            return None;
        }
        match *self.bytes.get(self.at)? {
            b'{' => self.object(depth).map(|any| (Kinds::OBJECT, any)),
            b'[' => self.array(depth).map(|any| (Kinds::LIST, any)),
            b'"' => self.text().map(|text| (Kinds::SCALAR, !text.is_empty())),
            _ => {
                let rest = self.bytes.get(self.at..)?;
                let length = rest.iter().position(|b| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace())?;
                self.at += length;
                (length > 0).then_some((Kinds::SCALAR, rest.first() != Some(&b'n')))
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<bool> {
        let named = (self.named)(&self.path);
        let mut found: Vec<(String, Kinds, bool)> = Vec::new();
        let mut any = false;
        let length = self.path.len();
        self.at += 1;
        loop {
            self.blank();
            match *self.bytes.get(self.at)? {
                b'}' => break,
                b',' => self.at += 1,
                b'"' => {
                    let raw = self.text()?;
                    let name = String::from_utf8_lossy(raw).into_owned();
                    self.blank();
                    if *self.bytes.get(self.at)? != b':' {
                        return None;
                    }
                    self.at += 1;
                    self.path.push('.');
                    self.path.push_str(if matches!(named, Named::ByData) { "*" } else { &name });
                    let (kind, filled) = self.value(depth + 1)?;
                    self.path.truncate(length);
                    any = true;
                    if matches!(named, Named::ByTool) && found.len() < MOST_MEMBERS {
                        found.push((name, kind, filled));
                    }
                }
                _ => return None,
            }
        }
        self.at += 1;
        if matches!(named, Named::ByTool) {
            let seen = self.seen.entry(self.path.clone()).or_default();
            for (name, kind, filled) in found {
                if seen.len() < MOST_MEMBERS {
                    let kinds = seen.entry(name).or_default();
                    if filled {
                        kinds.add(kind);
                    }
                }
            }
        }
        Some(any)
    }

    fn array(&mut self, depth: usize) -> Option<bool> {
        let length = self.path.len();
        let mut any = false;
        self.at += 1;
        self.path.push_str("[]");
        loop {
            self.blank();
            match *self.bytes.get(self.at)? {
                b']' => break,
                b',' => self.at += 1,
                _ => {
                    self.value(depth + 1)?;
                    any = true;
                }
            }
        }
        self.path.truncate(length);
        self.at += 1;
        Some(any)
    }

    /// What stands between the quotes, escapes as they are.
    fn text(&mut self) -> Option<&[u8]> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return self.bytes.get(start..at);
            }
            at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let named = |path: &str| if path == ".data" { Named::ByData } else { Named::ByTool };
        let seen = members(text.as_bytes(), &named);
        let one = |(path, members): (&String, &BTreeMap<String, Kinds>)| {
            format!("{path}: {}", members.iter().map(|(name, kinds)| format!("{name}={}", kinds.0)).collect::<Vec<_>>().join(" "))
        };
        seen.iter().map(one).collect()
    }

    #[test]
    fn objects_that_end_are_noted_with_what_their_members_hold() {
        let text = r#"{"a": [{"b": 1, "c": []}, {"b": {"x": null}}], "data": {"one": {"k": "v"}, "two": {"l": ""}}}"#;
        assert_eq!(paths(text), [": a=1 data=2", ".a[]: b=6 c=0", ".a[].b: x=0", ".data.*: k=4 l=0"]);
    }

    #[test]
    fn what_is_cut_off_or_no_json_is_left_out() {
        assert_eq!(paths(r#"{"a": [{"b": 1}, {"c": "#), [".a[]: b=4"]);
        assert!(paths("\"\\").is_empty() && paths("[[[").is_empty() && paths("{\"a\" 1}").is_empty() && paths("").is_empty());
        assert!(paths(&"[".repeat(100_000)).is_empty());
    }

    #[test]
    fn lines_are_read_one_after_another() {
        assert_eq!(paths("{\"a\": 1}\n{\"b\": 2}\n"), [": a=4 b=4"]);
    }
}
