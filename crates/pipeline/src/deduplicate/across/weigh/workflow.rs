//! Build pipelines: one control on one job and step, or on the whole workflow.

use super::super::ledger::Ledger;
use super::super::subject::Subject;
use super::{Strength, same_rule};

const PRIOR: i32 = -217;
const SAME_CONTROL: i32 = 226;
const SAME_STEP: i32 = 195;
const SAME_LINE: i32 = 195;
const IN_STEP: i32 = 152;
const WHOLE_WORKFLOW: i32 = 174;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if a.scope != b.scope || a.path != b.path {
        return None;
    }
    // Without a control only the same rule of the same tool on the same line can be the same thing.
    let control = match (a.control, b.control) {
        (Some(x), Some(y)) if x == y => Some(x),
        (None, None) if same_rule(a, b) && a.first == b.first => None,
        _ => return None,
    };
    let wide = control.is_some_and(|c| c.starts_with("wide."));
    if !wide {
        let other_step =
            matches!((a.step, b.step), (Some(x), Some(y)) if x != y) || matches!((&a.job, &b.job), (Some(x), Some(y)) if x != y);
        if other_step || (same_rule(a, b) && a.first != b.first) {
            return None;
        }
    }
    ledger.prior(PRIOR, "pipeline");
    let mut strength = Strength::Exact;
    if wide {
        ledger.add(WHOLE_WORKFLOW, &["location.path"], || format!("the control is about the whole workflow {}", a.base()));
    } else if a.first == b.first && a.first > 0 {
        ledger.add(SAME_LINE, &["location.path", "location.start_line"], || format!("both are on line {} of {}", a.first, a.base()));
    } else if a.step.is_some() && a.step == b.step && a.job == b.job {
        ledger.add(SAME_STEP, &["location.resource"], || "both are about the same step of the same job".to_owned());
    } else if a.first > 0 && b.first > 0 && ((b.first..=b.last).contains(&a.first) || (a.first..=a.last).contains(&b.first)) {
        strength = Strength::Loose;
        ledger.add(IN_STEP, &["location.start_line", "location.end_line"], || {
            format!("one lies inside the step of the other in {}", a.base())
        });
    } else {
        return None;
    }
    match control {
        Some(control) => ledger.add(SAME_CONTROL, &["rule", "title"], || format!("both check the control {control}")),
        None => ledger.add(SAME_CONTROL, &["tool", "rule"], || "one rule of one tool says it twice".to_owned()),
    }
    Some(strength)
}
