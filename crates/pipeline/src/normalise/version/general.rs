//! What has no rules of its own: numbers and words. A missing number is 0, a word comes before the end, `final` and the like are the end,
//! patch words behind it.

use std::cmp::Ordering;

use super::{numbers, split};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parts(a), parts(b));
    let is_number = |part: &[u8]| part.first().is_some_and(u8::is_ascii_digit);
    let word = |part: &[u8]| if is_late(part) { Ordering::Greater } else { Ordering::Less };
    for at in 0..a.len().max(b.len()) {
        let order = match (a.get(at), b.get(at)) {
            (Some(x), Some(y)) if is_number(x) && is_number(y) => numbers(x, y),
            (Some(x), Some(y)) if is_number(x) != is_number(y) => {
                if is_number(x) {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (Some(x), Some(y)) => is_late(x).cmp(&is_late(y)).then_with(|| x.cmp(y)),
            (Some(x), None) if is_number(x) => numbers(x, b"0"),
            (None, Some(y)) if is_number(y) => numbers(b"0", y),
            (Some(x), None) => word(x),
            (None, Some(y)) => word(y).reverse(),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn is_late(word: &[u8]) -> bool {
    matches!(word, b"p" | b"patch" | b"pl" | b"post" | b"sp")
}

fn parts(text: &str) -> Vec<Vec<u8>> {
    let text = text.trim_start_matches(['v', 'V']).split('+').next().unwrap_or_default().to_ascii_lowercase();
    let mut out: Vec<Vec<u8>> = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if !first.is_ascii_alphanumeric() {
            rest = tail;
            continue;
        }
        let digits = first.is_ascii_digit();
        let (part, tail) = split(rest, |c| c.is_ascii_alphanumeric() && c.is_ascii_digit() == digits);
        if !matches!(part, b"final" | b"release" | b"ga") {
            out.push(part.to_vec());
        }
        rest = tail;
    }
    out
}
