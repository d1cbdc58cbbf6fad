//! Ruby gems (Gem::Version): a word stands before the release, numbers as numbers, zeros at the end count for nothing.

use std::cmp::Ordering;

use super::{numbers, split};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    // Platforms stand behind the version in lock files: `1.15.4-x86_64-linux`. A hyphen is otherwise a pre-release.
    let (a, b) = (segments(a), segments(b));
    for at in 0..a.len().max(b.len()) {
        let zero: &[u8] = b"0";
        let (x, y) = (a.get(at).map_or(zero, Vec::as_slice), b.get(at).map_or(zero, Vec::as_slice));
        let is_number = |part: &[u8]| part.first().is_some_and(u8::is_ascii_digit);
        let order = match (is_number(x), is_number(y)) {
            (true, true) => numbers(x, y),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

const PLATFORMS: [&str; 8] = ["-x86", "-arm", "-aarch64", "-java", "-mswin", "-mingw", "-universal", "-x64"];

fn segments(text: &str) -> Vec<Vec<u8>> {
    let end = PLATFORMS.iter().filter_map(|platform| text.find(platform)).min().unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(text).replace('-', ".pre.");
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if !first.is_ascii_alphanumeric() {
            rest = tail;
            continue;
        }
        let digits = first.is_ascii_digit();
        let (part, tail) = split(rest, |c| c.is_ascii_alphanumeric() && c.is_ascii_digit() == digits);
        out.push(part.to_vec());
        rest = tail;
    }
    out
}
