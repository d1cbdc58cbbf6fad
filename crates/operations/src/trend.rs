//! How things went week by week: what was open and urgent, what came and what was fixed, and how long fixing takes. From the histories of
//! issues, of which the last week is how they stand now.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use model::{Issue, State, Timestamp};
use pipeline::filter::Subject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::events::{self, EventRow};
use store::queries::issues::{self, Narrow};

use crate::changes::{Change, Standing};
use crate::issues::{IssueQuery, not_of_releases, read_filter};
use crate::{Muster, OperationError, Result};

/// Weeks that may be asked for: two years.
const MOST_WEEKS: u32 = 104;
/// Issues whose histories one answer reads.
const MOST_ISSUES: usize = 100_000;
/// An issue with a deadline of so many days or less is urgent.
const URGENT_DAYS: u32 = 14;

/// One week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrendWeek {
    /// Its end; the next begins there.
    pub until: Timestamp,
    /// In the queue at its end.
    pub open: u64,
    /// Of those, with a deadline of 14 days or less.
    pub urgent: u64,
    /// First seen, or seen again, in the week.
    pub opened: u64,
    /// Gone from a complete scan, or closed by hand, in the week.
    pub fixed: u64,
}

/// How long something took, in days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duration {
    /// Of how many issues.
    pub n: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
}

/// How the issues asked for went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// Oldest first. Weeks that ended before the record begins are left out: nothing is known of them.
    pub weeks: Vec<TrendWeek>,
    /// From the first opening to the fix, of issues that were fixed in these weeks and are not open again. Decisions are no fixes.
    pub time_to_fix: Duration,
    /// Age of what is in the queue now.
    pub age: Duration,
}

/// How an issue stood from a time on.
#[derive(Clone, Copy, Debug)]
struct Stood {
    from: Timestamp,
    open: bool,
    urgent: bool,
    tracked: bool,
}

/// An issue, and whether a ref on which it was seen feeds the queue now.
type Listed = (Issue, bool);

impl Muster {
    /// How the issues asked for went in the last weeks. State, order, page and past of the question are not looked at.
    ///
    /// # Errors
    /// When the condition is wrong, more weeks or issues are asked for than can be answered, or the database fails.
    pub fn trend(&self, query: &IssueQuery, weeks: u32, now: Timestamp) -> Result<Trend> {
        if !(1..=MOST_WEEKS).contains(&weeks) {
            return Err(OperationError::Bad(format!("{weeks} weeks: 1 to {MOST_WEEKS} can be asked for")));
        }
        let filter = read_filter(query)?;
        not_of_releases(filter.as_ref())?;
        self.settle(now)?;
        let query = IssueQuery { any_state: true, states: Vec::new(), ..query.clone() };
        self.db.try_read(|conn| {
            let (narrow, exact) = query.narrow(filter.as_ref(), now);
            let residual = filter.as_ref().filter(|_| !exact);
            let mut list: Vec<Listed> = Vec::new();
            let mut read = |conn: &mut Conn, narrow: &Narrow<'_>, tracked: bool| {
                issues::words(conn, self.org, narrow, |body, rank| {
                    let issue = issues::issue(body, rank)?;
                    if residual.is_none_or(|filter| filter.matches(&Subject { issue: &issue, now, is_new: false })) {
                        list.push((issue, tracked));
                    }
                    Ok(if list.len() > MOST_ISSUES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
                })
            };
            read(conn, &narrow, true)?;
            // What left the refs that feed the queue counts up to then: a week that is over does not change for it.
            if narrow.tracked {
                read(conn, &Narrow { tracked: false, untracked_since: true, ..narrow.clone() }, false)?;
            }
            if list.len() > MOST_ISSUES {
                return Err(OperationError::Bad(format!("more than {MOST_ISSUES} issues: ask for a team, an application or a service")));
            }
            let ids: Vec<String> = list.iter().map(|(issue, _)| issue.id.clone()).collect();
            let mut histories: HashMap<String, Vec<EventRow>> = HashMap::new();
            for some in ids.chunks(5000) {
                for row in events::of_issues(conn, self.org, some)? {
                    histories.entry(row.issue.clone()).or_default().push(row);
                }
            }
            let ends = ends(weeks, events::first(conn, self.org)?, now);
            told(&list, &histories, &ends, now)
        })
    }
}

/// The ends of the weeks, oldest first, from the first that ended after the record began.
fn ends(weeks: u32, first: Option<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let Some(first) = first else { return Vec::new() };
    (0..weeks).rev().map(|back| now.plus_days(-7 * i64::from(back))).filter(|end| *end >= first).collect()
}

fn told(list: &[Listed], histories: &HashMap<String, Vec<EventRow>>, ends: &[Timestamp], now: Timestamp) -> Result<Trend> {
    let mut out = Trend::default();
    out.weeks.extend(ends.iter().map(|until| TrendWeek { until: *until, ..TrendWeek::default() }));
    let begin = ends.first().map_or(now, |first| first.plus_days(-7));
    // The days of a tier, as issues that have it say.
    let days: BTreeMap<&str, Option<u32>> = list.iter().map(|(issue, _)| (issue.tier.id.as_str(), issue.tier.days)).collect();
    let urgent = |tier: &str| days.get(tier).copied().flatten().is_some_and(|days| days <= URGENT_DAYS);
    let (mut took, mut aged) = (Vec::new(), Vec::new());
    for (issue, tracked) in list {
        let history = histories.get(&issue.id).map(Vec::as_slice).unwrap_or_default();
        let steps = steps(issue, *tracked, history, urgent)?;
        let stood_at = |time: Timestamp| steps.iter().rev().find(|step| step.from <= time);
        let last = out.weeks.len().saturating_sub(1);
        for (at, week) in out.weeks.iter_mut().enumerate() {
            // Now is what is shown everywhere else.
            let stood = if at == last { steps.last() } else { stood_at(week.until) };
            week.open += u64::from(stood.is_some_and(|stood| stood.open));
            week.urgent += u64::from(stood.is_some_and(|stood| stood.open && stood.urgent));
        }
        let mut started = None;
        let mut fixed = None;
        for entry in history {
            if !stood_at(entry.happened).is_some_and(|stood| stood.tracked) {
                continue;
            }
            let count = match entry.what.as_str() {
                // What comes from another branch is new in the queue.
                "opened" | "reopened" | "tracked" => {
                    started = started.or(Some(entry.happened));
                    |week: &mut TrendWeek| week.opened += 1
                }
                "fixed" => {
                    fixed = Some(entry.happened);
                    |week: &mut TrendWeek| week.fixed += 1
                }
                _ => continue,
            };
            let at = out.weeks.partition_point(|week| week.until < entry.happened);
            if entry.happened > begin
                && let Some(week) = out.weeks.get_mut(at)
            {
                count(week);
            }
        }
        if issue.state.in_queue() && *tracked {
            aged.push(now.days_since(issue.first_seen).max(0.0));
        }
        if let (State::Fixed, Some(fixed)) = (issue.state, fixed.filter(|at| *at > begin)) {
            took.push(fixed.days_since(started.unwrap_or(issue.first_seen).min(issue.first_seen)).max(0.0));
        }
    }
    out.time_to_fix = duration(took);
    out.age = duration(aged);
    Ok(out)
}

/// How an issue stood over time, oldest first; the last is how it stands.
fn steps(issue: &Issue, tracked_now: bool, history: &[EventRow], urgent: impl Fn(&str) -> bool) -> Result<Vec<Stood>> {
    let start = history.first().map_or(issue.first_seen, |entry| entry.happened).min(issue.first_seen);
    let mut changes: Vec<(Timestamp, Change)> = Vec::new();
    for entry in history {
        if let Some(json) = &entry.change_json {
            changes.push((entry.happened, serde_json::from_str(json)?));
        }
    }
    let stood = |from: Timestamp, standing: &Standing, tracked: bool| Stood {
        from,
        open: standing.state.in_queue() && tracked,
        urgent: urgent(&standing.tier),
        tracked,
    };
    let last = changes.last().map_or(start, |(at, _)| *at);
    let mut out = vec![stood(last, &Standing::of(issue, None), tracked_now)];
    // Backwards: an entry says whether the issue was tracked only where that changed.
    let mut tracked = tracked_now;
    for (at, change) in changes.iter().rev() {
        tracked = change.to.tracked.unwrap_or(tracked);
        out.push(stood(*at, &change.to, tracked));
        tracked = change.from.tracked.unwrap_or(tracked);
    }
    if let Some((_, first)) = changes.first() {
        out.push(stood(start, &first.from, tracked));
    }
    out.reverse();
    Ok(out)
}

fn duration(mut days: Vec<f64>) -> Duration {
    days.sort_by(f64::total_cmp);
    let n = days.len();
    if n == 0 {
        return Duration::default();
    }
    // The least value that so many hundredths of all do not exceed.
    let at = |percent: usize| days.get((n * percent).div_ceil(100).saturating_sub(1)).copied().map(rounded);
    #[expect(clippy::cast_precision_loss, reason = "fewer issues than 2^53")]
    let mean = rounded(days.iter().sum::<f64>() / n as f64);
    Duration { n: n as u64, mean: Some(mean), median: at(50), p90: at(90) }
}

/// To a hundredth of a day: a quarter of an hour.
fn rounded(days: f64) -> f64 {
    (days * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use model::Tier;

    use super::*;

    const NOW: Timestamp = Timestamp(1_760_000_000_000);

    fn ago(days: i64) -> Timestamp {
        NOW.plus_days(-days)
    }

    fn issue(id: &str, state: State, tier: (&str, u32), first: Timestamp) -> Issue {
        let tier = Tier { id: tier.0.into(), days: Some(tier.1), ..Tier::default() };
        Issue { id: id.into(), state, tier, first_seen: first, ..Issue::default() }
    }

    /// A state and a tier.
    type Stood<'a> = (State, &'a str);

    fn entry(issue: &str, happened: Timestamp, what: &str, change: Option<(Stood<'_>, Stood<'_>)>) -> EventRow {
        let standing = |(state, tier): Stood<'_>| Standing { state, tier: tier.into(), ..Standing::default() };
        let change = change.map(|(from, to)| Change { from: standing(from), to: standing(to), because: Vec::new() });
        EventRow {
            id: 1,
            issue: issue.into(),
            happened,
            recorded: happened,
            what: what.into(),
            by: String::new(),
            detail: String::new(),
            change_json: change.map(|change| serde_json::to_string(&change).unwrap()),
        }
    }

    #[test]
    fn weeks_say_what_was_open_then_and_the_last_what_is() {
        let list = [
            (issue("a", State::Open, ("3d", 3), ago(20)), true),
            (issue("b", State::Fixed, ("3d", 3), ago(20)), true),
            (issue("c", State::FalsePositive, ("60d", 60), ago(16)), true),
        ];
        let mut histories: HashMap<String, Vec<EventRow>> = HashMap::new();
        histories.insert(
            "a".into(),
            vec![entry("a", ago(20), "opened", None), entry("a", ago(2), "tier", Some(((State::Open, "60d"), (State::Open, "3d"))))],
        );
        histories.insert(
            "b".into(),
            vec![entry("b", ago(20), "opened", None), entry("b", ago(9), "fixed", Some(((State::Open, "3d"), (State::Fixed, "3d"))))],
        );
        histories.insert(
            "c".into(),
            vec![
                entry("c", ago(16), "opened", None),
                entry("c", ago(8), "state", Some(((State::Open, "60d"), (State::FalsePositive, "60d")))),
            ],
        );
        let ends = ends(13, Some(ago(20)), NOW);
        assert_eq!(ends, [ago(14), ago(7), NOW], "nothing is said of the time before the record");
        let trend = told(&list, &histories, &ends, NOW).unwrap();
        let shown: Vec<_> = trend.weeks.iter().map(|week| (week.open, week.urgent, week.opened, week.fixed)).collect();
        assert_eq!(shown, [(3, 1, 3, 0), (1, 0, 0, 1), (1, 1, 0, 0)]);
        assert_eq!((trend.time_to_fix.n, trend.time_to_fix.mean), (1, Some(11.0)), "a decision is no fix");
        assert_eq!((trend.age.n, trend.age.median), (1, Some(20.0)));
    }

    #[test]
    fn what_left_the_queue_with_its_branch_counts_up_to_then() {
        let left = |at: Timestamp, from: bool| {
            let mut row = entry("a", at, if from { "untracked" } else { "tracked" }, Some(((State::Open, "3d"), (State::Open, "3d"))));
            let mut change: Change = serde_json::from_str(row.change_json.as_deref().unwrap()).unwrap();
            (change.from.tracked, change.to.tracked) = (Some(from), Some(!from));
            row.change_json = Some(serde_json::to_string(&change).unwrap());
            row
        };
        let list = [(issue("a", State::Open, ("3d", 3), ago(20)), false), (issue("b", State::Open, ("3d", 3), ago(20)), true)];
        let moved = Some(((State::Open, "60d"), (State::Open, "3d")));
        let histories = HashMap::from([
            ("a".to_owned(), vec![entry("a", ago(20), "opened", None), left(ago(3), true)]),
            ("b".to_owned(), vec![entry("b", ago(20), "opened", None), entry("b", ago(18), "tier", moved), left(ago(9), false)]),
        ]);
        let trend = told(&list, &histories, &ends(13, Some(ago(20)), NOW), NOW).unwrap();
        let shown: Vec<_> = trend.weeks.iter().map(|week| (week.open, week.opened, week.fixed)).collect();
        assert_eq!(shown, [(1, 1, 0), (2, 1, 0), (1, 0, 0)], "a until three days ago; b from nine days ago, when it was new in the queue");
        assert_eq!(trend.age.n, 1, "what is not in the queue has no age there");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(Vec::new()), Duration::default());
        let ten = duration((1..=10).map(f64::from).collect());
        assert_eq!((ten.n, ten.mean, ten.median, ten.p90), (10, Some(5.5), Some(5.0), Some(9.0)));
    }
}
