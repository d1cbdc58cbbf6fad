//! Secrets: one value in one target, one line with spans not proven apart, one key block.

use super::super::ledger::Ledger;
use super::super::subject::Subject;
use super::{Strength, same_rule};

const PRIOR: i32 = -130;
const SAME_LINE: i32 = 226;
const EQUAL_VALUE: i32 = 304;
const SPANS_OVERLAP: i32 = 130;
const OTHER_VALUE: i32 = -12;
const BLOCK_PRIOR: i32 = -217;
const SAME_BLOCK: i32 = 391;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if a.scope != b.scope {
        return None;
    }
    let one_file = a.path == b.path && !a.path.is_empty();
    if one_file && a.key_block.is_some() && a.key_block == b.key_block {
        ledger.prior(BLOCK_PRIOR, "secret");
        ledger.add(SAME_BLOCK, &["location.path", "location.start_line"], || {
            format!("both lie in the key block from line {} of {}", a.key_block.unwrap_or(0), a.base())
        });
        return Some(Strength::Exact);
    }
    let equal = a.values.iter().find(|value| b.values.contains(*value));
    let one_line = one_file && a.first == b.first && a.first > 0;
    if equal.is_none() && !one_line {
        return None;
    }
    if equal.is_none() && proven_apart(a, b) {
        return None;
    }
    ledger.prior(PRIOR, "secret");
    if one_line {
        ledger.add(SAME_LINE, &["location.path", "location.start_line"], || format!("both are on line {} of {}", a.first, a.base()));
        if overlap(a, b) {
            ledger.add(SPANS_OVERLAP, &["location.start_column", "location.end_column"], || "the marked spans overlap".to_owned());
        }
    }
    if equal.is_some() {
        ledger.add(EQUAL_VALUE, &["secret hash"], || "the keyed hashes of the values are equal".to_owned());
    } else if !a.values.is_empty() && !b.values.is_empty() {
        ledger.add(OTHER_VALUE, &["secret hash"], || "the tools cut the value differently".to_owned());
    }
    Some(Strength::Exact)
}

/// True where two findings on one line are shown to be two secrets: spans side by side, or one rule with two values.
pub(in super::super) fn proven_apart(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    if matches!((a.columns, b.columns), (Some(x), Some(y)) if x.1 <= y.0 || y.1 <= x.0) {
        return true;
    }
    let own = |s: &Subject<'_>| s.candidate.secret_hash.filter(|_| !s.candidate.head_only).map(str::to_owned);
    same_rule(a, b) && !is_entropy(a.rule()) && matches!((own(a), own(b)), (Some(x), Some(y)) if x != y)
}

fn overlap(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    matches!((a.columns, b.columns), (Some(x), Some(y)) if x.0 < y.1 && y.0 < x.1)
}

/// Rules that report any string of high entropy cut a token where they like.
pub(in super::super) fn is_entropy(rule: &str) -> bool {
    rule.to_ascii_lowercase().contains("entropy")
}
