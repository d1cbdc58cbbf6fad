//! The list of issues and its counts.

use axum::Json;
use axum::extract::State;
use model::{Issue, Timestamp};
use operations::{Facets, IssueList, IssueQuery, Sort};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cursor::Cursor;
use crate::extract::Params;
use crate::problem::{Code, Problem};
use crate::routes::{Answer, limit};

/// Longest condition, in bytes.
const LONGEST_FILTER: usize = 16 * 1024;

/// What narrows a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FacetParams {
    /// Text of the filter bar: `team:payments kev:yes`. A term that cannot be read is left out, and the list says so in `warnings`.
    pub(in crate::routes) q: String,
    /// A condition in the filter language (CEL), beside `q`.
    #[serde(rename = "where")]
    pub(in crate::routes) condition: String,
    /// States with commas between them, or `any`; without it open and in progress. States named in `q` come before it.
    pub(in crate::routes) state: String,
    /// A team, or `none`.
    pub(in crate::routes) team: Option<String>,
    /// An application.
    pub(in crate::routes) app: Option<String>,
    pub(in crate::routes) service: Option<String>,
    /// As it was at that time.
    pub(in crate::routes) as_of: Option<Timestamp>,
}

/// What to list, and which page of it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListParams {
    /// Text of the filter bar: `team:payments kev:yes`. A term that cannot be read is left out, and the list says so in `warnings`.
    q: String,
    /// A condition in the filter language (CEL), beside `q`.
    #[serde(rename = "where")]
    condition: String,
    /// States with commas between them, or `any`; without it open and in progress. States named in `q` come before it.
    state: String,
    /// A team, or `none`.
    team: Option<String>,
    /// An application.
    app: Option<String>,
    service: Option<String>,
    /// As it was at that time.
    as_of: Option<Timestamp>,
    sort: Order,
    /// Items of a page, 1 to 500; without it 50.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// Highest score first.
    #[default]
    Rank,
    /// Earliest deadline first.
    Due,
}

/// A page of issues.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct IssuePage {
    items: Vec<Issue>,
    /// The cursor of the next page; null on the last.
    next: Option<String>,
    total: Total,
    order: Order,
    /// The time asked for; null is now.
    as_of: Option<Timestamp>,
    warnings: Vec<String>,
}

/// How many issues a list has.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Total {
    pub(in crate::routes) count: u64,
    /// False where there are more than that.
    pub(in crate::routes) exact: bool,
}

pub(crate) async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Answer<IssuePage> {
    let (order, as_of, limit) = (params.sort, params.as_of, limit(params.limit)?);
    let asked = params.asked();
    let at = params.cursor.as_deref().map(|text| Cursor::read(text, &asked)).transpose()?;
    let narrow = FacetParams {
        q: params.q,
        condition: params.condition,
        state: params.state,
        team: params.team,
        app: params.app,
        service: params.service,
        as_of,
    };
    let (query, mut warnings) = narrow.query(app.now())?;
    let (list, next) = app.call(move |muster, now| page(&query, order, limit, at, |query| muster.issues(query, now))).await?;
    let last = list.issues.last().and_then(|issue| issue.rank).unwrap_or_default();
    let (count, exact) = list.total.unwrap_or((last, next.is_none()));
    let total = Total { count, exact };
    let next = next.map(|cursor| cursor.write(&asked));
    warnings.extend(list.warnings);
    Ok(Json(IssuePage { items: list.issues, next, total, order, as_of, warnings }))
}

pub(crate) async fn facets(State(app): State<App>, Params(params): Params<FacetParams>) -> Answer<Facets> {
    let (query, _) = params.query(app.now())?;
    Ok(Json(app.call(move |muster, now| muster.facets(&query, now)).await?))
}

/// One page of what a query finds, and where the next one starts.
fn page(
    query: &IssueQuery,
    order: Order,
    limit: usize,
    at: Option<Cursor>,
    ask: impl FnOnce(&IssueQuery) -> operations::Result<IssueList>,
) -> operations::Result<(IssueList, Option<Cursor>)> {
    let mut query = query.clone();
    match order {
        Order::Rank => {
            query.limit = Some(limit);
            query.rank_from = at.as_ref().map_or(0, |at| at.rank);
            query.after = at.map(|at| (at.order_key, at.id));
            let mut list = ask(&query)?;
            let next = list.next.take().map(|(order_key, id, rank)| Cursor { order_key, id, rank });
            Ok((list, next))
        }
        Order::Due => {
            // Deadlines have no key to go on from: the list is made whole, and the page cut out of it.
            query.sort = Sort::Due;
            let mut list = ask(&query)?;
            let start = at.map_or(0, |at| start_behind(&list.issues, &at));
            let more = list.issues.len() > start.saturating_add(limit);
            list.issues = list.issues.into_iter().skip(start).take(limit).collect();
            let last = list.issues.last().filter(|_| more);
            let next = last.map(|last| Cursor { order_key: 0, id: last.id.clone(), rank: last.rank.unwrap_or_default() });
            Ok((list, next))
        }
    }
}

/// Behind the issue of the cursor, wherever it stands now; where it is gone, behind where it stood.
fn start_behind(list: &[Issue], at: &Cursor) -> usize {
    let now = list.iter().position(|issue| issue.id == at.id).map(|position| position + 1);
    now.unwrap_or_else(|| usize::try_from(at.rank.saturating_sub(1)).unwrap_or(usize::MAX))
}

impl ListParams {
    /// What says which list it is, for the cursor.
    fn asked(&self) -> String {
        let Self { q, condition, state, team, app, service, as_of, sort, limit: _, cursor: _ } = self;
        format!("{q:?} {condition:?} {state:?} {team:?} {app:?} {service:?} {as_of:?} {sort:?}")
    }
}

impl FacetParams {
    /// The query of an operation, and what of the filter bar was left out because it cannot be read.
    pub(in crate::routes) fn query(self, now: Timestamp) -> Result<(IssueQuery, Vec<String>), Problem> {
        if self.q.len() + self.condition.len() > LONGEST_FILTER {
            return Err(Problem::new(Code::BadFilter, format!("the filter is longer than {LONGEST_FILTER} bytes")));
        }
        let (bar, problems, states, any_state) = pipeline::filter::from_bar(&self.q, self.as_of.unwrap_or(now));
        let (states, any_state) = if states.is_empty() && !any_state { read_states(&self.state)? } else { (states, any_state) };
        let warnings = problems.into_iter().map(|problem| problem.message).collect();
        let query = IssueQuery {
            team: self.team.map(operations::team_asked),
            application: self.app,
            service: self.service,
            states: if is_queue(&states) { Vec::new() } else { states },
            any_state,
            filter: both(bar, self.condition),
            as_of: self.as_of,
            ..IssueQuery::default()
        };
        Ok((query, warnings))
    }
}

/// Reads states with commas between them, or `any`.
fn read_states(text: &str) -> Result<(Vec<model::State>, bool), Problem> {
    let words = || text.split(',').map(str::trim).filter(|word| !word.is_empty());
    if words().any(|word| word == "any") {
        return Ok((Vec::new(), true));
    }
    let read = |word: &str| {
        model::State::from_word(word).ok_or_else(|| {
            let known: Vec<&str> = model::State::ALL.into_iter().map(model::State::word).collect();
            Problem::new(Code::BadFilter, format!("state: `{word}` is none of {}, any", known.join(", ")))
        })
    };
    Ok((words().map(read).collect::<Result<_, _>>()?, false))
}

/// True for the states that the queue holds anyway: asked for without them, it is served from its index.
fn is_queue(states: &[model::State]) -> bool {
    model::State::ALL.into_iter().all(|state| states.contains(&state) == state.in_queue())
}

fn both(bar: String, condition: String) -> Option<String> {
    match (bar.trim().is_empty(), condition.trim().is_empty()) {
        (true, true) => None,
        (false, true) => Some(bar),
        (true, false) => Some(condition),
        (false, false) => Some(format!("({bar}) && ({condition})")),
    }
}

#[cfg(test)]
mod tests {
    use model::State;

    use super::*;

    #[test]
    fn the_states_of_the_queue_are_asked_for_as_the_queue() {
        assert!(is_queue(&[State::InProgress, State::Open]));
        assert!(!is_queue(&[State::Open]) && !is_queue(&[]) && !is_queue(&State::ALL));
    }

    #[test]
    fn states() {
        assert_eq!(read_states("open, fixed").unwrap(), (vec![State::Open, State::Fixed], false));
        assert_eq!(read_states("any").unwrap(), (vec![], true));
        assert_eq!(read_states("").unwrap(), (vec![], false));
        assert!(read_states("opened").is_err());
    }

    fn issues(ids: &[&str]) -> Vec<Issue> {
        (1..).zip(ids).map(|(rank, id)| Issue { id: (*id).to_owned(), rank: Some(rank), ..Issue::default() }).collect()
    }

    #[test]
    fn pages_by_deadline_hold_every_issue_once() {
        let all = issues(&["a", "b", "c", "d", "e"]);
        let ask = |_: &IssueQuery| Ok(IssueList { issues: all.clone(), ..IssueList::default() });
        let (mut at, mut seen) = (None, Vec::new());
        loop {
            let (list, next) = page(&IssueQuery::default(), Order::Due, 2, at, ask).unwrap();
            seen.extend(list.issues.into_iter().map(|issue| issue.id));
            at = next;
            if at.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn the_next_page_starts_behind_the_issue_wherever_it_went() {
        let at = Cursor { order_key: 0, id: "b".to_owned(), rank: 2 };
        assert_eq!(start_behind(&issues(&["a", "b", "c"]), &at), 2);
        assert_eq!(start_behind(&issues(&["x", "a", "b", "c"]), &at), 3);
        // Gone: what stood behind it has moved up.
        assert_eq!(start_behind(&issues(&["a", "c"]), &at), 1);
    }
}
