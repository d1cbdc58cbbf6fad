//! A checked filter, and what it says of an issue. Evaluation is total: every checked filter gives an answer for every issue.

use std::cmp::Ordering;

use model::{Severity, Tri};
use regex::Regex;

use super::Subject;
use super::field::Field;
use super::literal::Constant;
use super::syntax::Operator;
use super::value::{Atom, any, fact};

/// A condition whose names and types are known to fit.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Always(bool),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// The fact is yes.
    Fact(Field),
    /// The flag is set.
    Flag(Field),
    /// There is a value, and a fact or word is not `unknown`.
    Has(Field),
    /// True where one value on the left stands so to one on the right; `!=` where both sides have values and no two are equal.
    Compare(Field, Operator, Side),
    /// True where one value of the field passes.
    Test(Field, TextTest),
    /// Lower-case text that title, place or an identifier contains in whatever case.
    Search(String),
}

/// The right side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Side {
    Field(Field),
    /// One for a comparison, any number for `in`.
    Values(Vec<Constant>),
}

/// A question about text. For fields that ignore case the text is in lower case and the pattern is built to ignore it.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    StartsWith(String),
    Contains(String),
    Matches(Regex),
}

impl Expression {
    /// True where the issue fits. With `lift`, facts that are not known count as yes.
    pub(super) fn holds(&self, subject: &Subject<'_>, lift: bool) -> bool {
        match self {
            Self::Always(value) => *value,
            Self::All(parts) => parts.iter().all(|part| part.holds(subject, lift)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(subject, lift)),
            Self::Not(part) => !part.holds(subject, lift),
            Self::Fact(field) => fact(*field, subject.issue, lift) == Tri::Yes,
            Self::Flag(field) => any(*field, subject, lift, &mut |atom| matches!(atom, Atom::Flag(true))),
            Self::Has(field) => any(*field, subject, lift, &mut |atom| is_known(*field, &atom)),
            Self::Compare(field, operator, side) => compare(*field, *operator, side, subject, lift),
            Self::Test(field, test) => any(*field, subject, lift, &mut |atom| match atom {
                Atom::Text(text) => test.passes(text, field.ignores_case()),
                _ => false,
            }),
            Self::Search(needle) => {
                let issue = subject.issue;
                let texts = [issue.title.as_str(), issue.place.as_str()].into_iter().chain(issue.identifiers.iter().map(String::as_str));
                texts.into_iter().any(|text| text.to_lowercase().contains(needle.as_str()))
            }
        }
    }
}

impl TextTest {
    fn passes(&self, text: &str, ignores_case: bool) -> bool {
        match self {
            Self::Matches(pattern) => pattern.is_match(text),
            Self::StartsWith(part) if ignores_case => text.to_lowercase().starts_with(part.as_str()),
            Self::StartsWith(part) => text.starts_with(part.as_str()),
            Self::Contains(part) if ignores_case => text.to_lowercase().contains(part.as_str()),
            Self::Contains(part) => text.contains(part.as_str()),
        }
    }
}

fn is_known(field: Field, atom: &Atom<'_>) -> bool {
    match atom {
        Atom::Fact(fact) => *fact != Tri::Unknown,
        Atom::Rank(rank) => *rank != Severity::Unknown,
        Atom::Text(text) => field != Field::Exposure || *text != "unknown",
        _ => true,
    }
}

fn compare(field: Field, operator: Operator, side: &Side, subject: &Subject<'_>, lift: bool) -> bool {
    let ignores_case = field.ignores_case();
    let pair = |operator| {
        any(field, subject, lift, &mut |left| match side {
            Side::Values(values) => values.iter().any(|right| stands(left, operator, right.atom(), ignores_case)),
            Side::Field(other) => any(*other, subject, lift, &mut |right| stands(left, operator, right, ignores_case)),
        })
    };
    if operator != Operator::Differs {
        return pair(operator);
    }
    let has_value = |field| any(field, subject, lift, &mut |_| true);
    let other_has_value = match side {
        Side::Values(values) => !values.is_empty(),
        Side::Field(other) => has_value(*other),
    };
    has_value(field) && other_has_value && !pair(Operator::Equal)
}

fn stands(left: Atom<'_>, operator: Operator, right: Atom<'_>, ignores_case: bool) -> bool {
    let order = match (left, right) {
        (Atom::Text(a), Atom::Text(b)) if ignores_case && a.eq_ignore_ascii_case(b) => Some(Ordering::Equal),
        (Atom::Text(a), Atom::Text(b)) => Some(a.cmp(b)),
        (Atom::Number(a), Atom::Number(b)) => a.partial_cmp(&b),
        (Atom::Rank(a), Atom::Rank(b)) if (a == Severity::Unknown) == (b == Severity::Unknown) => Some(a.cmp(&b)),
        (Atom::Fact(a), Atom::Fact(b)) => Some(a.cmp(&b)),
        (Atom::Flag(a), Atom::Flag(b)) => Some(a.cmp(&b)),
        (Atom::Time(a), Atom::Time(b)) => Some(a.cmp(&b)),
        (Atom::Span(a), Atom::Span(b)) => Some(a.cmp(&b)),
        // An unknown rank beside a known one, and what the checks let nobody write.
        _ => None,
    };
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::Differs => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}
