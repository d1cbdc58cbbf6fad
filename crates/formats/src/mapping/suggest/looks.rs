//! What a value looks like.

use model::{Kind, Severity, Timestamp};

use crate::mapping::field;
use crate::tools::sca::is_public_id;

pub(super) fn identifier(text: &str) -> bool {
    is_public_id(text.trim()) && !text.trim().contains(' ')
}

pub(super) fn severity(text: &str) -> bool {
    Severity::from_word(text) != Severity::Unknown || text.eq_ignore_ascii_case("unknown")
}

pub(super) fn kind(text: &str) -> bool {
    Kind::from_word(&text.to_lowercase()).is_some()
}

pub(super) fn cwe(text: &str) -> bool {
    text.to_ascii_lowercase().contains("cwe") && field::cwe(text).is_some() && text.len() < 120
}

pub(super) fn cwe_number(text: &str) -> bool {
    cwe(text) || text.parse::<u32>().is_ok_and(|number| (1..2000).contains(&number))
}

pub(super) fn cvss_vector(text: &str) -> bool {
    text.starts_with("CVSS:") || text.contains("AV:") && text.contains("/A")
}

pub(super) fn score(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|score| (0.0..=10.0).contains(&score))
}

pub(super) fn path(text: &str) -> bool {
    if text.len() > 400 || text.contains("://") || text.contains(char::is_whitespace) && !text.contains(['/', '\\']) {
        return false;
    }
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let ending = name.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty()
            && (1..=6).contains(&end.len())
            && end.chars().all(|c| c.is_ascii_alphanumeric())
            && end.chars().any(char::is_alphabetic)
    });
    (ending && !text.contains(' ')) || text.matches(['/', '\\']).count() > 1 && !text.starts_with("CVSS")
}

pub(super) fn line(text: &str) -> bool {
    text.strip_suffix(".0").unwrap_or(text).parse::<u32>().is_ok_and(|line| line < 10_000_000)
}

pub(super) fn web_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

pub(super) fn method(text: &str) -> bool {
    matches!(text, "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS")
}

pub(super) fn resource(text: &str) -> bool {
    text.starts_with("arn:") || text.starts_with("/subscriptions/") || text.starts_with("//") || host(text)
}

fn host(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or(text);
    let parts: Vec<&str> = name.split('.').collect();
    parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

pub(super) fn package_url(text: &str) -> bool {
    text.starts_with("pkg:")
}

pub(super) fn version(text: &str) -> bool {
    text.len() < 60 && text.trim_start_matches(['v', '=', '^', '~']).starts_with(|c: char| c.is_ascii_digit()) && !text.contains('/')
}

pub(super) fn time(text: &str) -> bool {
    text.len() >= 8 && text.contains(['-', '/', ':']) && Timestamp::lenient(text).is_some()
}

pub(super) fn truth(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "y" | "n" | "0" | "1")
}

/// A few words.
pub(super) fn sentence(text: &str) -> bool {
    (8..=250).contains(&text.len()) && text.contains(' ') && !web_address(text)
}

pub(super) fn long_text(text: &str) -> bool {
    text.len() > 60 && text.contains(' ')
}

/// One word, as ids of checks are.
pub(super) fn word(text: &str) -> bool {
    (2..=120).contains(&text.len()) && !text.contains(char::is_whitespace) && !web_address(text) && text.parse::<f64>().is_err()
}

pub(super) fn anything(_: &str) -> bool {
    true
}
