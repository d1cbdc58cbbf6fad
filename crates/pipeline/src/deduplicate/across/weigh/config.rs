//! Infrastructure as code and cloud: one control on one resource. The control table is what keeps two checks apart.

use super::super::ledger::Ledger;
use super::super::subject::Subject;
use super::super::vocabulary::{Likeness, likeness};
use super::{Strength, same_rule};

const PRIOR: i32 = -217;
const SAME_RESOURCE: i32 = 195;
const BLOCK_CONTAINS: i32 = 182;
const SAME_LINE: i32 = 195;
const IN_RANGE: i32 = 160;
const SAME_FILE: i32 = 195;
const SAME_CONTROL: i32 = 234;
const WIDER_CONTROL: i32 = 204;
const LIKE_WORDS: i32 = 120;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if a.scope != b.scope || a.path != b.path {
        return None;
    }
    let controls = match (a.control, b.control) {
        (Some(x), Some(y)) => Some((x, y, likeness(x, y))),
        (None, None) => None,
        _ => return None,
    };
    if matches!(controls, Some((_, _, Likeness::Different))) || two_checks_of_one_tool(a, b) {
        return None;
    }
    ledger.prior(PRIOR, "configuration");
    let mut strength = place(a, b, ledger)?;
    match controls {
        Some((control, _, Likeness::Same)) => ledger.add(SAME_CONTROL, &["rule", "title"], || format!("both check the control {control}")),
        Some((x, y, _)) => {
            strength = Strength::Loose;
            ledger.add(WIDER_CONTROL, &["rule", "title"], || format!("the controls {x} and {y} are one within the other"));
        }
        None if same_rule(a, b) => ledger.add(SAME_CONTROL, &["tool", "rule"], || "one rule of one tool says it twice".to_owned()),
        None => words(a, b, ledger),
    }
    Some(strength)
}

/// Scanners with one check a control: two of their checks are two problems. Rule registries of many authors say one thing twice.
fn two_checks_of_one_tool(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    if a.tool() != b.tool() {
        return false;
    }
    if a.rule() != b.rule() {
        let registry = a.tool().to_ascii_lowercase();
        let registry = registry.contains("semgrep") || registry.contains("opengrep") || registry.contains("sarif");
        return !(registry && a.control.is_some() && a.control == b.control);
    }
    // The same rule again: another instruction, block or resource is another problem; the containers of one workload are not.
    let other_block = a.first != b.first && (a.resource_by_block || b.resource_by_block);
    if other_block && !a.resource.as_ref().is_some_and(super::super::resource::ResourceKey::is_kubernetes) {
        return true;
    }
    match (&a.resource, &b.resource) {
        (Some(x), Some(y)) => !x.agrees(y),
        _ => !(a.whole_file() || a.first == b.first),
    }
}

fn place(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    const LINES: [&str; 3] = ["location.path", "location.start_line", "location.end_line"];
    if a.whole_file() && b.whole_file() {
        ledger.add(SAME_FILE, &["location.path"], || format!("the control is about the whole of {}", a.path));
        return Some(Strength::Exact);
    }
    let touches = |x: &Subject<'_>, y: &Subject<'_>| x.first > 0 && y.first > 0 && (y.first..=y.last).contains(&x.first);
    match (&a.resource, &b.resource) {
        (Some(x), Some(y)) if x.agrees(y) => {
            if a.resource_by_block || b.resource_by_block {
                ledger.add(BLOCK_CONTAINS, &["location.start_line", "location.resource"], || {
                    format!("the line lies in the block of {} {}", x.kind, x.name)
                });
            } else {
                ledger.add(SAME_RESOURCE, &["location.resource"], || format!("both name the resource {} {}", x.kind, x.name));
            }
            return Some(Strength::Exact);
        }
        // A tool may print the name attribute instead of the block's label: then the lines decide.
        (Some(x), Some(y)) => {
            let unlike = x.kind != y.kind && !x.kind.is_empty() && !y.kind.is_empty();
            if unlike || (x.labelled && y.labelled) || !(touches(a, b) || touches(b, a)) || a.tool() == b.tool() {
                return None;
            }
            ledger.add(BLOCK_CONTAINS, &LINES, || format!("the lines lie in one block of {}", a.path));
            return Some(Strength::Loose);
        }
        _ => {}
    }
    if a.first == b.first && a.first > 0 {
        ledger.add(SAME_LINE, &LINES, || format!("both are on line {} of {}", a.first, a.path));
        return Some(Strength::Exact);
    }
    if touches(a, b) || touches(b, a) {
        ledger.add(IN_RANGE, &LINES, || format!("the line of one lies in the range of the other in {}", a.path));
        return Some(Strength::Loose);
    }
    None
}

/// Without a known control the wording is a hint, never a proof.
fn words(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) {
    let (x, y) = (a.words(), b.words());
    let common = x.intersection(&y).count();
    let all = x.len().min(y.len());
    if all > 0 && common * 2 >= all {
        let share = i32::try_from(common * 100 / all).unwrap_or(0);
        ledger.add(LIKE_WORDS * share / 100, &["title", "description"], || format!("{common} words of the text are the same"));
    }
}
