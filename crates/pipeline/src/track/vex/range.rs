//! Versions in ranges, as VEX documents give them: `vers:npm/>=1.0|<1.4`, `>=1.0|<1.4`, `<=2.3`.
//!
//! Order by the rules of the ecosystem where they matter: `deb` and `rpm` with epochs and tildes; everything else by numbers and words, a
//! word (`alpha`, `rc`) before the release. What cannot be ordered is in no range.

use std::cmp::Ordering;

/// Longest version or range that is looked at, bytes.
const MAX: usize = 1024;

/// True where the version lies in the range. `kind` is the type of the package URL.
pub(super) fn contains(range: &str, kind: &str, version: &str) -> bool {
    if range.len() > MAX || version.len() > MAX || version.is_empty() {
        return false;
    }
    let body = match range.trim().strip_prefix("vers:") {
        Some(rest) => rest.split_once('/').map_or("", |(_, body)| body),
        None => range.trim(),
    };
    let mut ends: Vec<(&str, String)> = Vec::new();
    for part in body.split(['|', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        if part == "*" {
            return true;
        }
        let (operator, bound) = ["!=", ">=", "<=", ">", "<", "="]
            .into_iter()
            .find_map(|operator| Some((operator, part.strip_prefix(operator)?)))
            .unwrap_or(("=", part));
        let bound = bound.trim().replace("%2B", "+").replace("%2b", "+").replace("%3A", ":").replace("%3a", ":");
        let Some(order) = compare(kind, version, &bound) else { return false };
        match operator {
            "!=" if order == Ordering::Equal => return false,
            "!=" => {}
            "=" if order == Ordering::Equal => return true,
            "=" => {}
            _ => ends.push((operator, bound)),
        }
    }
    let holds = |(operator, bound): &(&str, String)| {
        let order = compare(kind, version, bound);
        match *operator {
            ">=" => order.is_some_and(Ordering::is_ge),
            ">" => order.is_some_and(Ordering::is_gt),
            "<=" => order.is_some_and(Ordering::is_le),
            _ => order.is_some_and(Ordering::is_lt),
        }
    };
    // Ends stand in order: each lower end with the upper end behind it; one without a partner is open.
    let mut rest = ends.as_slice();
    while let [first, tail @ ..] = rest {
        let lower = first.0.starts_with('>');
        match tail {
            [second, after @ ..] if lower && second.0.starts_with('<') => {
                if holds(first) && holds(second) {
                    return true;
                }
                rest = after;
            }
            _ => {
                if holds(first) {
                    return true;
                }
                rest = tail;
            }
        }
    }
    false
}

/// The order of two versions; `None` where one is no version.
pub(super) fn compare(kind: &str, a: &str, b: &str) -> Option<Ordering> {
    let plain =
        |text: &str| !text.is_empty() && text.len() <= MAX && text.bytes().all(|c| c.is_ascii_alphanumeric() || b".+-_~^:".contains(&c));
    if !plain(a) || !plain(b) {
        return None;
    }
    if matches!(kind, "deb" | "rpm" | "apk" | "alpm") {
        let (epoch_a, rest_a) = epoch(a);
        let (epoch_b, rest_b) = epoch(b);
        return Some(epoch_a.cmp(&epoch_b).then_with(|| distribution(rest_a, rest_b)));
    }
    let trimmed = |text: &'_ str| text.trim_start_matches(['v', 'V']).split('+').next().unwrap_or_default().to_ascii_lowercase();
    Some(general(&trimmed(a), &trimmed(b)))
}

fn epoch(text: &str) -> (u64, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) => (epoch.parse().unwrap_or(0), rest),
        None => (0, text),
    }
}

/// Debian's order: a tilde before everything, even the end; letters before other signs; runs of digits as numbers.
fn distribution(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let (word_a, rest_a) = split(a, |c| !c.is_ascii_digit());
        let (word_b, rest_b) = split(b, |c| !c.is_ascii_digit());
        let weight = |c: Option<&u8>| match c {
            Some(b'~') => -1,
            None => 0,
            Some(c) if c.is_ascii_alphabetic() => i32::from(*c),
            Some(c) => i32::from(*c) + 256,
        };
        for at in 0..word_a.len().max(word_b.len()) {
            let order = weight(word_a.get(at)).cmp(&weight(word_b.get(at)));
            if order != Ordering::Equal {
                return order;
            }
        }
        let (number_a, tail_a) = split(rest_a, u8::is_ascii_digit);
        let (number_b, tail_b) = split(rest_b, u8::is_ascii_digit);
        let order = numbers(number_a, number_b);
        if order != Ordering::Equal || (tail_a.is_empty() && tail_b.is_empty()) {
            return order;
        }
        (a, b) = (tail_a, tail_b);
    }
}

fn split(text: &[u8], of: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|c| !of(c)).unwrap_or(text.len()))
}

/// Runs of digits of any length.
fn numbers(a: &[u8], b: &[u8]) -> Ordering {
    let bare = |digits: &[u8]| -> Vec<u8> { digits.iter().copied().skip_while(|digit| *digit == b'0').collect() };
    let (a, b) = (bare(a), bare(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(&b))
}

/// Numbers and words: a missing number is 0, a word comes before the end, `final` and the like are the end.
fn general(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<Vec<u8>> {
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
    };
    let (a, b) = (parts(a), parts(b));
    let is_number = |part: &[u8]| part.first().is_some_and(u8::is_ascii_digit);
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
            (Some(x), Some(y)) => x.cmp(y),
            (Some(x), None) if is_number(x) => numbers(x, b"0"),
            (None, Some(y)) if is_number(y) => numbers(b"0", y),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders() {
        let rising: [(&str, &[&str]); 4] = [
            ("npm", &["1.0.0-alpha", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2", "1.10.0", "2.0.0"]),
            ("maven", &["1.0-beta2", "1.0", "1.0.1", "1.1"]),
            ("deb", &["1.0~rc1-1", "1.0-1", "1.0-1+deb12u1", "1.0-2", "1.10-1", "1:0.5-1"]),
            ("golang", &["v1.2.3", "1.2.4", "v1.3.0"]),
        ];
        for (kind, list) in rising {
            for pair in list.windows(2) {
                let [a, b] = pair else { continue };
                assert_eq!(compare(kind, a, b), Some(Ordering::Less), "{kind} {a} {b}");
                assert_eq!(compare(kind, b, a), Some(Ordering::Greater), "{kind} {b} {a}");
            }
        }
        assert_eq!(compare("maven", "1.0.0.Final", "1.0"), Some(Ordering::Equal));
        assert_eq!(compare("npm", "1.0 beta", "1.0"), None);
    }

    #[test]
    fn ranges() {
        let within = |range: &str, version: &str| contains(range, "npm", version);
        assert!(within("vers:npm/>=1.0.0|<1.4.0", "1.3.9") && !within("vers:npm/>=1.0.0|<1.4.0", "1.4.0"));
        assert!(within("vers:npm/<1.0|>=2.0|<2.5|>=3", "0.9") && within("vers:npm/<1.0|>=2.0|<2.5|>=3", "3.1"));
        assert!(!within("vers:npm/<1.0|>=2.0|<2.5|>=3", "1.5") && !within("vers:npm/<1.0|>=2.0|<2.5|>=3", "2.5"));
        assert!(within("<=2.3", "2.3.0") && !within("<=2.3", "2.3.1"));
        assert!(within("vers:all/*", "7") && within("1.2|1.3", "1.3") && !within("1.2|1.3", "1.4"));
        assert!(!within(">=1.0|!=1.2", "1.2") && within(">=1.0|!=1.2", "1.3"));
        assert!(!within(">=1.0 and some", "1.5") && !within("", "1.0") && !within(">=1", ""));
    }
}
