//! What recognition sees of a file: its first 256 KiB, looked at in several ways.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::read::csv::{delimiter, fold};

/// Most paths that are noted of a JSON head.
const MOST_PATHS: usize = 4000;
/// Most members of the object at the top that are noted.
const MOST_MEMBERS: usize = 50;
/// Deepest level whose paths are noted.
const MOST_DEPTH: usize = 9;

/// The first 256 KiB of a file.
pub struct Head<'a> {
    bytes: &'a [u8],
    cut: bool,
    text: OnceCell<String>,
    json: OnceCell<Option<JsonHead>>,
    sheets: &'a [Sheet],
}

/// A sheet of an Excel workbook: its name, and its first rows from column A on.
pub struct Sheet {
    pub name: String,
    pub rows: Vec<Vec<String>>,
}

struct JsonHead {
    /// Path (`runs[].tool.driver.name`) to the first scalar seen there; an empty text for objects and arrays.
    paths: BTreeMap<String, String>,
    root: u8,
    lines: bool,
    /// Names of the members of an object at the top, at most [`MOST_MEMBERS`].
    members: Vec<String>,
}

impl<'a> Head<'a> {
    pub(crate) fn new(bytes: &'a [u8], cut: bool, sheets: &'a [Sheet]) -> Self {
        Self { bytes, cut, text: OnceCell::new(), json: OnceCell::new(), sheets }
    }

    /// The sheets of an Excel workbook with their first rows, in the order of the tabs; none for any other file.
    #[must_use]
    pub fn sheets(&self) -> &'a [Sheet] {
        self.sheets
    }

    /// The first sheet whose first row that is not blank names all of these columns (compared as [`fold`] does).
    #[must_use]
    pub fn sheet_with(&self, columns: &[&str]) -> Option<&'a str> {
        let fits = |sheet: &&Sheet| {
            let header: Vec<String> = sheet.rows.first().map(|row| row.iter().map(|name| fold(name)).collect()).unwrap_or_default();
            columns.iter().all(|column| header.contains(&fold(column)))
        };
        self.sheets.iter().find(fits).map(|sheet| sheet.name.as_str())
    }

    /// The raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// True where the file goes on behind the head.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The head as text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| String::from_utf8_lossy(self.bytes).into_owned())
    }

    /// True where it holds that text (case counts).
    #[must_use]
    pub fn contains(&self, needle: &str) -> bool {
        memchr::memmem::find(self.bytes, needle.as_bytes()).is_some()
    }

    /// True where it starts with that text, white space aside.
    #[must_use]
    pub fn starts_with(&self, start: &str) -> bool {
        self.text().trim_start().starts_with(start)
    }

    pub(crate) fn is_blank(&self) -> bool {
        !self.cut && self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    pub(crate) fn is_binary(&self) -> bool {
        let start = self.bytes.get(..self.bytes.len().min(4096)).unwrap_or_default();
        start.contains(&0)
    }

    fn json(&self) -> Option<&JsonHead> {
        self.json.get_or_init(|| read_json_head(self.bytes)).as_ref()
    }

    /// True for a JSON object or array at the top.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json().is_some()
    }

    /// True where the document is a JSON array.
    #[must_use]
    pub fn is_json_array(&self) -> bool {
        self.json().is_some_and(|json| json.root == b'[')
    }

    /// True where the document is a JSON object.
    #[must_use]
    pub fn is_json_object(&self) -> bool {
        self.json().is_some_and(|json| json.root == b'{')
    }

    /// True where several JSON values follow each other.
    #[must_use]
    pub fn is_json_lines(&self) -> bool {
        self.json().is_some_and(|json| json.lines)
    }

    /// True where the JSON has something at that path: `results[].check_id`. A top-level array starts with `[]`, and so do JSON
    /// lines with the paths of their first values: `[].name`. Only what stands in the head is seen.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.json().is_some_and(|json| json.paths.contains_key(path))
    }

    /// True where the JSON has something at each of these paths.
    #[must_use]
    pub fn has_all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    /// True where a member of the JSON object at the top, as far as seen, fulfils the condition. For documents whose members are data.
    #[must_use]
    pub fn any_member(&self, condition: impl Fn(&str) -> bool) -> bool {
        self.json().is_some_and(|json| json.root == b'{' && json.members.iter().any(|name| condition(name)))
    }

    /// True for a whole JSON object of a few scalars and the empty list of one of these names: what many tools write that find nothing.
    #[must_use]
    pub fn is_bare_empty_list(&self, names: &[&str]) -> bool {
        let Some(json) = self.json().filter(|json| json.root == b'{' && !json.lines && !self.cut) else { return false };
        let flat = json.paths.keys().all(|path| !path.contains(['[', '.']));
        flat && names.iter().any(|name| json.paths.get(*name).is_some_and(String::is_empty))
    }

    /// The first scalar at that path, as text.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&str> {
        self.json()?.paths.get(path).map(String::as_str)
    }

    /// True where the first scalar at that path is that text, without case.
    #[must_use]
    pub fn is(&self, path: &str, value: &str) -> bool {
        self.value(path).is_some_and(|found| found.eq_ignore_ascii_case(value))
    }

    /// The name of the first element of an XML document, without namespace prefix.
    #[must_use]
    pub fn xml_root(&self) -> Option<&str> {
        self.xml_start().map(|(name, _)| name)
    }

    /// True where the first element has that name.
    #[must_use]
    pub fn is_xml(&self, root: &str) -> bool {
        self.xml_root() == Some(root)
    }

    /// The start tag of the root element as text, for its attributes.
    #[must_use]
    pub fn xml_root_tag(&self) -> Option<&str> {
        self.xml_start().map(|(_, tag)| tag)
    }

    fn xml_start(&self) -> Option<(&str, &str)> {
        let mut rest = self.text().trim_start();
        if !rest.starts_with('<') {
            return None;
        }
        loop {
            rest = rest.trim_start();
            let (end, keep) = if rest.starts_with("<!--") {
                ("-->", false)
            } else if rest.starts_with("<?") {
                ("?>", false)
            } else if rest.starts_with("<!") {
                (if rest.split('>').next().is_some_and(|start| start.contains('[')) { "]>" } else { ">" }, false)
            } else {
                (">", true)
            };
            let (tag, after) = rest.split_once(end)?;
            if keep {
                let name = tag.strip_prefix('<')?.split(|c: char| c.is_whitespace() || c == '/').next()?;
                let name = name.rsplit(':').next()?;
                return (!name.is_empty()).then_some((name, tag));
            }
            rest = after;
        }
    }

    /// True where the text has that element's start tag.
    #[must_use]
    pub fn has_tag(&self, name: &str) -> bool {
        let open = format!("<{name}");
        memchr::memmem::find_iter(self.bytes, open.as_bytes())
            .any(|at| matches!(self.bytes.get(at + open.len()), Some(b' ' | b'>' | b'/' | b'\n' | b'\r' | b'\t')))
    }

    /// The header line of a CSV file, names folded to letters and digits in lower case.
    #[must_use]
    pub fn csv_columns(&self) -> Vec<String> {
        self.csv_columns_after(0)
    }

    /// The same, after some lines that stand before the header.
    #[must_use]
    pub fn csv_columns_after(&self, lines: usize) -> Vec<String> {
        let text = self.text();
        if text.trim_start().starts_with(['{', '[', '<']) {
            return Vec::new();
        }
        let mut rest = text;
        for _ in 0..lines {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
        let line = rest.lines().next().unwrap_or_default();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(line)).from_reader(rest.as_bytes());
        let mut record = csv::StringRecord::new();
        if reader.read_record(&mut record).is_err() {
            return Vec::new();
        }
        record.iter().map(fold).collect()
    }

    /// True where the CSV header names all of these columns (compared as [`fold`] does).
    #[must_use]
    pub fn csv_has(&self, names: &[&str]) -> bool {
        let columns = self.csv_columns();
        columns.len() > 1 && names.iter().all(|name| columns.contains(&fold(name)))
    }

    /// True where the CSV header names all but one of these columns at least. For tables whose columns a user may choose, or that a
    /// version adds to, where so many of them together are written by no other tool.
    #[must_use]
    pub fn csv_has_most(&self, names: &[&str]) -> bool {
        let columns = self.csv_columns();
        columns.len() > 1 && names.iter().filter(|name| columns.contains(&fold(name))).count() + 1 >= names.len()
    }
}

/// Walks the head of a JSON document as far as it goes and notes the paths. `None` where it is no JSON object or array.
fn read_json_head(bytes: &[u8]) -> Option<JsonHead> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let root = *bytes.get(start)?;
    // `[INFO] …` starts a log and no list. Of the four that tell JSON from other text this one lets most be JSON: a list of numbers or words is
    // one, of which the formats then say that it is not theirs.
    let first = bytes.get(start + 1..).and_then(|rest| rest.iter().find(|byte| !byte.is_ascii_whitespace()));
    let list = root == b'[' && first.is_none_or(|byte| byte.is_ascii_digit() || b"{[\"]-".contains(byte));
    if root != b'{' && !list {
        return None;
    }
    let mut walk = Walk { bytes, at: start, paths: BTreeMap::new(), members: Vec::new() };
    // A wrong text ends the walk like the end of the head: what was seen counts.
    let complete = walk.value("", 0).is_some();
    let mut lines = false;
    if complete && root == b'{' {
        walk.blank();
        if walk.bytes.get(walk.at) == Some(&b'{') {
            lines = true;
            walk.at = start;
            for _ in 0..20 {
                walk.blank();
                if walk.bytes.get(walk.at) != Some(&b'{') || walk.value("[]", 1).is_none() {
                    break;
                }
            }
        }
    }
    if !complete
        && walk.paths.is_empty()
        && bytes.len() > start + 1
        && !matches!(
            bytes.get(start + 1..).and_then(|rest| rest.iter().find(|b| !b.is_ascii_whitespace())),
            Some(b'"' | b'{' | b'[' | b'}' | b']')
        )
    {
        return None;
    }
    Some(JsonHead { paths: walk.paths, root, lines, members: walk.members })
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    paths: BTreeMap<String, String>,
    members: Vec<String>,
}

impl Walk<'_> {
    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn note(&mut self, path: &str, value: &str) {
        if !path.is_empty() && self.paths.len() < MOST_PATHS {
            let noted = self.paths.entry(path.to_owned()).or_default();
            if noted.is_empty() {
                value.clone_into(noted);
            }
        }
    }

    /// `None` at the end of the head or where it is no JSON.
    fn value(&mut self, path: &str, depth: usize) -> Option<()> {
        if depth > 100 {
            return None;
        }
        self.blank();
        match *self.bytes.get(self.at)? {
            b'{' => {
                self.note(path, "");
                self.at += 1;
                loop {
                    self.blank();
                    match *self.bytes.get(self.at)? {
                        b'}' => {
                            self.at += 1;
                            return Some(());
                        }
                        b',' => self.at += 1,
                        b'"' => {
                            let key = self.text()?;
                            self.blank();
                            if *self.bytes.get(self.at)? != b':' {
                                return None;
                            }
                            self.at += 1;
                            if depth == 0 && self.members.len() < MOST_MEMBERS {
                                self.members.push(key.clone());
                            }
                            let inner = if depth >= MOST_DEPTH {
                                String::new()
                            } else if path.is_empty() {
                                key
                            } else {
                                format!("{path}.{key}")
                            };
                            self.value(&inner, depth + 1)?;
                        }
                        _ => return None,
                    }
                }
            }
            b'[' => {
                self.note(path, "");
                self.at += 1;
                let inner = if depth >= MOST_DEPTH { String::new() } else { format!("{path}[]") };
                loop {
                    self.blank();
                    match *self.bytes.get(self.at)? {
                        b']' => {
                            self.at += 1;
                            return Some(());
                        }
                        b',' => self.at += 1,
                        _ => self.value(&inner, depth + 1)?,
                    }
                }
            }
            b'"' => {
                let text = self.text()?;
                self.note(path, &text);
                Some(())
            }
            _ => {
                let rest = self.bytes.get(self.at..)?;
                let end = rest.iter().position(|b| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace())?;
                let word = String::from_utf8_lossy(rest.get(..end)?).into_owned();
                if word.is_empty() || !word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-') {
                    return None;
                }
                self.note(path, &word);
                self.at += end;
                Some(())
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    let raw = self.bytes.get(start..self.at)?;
                    let short = raw.get(..raw.len().min(2000)).unwrap_or(raw);
                    return Some(
                        serde_json::from_slice(raw).unwrap_or_else(|_| String::from_utf8_lossy(short).trim_matches('"').to_owned()),
                    );
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_values_of_json() {
        let head = Head::new(br#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "X", "rules": [{"id"#, true, &[]);
        assert!(head.has_all(&["version", "runs[].tool.driver.name", "runs[].tool.driver.rules[]"]));
        assert_eq!(head.value("version"), Some("2.1.0"));
        assert!(!head.has("runs[].results"));
        assert!(head.is_json_object() && !head.is_json_lines());
    }

    #[test]
    fn lines_of_json() {
        let head = Head::new(b"{\"a\": 1}\n{\"b\": {\"c\": 2}}\n", false, &[]);
        assert!(head.is_json_lines() && head.has("[].a") && head.has("[].b.c"));
    }

    #[test]
    fn xml_root_behind_prologue() {
        let head = Head::new(b"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE n [<!ELEMENT a (b)>]><ns:report version='1'><a/>", false, &[]);
        assert_eq!(head.xml_root(), Some("report"));
        assert!(head.has_tag("a") && !head.has_tag("b"));
    }

    #[test]
    fn csv_header() {
        let head = Head::new(b"\"CVE ID\";Severity;File_Path\nx;y;z\n", false, &[]);
        assert!(head.csv_has(&["cve id", "filepath"]));
        assert!(!head.csv_has(&["cwe"]));
    }
}
