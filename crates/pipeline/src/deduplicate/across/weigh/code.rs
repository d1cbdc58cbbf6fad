//! Code: one weakness family at one statement or on one flow. A window of lines never decides.

use super::super::ledger::Ledger;
use super::super::subject::{LONGEST_STATEMENT, Subject};
use super::super::vocabulary::{Likeness, cwes_related, likeness};
use super::{Strength, same_rule};

const PRIOR: i32 = -217;
const SAME_LINE: i32 = 178;
const IN_RANGE: i32 = 145;
const ON_FLOW: i32 = 130;
const COLUMNS_OVERLAP: i32 = 239;
const SAME_FAMILY: i32 = 204;
const WIDER_FAMILY: i32 = 174;
const SAME_RULE: i32 = 204;
const CWE_ALONE: i32 = 87;
const CWE_BESIDE_FAMILY: i32 = 30;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger) -> Option<Strength> {
    if !one_file(a, b) || a.first == 0 || b.first == 0 {
        return None;
    }
    let disjoint_columns = a.first == b.first && matches!((a.columns, b.columns), (Some(x), Some(y)) if x.1 <= y.0 || y.1 <= x.0);
    if same_rule(a, b) && (a.first != b.first || a.last != b.last || disjoint_columns) {
        return None;
    }
    let families = a.family.zip(b.family).map(|(x, y)| (x, y, likeness(x, y)));
    if matches!(families, Some((_, _, Likeness::Different))) {
        return None;
    }
    ledger.prior(PRIOR, "code");
    let strength = place(a, b, ledger)?;
    match families {
        Some((family, _, Likeness::Same)) => {
            ledger.add(SAME_FAMILY, &["rule", "title"], || format!("both are of the weakness family {family}"))
        }
        Some((x, y, _)) => {
            ledger.add(WIDER_FAMILY, &["rule", "title"], || format!("the weakness families {x} and {y} are one within the other"))
        }
        None if same_rule(a, b) => ledger.add(SAME_RULE, &["tool", "rule"], || "one rule of one tool says it twice".to_owned()),
        None => {}
    }
    if let Some((x, y)) = cwes_related(&a.candidate.finding.cwes, &b.candidate.finding.cwes) {
        let weight = if families.is_some() { CWE_BESIDE_FAMILY } else { CWE_ALONE };
        ledger.add(weight, &["cwes"], || {
            if x == y { format!("both say CWE-{x}") } else { format!("CWE-{x} and CWE-{y} are one a kind of the other") }
        });
    }
    Some(strength)
}

/// The best evidence on the place.
fn place(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger) -> Option<Strength> {
    const LINES: [&str; 3] = ["location.path", "location.start_line", "location.end_line"];
    if a.first == b.first {
        match (a.columns, b.columns) {
            (Some(x), Some(y)) if x.0 < y.1 && y.0 < x.1 => {
                ledger.add(COLUMNS_OVERLAP, &["location.start_line", "location.start_column", "location.end_column"], || {
                    format!("both mark the same columns of {} line {}", a.path, a.first)
                });
            }
            _ => ledger.add(SAME_LINE, &LINES, || format!("both are on line {} of {}", a.first, a.base())),
        }
        return Some(Strength::Exact);
    }
    let within = |x: &Subject<'_>, y: &Subject<'_>| y.last - y.first <= LONGEST_STATEMENT && (y.first..=y.last).contains(&x.first);
    for (x, y) in [(a, b), (b, a)] {
        if within(x, y) {
            ledger.add(IN_RANGE, &LINES, || {
                format!("line {} lies in the statement of lines {} to {} of {}", x.first, y.first, y.last, y.base())
            });
            return Some(Strength::Loose);
        }
    }
    for (x, y) in [(a, b), (b, a)] {
        if y.steps.contains(&x.first) {
            ledger.add(ON_FLOW, &["location.start_line", "flow"], || {
                format!("line {} is a step of the flow to line {} of {}", x.first, y.first, y.base())
            });
            return Some(Strength::Loose);
        }
    }
    None
}

/// One file of one repository; a trace that knows only the service and the file's name counts, too.
fn one_file(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    if a.path.is_empty() || b.path.is_empty() {
        return false;
    }
    if a.scope == b.scope && a.path == b.path {
        return true;
    }
    if !(a.is_iast() || b.is_iast()) || !a.candidate.services.iter().any(|service| b.candidate.services.contains(service)) {
        return false;
    }
    let ends_with = |long: &str, short: &str| long == short || long.strip_suffix(short).is_some_and(|head| head.ends_with('/'));
    ends_with(&a.path, &b.path) || ends_with(&b.path, &a.path)
}
