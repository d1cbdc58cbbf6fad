//! What the source says of a place that a tool only points at: the statement around it, the function that it is in, the request parameters
//! that it reads. Works on the text alone, in any language that has brackets or indentation; what it cannot tell it leaves out.

use std::sync::LazyLock;

use regex::Regex;

use super::inputs::inputs;
use super::snippet::snippet_hash;

/// Most lines on either side of a place that one statement is followed over.
const LONGEST_STATEMENT: usize = 12;
/// Most lines above a place in which its function begins.
const LONGEST_FUNCTION: usize = 400;
/// Most characters of a line that are looked at.
const WIDEST: usize = 2000;

/// `def f`, `func (r *T) f`, `fn f`, `function f`, `sub f`.
static NAMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:def|func|fn|function|sub|fun)\s+(?:\([^()]*\)\s*)?(?:self\.)?([A-Za-z_$][\w$]*)").ok());
/// `const f = async (x) =>`, `exports.f = function`, `f: function`.
static ASSIGNED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([A-Za-z_$][\w$]*)\s*[=:]\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*=>|[A-Za-z_$][\w$]*\s*=>)").ok());
/// `public String f(String x) throws Y {`.
static METHOD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([A-Za-z_$][\w$]*)\s*\([^;]*\)\s*(?:throws\s+[\w.,\s]+|:\s*[\w<>\[\]|.\s]+)?\{\s*$").ok());
/// What stands before a bracket and a block without being a function.
const NO_FUNCTIONS: [&str; 9] = ["if", "for", "while", "switch", "catch", "function", "with", "synchronized", "using"];

/// What the source says of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// First and last line of the statement, 1-based.
    pub statement: (u32, u32),
    /// Hash of the statement, white space folded.
    pub snippet_hash: Option<String>,
    /// Name of the function around it.
    pub symbol: Option<String>,
    /// Names of the request parameters that the function reads down to the end of the statement.
    pub inputs: Vec<String>,
}

/// A file taken apart once, for all places in it.
pub struct SourceText<'a> {
    lines: Vec<&'a str>,
    /// Round and square brackets that are open at the start of each line inside the innermost block, and at the end of the last.
    open: Vec<u32>,
}

impl<'a> SourceText<'a> {
    /// Takes a file apart. Time grows with its length.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let mut open = Vec::with_capacity(lines.len() + 1);
        // One number for each block that is open.
        let mut blocks = vec![0u32];
        for line in &lines {
            open.push(blocks.last().copied().unwrap_or(0));
            brackets(line, &mut blocks);
        }
        open.push(blocks.last().copied().unwrap_or(0));
        Self { lines, open }
    }

    /// The facts on the lines `first` to `last` (1-based); `None` where the file has no such line or it is blank.
    #[must_use]
    pub fn facts(&self, first: u32, last: u32) -> Option<SourceFacts> {
        let first = usize::try_from(first).ok()?.checked_sub(1)?;
        let last = usize::try_from(last).ok()?.saturating_sub(1).clamp(first, first.saturating_add(LONGEST_STATEMENT));
        if self.lines.get(first)?.trim().is_empty() {
            return None;
        }
        let (from, to) = (self.begins(first), self.ends(last.min(self.lines.len().saturating_sub(1))));
        let (symbol, head) = self.function(from).map_or((None, from), |(name, line)| (Some(name), line));
        let code = |from: usize| self.lines.get(from..=to).unwrap_or_default().join("\n");
        let number = |line: usize| u32::try_from(line + 1).unwrap_or(u32::MAX);
        Some(SourceFacts {
            statement: (number(from), number(to)),
            snippet_hash: snippet_hash(&code(from)),
            symbol,
            inputs: inputs(&code(head.max(to.saturating_sub(60)))),
        })
    }

    fn continues(&self, line: usize) -> bool {
        let before = line.checked_sub(1).and_then(|before| self.lines.get(before)).map_or("", |before| before.trim_end());
        let here = self.lines.get(line).map_or("", |here| here.trim_start());
        self.open.get(line).is_some_and(|open| *open > 0)
            || before.ends_with(['\\', '='])
            || ((before.ends_with('+') || here.starts_with(['.', '+', '?'])) && !before.is_empty() && !here.is_empty())
    }

    fn begins(&self, line: usize) -> usize {
        (line.saturating_sub(LONGEST_STATEMENT)..=line).rev().find(|at| !self.continues(*at)).unwrap_or(line)
    }

    fn ends(&self, line: usize) -> usize {
        let limit = line.saturating_add(LONGEST_STATEMENT).min(self.lines.len().saturating_sub(1));
        (line..=limit).find(|at| !self.continues(at + 1)).unwrap_or(line)
    }

    /// Name and first line of the function around a line: the nearest definition above that is indented less.
    fn function(&self, line: usize) -> Option<(String, usize)> {
        let mut indent = indentation(self.lines.get(line)?);
        for at in (line.saturating_sub(LONGEST_FUNCTION)..=line).rev() {
            let text = self.lines.get(at)?;
            if text.trim().is_empty() || (at != line && indentation(text) >= indent) {
                continue;
            }
            indent = indentation(text);
            if let Some(name) = defined(text) {
                return Some((name, at));
            }
            if indent == 0 && at != line {
                break;
            }
        }
        None
    }
}

impl std::fmt::Debug for SourceText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceText").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

fn defined(line: &str) -> Option<String> {
    let line: String = line.chars().take(WIDEST).collect();
    let named = |pattern: &LazyLock<Option<Regex>>| Some(pattern.as_ref()?.captures(&line)?.get(1)?.as_str().to_owned());
    let name = named(&NAMED).or_else(|| named(&ASSIGNED)).or_else(|| named(&METHOD))?;
    (!NO_FUNCTIONS.contains(&name.as_str())).then_some(name)
}

/// Follows the brackets of a line. What stands in quotes or behind a comment sign does not count.
fn brackets(line: &str, blocks: &mut Vec<u32>) {
    let mut quote: Option<char> = None;
    let mut chars = line.chars().take(WIDEST).peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '#') => break,
            (None, '/') if chars.peek() == Some(&'/') => break,
            (None, '(' | '[') => {
                if let Some(open) = blocks.last_mut() {
                    *open = open.saturating_add(1);
                }
            }
            (None, ')' | ']') => {
                if let Some(open) = blocks.last_mut() {
                    *open = open.saturating_sub(1);
                }
            }
            (None, '{') if blocks.len() < 10_000 => blocks.push(0),
            (None, '}') if blocks.len() > 1 => drop(blocks.pop()),
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: &str = "import os\n\n\ndef search(request):\n    term = request.args.get('term')\n    query = (\n        \"SELECT * FROM t \"\n        + term\n    )\n    return db.execute(query)\n\n\nTOP = 1\n";
    const SCRIPT: &str = "const db = require('db');\n\nexports.find = function (req, res) {\n  db.query(\n    'SELECT ' + req.query.id,\n    (error, rows) => {\n      res.send(rows);\n    },\n  );\n};\n";
    const JAVA: &str = "class Orders {\n    public void show(Request r) throws IOException {\n        run(r.getParameter(\"id\"),\n            2);\n    }\n}\n";

    fn facts(text: &str, line: u32) -> SourceFacts {
        SourceText::new(text).facts(line, line).unwrap()
    }

    #[test]
    fn all_lines_of_a_statement_are_one_place() {
        for line in 6..=9 {
            let facts = facts(PYTHON, line);
            assert_eq!((facts.statement, facts.symbol.as_deref()), ((6, 9), Some("search")), "{line}");
            assert_eq!(facts.inputs, ["term"]);
        }
        assert_eq!(facts(PYTHON, 10).statement, (10, 10));
        assert_eq!(facts(PYTHON, 13).symbol, None);
        assert_eq!(facts(JAVA, 4).statement, (3, 4));
        assert_eq!(facts(JAVA, 3).symbol.as_deref(), Some("show"));
    }

    #[test]
    fn the_body_of_a_callback_is_no_part_of_the_call() {
        assert_eq!(facts(SCRIPT, 5).symbol.as_deref(), Some("find"));
        assert_eq!(facts(SCRIPT, 7).statement, (7, 7));
        assert_eq!(facts(SCRIPT, 5).statement.0, 4);
    }

    #[test]
    fn white_space_is_no_content() {
        let wrapped = facts(PYTHON, 6).snippet_hash;
        let one_line = "def search(request):\n    query = (\"SELECT * FROM t \" + term)\n";
        assert_eq!(facts(one_line, 2).snippet_hash, wrapped);
    }

    #[test]
    fn places_that_are_not_there() {
        let text = SourceText::new(PYTHON);
        assert!(text.facts(0, 0).is_none() && text.facts(2, 2).is_none() && text.facts(4_000_000_000, u32::MAX).is_none());
        assert!(SourceText::new("").facts(1, 1).is_none());
        let deep = "({[".repeat(200_000);
        assert!(SourceText::new(&deep).facts(1, 1).is_some());
    }
}
