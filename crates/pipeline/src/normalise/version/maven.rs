//! Maven's order (ComparableVersion): numbers and qualifiers, `alpha < beta < milestone < rc < snapshot < release < sp < any other word`.
//!
//! A hyphen, and a change between digits and letters, open an inner list, which stands before a number and behind a qualifier.

use std::cmp::Ordering;

use super::{numbers, split};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (items(a), items(b));
    for at in 0..a.len().max(b.len()) {
        let order = match (a.get(at), b.get(at)) {
            (Some(x), Some(y)) => x.order(y),
            (Some(x), None) => x.against_nothing(),
            (None, Some(y)) => y.against_nothing().reverse(),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

struct Item {
    text: String,
    is_number: bool,
    /// True behind a hyphen or a change of digits and letters: such a number stands before one behind a dot.
    inner: bool,
}

impl Item {
    /// Place of a qualifier among the known ones; 5 is the release itself.
    fn qualifier(&self) -> (u8, &str) {
        match self.text.as_str() {
            "alpha" => (0, ""),
            "beta" => (1, ""),
            "milestone" => (2, ""),
            "rc" | "cr" => (3, ""),
            "snapshot" => (4, ""),
            "" | "ga" | "final" | "release" => (5, ""),
            "sp" => (6, ""),
            other => (7, other),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self.is_number, other.is_number) {
            (true, true) if self.inner == other.inner => numbers(self.text.as_bytes(), other.text.as_bytes()),
            (true, true) => other.inner.cmp(&self.inner),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.qualifier().cmp(&other.qualifier()),
        }
    }

    fn against_nothing(&self) -> Ordering {
        if self.is_number { numbers(self.text.as_bytes(), b"0") } else { self.qualifier().cmp(&(5, "")) }
    }

    fn is_nothing(&self) -> bool {
        self.against_nothing() == Ordering::Equal
    }
}

fn items(text: &str) -> Vec<Item> {
    let text = text.to_ascii_lowercase();
    let mut out: Vec<Item> = Vec::new();
    let mut rest = text.as_bytes();
    let mut inner = false;
    while let [first, tail @ ..] = rest {
        match first {
            b'.' => {
                inner = false;
                rest = tail;
                continue;
            }
            b'-' => {
                trim(&mut out);
                inner = true;
                rest = tail;
                continue;
            }
            _ => {}
        }
        let is_number = first.is_ascii_digit();
        let (part, tail) = split(rest, |c| c.is_ascii_digit() == is_number && !matches!(c, b'.' | b'-'));
        let mut word = String::from_utf8_lossy(part).into_owned();
        // `a1`, `b1`, `m1` are short for the long words, before a number only.
        if !is_number && tail.first().is_some_and(u8::is_ascii_digit) {
            word = match word.as_str() {
                "a" => "alpha".to_owned(),
                "b" => "beta".to_owned(),
                "m" => "milestone".to_owned(),
                _ => word,
            };
        }
        if !is_number {
            trim(&mut out);
        }
        out.push(Item { text: word, is_number, inner: inner && is_number });
        inner = tail.first().is_some_and(|next| !matches!(next, b'.' | b'-'));
        rest = tail;
    }
    trim(&mut out);
    out
}

/// Drops zeros and empty qualifiers at the end: `1.0.0` is `1`, `1.0.0-rc` is `1-rc`.
fn trim(items: &mut Vec<Item>) {
    while items.last().is_some_and(Item::is_nothing) {
        items.pop();
    }
}
