//! Ranges of versions, as people, VEX documents and advisories write them: `vers:npm/>=1.0|<1.4`, `>=1.0,<1.4`, `<=2.3`, `>= 1.0 < 1.4`.

use std::cmp::Ordering;

use super::{MAX, compare};

const OPERATORS: [&str; 7] = ["!=", ">=", "<=", "==", ">", "<", "="];

/// True where the version lies in the range. `kind` is the type of the package URL. What cannot be ordered is in no range.
#[must_use]
pub fn contains(range: &str, kind: &str, version: &str) -> bool {
    // An advisory lists affected versions one by one: its ranges may be long, its parts may not.
    if version.len() > MAX || version.is_empty() {
        return false;
    }
    let body = match range.trim().strip_prefix("vers:") {
        Some(rest) => rest.split_once('/').map_or("", |(_, body)| body),
        None => range.trim(),
    };
    let mut ends: Vec<(&str, String)> = Vec::new();
    for part in parts(body) {
        if part == "*" {
            return true;
        }
        let (operator, bound) =
            OPERATORS.into_iter().find_map(|operator| Some((operator, part.strip_prefix(operator)?))).unwrap_or(("=", part));
        let bound = bound.trim().replace("%2B", "+").replace("%2b", "+").replace("%3A", ":").replace("%3a", ":");
        let Some(order) = compare(kind, version, &bound) else { return false };
        match operator {
            "!=" if order == Ordering::Equal => return false,
            "!=" => {}
            "=" | "==" if order == Ordering::Equal => return true,
            "=" | "==" => {}
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

/// The comparisons of a range: between them `|`, commas or white space; white space behind an operator belongs to it.
fn parts(body: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for piece in body.split(['|', ',']).map(str::trim).filter(|piece| !piece.is_empty()) {
        // `>= 1.0 < 1.4`: a new comparison begins where an operator follows white space.
        let mut rest = piece;
        loop {
            let cut = rest
                .char_indices()
                .zip(rest.chars().skip(1))
                .find(|((at, c), next)| *at > 0 && c.is_whitespace() && matches!(next, '<' | '>' | '=' | '!'))
                .map(|((at, _), _)| at);
            match cut.and_then(|at| rest.split_at_checked(at)) {
                Some((head, tail)) => {
                    out.push(head.trim());
                    rest = tail.trim_start();
                }
                None => {
                    out.push(rest.trim());
                    break;
                }
            }
        }
    }
    out
}

/// A question taken apart at its first comparison: `log4j-core < 2.17.1` into `log4j-core` and `< 2.17.1`; `pkg:npm/x@vers:npm/<2` into
/// `pkg:npm/x` and the range. The range is empty where none is given.
#[must_use]
pub fn split_range(text: &str) -> (&str, &str) {
    let text = text.trim();
    if let Some((name, range)) = text.split_once("@vers:").or_else(|| text.split_once(" vers:")) {
        let range = range.split_once('/').map_or(range, |(_, body)| body);
        return (name.trim(), range.trim());
    }
    match text.find(['<', '>', '=', '!']) {
        // A qualifier (`?type=jar`) is no comparison.
        Some(at) if !text.get(..at).is_some_and(|head| head.contains('?')) => {
            text.split_at_checked(at).map_or((text, ""), |(name, range)| (name.trim().trim_end_matches('@'), range.trim()))
        }
        _ => (text, ""),
    }
}
