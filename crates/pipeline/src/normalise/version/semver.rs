//! Semantic versions: npm, Cargo, Go, NuGet, Hex, Dart, Swift. A missing number is 0, a fourth one (NuGet) counts, what stands behind `+`
//! does not.

use std::cmp::Ordering;

use super::numbers;

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (release_a, before_a) = parts(a);
    let (release_b, before_b) = parts(b);
    dotted(release_a, release_b).then_with(|| match (before_a, before_b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => identifiers(a, b),
    })
}

/// The release and what comes before it (`1.0.0`, `rc.1`).
fn parts(text: &str) -> (&str, Option<&str>) {
    let text = text.trim_start_matches(['v', 'V', '=']);
    let text = text.split_once('+').map_or(text, |(text, _)| text);
    match text.split_once('-') {
        Some((release, before)) if !before.is_empty() => (release, Some(before)),
        Some((release, _)) => (release, None),
        None => (text, None),
    }
}

fn dotted(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        let order = identifier(x.unwrap_or("0"), y.unwrap_or("0"));
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn identifiers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(x), Some(y)) => identifier(x, y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers as numbers and before words; words byte by byte, in any case as NuGet asks.
fn identifier(a: &str, b: &str) -> Ordering {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    match (is_number(a), is_number(b)) {
        (true, true) => numbers(a.as_bytes(), b.as_bytes()),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()),
    }
}
