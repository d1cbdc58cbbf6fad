//! Numbers of the Common Weakness Enumeration, from the ways in which tools write them.

use std::sync::LazyLock;

use regex::Regex;

/// The largest number that counts as a CWE. The list ends below 1500; the slack is for later ones.
const LARGEST: u32 = 9999;

static MARKED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:\bcwe[-_: ]{0,3}(?:id)?[-_: ]{0,3}|definitions/)0{0,4}([1-9][0-9]{0,3})\b").ok());

/// The CWE numbers that a structured value states, sorted, without repeats: `CWE-79: text`, `cwe79`, `external/cwe/cwe-079`, a page of
/// cwe.mitre.org, `79` alone, or several of them.
#[must_use]
pub fn cwe_numbers(text: &str) -> Vec<u32> {
    let head = match text.char_indices().nth(4096) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    };
    let marked = MARKED.as_ref().into_iter().flat_map(|shape| shape.captures_iter(head));
    let mut numbers: Vec<u32> = marked.filter_map(|found| found.get(1)?.as_str().parse().ok()).collect();
    if numbers.is_empty() {
        // Bare numbers count only where there is nothing else.
        let words: Vec<&str> = head.split([',', ';', '|', ' ', '[', ']']).filter(|word| !word.is_empty()).collect();
        if words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            numbers = words.iter().filter_map(|word| word.parse().ok()).collect();
        }
    }
    clean_numbers(&mut numbers);
    numbers
}

/// Sorts, drops repeats and what is no CWE number (0, and what lies beyond the list).
pub fn clean_numbers(numbers: &mut Vec<u32>) {
    numbers.retain(|number| (1..=LARGEST).contains(number));
    numbers.sort_unstable();
    numbers.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_in_which_tools_write_it() {
        for text in [
            "CWE-79",
            "79",
            "cwe-79",
            "CWE79",
            "CWE_79",
            "CWE-79: Improper Neutralization of Input (XSS, 2021)",
            "external/cwe/cwe-079",
            "https://cwe.mitre.org/data/definitions/79.html",
            "CWE ID 79",
            "cwe:79",
            " 79 ",
        ] {
            assert_eq!(cwe_numbers(text), [79], "{text}");
        }
        assert_eq!(cwe_numbers("CWE-89, CWE-79,CWE-89"), [79, 89]);
        assert_eq!(cwe_numbers("[22, 23]"), [22, 23]);
    }

    #[test]
    fn what_is_none() {
        for text in ["", "NVD-CWE-noinfo", "0", "CWE-0", "in 2021 there were 79", "OWASP A3", "99999"] {
            assert_eq!(cwe_numbers(text), [0u32; 0], "{text}");
        }
    }
}
