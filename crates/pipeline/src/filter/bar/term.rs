//! The text of the bar, cut into terms.

use super::super::error::Span;

/// One character and whether it stood in quotes; the place is a byte offset.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    at: usize,
    character: char,
    quoted: bool,
}

/// A value of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    /// Partly or wholly in quotes: signs in it mean themselves.
    pub(super) quoted: bool,
    pub(super) span: Span,
}

/// `-field:value,value`, or words to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) negated: bool,
    /// Before the first colon outside quotes, with its place.
    pub(super) field: Option<(String, Span)>,
    /// Between commas; one value where there is no field.
    pub(super) values: Vec<Value>,
    /// Everything after the minus as one value: what is searched for where the field turns out to be none.
    pub(super) whole: Value,
    pub(super) span: Span,
    /// A quote was opened and not closed.
    pub(super) unclosed: bool,
}

/// The terms of a text, in order.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let mut out = Vec::new();
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut start = None;
    let mut quote = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if !quote && character.is_whitespace() {
            if let Some(start) = start.take() {
                out.extend(term(&std::mem::take(&mut glyphs), Span::new(start, at), false));
            }
            continue;
        }
        start.get_or_insert(at);
        match character {
            _ if escaped => {
                glyphs.push(Glyph { at, character, quoted: true });
                escaped = false;
            }
            '\\' if quote => escaped = true,
            '"' => quote = !quote,
            _ => glyphs.push(Glyph { at, character, quoted: quote }),
        }
    }
    if let Some(start) = start {
        out.extend(term(&glyphs, Span::new(start, text.len()), quote));
    }
    out
}

fn term(glyphs: &[Glyph], span: Span, unclosed: bool) -> Option<Term> {
    let negated = glyphs.len() > 1 && is(glyphs.first(), '-');
    let body = if negated { glyphs.get(1..)? } else { glyphs };
    if body.is_empty() {
        return None;
    }
    let colon = body.iter().position(|glyph| is(Some(glyph), ':')).filter(|at| *at > 0);
    let field = colon.and_then(|colon| {
        let name = body.get(..colon)?;
        let fits = |glyph: &Glyph| !glyph.quoted && (glyph.character.is_ascii_alphanumeric() || matches!(glyph.character, '_' | '.' | '-'));
        let begins = name.first().is_some_and(|glyph| glyph.character.is_ascii_alphabetic());
        (begins && name.iter().all(fits)).then(|| (name.iter().map(|glyph| glyph.character).collect(), span_of(name, span)))
    });
    let values = match (&field, colon) {
        (Some(_), Some(colon)) => body.get(colon + 1..)?.split(|glyph| is(Some(glyph), ',')).map(|part| value(part, span)).collect(),
        _ => vec![value(body, span)],
    };
    Some(Term { negated, field, values, whole: value(body, span), span, unclosed })
}

fn is(glyph: Option<&Glyph>, character: char) -> bool {
    glyph.is_some_and(|glyph| !glyph.quoted && glyph.character == character)
}

fn value(glyphs: &[Glyph], term: Span) -> Value {
    Value {
        text: glyphs.iter().map(|glyph| glyph.character).collect(),
        quoted: glyphs.iter().any(|glyph| glyph.quoted),
        span: span_of(glyphs, term),
    }
}

/// Place of the characters, or of the whole term where there are none.
fn span_of(glyphs: &[Glyph], term: Span) -> Span {
    match (glyphs.first(), glyphs.last()) {
        (Some(first), Some(last)) => Span::new(first.at, last.at + last.character.len_utf8()),
        _ => term,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<(bool, Option<String>, Vec<String>)> {
        let texts = |term: &Term| term.values.iter().map(|value| value.text.clone()).collect();
        terms(text).iter().map(|term| (term.negated, term.field.as_ref().map(|(name, _)| name.clone()), texts(term))).collect()
    }

    #[test]
    fn fields_values_quotes_and_words() {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert_eq!(shape("tier:3d,14d"), [(false, Some("tier".into()), owned(&["3d", "14d"]))]);
        assert_eq!(shape("-tool:zap x"), [(true, Some("tool".into()), owned(&["zap"])), (false, None, owned(&["x"]))]);
        assert_eq!(
            shape(r#"team:"a b, c:d" "two words""#),
            [(false, Some("team".into()), owned(&["a b, c:d"])), (false, None, owned(&["two words"]))]
        );
        assert_eq!(shape("src/a.py:41"), [(false, None, owned(&["src/a.py:41"]))]);
        assert_eq!(shape("-"), [(false, None, owned(&["-"]))]);
        assert_eq!(shape(" \"\" "), []);
        assert!(terms("team:\"a").iter().all(|term| term.unclosed));
    }
}
