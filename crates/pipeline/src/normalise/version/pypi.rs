//! Python versions (PEP 440): epoch, release, pre-release, post-release, development release, local label.

use std::cmp::Ordering;

use super::{general, numbers, split};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (Version::read(a), Version::read(b)) {
        (Some(a), Some(b)) => a.order(&b),
        // Legacy versions are no versions any more; some tools still write them.
        _ => general::compare(a, b),
    }
}

struct Version {
    epoch: String,
    release: Vec<String>,
    /// 0 alpha, 1 beta, 2 candidate, with its number.
    pre: Option<(u8, String)>,
    post: Option<String>,
    dev: Option<String>,
    local: Vec<String>,
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
        let (text, local) = text.split_once('+').unwrap_or((&text, ""));
        let (epoch, text) = text.split_once('!').unwrap_or(("0", text));
        let mut out = Self { epoch: epoch.to_owned(), release: Vec::new(), pre: None, post: None, dev: None, local: Vec::new() };
        out.local = local.split(['.', '-', '_']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let mut rest = text.as_bytes();
        loop {
            let (digits, tail) = split(rest, u8::is_ascii_digit);
            if digits.is_empty() {
                return None;
            }
            out.release.push(String::from_utf8_lossy(digits).into_owned());
            match tail {
                [b'.', next, ..] if next.is_ascii_digit() => rest = tail.get(1..).unwrap_or_default(),
                _ => {
                    rest = tail;
                    break;
                }
            }
        }
        while !rest.is_empty() {
            let (_, tail) = split(rest, |c| matches!(c, b'.' | b'-' | b'_'));
            let (word, tail) = split(tail, u8::is_ascii_alphabetic);
            let (_, after) = split(tail, |c| matches!(c, b'.' | b'-' | b'_'));
            let (number, tail) = split(if after.first().is_some_and(u8::is_ascii_digit) { after } else { tail }, u8::is_ascii_digit);
            let number = if number.is_empty() { "0".to_owned() } else { String::from_utf8_lossy(number).into_owned() };
            match word {
                b"a" | b"alpha" => out.pre = Some((0, number)),
                b"b" | b"beta" => out.pre = Some((1, number)),
                b"c" | b"rc" | b"pre" | b"preview" => out.pre = Some((2, number)),
                b"post" | b"rev" | b"r" => out.post = Some(number),
                b"dev" => out.dev = Some(number),
                // `1.0-1` is the implicit post-release.
                b"" if rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_digit) => out.post = Some(number),
                _ => return None,
            }
            rest = tail;
        }
        Some(out)
    }

    fn order(&self, other: &Self) -> Ordering {
        let number = |a: &str, b: &str| numbers(a.as_bytes(), b.as_bytes());
        let mut order = number(&self.epoch, &other.epoch);
        for at in 0..self.release.len().max(other.release.len()) {
            let part = |version: &'_ Self| version.release.get(at).cloned().unwrap_or_else(|| "0".to_owned());
            order = order.then_with(|| number(&part(self), &part(other)));
        }
        // A development release of the release itself comes before its pre-releases.
        let before = |version: &Self| match (&version.pre, &version.post, &version.dev) {
            (None, None, Some(_)) => 0u8,
            (Some(_), ..) => 1,
            (None, ..) => 2,
        };
        order = order.then_with(|| before(self).cmp(&before(other)));
        if let (Some((a, x)), Some((b, y))) = (&self.pre, &other.pre) {
            order = order.then_with(|| a.cmp(b)).then_with(|| number(x, y));
        }
        order = order.then_with(|| match (&self.post, &other.post) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => number(a, b),
        });
        order = order.then_with(|| match (&self.dev, &other.dev) {
            (None, None) => Ordering::Equal,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => number(a, b),
        });
        for at in 0..self.local.len().max(other.local.len()) {
            order = order.then_with(|| match (self.local.get(at), other.local.get(at)) {
                (Some(a), Some(b)) => {
                    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
                    match (digits(a), digits(b)) {
                        (true, true) => number(a, b),
                        (true, false) => Ordering::Greater,
                        (false, true) => Ordering::Less,
                        (false, false) => a.cmp(b),
                    }
                }
                (a, b) => a.is_some().cmp(&b.is_some()),
            });
        }
        order
    }
}
