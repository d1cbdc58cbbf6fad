//! The order of versions by the rules of each ecosystem, and ranges of them.
//!
//! `kind` is the type of a package URL (`npm`, `pypi`, `maven`, `deb` …). A type without rules of its own is ordered by numbers and words.

mod distribution;
mod gem;
mod general;
mod maven;
mod pypi;
mod range;
mod semver;

use std::cmp::Ordering;

pub use range::{contains, split_range};

/// Longest version or range that is looked at, bytes.
pub(crate) const MAX: usize = 1024;

/// The order of two versions; `None` where one is no version.
#[must_use]
pub fn compare(kind: &str, a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim(), b.trim());
    let plain =
        |text: &str| !text.is_empty() && text.len() <= MAX && text.bytes().all(|c| c.is_ascii_alphanumeric() || b".+-_~^:!".contains(&c));
    if !plain(a) || !plain(b) {
        return None;
    }
    Some(match kind {
        "deb" => distribution::deb(a, b),
        "rpm" => distribution::rpm(a, b),
        "apk" => distribution::apk(a, b),
        "alpm" => distribution::rpm(a, b),
        "pypi" => pypi::compare(a, b),
        "maven" => maven::compare(a, b),
        "gem" => gem::compare(a, b),
        "npm" | "cargo" | "golang" | "nuget" | "hex" | "pub" | "swift" => semver::compare(a, b),
        _ => general::compare(a, b),
    })
}

/// The numbers at the start of a version: its major and minor part.
#[must_use]
pub fn branch(version: &str) -> (u64, Option<u64>) {
    let rest = version.trim().trim_start_matches(['v', 'V', '=']);
    let rest = rest.split_once(':').map_or(rest, |(_, rest)| rest);
    let mut parts = rest.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().ok());
    (parts.next().flatten().unwrap_or(0), parts.next().flatten())
}

/// Digits of any length, as numbers.
fn numbers(a: &[u8], b: &[u8]) -> Ordering {
    let bare = |digits: &'_ [u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let (a, b) = (a.get(bare(a)..).unwrap_or_default(), b.get(bare(b)..).unwrap_or_default());
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Takes the leading bytes that are of a sort.
fn split(text: &[u8], of: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|c| !of(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests;
