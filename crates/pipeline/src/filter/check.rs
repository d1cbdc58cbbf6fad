//! Names and types: a tree becomes a condition, or an error that marks the part.

use std::collections::BTreeSet;

use model::{Severity, Timestamp};
use regex::RegexBuilder;

use super::error::{FilterError, Span};
use super::expression::{Expression, Side, TextTest};
use super::field::{Field, Type, fact};
use super::literal::{Constant, duration};
use super::suggest::did_you_mean;
use super::syntax::{Node, Operator, Says};
use crate::normalise::cwe::cwe_numbers;

/// Most patterns that one filter may hold.
pub(super) const MOST_PATTERNS: usize = 32;

/// Bytes that one pattern may take when it is compiled.
const PATTERN_SIZE: usize = 1 << 18;

/// The functions of the language.
const FUNCTIONS: [&str; 7] = ["has", "startsWith", "contains", "matches", "duration", "timestamp", "text"];

/// Turns trees into conditions and keeps what they name.
pub(super) struct Checker<'a> {
    pub(super) text: &'a str,
    pub(super) fields: BTreeSet<Field>,
    pub(super) patterns: usize,
}

type Checked<T> = Result<T, FilterError>;

impl Checker<'_> {
    fn error<T>(&self, span: Span, message: impl Into<String>) -> Checked<T> {
        Err(FilterError::new(self.text, span, message))
    }

    fn field(&mut self, name: &str, span: Span) -> Checked<Field> {
        match Field::named(name) {
            Ok(field) => {
                self.fields.insert(field);
                Ok(field)
            }
            Err(message) => self.error(span, message),
        }
    }

    /// A part that is true or false.
    pub(super) fn condition(&mut self, node: &Node) -> Checked<Expression> {
        let all = |checker: &mut Self, parts: &[Node]| parts.iter().map(|part| checker.condition(part)).collect::<Checked<Vec<_>>>();
        match &node.says {
            Says::Flag(value) => Ok(Expression::Always(*value)),
            Says::Not(inner) => Ok(Expression::Not(Box::new(self.condition(inner)?))),
            Says::All(parts) => Ok(Expression::All(all(self, parts)?)),
            Says::Any(parts) => Ok(Expression::Any(all(self, parts)?)),
            Says::Compare(left, operator, right) => self.compare(node.span, left, *operator, right),
            Says::In(left, right) => self.within(node.span, left, right),
            Says::Call(name, span, arguments) => self.call(node.span, name, *span, arguments),
            Says::Name(name) => {
                let field = self.field(name, node.span)?;
                match field.kind() {
                    Type::Fact => Ok(Expression::Fact(field)),
                    Type::Flag => Ok(Expression::Flag(field)),
                    kind => {
                        let message = format!("{name} is {}, not a condition; compare it, or ask has({name})", held(field, kind));
                        self.error(node.span, message)
                    }
                }
            }
            Says::Text(_) => self.error(node.span, "a text is no condition; text(\"…\") searches title, place and identifiers"),
            Says::Number(_) => self.error(node.span, "a number is no condition"),
            Says::List(_) => self.error(node.span, "a list is no condition; a value is looked for by `value in list`"),
        }
    }

    fn compare(&mut self, span: Span, left: &Node, operator: Operator, right: &Node) -> Checked<Expression> {
        let (field, operator, other) = match (&left.says, &right.says) {
            (Says::Name(name), _) => (self.field(name, left.span)?, operator, right),
            (_, Says::Name(name)) => (self.field(name, right.span)?, operator.turned(), left),
            (Says::Call(name, name_span, _), _) | (_, Says::Call(name, name_span, _)) if !FUNCTIONS.contains(&name.as_str()) => {
                return self.error(*name_span, unknown_function(name));
            }
            _ => return self.error(span, "neither side names a part of the issue"),
        };
        let kind = field.kind();
        if operator.is_order() && !kind.is_ordered() {
            let hint = if field == Field::TierId { "; tier.days has an order" } else { "" };
            return self.error(span, format!("{} has no order; compare it with == or !={hint}", field.name()));
        }
        if let Says::Name(name) = &other.says {
            let other_field = self.field(name, other.span)?;
            let same = |a: Type, b: Type| matches!((a, b), (Type::Text | Type::Word, Type::Text | Type::Word)) || a == b;
            if kind == Type::Fact || !same(kind, other_field.kind()) {
                let held = |field: Field| format!("{} is {}", field.name(), held(field, field.kind()));
                return self.error(span, format!("{} and {}; the two are not compared", held(field), held(other_field)));
            }
            return Ok(Expression::Compare(field, operator, Side::Field(other_field)));
        }
        let value = self.constant(field, other)?;
        Ok(Expression::Compare(field, operator, Side::Values(vec![value])))
    }

    /// `value in list`, `list in list`: one of these is one of those.
    fn within(&mut self, span: Span, left: &Node, right: &Node) -> Checked<Expression> {
        match (&left.says, &right.says) {
            (Says::Name(name), Says::List(elements)) => {
                let field = self.field(name, left.span)?;
                let values = elements.iter().map(|element| self.constant(field, element)).collect::<Checked<Vec<_>>>()?;
                Ok(Expression::Compare(field, Operator::Equal, Side::Values(values)))
            }
            (_, Says::Name(name)) => {
                let field = self.field(name, right.span)?;
                if !field.is_list() {
                    let hint = if field.kind() == Type::Text {
                        format!("; parts of a text are found by {name}.contains(\"…\")")
                    } else {
                        String::new()
                    };
                    return self.error(right.span, format!("{name} holds one value, `in` wants a list{hint}"));
                }
                self.compare(span, left, Operator::Equal, right)
            }
            (_, Says::List(_)) => self.error(left.span, "`in` wants a name on its left where a list is written out on its right"),
            _ => self.error(right.span, "`in` wants a list: [\"a\", \"b\"], or a name that holds several values"),
        }
    }

    fn call(&mut self, whole: Span, name: &str, name_span: Span, arguments: &[Node]) -> Checked<Expression> {
        match (name, arguments) {
            ("has", [Node { says: Says::Name(name), span }]) => Ok(Expression::Has(self.field(name, *span)?)),
            ("has", _) => self.error(whole, "has(…) wants one name, such as has(due)"),
            ("text", [argument]) => Ok(Expression::Search(self.plain_text(argument)?.to_lowercase())),
            ("text", _) => self.error(whole, "text(…) wants the text to look for"),
            ("startsWith" | "contains" | "matches", [subject, argument]) => self.text_test(name, subject, argument),
            ("startsWith" | "contains" | "matches", _) => {
                self.error(whole, format!("{name} wants a name and a text: title.{name}(\"…\") or {name}(title, \"…\")"))
            }
            ("duration" | "timestamp", _) => self.error(whole, format!("{name}(…) is a value; compare a name with it")),
            _ => self.error(name_span, unknown_function(name)),
        }
    }

    fn text_test(&mut self, name: &str, subject: &Node, argument: &Node) -> Checked<Expression> {
        let Says::Name(field_name) = &subject.says else {
            return self.error(subject.span, format!("{name} wants a name of the issue, such as title.{name}(\"…\")"));
        };
        let field = self.field(field_name, subject.span)?;
        if !matches!(field.kind(), Type::Text | Type::Word) {
            return self.error(subject.span, format!("{field_name} is {}; {name} looks into texts", held(field, field.kind())));
        }
        let wanted = self.plain_text(argument)?;
        let folded = if field.ignores_case() { wanted.to_lowercase() } else { wanted.to_owned() };
        let test = match name {
            "startsWith" => TextTest::StartsWith(folded),
            "contains" => TextTest::Contains(folded),
            _ => {
                self.patterns += 1;
                if self.patterns > MOST_PATTERNS {
                    return self.error(argument.span, format!("more than {MOST_PATTERNS} patterns in one filter"));
                }
                let mut builder = RegexBuilder::new(wanted);
                let builder =
                    builder.size_limit(PATTERN_SIZE).dfa_size_limit(PATTERN_SIZE).nest_limit(50).case_insensitive(field.ignores_case());
                match builder.build() {
                    Ok(pattern) => TextTest::Matches(pattern),
                    Err(error) => return self.error(argument.span, pattern_problem(&error)),
                }
            }
        };
        Ok(Expression::Test(field, test))
    }

    fn plain_text<'n>(&self, node: &'n Node) -> Checked<&'n str> {
        match &node.says {
            Says::Text(text) => Ok(text),
            _ => self.error(node.span, "expected a text in quotes"),
        }
    }

    /// A value that the field can be compared with.
    fn constant(&mut self, field: Field, node: &Node) -> Checked<Constant> {
        let span = node.span;
        let name = field.name();
        match (field.kind(), &node.says) {
            (Type::Text, Says::Text(text)) => Ok(Constant::Text(text.clone())),
            (Type::Word | Type::Rank | Type::Fact, Says::Text(word)) => self.word(field, word, span),
            (Type::Number | Type::Cwe, Says::Number(number)) => Ok(Constant::Number(*number)),
            (Type::Cwe, Says::Text(text)) => match cwe_numbers(text).as_slice() {
                [number] => Ok(Constant::Number(f64::from(*number))),
                _ => self.error(span, "a CWE is written 89 or \"CWE-89\""),
            },
            (Type::Flag, Says::Flag(value)) => Ok(Constant::Flag(*value)),
            (Type::Time, Says::Text(text)) => self.time(text, span),
            (Type::Time, Says::Call(function, _, arguments)) if function == "timestamp" => match arguments.as_slice() {
                [argument] => self.time(self.plain_text(argument)?, argument.span),
                _ => self.error(span, "timestamp(…) wants one text, such as timestamp(\"2026-11-20T08:00:00Z\")"),
            },
            (Type::Span, Says::Call(function, _, arguments)) if function == "duration" => match arguments.as_slice() {
                [argument] => match duration(self.plain_text(argument)?) {
                    Some(span) => Ok(Constant::Span(span)),
                    None => self.error(argument.span, "not a duration; write \"30d\", \"12h\" or \"1h30m\" (units w d h m s ms)"),
                },
                _ => self.error(span, "duration(…) wants one text, such as duration(\"30d\")"),
            },
            (kind, Says::List(_)) => {
                self.error(span, format!("{name} is {}; one of several is asked by {name} in [\"…\", \"…\"]", held(field, kind)))
            }
            (_, Says::Name(_)) => self.error(span, "expected a value, found a name"),
            (_, Says::Call(function, function_span, _)) if !FUNCTIONS.contains(&function.as_str()) => {
                self.error(*function_span, unknown_function(function))
            }
            (kind, says) => {
                let hint = match (kind, says) {
                    (Type::Span, _) => "; write duration(\"30d\")".to_owned(),
                    (Type::Time, _) => "; write a time such as \"2026-11-20T08:00:00Z\", or compare age with duration(\"30d\")".to_owned(),
                    (Type::Fact, Says::Flag(true)) => format!("; {name} alone means yes"),
                    (Type::Fact, Says::Flag(false)) => format!("; write {name} == \"no\", or !{name} for no or unknown"),
                    (Type::Number, Says::Text(text)) if text.trim().parse::<f64>().is_ok() => "; numbers stand without quotes".to_owned(),
                    _ => String::new(),
                };
                self.error(span, format!("{name} is {} and is not compared with {}{hint}", held(field, kind), described(says)))
            }
        }
    }

    fn word(&self, field: Field, word: &str, span: Span) -> Checked<Constant> {
        let known = field.vocabulary();
        if !known.contains(&word) {
            let near = did_you_mean(word, known.iter().copied());
            let shown: String = word.chars().take(40).collect();
            return self.error(span, format!("{} is one of {}, never \"{shown}\"{near}", field.name(), known.join(", ")));
        }
        Ok(match (field.kind(), fact(word)) {
            (Type::Rank, _) => Constant::Rank(Severity::ALL.into_iter().find(|rank| rank.word() == word).unwrap_or_default()),
            (Type::Fact, Some(fact)) => Constant::Fact(fact),
            _ => Constant::Text(word.to_owned()),
        })
    }

    fn time(&self, text: &str, span: Span) -> Checked<Constant> {
        match Timestamp::parse(text) {
            Ok((at, _)) => Ok(Constant::Time(at)),
            Err(error) => self.error(span, error.to_string()),
        }
    }
}

fn unknown_function(name: &str) -> String {
    let hint = match name {
        "exists" | "all" | "filter" | "size" | "count" => {
            "; a list equals a value when one of its elements does, has(list) asks whether it has any".to_owned()
        }
        _ => did_you_mean(name, FUNCTIONS),
    };
    format!("unknown function \"{}\"{hint}", name.chars().take(60).collect::<String>())
}

/// What a field holds, for errors.
fn held(field: Field, kind: Type) -> String {
    if field.is_list() {
        let element = match kind {
            Type::Number | Type::Cwe => "numbers",
            Type::Word => "words",
            _ => "texts",
        };
        format!("a list of {element}")
    } else {
        kind.shown().to_owned()
    }
}

fn described(says: &Says) -> &'static str {
    match says {
        Says::Flag(_) => "true or false",
        Says::Number(_) => "a number",
        Says::Text(_) => "a text",
        Says::List(_) => "a list",
        Says::Name(_) => "a name",
        Says::Call(function, ..) if function == "duration" => "a duration",
        Says::Call(function, ..) if function == "timestamp" => "a time",
        Says::Call(..) | Says::Not(_) | Says::All(_) | Says::Any(_) | Says::Compare(..) | Says::In(..) => "a condition",
    }
}

fn pattern_problem(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("not a pattern: {}", last.strip_prefix("error: ").unwrap_or(last))
        }
    }
}
