//! What is done with the values that a reference finds, before they are a field.

use std::collections::HashMap;

use model::Severity;
use regex::{Regex, RegexBuilder};
use yaml::{Node, Value};

use super::document::{Context, unknown_key};
use super::reference::Reference;
use super::row::Row;

/// Most values that one field may have.
const MOST_VALUES: usize = 1000;
/// Longest text that a join or template makes, in bytes.
const LONGEST: usize = 1 << 20;
/// Most memory of a regular expression, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

const SOURCES: [&str; 6] = ["from", "const", "first", "all", "join", "template"];
const STEPS: [&str; 8] = ["with", "split", "regex", "lower", "upper", "bands", "map", "default"];

/// Where values come from, and the steps that they take, always in this order: split, regex, lower or upper, bands, map, default.
#[derive(Debug)]
pub(super) struct Expression {
    source: Source,
    split: Option<String>,
    regex: Option<Regex>,
    case: Option<Case>,
    bands: Vec<(f64, String)>,
    map: HashMap<String, Option<String>>,
    default: Option<String>,
}

#[derive(Debug)]
enum Source {
    Reference(Reference),
    Constant(String),
    /// The first that has a value.
    First(Vec<Expression>),
    /// The values of all.
    All(Vec<Expression>),
    /// The first value of each, joined.
    Join(Vec<Expression>, String),
    /// A text with references in it; without a value where one of them has none.
    Template(Vec<Piece>),
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Reference(Reference),
}

#[derive(Clone, Copy, Debug)]
enum Case {
    Lower,
    Upper,
}

/// What an expression gave.
pub(super) struct Found {
    /// Before bands, map and default: the tool's own words.
    pub(super) raw: Vec<String>,
    pub(super) values: Vec<String>,
}

impl Expression {
    /// The values for a row.
    pub(super) fn values(&self, row: &dyn Row) -> Vec<String> {
        self.find(row).values
    }

    /// The first value for a row.
    pub(super) fn value(&self, row: &dyn Row) -> Option<String> {
        self.values(row).into_iter().next()
    }

    /// The values for a row, and what they were before they were mapped.
    pub(super) fn find(&self, row: &dyn Row) -> Found {
        let mut raw: Vec<String> = self.source.texts(row);
        if let Some(separator) = &self.split {
            raw = raw.iter().flat_map(|text| text.split(separator.as_str())).map(|text| text.trim().to_owned()).collect();
        }
        if let Some(regex) = &self.regex {
            raw = raw.iter().filter_map(|text| captured(regex, text)).collect();
        }
        match self.case {
            Some(Case::Lower) => raw = raw.iter().map(|text| text.to_lowercase()).collect(),
            Some(Case::Upper) => raw = raw.iter().map(|text| text.to_uppercase()).collect(),
            None => {}
        }
        raw.retain(|text| !text.trim().is_empty());
        raw.truncate(MOST_VALUES);
        let mut values: Vec<String> = raw.iter().filter_map(|text| self.meaning(text)).collect();
        if values.is_empty() {
            values.extend(self.default.clone());
        }
        Found { raw, values }
    }

    /// A text by bands and map.
    fn meaning(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        if !self.bands.is_empty()
            && let Ok(number) = text.trim().trim_end_matches('%').parse::<f64>()
            && let Some((_, word)) = self.bands.iter().find(|(from, _)| number >= *from)
        {
            text.clone_from(word);
        }
        match self.map.get(&text.trim().to_lowercase()).or_else(|| self.map.get("*")) {
            Some(meaning) => meaning.clone(),
            None => Some(text),
        }
    }

    /// All references in it.
    pub(super) fn references<'a>(&'a self, out: &mut Vec<&'a Reference>) {
        match &self.source {
            Source::Reference(reference) => out.push(reference),
            Source::Constant(_) => {}
            Source::First(parts) | Source::All(parts) | Source::Join(parts, _) => parts.iter().for_each(|part| part.references(out)),
            Source::Template(pieces) => out.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Reference(reference) => Some(reference),
                Piece::Text(_) => None,
            })),
        }
    }
}

impl Source {
    fn texts(&self, row: &dyn Row) -> Vec<String> {
        match self {
            Self::Reference(reference) => row.texts(reference),
            Self::Constant(text) => vec![text.clone()],
            Self::First(parts) => parts.iter().map(|part| part.values(row)).find(|found| !found.is_empty()).unwrap_or_default(),
            Self::All(parts) => {
                let mut out: Vec<String> = Vec::new();
                for text in parts.iter().flat_map(|part| part.values(row)) {
                    if !out.contains(&text) && out.len() < MOST_VALUES {
                        out.push(text);
                    }
                }
                out
            }
            Self::Join(parts, with) => {
                let texts: Vec<String> = parts.iter().filter_map(|part| part.value(row)).collect();
                if texts.is_empty() { Vec::new() } else { vec![cut(texts.join(with))] }
            }
            Self::Template(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Reference(reference) => match row.texts(reference).into_iter().next() {
                            Some(text) => out.push_str(&text),
                            None => return Vec::new(),
                        },
                    }
                }
                vec![cut(out)]
            }
        }
    }
}

/// The first group of a match, or the whole of it where the expression has no group.
fn captured(regex: &Regex, text: &str) -> Option<String> {
    let captures = regex.captures(text)?;
    let found = if captures.len() > 1 { captures.iter().skip(1).flatten().next() } else { captures.get(0) };
    found.map(|found| found.as_str().trim().to_owned())
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// Reads an expression: a reference, a list of which the first with a value counts, or a mapping with steps.
pub(super) fn read(node: &Node, key: &str, context: &mut Context<'_>) -> Option<Expression> {
    let source = match &node.value {
        Value::Scalar { .. } => Source::Reference(context.reference(node, key)?),
        Value::List(_) => Source::First(list(node, key, context)?),
        Value::Map(_) => return with_steps(node, key, context),
    };
    Some(Expression { source, split: None, regex: None, case: None, bands: Vec::new(), map: HashMap::new(), default: None })
}

fn list(node: &Node, key: &str, context: &mut Context<'_>) -> Option<Vec<Expression>> {
    if node.items().is_empty() {
        context.problem(node.line, key, format!("needs a list, found {}", node.kind()));
        return None;
    }
    let parts: Vec<Option<Expression>> =
        node.items().iter().enumerate().map(|(at, item)| read(item, &format!("{key}[{at}]"), context)).collect();
    parts.into_iter().collect()
}

fn with_steps(node: &Node, key: &str, context: &mut Context<'_>) -> Option<Expression> {
    let before = context.problems();
    let known: Vec<&str> = SOURCES.iter().chain(&STEPS).copied().collect();
    for (name, _) in node.entries() {
        if !known.contains(&name.text.as_str()) {
            context.problem(name.line, &format!("{key}.{}", name.text), unknown_key(&name.text, &known));
        }
    }
    let sources: Vec<&str> = SOURCES.into_iter().filter(|name| node.get(name).is_some()).collect();
    let &[source_name] = sources.as_slice() else {
        let found = if sources.is_empty() { "none".to_owned() } else { sources.join(" and ") };
        context.problem(node.line, key, format!("needs one of {}; there is {found}", SOURCES.join(", ")));
        return None;
    };
    let inner = format!("{key}.{source_name}");
    let value = node.get(source_name)?;
    if source_name != "join"
        && let Some(with) = node.get("with")
    {
        context.problem(with.line, &format!("{key}.with"), "`with` belongs to `join`");
    }
    let source = match source_name {
        "from" if matches!(value.value, Value::Map(_)) => Source::All(vec![read(value, &inner, context)?]),
        "from" => read(value, &inner, context)?.source,
        "const" => Source::Constant(text_of(value, &inner, context)?),
        "first" => Source::First(list(value, &inner, context)?),
        "all" => Source::All(list(value, &inner, context)?),
        "join" => {
            let with = match node.get("with") {
                Some(with) => raw_text(with, &format!("{key}.with"), context)?,
                None => " ".to_owned(),
            };
            Source::Join(list(value, &inner, context)?, with)
        }
        _ => Source::Template(template(value, &inner, context)?),
    };
    let split = match node.get("split") {
        Some(split) => {
            let separator = raw_text(split, &format!("{key}.split"), context)?;
            if separator.is_empty() {
                context.problem(split.line, &format!("{key}.split"), "needs the text that parts the values, such as \",\"");
            }
            Some(separator)
        }
        None => None,
    };
    let regex = node.get("regex").and_then(|node| regex(node, &format!("{key}.regex"), context));
    let flag = |name: &str, context: &mut Context<'_>| node.get(name).is_some_and(|node| truth(node, &format!("{key}.{name}"), context));
    let case = match (flag("lower", context), flag("upper", context)) {
        (true, true) => {
            context.problem(node.line, key, "`lower` and `upper` contradict each other");
            None
        }
        (true, false) => Some(Case::Lower),
        (false, true) => Some(Case::Upper),
        (false, false) => None,
    };
    let bands = node.get("bands").map(|node| bands(node, &format!("{key}.bands"), context)).unwrap_or_default();
    let map = node.get("map").map(|node| map(node, &format!("{key}.map"), context)).unwrap_or_default();
    let default = node.get("default").and_then(|node| text_of(node, &format!("{key}.default"), context));
    (context.problems() == before).then_some(Expression { source, split, regex, case, bands, map, default })
}

fn text_of(node: &Node, key: &str, context: &mut Context<'_>) -> Option<String> {
    let text = node.text().map(str::to_owned);
    if text.is_none() {
        context.problem(node.line, key, format!("needs a text, found {}", node.kind()));
    }
    text
}

/// A text that may be blank or look like nothing.
fn raw_text(node: &Node, key: &str, context: &mut Context<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => text_of(node, key, context),
    }
}

/// True for `true`; anything but `true` and `false` is a problem.
pub(super) fn truth(node: &Node, key: &str, context: &mut Context<'_>) -> bool {
    match node.text() {
        Some("true") => true,
        Some("false") => false,
        _ => {
            context.problem(node.line, key, "needs `true` or `false`");
            false
        }
    }
}

fn regex(node: &Node, key: &str, context: &mut Context<'_>) -> Option<Regex> {
    let text = text_of(node, key, context)?;
    match RegexBuilder::new(&text).size_limit(LARGEST_REGEX).dfa_size_limit(LARGEST_REGEX).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            context.problem(node.line, key, format!("no regular expression: {reason}"));
            None
        }
    }
}

/// `cvss`, or a mapping of least numbers to words.
fn bands(node: &Node, key: &str, context: &mut Context<'_>) -> Vec<(f64, String)> {
    if node.text() == Some("cvss") {
        return [9.0, 7.0, 4.0, 0.1, 0.0].map(|from| (from, Severity::from_cvss(from).word().to_owned())).to_vec();
    }
    let mut out = Vec::new();
    for (from, word) in node.entries() {
        let inner = format!("{key}.{}", from.text);
        match (from.text.trim().parse::<f64>().ok().filter(|from| from.is_finite()), word.text()) {
            (Some(from), Some(word)) => out.push((from, word.to_owned())),
            _ => context.problem(from.line, &inner, "needs a number and the word for it and all above"),
        }
    }
    if node.entries().is_empty() {
        context.problem(node.line, key, "needs `cvss`, or least numbers with their words, such as {9: critical, 7: high}");
    }
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    out
}

fn map(node: &Node, key: &str, context: &mut Context<'_>) -> HashMap<String, Option<String>> {
    let mut out = HashMap::new();
    if node.entries().is_empty() {
        context.problem(node.line, key, "needs a mapping of the tool's words to ours");
    }
    for (from, to) in node.entries() {
        let inner = format!("{key}.{}", from.text);
        if to.text().is_none() && !to.is_null() {
            context.problem(to.line, &inner, format!("needs a text or nothing, found {}", to.kind()));
        }
        if out.insert(from.text.trim().to_lowercase(), to.text().map(str::to_owned)).is_some() {
            context.problem(from.line, &inner, "stands twice; case plays no part");
        }
    }
    out
}

/// `{group}:{name}`; `{{` and `}}` are braces.
fn template(node: &Node, key: &str, context: &mut Context<'_>) -> Option<Vec<Piece>> {
    let text = text_of(node, key, context)?;
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = after.strip_prefix("{{").or_else(|| after.strip_prefix("}}")) {
            literal.push_str(rest.get(at..=at).unwrap_or_default());
            rest = after;
            continue;
        }
        let Some((inside, after)) = after.strip_prefix('{').and_then(|after| after.split_once('}')) else {
            context.problem(node.line, key, "a brace that is not closed or not opened; write {{ or }} for the letter");
            return None;
        };
        pieces.push(Piece::Text(std::mem::take(&mut literal)));
        pieces.push(Piece::Reference(context.reference_text(inside, node.line, key)?));
        rest = after;
    }
    literal.push_str(rest);
    pieces.push(Piece::Text(literal));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    if !pieces.iter().any(|piece| matches!(piece, Piece::Reference(_))) {
        context.problem(node.line, key, "names no column or path in braces; `const` is a fixed text");
        return None;
    }
    Some(pieces)
}
