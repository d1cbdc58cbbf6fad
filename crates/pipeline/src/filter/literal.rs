//! Constants: what a filter compares with.

use model::{Severity, Timestamp, Tri};

use super::value::Atom;

/// A constant of the type of the name that it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Text(String),
    Number(f64),
    Rank(Severity),
    Fact(Tri),
    Flag(bool),
    Time(Timestamp),
    /// Milliseconds.
    Span(i64),
}

impl Constant {
    pub(super) fn atom(&self) -> Atom<'_> {
        match self {
            Self::Text(text) => Atom::Text(text),
            Self::Number(number) => Atom::Number(*number),
            Self::Rank(rank) => Atom::Rank(*rank),
            Self::Fact(fact) => Atom::Fact(*fact),
            Self::Flag(flag) => Atom::Flag(*flag),
            Self::Time(at) => Atom::Time(*at),
            Self::Span(span) => Atom::Span(*span),
        }
    }
}

/// Reads a duration: numbers with units `w`, `d`, `h`, `m`, `s`, `ms` one after another (`30d`, `1h30m`, `1.5d`), in milliseconds; a
/// leading `-` turns it round. `None` where it is none or too long (beyond some ten thousand years).
#[must_use]
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, mut rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    if rest.is_empty() || rest.len() > 64 {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number = rest.get(..end)?.parse::<f64>().ok()?;
        rest = rest.get(end..)?;
        let unit_end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match rest.get(..unit_end)? {
            "w" => 604_800_000.0,
            "d" => 86_400_000.0,
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1000.0,
            "ms" => 1.0,
            _ => return None,
        };
        rest = rest.get(unit_end..)?;
        total += number * unit;
    }
    const LONGEST: f64 = 3.2e14;
    #[expect(clippy::cast_possible_truncation, reason = "within the bound, and fractions of a millisecond do not matter")]
    (total <= LONGEST).then_some((sign * total).round() as i64)
}

/// A text as the language writes it, in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if character.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("30d"), Some(30 * Timestamp::DAY));
        assert_eq!(duration("2w"), Some(14 * Timestamp::DAY));
        assert_eq!(duration("1h30m"), Some(5_400_000));
        assert_eq!(duration("1.5s"), Some(1500));
        assert_eq!(duration("250ms"), Some(250));
        assert_eq!(duration("-1d"), Some(-Timestamp::DAY));
        for wrong in ["", "d", "30", "30 days", "1y", "1..5d", "99999999999999d", "-", "1d2", "é"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
