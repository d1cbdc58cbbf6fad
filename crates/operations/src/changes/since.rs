//! Since when: what is new, what is gone, what moved, in numbers and by name. For the first page of a day.

use model::{State, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::{Told, told_since};
use super::{ChangedIssue, places_up};
use crate::issues::IssueQuery;
use crate::{Muster, OperationError, Result};

/// Issues that a group names where no number is asked for.
const NAMED: usize = 10;

/// Issues to which the same happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SinceGroup {
    pub count: u64,
    /// The first of them.
    pub issues: Vec<ChangedIssue>,
}

/// What happened between two times. An issue may stand in several groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SinceSummary {
    pub since: Timestamp,
    pub until: Timestamp,
    /// First seen since, and in the queue.
    pub new: SinceGroup,
    pub fixed: SinceGroup,
    pub reopened: SinceGroup,
    /// Stricter tier, higher place or higher score, the furthest first.
    pub moved_up: SinceGroup,
    pub moved_down: SinceGroup,
    /// In the queue, with a deadline that has passed since.
    pub newly_due: SinceGroup,
    /// Back in the queue because a decision no longer covers it.
    pub outgrown: SinceGroup,
    /// Taken out by a decision or a VEX statement.
    pub decided: SinceGroup,
    pub warnings: Vec<String>,
}

impl Muster {
    /// What happened since a time to the issues asked for. Groups name at most `named` issues.
    ///
    /// # Errors
    /// When the time lies ahead, the condition is wrong, or the database fails.
    pub fn since(&self, since: Timestamp, query: &IssueQuery, named: Option<usize>, now: Timestamp) -> Result<SinceSummary> {
        if since > now {
            return Err(OperationError::Bad(format!("since {since} lies ahead of now ({now})")));
        }
        let wanted = query.wanted()?;
        let named = named.unwrap_or(NAMED);
        self.settle(now)?;
        let passed = self.newly_due(since, query, now)?;
        let (told, warnings) = self.db.try_read(|conn| told_since(conn, self.org, since, None))?;
        let told: Vec<Told> = told.into_iter().filter(|told| wanted(&told.issue, now)).collect();
        let mut out = SinceSummary { since, until: now, warnings, newly_due: group(passed, named), ..SinceSummary::default() };
        let has = |told: &Told, what: &str| told.causes.iter().any(|cause| cause.what == what);
        let of = |belongs: &dyn Fn(&Told) -> bool| {
            let members: Vec<&Told> = told.iter().filter(|told| belongs(told)).collect();
            group(members.into_iter().map(shown).collect(), named)
        };
        let in_queue = |told: &Told| told.to.state.in_queue();
        out.new = of(&|told| in_queue(told) && has(told, "opened"));
        out.fixed = of(&|told| told.to.state == State::Fixed && has(told, "fixed"));
        out.reopened = of(&|told| in_queue(told) && has(told, "reopened"));
        out.outgrown = of(&|told| in_queue(told) && has(told, "outgrown"));
        out.decided = of(&|told| !in_queue(told) && told.to.state != State::Fixed && has(told, "state"));
        let mut moved: Vec<(i64, &Told)> = told.iter().filter_map(|told| Some((movement(told)?, told))).collect();
        moved.sort_by_key(|(by, _)| std::cmp::Reverse(by.unsigned_abs()));
        let side = |up: bool| moved.iter().filter(|(by, _)| (*by > 0) == up).map(|(_, told)| shown(told)).collect();
        out.moved_up = group(side(true), named);
        out.moved_down = group(side(false), named);
        Ok(out)
    }

    fn newly_due(&self, since: Timestamp, query: &IssueQuery, now: Timestamp) -> Result<Vec<ChangedIssue>> {
        let passed = format!("due >= timestamp(\"{since}\") && due < timestamp(\"{now}\")");
        let filter = query.filter.as_deref().filter(|text| !text.trim().is_empty());
        let filter = filter.map_or_else(|| passed.clone(), |text| format!("({text}) && {passed}"));
        let query = IssueQuery {
            filter: Some(filter),
            states: Vec::new(),
            any_state: false,
            as_of: None,
            limit: None,
            after: None,
            ..query.clone()
        };
        let list = self.issues(&query, now)?.issues;
        let told = |issue| Told { to: super::Standing::of(&issue, None), issue, order_key: 0, from: None, causes: Vec::new() };
        Ok(list.into_iter().map(|issue| told(issue).shown()).collect())
    }
}

/// How far it moved up (negative: down) while it stood in the queue; none where it did not.
fn movement(told: &Told) -> Option<i64> {
    let from = told.from.as_ref().filter(|from| from.state.in_queue() && told.to.state.in_queue())?;
    let changed = from.tier != told.to.tier || from.score != told.to.score;
    let by_score = i64::from(told.to.score) - i64::from(from.score);
    let by = places_up(from, &told.to).filter(|by| *by != 0).unwrap_or(by_score);
    // Places also change when others move; it is its own change that counts, and that says the direction.
    let by = if by_score != 0 && by.signum() != by_score.signum() { by_score } else { by };
    Some(by).filter(|by| changed && *by != 0)
}

fn shown(told: &Told) -> ChangedIssue {
    Told { issue: told.issue.clone(), order_key: told.order_key, from: told.from.clone(), to: told.to.clone(), causes: told.causes.clone() }
        .shown()
}

fn group(mut issues: Vec<ChangedIssue>, named: usize) -> SinceGroup {
    let count = issues.len() as u64;
    issues.truncate(named);
    SinceGroup { count, issues }
}
