//! The ledger of facts: what tools say of packages, functions, routes and issues while services run or are analysed.
//!
//! `present`, `imported`, `reachable`, `loaded` and `executed` are different words and stay so. A fact has a scope, a source, a time and an
//! end; which of several counts is decided where it is asked, by [`rules`].

mod apply;
mod read;
mod rules;
mod show;

pub use apply::FactsAnswer;
pub use show::{FactList, FactRow, FactStanding};

pub(crate) use rules::{RUNTIME_DAYS, holds, is_about, is_fresh};

/// Words that a fact may say, from the weakest to the strongest, with what each means.
pub(crate) const VERDICTS: [(&str, &str); 13] = [
    ("present", "it is in the target"),
    ("imported", "the code imports it"),
    ("reachable", "a way through the code leads to it"),
    ("unreachable", "no way through the code was found"),
    ("loaded", "it was in memory while the service ran"),
    ("not_loaded", "it was looked for in memory and not seen"),
    ("executed", "it ran"),
    ("not_executed", "it was watched and did not run"),
    ("confirmed", "an attack on it worked"),
    ("not_confirmed", "an attack on it was tried and did not work"),
    ("blocked", "an attack on it was stopped while it ran"),
    ("exposed", "it can be reached from the internet"),
    ("not_exposed", "it cannot be reached from the internet"),
];

/// The word of the ledger for a tool's word, in any case and with any signs between its parts.
pub(crate) fn verdict_of(word: &str) -> Option<&'static str> {
    let folded = word.trim().to_ascii_lowercase().replace(['-', ' ', '.'], "_");
    if let Some((known, _)) = VERDICTS.iter().find(|(known, _)| *known == folded) {
        return Some(known);
    }
    Some(match folded.as_str() {
        "installed" | "found" | "exists" => "present",
        "direct" | "used" | "import" | "imports" => "imported",
        "function"
        | "package_reachable"
        | "always_reachable"
        | "conditionally_reachable"
        | "potentially_reachable"
        | "reachable_function"
        | "reachable_dependency"
        | "vulnerable_function_reachable"
        | "yes" => "reachable",
        "not_reachable" | "no_path_found" | "no_path" | "unreachable_function" | "unreachable_dependency" | "no" => "unreachable",
        "running" | "in_use" | "inuse" | "true" => "loaded",
        "notloaded" | "not_in_use" | "false" => "not_loaded",
        "invoked" | "called" | "hit" | "exercised" => "executed",
        "not_called" | "not_invoked" => "not_executed",
        "exploited" | "verified" | "proved" | "proven" => "confirmed",
        "prevented" | "mitigated" => "blocked",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_tools() {
        assert_eq!(verdict_of("No-path-found"), Some("unreachable"));
        assert_eq!(verdict_of("In Use"), Some("loaded"));
        assert_eq!(verdict_of("executed"), Some("executed"));
        assert_eq!(verdict_of("maybe"), None);
        let words: std::collections::BTreeSet<&str> = VERDICTS.iter().map(|(word, _)| *word).collect();
        assert_eq!(words.len(), VERDICTS.len());
    }
}
