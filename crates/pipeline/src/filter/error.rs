//! What is wrong with a filter, with the part marked.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// Most characters of a line that an error shows; a longer line is cut around the marked part.
const SHOWN: usize = 100;

/// Why a text is no filter. `Display` gives the message, the line and a row of carets under the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FilterError {
    /// A lower-case fragment, with what to write instead where that can be said.
    pub message: String,
    /// The whole filter as given.
    pub text: String,
    /// Byte offsets in `text` of the part that is wrong; `start == end` where something is missing.
    pub start: usize,
    pub end: usize,
}

impl FilterError {
    pub(super) fn new(text: &str, span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), text: text.to_owned(), start: span.start, end: span.end }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        let before = self.text.get(..self.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = self.text.get(line_start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let column = self.text.get(line_start..self.start).map_or(0, |head| head.chars().count());
        let marked = self.text.get(self.start..self.end.min(line_start + line.len())).map_or(0, |part| part.chars().count());

        let first = if line.chars().count() <= SHOWN { 0 } else { column.saturating_sub(SHOWN / 3) };
        let (head, gap) = if first > 0 { ("…", 1) } else { ("", 0) };
        let shown: String = line.chars().skip(first).take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let tail = if line.chars().count() > first + SHOWN { "…" } else { "" };
        let carets = marked.clamp(1, SHOWN.saturating_sub(column - first).max(1));
        writeln!(f, "  {head}{shown}{tail}")?;
        write!(f, "  {}{}", " ".repeat(column - first + gap), "^".repeat(carets))
    }
}

impl std::error::Error for FilterError {}

/// A part of the text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the start of one to the end of the other.
    pub(super) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_part() {
        let text = "kev &&\nsevrity == \"high\"";
        let error = FilterError::new(text, Span::new(7, 14), "unknown name \"sevrity\"");
        assert_eq!(error.to_string(), "unknown name \"sevrity\"\n  sevrity == \"high\"\n  ^^^^^^^");
    }

    #[test]
    fn cuts_a_long_line_around_the_part() {
        let text = format!("{}wrong{}", "a".repeat(500), "b".repeat(500));
        let shown = FilterError::new(&text, Span::new(500, 505), "no").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let at = lines[2].chars().take_while(|c| *c == ' ').count();
        let under: String = lines[1].chars().skip(at).take(5).collect();
        assert_eq!(under, "wrong");
        assert!(lines[1].chars().count() < 110);
    }
}
