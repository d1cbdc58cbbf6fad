//! `>`, `<`, `..` and `?` in a value of the bar.

use super::term::Value;

/// What a value asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound<'a> {
    Is(&'a str),
    Above(&'a str),
    AtLeast(&'a str),
    Below(&'a str),
    AtMost(&'a str),
    /// Both ends belong to it; one may be left out.
    Between(Option<&'a str>, Option<&'a str>),
    /// Not known, not there.
    Unknown,
}

impl<'a> Bound<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        let text = value.text.trim();
        if value.quoted {
            return Self::Is(text);
        }
        if text == "?" {
            return Self::Unknown;
        }
        let behind = |sign: &str| text.strip_prefix(sign).map(str::trim);
        // The longer sign first.
        let signed = behind(">=").map(Self::AtLeast).or_else(|| behind("<=").map(Self::AtMost));
        let signed = signed.or_else(|| behind(">").map(Self::Above)).or_else(|| behind("<").map(Self::Below));
        if let Some(bound) = signed.or_else(|| behind("=").map(Self::Is)) {
            return bound;
        }
        match text.split_once("..") {
            Some((from, to)) if !(from.is_empty() && to.is_empty()) => {
                Self::Between(Some(from).filter(|end| !end.is_empty()), Some(to).filter(|end| !end.is_empty()))
            }
            _ => Self::Is(text),
        }
    }

    /// A condition on a name, the ends written by `write`; `None` for [`Bound::Unknown`].
    pub(super) fn condition(self, name: &str, write: &dyn Fn(&str) -> Result<String, String>) -> Option<Result<String, String>> {
        let one = |sign: &str, end: &str| write(end).map(|end| format!("{name} {sign} {end}"));
        Some(match self {
            Self::Is(end) => one("==", end),
            Self::Above(end) => one(">", end),
            Self::AtLeast(end) => one(">=", end),
            Self::Below(end) => one("<", end),
            Self::AtMost(end) => one("<=", end),
            Self::Between(Some(from), Some(to)) => one(">=", from).and_then(|from| one("<=", to).map(|to| format!("({from} && {to})"))),
            Self::Between(Some(from), None) => one(">=", from),
            Self::Between(None, Some(to)) => one("<=", to),
            Self::Between(None, None) | Self::Unknown => return None,
        })
    }
}
