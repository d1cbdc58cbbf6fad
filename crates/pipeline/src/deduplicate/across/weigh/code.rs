//! Code: one weakness family at one statement or on one flow. A window of lines never decides.

use super::super::ledger::Ledger;
use super::super::subject::{LONGEST_STATEMENT, Seen, Subject};
use super::super::vocabulary::{Likeness, cwes_related, likeness};
use super::{Strength, families, same_rule};

const PRIOR: i32 = -217;
const SAME_LINE: i32 = 178;
const IN_RANGE: i32 = 145;
const ONE_STATEMENT: i32 = 130;
const ON_FLOW: i32 = 130;
const NEXT_LINE: i32 = 87;
const TWO_LINES: i32 = 78;
const COLUMNS_OVERLAP: i32 = 239;
const SAME_FAMILY: i32 = 204;
const WIDER_FAMILY: i32 = 174;
const FAMILY_BY_CWE: i32 = 139;
const SAME_RULE: i32 = 204;
const CWE_ALONE: i32 = 87;
const CWE_BESIDE_FAMILY: i32 = 30;

/// Scans within a day of each other saw one version of the code, in milliseconds.
const SAME_DAY: i64 = model::Timestamp::DAY;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if !one_file(a, b) || a.first == 0 || b.first == 0 {
        return None;
    }
    let disjoint_columns = a.first == b.first && matches!((a.columns, b.columns), (Some(x), Some(y)) if x.1 <= y.0 || y.1 <= x.0);
    if same_rule(a, b) && (a.first != b.first || a.last != b.last || disjoint_columns) {
        return None;
    }
    let families = families(a, b);
    if families.is_some_and(|families| families.likeness == Likeness::Different) {
        return None;
    }
    ledger.prior(PRIOR, "code");
    // On present lines only where both were seen there at one time; then by the version that both saw.
    let apart = a.present.0.0 > b.present.1.0.saturating_add(SAME_DAY) || b.present.0.0 > a.present.1.0.saturating_add(SAME_DAY);
    let now = if apart { None } else { place(a, b, ledger) };
    let strength = match now {
        Some(strength) => strength,
        None if a.earlier.is_empty() && b.earlier.is_empty() && !apart => return None,
        None => earlier_place(a, b, ledger)?,
    };
    match &families {
        Some(families) => families.weigh(SAME_FAMILY, WIDER_FAMILY, FAMILY_BY_CWE, ledger),
        None if same_rule(a, b) => ledger.add(SAME_RULE, &["tool", "rule"], || "one rule of one tool says it twice".to_owned()),
        None => {}
    }
    let counted = families.is_some_and(|families| families.by_cwe.is_some());
    if let Some((x, y)) = cwes_related(&a.candidate.finding.cwes, &b.candidate.finding.cwes).filter(|_| !counted) {
        let weight = if families.is_some() { CWE_BESIDE_FAMILY } else { CWE_ALONE };
        ledger.add(weight, &["cwes"], || {
            if x == y { format!("both say CWE-{x}") } else { format!("CWE-{x} and CWE-{y} are one a kind of the other") }
        });
    }
    Some(strength)
}

/// The best evidence on the place.
fn place(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
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
    if let (Some(x), Some(y)) = (a.statement, b.statement)
        && x == y
    {
        ledger.add(ONE_STATEMENT, &LINES, || {
            format!("both lie in the statement of lines {} to {} of {} that another tool gives", x.0, x.1, a.base())
        });
        return Some(Strength::Loose);
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

/// How far apart two lonely neighbours may be, in lines.
pub(in super::super) const NEAREST: u32 = 2;

/// Two tools that each report one result of one family within a few lines, and nothing else around: a query built on one line and run on
/// the next. The caller has made sure that they are lonely; without that, a window of lines is wrong in nearly every case.
pub(in super::super) fn near(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    let distance = a.first.abs_diff(b.first);
    if !one_file(a, b) || a.tool() == b.tool() || distance == 0 || distance > NEAREST {
        return None;
    }
    let (family, other) = a.family.zip(b.family).filter(|_| !a.by_cwe && !b.by_cwe)?;
    let alike = likeness(family, other);
    if alike == Likeness::Different {
        return None;
    }
    ledger.prior(PRIOR, "code");
    ledger.add(if distance == 1 { NEXT_LINE } else { TWO_LINES }, &["location.path", "location.start_line"], || {
        format!("lines {} and {} of {}: each tool reports one such result here, and no other around", a.first, b.first, a.base())
    });
    let weight = if alike == Likeness::Same { SAME_FAMILY } else { WIDER_FAMILY };
    ledger.add(weight, &["rule", "title"], || format!("the weakness families are {family} and {other}"));
    if cwes_related(&a.candidate.finding.cwes, &b.candidate.finding.cwes).is_some() {
        ledger.add(CWE_BESIDE_FAMILY, &["cwes"], || "their CWEs are the same or one a kind of the other".to_owned());
    }
    Some(Strength::Exact)
}

/// Where both were seen at one time in an earlier version of the code: tools that scan on different days see different lines.
fn earlier_place(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    for x in places(a) {
        for y in places(b) {
            let together = x.when.0.0 <= y.when.1.0.saturating_add(SAME_DAY) && y.when.0.0 <= x.when.1.0.saturating_add(SAME_DAY);
            if !together || !(x.path == y.path || (a.is_iast() || b.is_iast())) {
                continue;
            }
            let weight = match () {
                () if x.first == y.first => SAME_LINE,
                () if y.last - y.first <= LONGEST_STATEMENT && (y.first..=y.last).contains(&x.first) => IN_RANGE,
                () if x.last - x.first <= LONGEST_STATEMENT && (x.first..=x.last).contains(&y.first) => IN_RANGE,
                () => continue,
            };
            ledger.add(weight, &["location.path", "earlier", "here_since"], || {
                format!("both were at line {} of {} in the version that both tools saw", y.first, a.base())
            });
            return Some(Strength::Past);
        }
    }
    None
}

/// Where it is and was, newest first.
fn places(s: &Subject<'_>) -> impl Iterator<Item = Seen> {
    std::iter::once(Seen { path: s.path.clone(), first: s.first, last: s.last, when: s.present }).chain(s.earlier.iter().cloned())
}

/// One file of one repository; a trace that knows only the service and the file's name counts, too.
pub(in super::super) fn one_file(a: &Subject<'_>, b: &Subject<'_>) -> bool {
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
