//! Text to tokens: CEL's, as far as the subset needs them.

use super::error::{FilterError, Span};

/// A word of the language.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Number(f64),
    /// An operator or a bracket, as written.
    Mark(&'static str),
    End,
}

impl Token {
    /// How an error names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!("`{}`", name.chars().take(40).collect::<String>()),
            Self::Text(_) => "a text".into(),
            Self::Number(number) => format!("`{number}`"),
            Self::Mark(mark) => format!("`{mark}`"),
            Self::End => "the end".into(),
        }
    }
}

/// Longer ones first.
const MARKS: [&str; 16] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", ".", "-"];

/// All tokens with their places; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, FilterError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut out = Vec::new();
    loop {
        let (token, span) = lexer.next()?;
        let done = token == Token::End;
        out.push((token, span));
        if done {
            return Ok(out);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, start: usize, end: usize, message: impl Into<String>) -> FilterError {
        FilterError::new(self.text, Span::new(start, end), message)
    }

    /// Moves over the longest head of the rest whose characters all fit, and returns it.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn next(&mut self) -> Result<(Token, Span), FilterError> {
        self.take_while(char::is_whitespace);
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok((Token::End, Span::new(start, start)));
        };
        let raw = matches!(self.rest().get(..2), Some("r\"" | "r'" | "R\"" | "R'"));
        let token = if matches!(first, '"' | '\'') || raw {
            self.string(raw)?
        } else if first.is_ascii_digit() {
            self.number()?
        } else if first.is_alphabetic() || first == '_' {
            match self.take_while(|c| c.is_alphanumeric() || c == '_') {
                "in" => Token::Mark("in"),
                name => Token::Name(name.to_owned()),
            }
        } else if let Some(mark) = MARKS.into_iter().find(|mark| self.rest().starts_with(mark)) {
            self.at += mark.len();
            Token::Mark(mark)
        } else {
            let hint = match first {
                '=' => "; equality is written `==`",
                '&' => "; write `&&`",
                '|' => "; write `||`",
                '“' | '”' | '‘' | '’' => "; quotes are written `\"`",
                _ => "",
            };
            let message = format!("`{}` is not part of the language{hint}", first.escape_debug());
            return Err(self.error(start, start + first.len_utf8(), message));
        };
        Ok((token, Span::new(start, self.at)))
    }

    /// Digits with an optional fraction and exponent.
    fn number(&mut self) -> Result<Token, FilterError> {
        let start = self.at;
        let digits = |c: char| c.is_ascii_digit();
        self.take_while(digits);
        let after = |lexer: &Self, skip: usize| lexer.rest().chars().nth(skip);
        if after(self, 0) == Some('.') && after(self, 1).is_some_and(digits) {
            self.at += 1;
            self.take_while(digits);
        }
        if matches!(after(self, 0), Some('e' | 'E')) {
            let signed = usize::from(matches!(after(self, 1), Some('+' | '-')));
            if after(self, 1 + signed).is_some_and(digits) {
                self.at += 1 + signed;
                self.take_while(digits);
            }
        }
        let word = self.take_while(|c| c.is_alphanumeric() || c == '_');
        let written = self.text.get(start..self.at).unwrap_or_default();
        if !word.is_empty() {
            let hint = if matches!(word, "d" | "h" | "m" | "s" | "w" | "ms") { "; a duration is written duration(\"30d\")" } else { "" };
            return Err(self.error(start, self.at, format!("`{}` is not a number{hint}", written.chars().take(40).collect::<String>())));
        }
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Token::Number(number)),
            _ => Err(self.error(start, self.at, "the number is too large")),
        }
    }

    fn string(&mut self, raw: bool) -> Result<Token, FilterError> {
        let start = self.at;
        self.at += usize::from(raw);
        let Some(quote) = self.rest().chars().next() else {
            return Err(self.error(start, self.at, "the text has no end"));
        };
        self.at += quote.len_utf8();
        let mut out = String::new();
        loop {
            let here = self.at;
            let Some(character) = self.rest().chars().next() else {
                return Err(self.error(start, here, format!("the text has no closing {quote}")));
            };
            self.at += character.len_utf8();
            match character {
                _ if character == quote => return Ok(Token::Text(out)),
                '\\' if !raw => out.push(self.escape(here)?),
                _ => out.push(character),
            }
        }
    }

    /// The character that an escape stands for; `start` is the place of its backslash.
    fn escape(&mut self, start: usize) -> Result<char, FilterError> {
        let Some(kind) = self.rest().chars().next() else {
            return Err(self.error(start, self.at, "the text has no end"));
        };
        self.at += kind.len_utf8();
        let digits = match kind {
            'n' => return Ok('\n'),
            't' => return Ok('\t'),
            'r' => return Ok('\r'),
            '\\' | '"' | '\'' | '`' | '?' => return Ok(kind),
            'x' | 'X' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                let message = format!("`\\{}` is no escape; write `\\\\` for a backslash, or a raw text r\"…\"", kind.escape_debug());
                return Err(self.error(start, self.at, message));
            }
        };
        let code = self.rest().get(..digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match character {
            Some(character) => {
                self.at += digits;
                Ok(character)
            }
            None => Err(self.error(start, self.at, format!("`\\{kind}` wants {digits} hexadecimal digits of a character"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn texts() {
        let text = |word: &str| vec![Token::Text(word.into()), Token::End];
        assert_eq!(all(r#""a\"b\n\u00e4\x41""#), text("a\"b\nä\u{41}"));
        assert_eq!(all(r"'a\'b'"), text("a'b"));
        assert_eq!(all(r#"r"\d+""#), text(r"\d+"));
        for wrong in ["\"a", "'", "\"\\", r#""\d""#, r#""\u12""#, r#""\ud800""#, "r\"", "\"\\u123é\""] {
            assert!(tokens(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers() {
        let number = |value: f64| vec![Token::Number(value), Token::End];
        assert_eq!(all("12"), number(12.0));
        assert_eq!(all("0.25"), number(0.25));
        assert_eq!(all("1e3"), number(1000.0));
        assert!(tokens("30d").unwrap_err().message.contains("duration(\"30d\")"));
        assert!(tokens("1e999").is_err());
    }

    #[test]
    fn marks_and_names() {
        let mark = Token::Mark;
        assert_eq!(all("a<=b"), [Token::Name("a".into()), mark("<="), Token::Name("b".into()), Token::End]);
        assert_eq!(all("index in"), [Token::Name("index".into()), mark("in"), Token::End]);
        assert!(tokens("a = b").unwrap_err().message.contains("`==`"));
        assert!(tokens("a & b").unwrap_err().message.contains("`&&`"));
    }
}
