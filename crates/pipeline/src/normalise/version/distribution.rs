//! Versions of distributions: Debian and Ubuntu (dpkg), Red Hat, SUSE and Amazon (rpm), Alpine (apk).

use std::cmp::Ordering;

use super::{numbers, split};

pub(super) fn deb(a: &str, b: &str) -> Ordering {
    let (epoch_a, a) = epoch(a);
    let (epoch_b, b) = epoch(b);
    let revision = |text: &'_ str| -> (String, String) {
        text.rsplit_once('-').map_or((text.to_owned(), String::new()), |(version, revision)| (version.to_owned(), revision.to_owned()))
    };
    let ((version_a, revision_a), (version_b, revision_b)) = (revision(a), revision(b));
    epoch_a.cmp(&epoch_b).then_with(|| dpkg(&version_a, &version_b)).then_with(|| dpkg(&revision_a, &revision_b))
}

fn epoch(text: &str) -> (u64, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) => (epoch.parse().unwrap_or(0), rest),
        None => (0, text),
    }
}

/// A tilde before everything, even the end; letters before other signs; runs of digits as numbers.
fn dpkg(a: &str, b: &str) -> Ordering {
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

pub(super) fn rpm(a: &str, b: &str) -> Ordering {
    let (epoch_a, a) = epoch(a);
    let (epoch_b, b) = epoch(b);
    let (version_a, release_a) = a.rsplit_once('-').map_or((a, None), |(version, release)| (version, Some(release)));
    let (version_b, release_b) = b.rsplit_once('-').map_or((b, None), |(version, release)| (version, Some(release)));
    epoch_a.cmp(&epoch_b).then_with(|| segments(version_a, version_b)).then_with(|| match (release_a, release_b) {
        (Some(a), Some(b)) => segments(a, b),
        // A bound without a release speaks of every release of the version.
        _ => Ordering::Equal,
    })
}

/// `rpmvercmp`: runs of digits or letters; a tilde before the end, a caret behind it and before everything else.
fn segments(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let other = |c: &u8| !c.is_ascii_alphanumeric() && !matches!(c, b'~' | b'^');
        (a, b) = (split(a, other).1, split(b, other).1);
        match (a.first(), b.first()) {
            (None, None) => return Ordering::Equal,
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {
                (a, b) = (a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default());
                continue;
            }
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            (Some(b'^'), None) => return Ordering::Greater,
            (None, Some(b'^')) => return Ordering::Less,
            (Some(b'^'), _) => return Ordering::Less,
            (_, Some(b'^')) => return Ordering::Greater,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() != y.is_ascii_digit() => {
                return if x.is_ascii_digit() { Ordering::Greater } else { Ordering::Less };
            }
            (Some(x), Some(_)) => {
                let digits = x.is_ascii_digit();
                let of = |c: &u8| c.is_ascii_alphanumeric() && c.is_ascii_digit() == digits;
                let ((part_a, tail_a), (part_b, tail_b)) = (split(a, of), split(b, of));
                let order = if digits { numbers(part_a, part_b) } else { part_a.cmp(part_b) };
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (tail_a, tail_b);
            }
        }
    }
}

pub(super) fn apk(a: &str, b: &str) -> Ordering {
    let (version_a, revision_a) = revision(a);
    let (version_b, revision_b) = revision(b);
    let (number_a, suffix_a) = version_a.split_once('_').unwrap_or((version_a, ""));
    let (number_b, suffix_b) = version_b.split_once('_').unwrap_or((version_b, ""));
    segments(number_a, number_b)
        .then_with(|| suffixes(suffix_a, suffix_b))
        .then_with(|| numbers(revision_a.as_bytes(), revision_b.as_bytes()))
}

fn revision(text: &str) -> (&str, &str) {
    text.rsplit_once("-r").filter(|(_, tail)| tail.bytes().all(|c| c.is_ascii_digit())).unwrap_or((text, "0"))
}

/// `alpha < beta < pre < rc < nothing < cvs < svn < git < hg < p`, each with a number.
fn suffixes(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('_'), b.split('_'));
    loop {
        let (x, y) = (a.next().unwrap_or(""), b.next().unwrap_or(""));
        if x.is_empty() && y.is_empty() {
            return Ordering::Equal;
        }
        let ((word_a, number_a), (word_b, number_b)) =
            (split(x.as_bytes(), u8::is_ascii_alphabetic), split(y.as_bytes(), u8::is_ascii_alphabetic));
        let place = |word: &[u8]| match word {
            b"alpha" => 0,
            b"beta" => 1,
            b"pre" => 2,
            b"rc" => 3,
            b"" => 4,
            b"cvs" => 5,
            b"svn" => 6,
            b"git" => 7,
            b"hg" => 8,
            _ => 9,
        };
        let order = place(word_a).cmp(&place(word_b)).then_with(|| numbers(number_a, number_b));
        if order != Ordering::Equal {
            return order;
        }
    }
}
