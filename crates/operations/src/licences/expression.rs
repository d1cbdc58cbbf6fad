//! Licence expressions (SPDX): `MIT OR (Apache-2.0 AND BSD-3-Clause)`, `GPL-2.0-only WITH Classpath-exception-2.0`.

/// Longest expression, bytes, and deepest nesting.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 32;

/// An expression taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// With its exception: `GPL-2.0-only WITH Classpath-exception-2.0`.
    One(String),
    Any(Vec<Self>),
    All(Vec<Self>),
}

impl Expression {
    /// Reads an expression; a text that is none is one licence of that name.
    pub(super) fn read(text: &str) -> Self {
        let whole = || Self::One(text.trim().to_owned());
        if text.len() > LONGEST {
            return whole();
        }
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        match Self::any(&words, &mut at, 0) {
            Some(read) if at == words.len() => read,
            // `Apache License, Version 2.0`: a name in words.
            _ => whole(),
        }
    }

    fn any(words: &[&str], at: &mut usize, depth: usize) -> Option<Self> {
        let mut parts = vec![Self::all(words, at, depth)?];
        while words.get(*at).is_some_and(|word| word.eq_ignore_ascii_case("or")) {
            *at += 1;
            parts.push(Self::all(words, at, depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Self::Any(parts) })
    }

    fn all(words: &[&str], at: &mut usize, depth: usize) -> Option<Self> {
        let mut parts = vec![Self::one(words, at, depth)?];
        while words.get(*at).is_some_and(|word| word.eq_ignore_ascii_case("and")) {
            *at += 1;
            parts.push(Self::one(words, at, depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) })
    }

    fn one(words: &[&str], at: &mut usize, depth: usize) -> Option<Self> {
        if depth > DEEPEST {
            return None;
        }
        let word = *words.get(*at)?;
        *at += 1;
        if word == "(" {
            let inside = Self::any(words, at, depth + 1)?;
            (words.get(*at) == Some(&")")).then(|| *at += 1)?;
            return Some(inside);
        }
        if word == ")" || ["and", "or", "with"].iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) {
            return None;
        }
        if words.get(*at).is_some_and(|next| next.eq_ignore_ascii_case("with")) {
            let exception = *words.get(*at + 1)?;
            *at += 2;
            return Some(Self::One(format!("{word} WITH {exception}")));
        }
        Some(Self::One(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let one = |text: &str| Expression::One(text.to_owned());
        assert_eq!(Expression::read("MIT"), one("MIT"));
        assert_eq!(
            Expression::read("MIT OR (Apache-2.0 AND BSD-3-Clause)"),
            Expression::Any(vec![one("MIT"), Expression::All(vec![one("Apache-2.0"), one("BSD-3-Clause")])])
        );
        assert_eq!(Expression::read("GPL-2.0-only WITH Classpath-exception-2.0"), one("GPL-2.0-only WITH Classpath-exception-2.0"));
        assert_eq!(Expression::read("Apache License, Version 2.0"), one("Apache License, Version 2.0"));
        assert_eq!(Expression::read("MIT OR"), one("MIT OR"));
        assert_eq!(Expression::read(&"(".repeat(3000)), one(&"(".repeat(3000)));
    }
}
