//! The tree of a filter before its names and types are checked.

use super::error::Span;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Differs,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub(super) fn of(mark: &str) -> Option<Self> {
        Some(match mark {
            "==" => Self::Equal,
            "!=" => Self::Differs,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    pub(super) fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Differs)
    }

    /// The operator that says the same with its sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// A part of the text and what it says.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) says: Says,
}

#[derive(Clone, Debug)]
pub(super) enum Says {
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    /// A name, with its dots.
    Name(String),
    /// `function(a, b)` or `a.function(b)`, where `a` is the first argument.
    Call(String, Span, Vec<Node>),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Compare(Box<Node>, Operator, Box<Node>),
    In(Box<Node>, Box<Node>),
}
