//! Tokens to a tree.
//!
//! Written by hand: the crates that parse CEL bring a parser generator's runtime and build a tree of macros, arithmetic and calls of
//! which the subset has none, and their errors know neither our names nor a bound on nesting.

use super::error::{FilterError, Span};
use super::lexer::{Token, tokens};
use super::syntax::{Node, Operator, Says};

/// How deep brackets, lists, calls and `!` may nest.
const DEEPEST: usize = 48;

/// Parses a whole text.
pub(super) fn tree(text: &str) -> Result<Node, FilterError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.any()?;
    match parser.peek() {
        Token::End => Ok(node),
        Token::Name(word) => {
            let hint = match word.to_ascii_lowercase().as_str() {
                "and" => "; write `&&`",
                "or" => "; write `||`",
                "not" => "; write `!`",
                _ => "; conditions are joined by `&&` or `||`",
            };
            Err(parser.error(format!("unexpected {}{hint}", parser.peek().shown())))
        }
        other => Err(parser.error(format!("unexpected {}", other.shown()))),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    /// Place of the token that comes next.
    fn here(&self) -> Span {
        self.tokens.get(self.at).map_or(Span::new(self.text.len(), self.text.len()), |(_, span)| *span)
    }

    /// Place of the token before.
    fn last(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(Span::default(), |(_, span)| *span)
    }

    fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(self.text, self.here(), message)
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(found) if *found == mark);
        self.at += usize::from(found);
        found
    }

    fn want(&mut self, mark: &str, after: &str) -> Result<(), FilterError> {
        if self.take(mark) { Ok(()) } else { Err(self.error(format!("expected `{mark}` {after}, found {}", self.peek().shown()))) }
    }

    /// Runs a rule one level deeper.
    fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T, FilterError>) -> Result<T, FilterError> {
        if self.depth >= DEEPEST {
            return Err(self.error(format!("nested deeper than {DEEPEST} levels")));
        }
        self.depth += 1;
        let out = rule(self);
        self.depth -= 1;
        out
    }

    fn any(&mut self) -> Result<Node, FilterError> {
        self.joined("||", Self::all, Says::Any)
    }

    fn all(&mut self) -> Result<Node, FilterError> {
        self.joined("&&", Self::condition, Says::All)
    }

    /// One or more parts with a mark between; a chain is one flat node, so it may be long.
    fn joined(
        &mut self,
        mark: &str,
        part: impl Fn(&mut Self) -> Result<Node, FilterError>,
        says: impl Fn(Vec<Node>) -> Says,
    ) -> Result<Node, FilterError> {
        let first = part(self)?;
        if !matches!(self.peek(), Token::Mark(found) if *found == mark) {
            return Ok(first);
        }
        let mut span = first.span;
        let mut parts = vec![first];
        while self.take(mark) {
            let next = part(self)?;
            span = span.to(next.span);
            parts.push(next);
        }
        Ok(Node { span, says: says(parts) })
    }

    /// A value, or two values compared.
    fn condition(&mut self) -> Result<Node, FilterError> {
        let left = self.unary()?;
        let mark = match self.peek() {
            Token::Mark(mark) => *mark,
            _ => return Ok(left),
        };
        let operator = Operator::of(mark);
        if operator.is_none() && mark != "in" {
            return Ok(left);
        }
        self.at += 1;
        let right = self.unary()?;
        let span = left.span.to(right.span);
        if matches!(self.peek(), Token::Mark(mark) if Operator::of(mark).is_some() || *mark == "in") {
            return Err(self.error("comparisons do not chain; join two by `&&`"));
        }
        let (left, right) = (Box::new(left), Box::new(right));
        let says = match operator {
            Some(operator) => Says::Compare(left, operator, right),
            None => Says::In(left, right),
        };
        Ok(Node { span, says })
    }

    fn unary(&mut self) -> Result<Node, FilterError> {
        let start = self.here();
        if self.take("!") {
            let inner = self.deeper(Self::unary)?;
            return Ok(Node { span: start.to(inner.span), says: Says::Not(Box::new(inner)) });
        }
        if self.take("-") {
            let Token::Number(number) = *self.peek() else {
                return Err(self.error(format!("expected a number after `-`, found {}", self.peek().shown())));
            };
            self.at += 1;
            return Ok(Node { span: start.to(self.last()), says: Says::Number(-number) });
        }
        self.value()
    }

    fn value(&mut self) -> Result<Node, FilterError> {
        let span = self.here();
        let token = self.peek().clone();
        self.at += 1;
        let mut node = match token {
            Token::Text(text) => Node { span, says: Says::Text(text) },
            Token::Number(number) => Node { span, says: Says::Number(number) },
            Token::Name(name) => self.named(name, span)?,
            Token::Mark("(") => {
                let inner = self.deeper(Self::any)?;
                self.want(")", "to close the bracket")?;
                // Only the place changes: `(a)` says what `a` says.
                Node { span: span.to(self.last()), says: inner.says }
            }
            Token::Mark("[") => {
                let elements = self.elements("]")?;
                Node { span: span.to(self.last()), says: Says::List(elements) }
            }
            other => {
                self.at -= 1;
                return Err(self.error(format!("expected a name or a value, found {}", other.shown())));
            }
        };
        while self.take(".") {
            node = self.member(node)?;
        }
        Ok(node)
    }

    /// `true`, a name, or a function with its arguments.
    fn named(&mut self, name: String, span: Span) -> Result<Node, FilterError> {
        let says = match name.as_str() {
            "true" => Says::Flag(true),
            "false" => Says::Flag(false),
            _ if self.take("(") => {
                let arguments = self.elements(")")?;
                return Ok(Node { span: span.to(self.last()), says: Says::Call(name, span, arguments) });
            }
            _ => Says::Name(name),
        };
        Ok(Node { span, says })
    }

    /// What follows a dot: the rest of a name, or a function of the value before.
    fn member(&mut self, before: Node) -> Result<Node, FilterError> {
        let word_span = self.here();
        let Token::Name(word) = self.peek().clone() else {
            return Err(self.error(format!("expected a name after `.`, found {}", self.peek().shown())));
        };
        self.at += 1;
        if self.take("(") {
            // Each call holds the value before it, so a chain of calls is as deep as it is long; none makes sense on another's result.
            if matches!(before.says, Says::Call(..)) {
                return Err(FilterError::new(self.text, word_span, "a function's result has no functions"));
            }
            let start = before.span;
            let mut arguments = vec![before];
            arguments.extend(self.elements(")")?);
            return Ok(Node { span: start.to(self.last()), says: Says::Call(word, word_span, arguments) });
        }
        match before.says {
            Says::Name(name) if name.len() < 64 => Ok(Node { span: before.span.to(word_span), says: Says::Name(format!("{name}.{word}")) }),
            _ => Err(FilterError::new(self.text, word_span, "only a name has parts")),
        }
    }

    /// Values with commas between, up to the closing mark; a comma may stand before it.
    fn elements(&mut self, close: &'static str) -> Result<Vec<Node>, FilterError> {
        let mut out = Vec::new();
        while !self.take(close) {
            out.push(self.deeper(Self::any)?);
            if !self.take(",") {
                self.want(close, "or `,`")?;
                break;
            }
        }
        Ok(out)
    }
}
