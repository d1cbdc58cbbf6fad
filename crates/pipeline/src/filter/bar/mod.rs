//! The filter bar: one line of `field:value` terms and words, compiled to the filter language.
//!
//! Terms are joined by *and*; commas inside a value are *or*; `-` negates; `>`, `<`, `..` compare; `?` asks for not known, `none` for
//! nothing there, `*` is a wild card; quotes hold spaces; other words search title, place and identifiers. `score` counts in decibans, as
//! pages show it; spans count from now, ahead for `due` and back for `first_seen` and `last_seen`. `cwe:89+` takes in the weaknesses that
//! the built-in table places below 89. `purl:` takes a package or one version of it; a range of versions is named in a problem and left out.

mod bound;
mod fields;
mod glob;
mod moment;
mod term;

#[cfg(test)]
mod tests;

use model::{State, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::check::MOST_PATTERNS;
use super::error::Span;
use super::literal::quoted;
use super::suggest::did_you_mean;
use super::{Filter, LONGEST};
use fields::{FIELDS, Meaning, Shape, meaning};
use term::{Term, Value, terms};

/// Most bytes of a bar that are read.
const LONGEST_BAR: usize = 8 * 1024;

/// A term, or a value of one, that is wrong. The rest of the bar still runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BarProblem {
    /// Where the part begins and ends, in UTF-16 code units as browsers count.
    pub start: usize,
    pub end: usize,
    pub message: String,
}

/// Compiles the bar. Gives the condition in the filter language (empty where the bar asks nothing; else it parses), the wrong terms, the
/// states that `state:` terms ask for (also in the condition), and whether `state:any` does. `now` is what spans count from.
#[must_use]
pub fn from_bar(text: &str, now: Timestamp) -> (String, Vec<BarProblem>, Vec<State>, bool) {
    let mut compiler = Compiler { now, ..Compiler::default() };
    let mut end = text.len().min(LONGEST_BAR);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let read = text.get(..end).unwrap_or_default();
    if end < text.len() {
        compiler.wrong(Span::new(end, end), format!("the bar is longer than {LONGEST_BAR} bytes; the rest is left out"));
    }
    for term in terms(read) {
        compiler.add(&term);
    }
    compiler.states.sort_unstable();
    compiler.states.dedup();
    let problems = in_code_units(read, compiler.problems);
    (compiler.condition, problems, compiler.states, compiler.any_state)
}

/// Fields of the bar, sorted, with the values that they can have where these are few: what a menu offers.
#[must_use]
pub fn bar_fields() -> Vec<(&'static str, Vec<&'static str>)> {
    FIELDS
        .iter()
        .filter(|(.., shape)| *shape != Shape::NotKept)
        .map(|(field, name, shape)| (*field, fields::values(name, *shape)))
        .collect()
}

#[derive(Default)]
struct Compiler {
    now: Timestamp,
    condition: String,
    patterns: usize,
    problems: Vec<(Span, String)>,
    states: Vec<State>,
    any_state: bool,
}

impl Compiler {
    fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push((span, message.into()));
    }

    fn add(&mut self, term: &Term) {
        if term.unclosed {
            self.wrong(term.span, "the quote has no end");
        }
        match &term.field {
            Some((field, span)) => match row(field) {
                Some((field, name, shape)) => self.add_field(term, field, name, shape),
                None if is_searched_for(field, term) => self.add_search(term, &term.whole),
                None => {
                    let near = did_you_mean(field, FIELDS.iter().map(|row| row.0));
                    let hint = if near.is_empty() { "; put the term in quotes to search for it".to_owned() } else { near };
                    self.wrong(*span, format!("unknown field \"{}\"{hint}", field.chars().take(40).collect::<String>()));
                }
            },
            None => self.add_search(term, &term.whole),
        }
    }

    fn add_search(&mut self, term: &Term, value: &Value) {
        self.join(term, format!("text({})", quoted(&value.text)));
    }

    fn add_field(&mut self, term: &Term, field: &str, name: &'static str, shape: Shape) {
        let mut equals: Vec<String> = Vec::new();
        let mut conditions: Vec<String> = Vec::new();
        let mut states: Vec<State> = Vec::new();
        let mut any_state = false;
        for value in &term.values {
            match meaning(field, name, shape, value, self.now) {
                Ok(Meaning { any_state: true, .. }) if term.negated => self.wrong(value.span, "state:any cannot be negated"),
                Ok(meaning) => {
                    if let Some(note) = meaning.note {
                        self.wrong(value.span, note);
                    }
                    equals.extend(meaning.equals);
                    conditions.extend(meaning.condition);
                    states.extend(meaning.state);
                    any_state |= meaning.any_state;
                }
                Err(message) => self.wrong(value.span, message),
            }
        }
        if any_state {
            // Any of all states asks nothing of the issue.
            self.any_state = true;
            return;
        }
        match equals.as_slice() {
            [] => {}
            [one] => conditions.insert(0, format!("{name} == {one}")),
            several => conditions.insert(0, format!("{name} in [{}]", several.join(", "))),
        }
        let condition = match conditions.as_slice() {
            [] => return,
            [one] => one.clone(),
            several => format!("({})", several.join(" || ")),
        };
        if self.join(term, condition) && !term.negated {
            self.states.extend(states);
        }
    }

    /// Joins a term's condition to the rest where the whole stays a filter.
    fn join(&mut self, term: &Term, condition: String) -> bool {
        let condition = match (term.negated, condition.starts_with('(')) {
            (false, _) => condition,
            (true, true) => format!("!{condition}"),
            (true, false) => format!("!({condition})"),
        };
        let patterns = self.patterns + condition.matches(".matches(").count();
        if patterns > MOST_PATTERNS || self.condition.len() + condition.len() + 4 > LONGEST {
            self.wrong(term.span, "too many terms; this one is left out");
            return false;
        }
        if let Err(error) = Filter::parse(&condition) {
            self.wrong(term.span, error.message);
            return false;
        }
        if !self.condition.is_empty() {
            self.condition.push_str(" && ");
        }
        self.condition.push_str(&condition);
        self.patterns = patterns;
        true
    }
}

/// The field of that name; the language's own names do too.
fn row(field: &str) -> Option<(&'static str, &'static str, Shape)> {
    let field = field.to_ascii_lowercase().replace('-', "_");
    let field = match field.as_str() {
        "owner.team" => "team",
        "tier.id" | "tier.days" => "tier",
        "services" | "tickets" | "refs" | "identifiers" | "cwes" => field.strip_suffix('s').unwrap_or(&field),
        other => other,
    };
    FIELDS.iter().find(|row| row.0 == field).copied()
}

/// True for what looks like a field but is a URL, a package or a place in a file.
fn is_searched_for(field: &str, term: &Term) -> bool {
    let value = term.whole.text.get(field.len() + 1..).unwrap_or_default();
    field == "pkg" || field.contains('.') || field.contains('-') || value.starts_with("//")
}

/// Byte offsets to UTF-16 code units, in one pass over the text.
fn in_code_units(text: &str, mut problems: Vec<(Span, String)>) -> Vec<BarProblem> {
    problems.sort_by_key(|(span, _)| (span.start, span.end));
    let mut units = Vec::with_capacity(text.len() + 1);
    for character in text.chars() {
        let at = units.last().map_or(0, |(_, next)| *next);
        let next = at + character.len_utf16();
        units.extend(std::iter::repeat_n((at, next), character.len_utf8()));
    }
    let unit = |byte: usize| units.get(byte).map(|(at, _)| *at).or_else(|| units.last().map(|(_, next)| *next)).unwrap_or(0);
    problems.into_iter().map(|(span, message)| BarProblem { start: unit(span.start), end: unit(span.end), message }).collect()
}
