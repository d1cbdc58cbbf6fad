//! The queue and one issue: what is asked, what is answered.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use model::{Issue, IssueFinding, Presence, Severity, State, Timestamp};
use pipeline::filter::{Filter, Parameter, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::issues::{IssueRow, Narrow, Order, Page};
use store::queries::{events, findings, issues};
use store::{Conn, Value};

use crate::derive::Member;
use crate::end_of_life::Releases;
use crate::history::{as_of, sightings};
use crate::load::{Streams, world};
use crate::refresh::{Cause, members_of, refresh};
use crate::{Muster, OperationError, Result};

/// The order of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Highest score first.
    #[default]
    Rank,
    /// Earliest deadline first.
    Due,
}

/// The team that a word asks for: `none` is for what nobody owns.
#[must_use]
pub fn team_asked(word: String) -> Option<String> {
    (word != "none").then_some(word)
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct IssueQuery {
    /// `Some(None)`: issues without a team.
    pub team: Option<Option<String>>,
    pub application: Option<String>,
    pub service: Option<String>,
    /// Empty: open and in progress.
    pub states: Vec<State>,
    /// All states.
    pub any_state: bool,
    /// A condition in the filter language.
    pub filter: Option<String>,
    pub as_of: Option<Timestamp>,
    pub sort: Sort,
    pub limit: Option<usize>,
    /// Behind which issue the page starts: its order key and id, as the last answer gave them.
    pub after: Option<(i64, String)>,
    /// Rank of the first issue behind `after`.
    pub rank_from: u64,
    pub with_findings: bool,
}

/// Most issues that are counted for a page.
const MOST_COUNTED: i64 = 10_000;

/// An answer of the queue.
#[derive(Clone, Debug, Default)]
pub struct IssueList {
    pub issues: Vec<Issue>,
    /// Where the next page starts: order key, id, rank of the last issue.
    pub next: Option<(i64, String, u64)>,
    /// How many issues the whole list has, and whether there are no more than that; absent where counting them takes too long.
    pub total: Option<(u64, bool)>,
    pub warnings: Vec<String>,
}

/// One issue with what happened to it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct IssueView {
    pub issue: Issue,
    pub history: Vec<HistoryEntry>,
    /// The id that was asked for, where it leads to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirected_from: Option<String>,
    /// Position in the queue, 1 is first; absent where it is not in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// How many issues are in the queue.
    pub of: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Confidence from which findings merge, 0 to 1.
    pub threshold: f64,
    pub model: ModelName,
    /// Feeds that it rests on and that have grown old.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// The risk model that ranked.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ModelName {
    pub name: String,
    pub version: String,
}

/// One entry of an issue's history.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct HistoryEntry {
    pub at: Timestamp,
    pub what: String,
    pub by: String,
    pub detail: String,
}

/// Counts by facet, for the filter bar.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Facets {
    pub total: u64,
    /// Findings in those issues.
    pub findings: u64,
    pub tier: BTreeMap<String, u64>,
    pub kind: BTreeMap<String, u64>,
    pub team: BTreeMap<String, u64>,
    pub application: BTreeMap<String, u64>,
    pub severity: BTreeMap<String, u64>,
    /// Counts of the built-in views over the whole queue.
    pub views: BTreeMap<String, u64>,
}

impl IssueQuery {
    fn wants(&self, issue: &Issue, tracked: bool, names_refs: bool) -> bool {
        let state = if self.any_state {
            true
        } else if self.states.is_empty() {
            issue.state.in_queue()
        } else {
            self.states.contains(&issue.state)
        };
        state
            && (tracked || names_refs)
            && self.team.as_ref().is_none_or(|team| issue.owner.team == *team)
            && self.application.as_ref().is_none_or(|app| issue.application.as_ref() == Some(app))
            && self.service.as_ref().is_none_or(|service| issue.services.contains(service))
    }

    /// The question without state, order and page, as a test of how an issue stands.
    pub(crate) fn wanted(&self) -> Result<impl Fn(&Issue, Timestamp) -> bool> {
        let filter = read_filter(self)?;
        not_of_releases(filter.as_ref())?;
        let query = Self { any_state: true, ..self.clone() };
        Ok(move |issue: &Issue, now: Timestamp| {
            query.wants(issue, true, false) && filter.as_ref().is_none_or(|filter| filter.matches(&Subject { issue, now, is_new: false }))
        })
    }

    /// The same for the database. A condition that is not exact lets more through than the filter does.
    pub(crate) fn narrow(&self, filter: Option<&Filter>, now: Timestamp) -> (Narrow<'_>, bool) {
        let names_refs = filter.is_some_and(Filter::names_refs);
        let queue = !self.any_state && self.states.is_empty();
        let condition = filter.map(|filter| filter.to_sql(now, issues::FIRST_PARAMETER));
        let exact = condition.as_ref().is_none_or(|condition| condition.exact);
        let states = if queue && names_refs { vec![State::Open, State::InProgress] } else { self.states.clone() };
        let narrow = Narrow {
            queued: queue && !names_refs,
            tracked: !queue && !names_refs,
            untracked_since: false,
            states: if self.any_state { Vec::new() } else { states.into_iter().map(State::word).collect() },
            team: self.team.as_ref().map(|team| team.as_deref()),
            application: self.application.as_deref(),
            service: self.service.as_deref(),
            condition: condition.map(|condition| (condition.sql, condition.parameters.into_iter().map(value).collect())),
        };
        (narrow, exact)
    }
}

pub(crate) fn value(parameter: Parameter) -> Value {
    match parameter {
        Parameter::Int(number) => number.into(),
        Parameter::Real(number) => number.into(),
        Parameter::Text(text) => text.into(),
    }
}

/// Reads a condition. What has no meaning in a list is refused, not answered.
pub(crate) fn read_filter(query: &IssueQuery) -> Result<Option<Filter>> {
    let Some(text) = query.filter.as_deref().filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let filter = Filter::parse(text).map_err(|error| OperationError::Bad(error.to_string()))?;
    if filter.names_new() {
        return Err(OperationError::Bad(format!("`new` has a meaning in gates only, where there is a baseline: {text}; see age")));
    }
    if filter.names_rank() {
        return Err(OperationError::Bad(format!(
            "`rank` is the place in an answer and cannot choose what stands in it: {text}; see score"
        )));
    }
    Ok(Some(filter))
}

/// Refuses a condition that asks for releases where they are not looked up.
pub(crate) fn not_of_releases(filter: Option<&Filter>) -> Result<()> {
    let named = filter.is_some_and(Filter::names_end_of_life);
    if named {
        Err(OperationError::Bad("`end_of_life` follows from the day: it can be asked of lists of issues and fixes only".to_owned()))
    } else {
        Ok(())
    }
}

impl Muster {
    /// The ranked queue, or what is asked of it.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn issues(&self, query: &IssueQuery, now: Timestamp) -> Result<IssueList> {
        let filter = read_filter(query)?;
        self.settle(now)?;
        self.db.try_read(|conn| {
            let mut list = match query.as_of {
                Some(at) => self.list_as_of(conn, query, filter.as_ref(), at)?,
                None => self.list_now(conn, query, filter.as_ref(), now)?,
            };
            list.warnings.extend(crate::feeds::stale_warnings(conn, &list.issues, query.as_of.unwrap_or(now))?);
            crate::end_of_life::put_on_issues(conn, &mut list.issues, query.as_of.unwrap_or(now))?;
            Ok(list)
        })
    }

    fn list_now(&self, conn: &mut Conn, query: &IssueQuery, filter: Option<&Filter>, now: Timestamp) -> Result<IssueList> {
        let mut out = IssueList::default();
        let (narrow, exact) = query.narrow(filter, now);
        let residual = filter.filter(|_| !exact);
        let releases = Releases::asked_by(conn, filter, now)?;
        // One more than asked for tells whether there is a next page.
        let limit = query.limit.unwrap_or(usize::MAX);
        let order = match query.sort {
            Sort::Rank => Order::Rank,
            Sort::Due => Order::Due,
        };
        let wanted = query.limit.filter(|_| exact).map(|limit| limit.saturating_add(1));
        let page = Page { order, after: query.after.clone(), limit: wanted };
        let mut rank = query.rank_from;
        let mut last = None;
        issues::in_order(conn, self.org, &narrow, &page, |row| {
            let mut issue = row.issue()?;
            releases.iter().for_each(|releases| releases.put_on(&mut issue));
            if residual.is_some_and(|filter| !filter.matches(&Subject { issue: &issue, now, is_new: false })) {
                return Ok(ControlFlow::Continue(()));
            }
            if out.issues.len() >= limit {
                out.next = last.take();
                return Ok(ControlFlow::Break(()));
            }
            rank += 1;
            issue.rank = Some(rank);
            last = Some((row.order_key, row.id.clone(), rank));
            out.issues.push(issue);
            Ok(ControlFlow::Continue(()))
        })?;
        if exact {
            let counted = issues::count_to(conn, self.org, &narrow, MOST_COUNTED + 1)?;
            out.total = Some((counted.min(MOST_COUNTED).unsigned_abs(), counted <= MOST_COUNTED));
        }
        if query.with_findings {
            self.add_findings(conn, &mut out.issues, None)?;
        }
        Ok(out)
    }

    fn list_as_of(&self, conn: &mut Conn, query: &IssueQuery, filter: Option<&Filter>, at: Timestamp) -> Result<IssueList> {
        let mut out = IssueList::default();
        let names_refs = filter.is_some_and(Filter::names_refs);
        let mut found = as_of(conn, self.org, at)?;
        if let Some(releases) = Releases::asked_by(conn, filter, at)? {
            found.iter_mut().for_each(|(issue, _)| releases.put_on(issue));
        }
        found.retain(|(issue, row)| {
            query.wants(issue, row.tracked, names_refs)
                && filter.is_none_or(|filter| filter.matches(&Subject { issue, now: at, is_new: false }))
        });
        out.total = Some((found.len() as u64, true));
        if query.sort == Sort::Due {
            found.sort_by_key(|(issue, _)| (issue.due.is_none(), issue.due));
        }
        if let Some(after) = &query.after {
            found.retain(|(_, row)| (row.order_key, &row.id) > (after.0, &after.1));
        }
        let limit = query.limit.unwrap_or(usize::MAX);
        let more = found.len() > limit;
        for ((mut issue, row), rank) in found.into_iter().take(limit).zip(query.rank_from + 1..) {
            issue.rank = Some(rank);
            out.next = more.then_some((row.order_key, row.id, rank));
            out.issues.push(issue);
        }
        if query.with_findings {
            self.add_findings(conn, &mut out.issues, Some(at))?;
        }
        Ok(out)
    }

    /// Adds the findings of issues, with where they stand in the newest report that saw them.
    fn add_findings(&self, conn: &mut Conn, list: &mut [Issue], at: Option<Timestamp>) -> Result<()> {
        let world = world(conn, self.org, at.unwrap_or(crate::load::LATEST))?;
        let streams = Streams::load(conn, self.org, &world.index)?;
        let ids: Vec<String> = list.iter().map(|issue| issue.id.clone()).collect();
        let mut members = members_of(conn, self.org, &ids)?;
        if let Some(at) = at {
            for member in members.values_mut().flatten() {
                member.presence.retain(|row| row.since <= at);
            }
        }
        let all: Vec<&Member> = members.values().flatten().collect();
        let places = sightings(conn, self.org, &all, &streams, at)?;
        for issue in list {
            let mut found: Vec<IssueFinding> = Vec::new();
            for member in members.get(&issue.id).into_iter().flatten().filter(|member| !member.presence.is_empty()) {
                found.extend(shown(member, places.get(&member.row.id).map_or(&[], Vec::as_slice), &streams, at));
            }
            found.sort_by(|a, b| (a.first_seen, &a.finding.identity).cmp(&(b.first_seen, &b.finding.identity)));
            issue.findings = Some(found);
        }
        Ok(())
    }

    /// One issue with its findings and its history.
    ///
    /// # Errors
    /// When there is no such issue, or the database fails.
    pub fn issue(&self, id: &str, now: Timestamp) -> Result<IssueView> {
        self.settle(now)?;
        self.db.try_read(|conn| {
            let (current, from) = self.resolve(conn, id)?;
            let row = issues::by_ids(conn, self.org, std::slice::from_ref(&current))?.into_iter().next();
            let row = row.ok_or_else(|| OperationError::NotFound(format!("no issue {id}")))?;
            let mut list = vec![row.issue()?];
            self.add_findings(conn, &mut list, None)?;
            let mut issue = list.pop().ok_or_else(|| OperationError::NotFound(format!("no issue {id}")))?;
            crate::end_of_life::put_on_issues(conn, std::slice::from_mut(&mut issue), now)?;
            let mut view = IssueView { issue, redirected_from: from, threshold: threshold(), ..IssueView::default() };
            let mut names = issues::former_ids(conn, self.org, &current)?;
            names.push(current.clone());
            for name in names {
                view.history.extend(events::of_issue(conn, self.org, &name)?.into_iter().map(|e| HistoryEntry {
                    at: e.happened,
                    what: e.what,
                    by: e.by,
                    detail: e.detail,
                }));
            }
            view.history.sort_by_key(|entry| entry.at);
            self.put_neighbours(conn, &row, &mut view)?;
            view.warnings = crate::feeds::stale_warnings(conn, std::slice::from_ref(&view.issue), now)?;
            let (model, number) = crate::risk::in_force(conn, self.org, now)?;
            view.model = ModelName { name: model.name, version: number.max(1).to_string() };
            Ok(view)
        })
    }

    fn put_neighbours(&self, conn: &mut Conn, row: &IssueRow, view: &mut IssueView) -> Result<()> {
        let params = store::params![self.org, row.order_key, &row.id];
        let before = "FROM issue WHERE org = $1 AND queued = 1 AND (order_key, id) < ($2, $3)";
        view.of = issues::count_queued(conn, self.org)?.unsigned_abs();
        if row.queued {
            let ahead = conn.query_one(&format!("SELECT COUNT(*) {before}"), params)?.int(0)?;
            view.rank = Some(ahead.unsigned_abs() + 1);
            view.issue.rank = view.rank;
        }
        let previous = conn.query_opt(&format!("SELECT id {before} ORDER BY order_key DESC, id DESC LIMIT 1"), params)?;
        view.previous = previous.map(|row| row.text(0)).transpose()?;
        let after = "SELECT id FROM issue WHERE org = $1 AND queued = 1 AND (order_key, id) > ($2, $3) ORDER BY order_key, id LIMIT 1";
        view.next = conn.query_opt(after, params)?.map(|row| row.text(0)).transpose()?;
        Ok(())
    }

    /// The id that an id leads to, and the asked one where it is another.
    pub(crate) fn resolve(&self, conn: &mut Conn, id: &str) -> Result<(String, Option<String>)> {
        let id = id.trim().to_ascii_uppercase();
        match issues::redirected(conn, self.org, &id)? {
            Some(new) => Ok((new, Some(id))),
            None => Ok((id, None)),
        }
    }

    /// Makes again the issues that time alone has changed: a term that is over, a fact that grew old.
    pub(crate) fn settle(&self, now: Timestamp) -> Result<()> {
        self.rank_by_shipped(false, now)?;
        let due = self.db.read(|conn| issues::due_for_change(conn, self.org, now))?;
        if due.is_empty() {
            return Ok(());
        }
        self.db.try_write(|tx| {
            let world = world(tx, self.org, now)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            let cause = Cause::of("time", now);
            refresh(tx, self.org, &due.iter().cloned().collect(), &streams, &world, cause)?;
            Ok(())
        })
    }

    /// Counts for the filter bar and the views.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn facets(&self, query: &IssueQuery, now: Timestamp) -> Result<Facets> {
        let filter = read_filter(query)?;
        self.settle(now)?;
        self.db.try_read(|conn| {
            let mut out = Facets::default();
            let (narrow, exact) = query.narrow(filter.as_ref(), query.as_of.unwrap_or(now));
            if exact && query.as_of.is_none() {
                for row in issues::facets(conn, self.org, &narrow)? {
                    out.add(&row.tier, &row.kind, row.team.as_deref(), row.application.as_deref(), severity_word(row.severity), row.count);
                }
            } else {
                let all = IssueQuery { limit: None, after: None, with_findings: false, sort: Sort::Rank, ..query.clone() };
                let list = match query.as_of {
                    Some(at) => self.list_as_of(conn, &all, filter.as_ref(), at)?,
                    None => self.list_now(conn, &all, filter.as_ref(), now)?,
                };
                for issue in &list.issues {
                    let (team, application) = (issue.owner.team.as_deref(), issue.application.as_deref());
                    out.add(&issue.tier.id, issue.kind.word(), team, application, issue.severity.word(), 1);
                }
            }
            out.views = match query.as_of {
                Some(at) => {
                    let queue = IssueQuery { as_of: Some(at), ..IssueQuery::default() };
                    views_of(&self.list_as_of(conn, &queue, None, at)?.issues, at)
                }
                None => views_now(conn, self.org, now)?,
            };
            out.findings = findings::count(conn, self.org)?.unsigned_abs();
            Ok(out)
        })
    }
}

impl Facets {
    fn add(&mut self, tier: &str, kind: &str, team: Option<&str>, application: Option<&str>, severity: &str, count: i64) {
        let count = count.unsigned_abs();
        let add = |map: &mut BTreeMap<String, u64>, key: &str| *map.entry(key.to_owned()).or_default() += count;
        self.total += count;
        add(&mut self.tier, tier);
        add(&mut self.kind, kind);
        add(&mut self.team, team.unwrap_or("none"));
        add(&mut self.application, application.unwrap_or("none"));
        add(&mut self.severity, severity);
    }
}

/// The severity of a rank from 0 (unknown) to 5 (critical).
fn severity_word(rank: i64) -> &'static str {
    let by_rank = [Severity::Unknown, Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    usize::try_from(rank).ok().and_then(|rank| by_rank.get(rank)).copied().unwrap_or_default().word()
}

/// The names of the built-in views.
const VIEWS: [&str; 7] = ["urgent", "late", "due7", "new", "no_owner", "suggested", "all"];

fn views_now(conn: &mut Conn, org: i64, now: Timestamp) -> Result<BTreeMap<String, u64>> {
    let v = issues::views(conn, org, now)?;
    let counts = [v.urgent, v.late, v.due_in_7_days, v.new, v.no_owner, v.suggested, v.all];
    Ok(VIEWS.iter().zip(counts).map(|(name, count)| ((*name).to_owned(), count.unsigned_abs())).collect())
}

/// The built-in views as of a past time: urgent is a deadline of 14 days or less.
fn views_of(all: &[Issue], now: Timestamp) -> BTreeMap<String, u64> {
    let count = |condition: &dyn Fn(&Issue) -> bool| all.iter().filter(|issue| condition(issue)).count() as u64;
    let counts = [
        count(&|issue| issue.tier.days.is_some_and(|days| days <= 14)),
        count(&|issue| issue.due.is_some_and(|due| due < now)),
        count(&|issue| issue.due.is_some_and(|due| due >= now && due < now.plus_days(7))),
        count(&|issue| issue.first_seen > now.plus_days(-1)),
        count(&|issue| issue.owner.team.is_none()),
        count(&|issue| !issue.suggestions.is_empty()),
        all.len() as u64,
    ];
    VIEWS.iter().zip(counts).map(|(name, count)| ((*name).to_owned(), count)).collect()
}

fn threshold() -> f64 {
    pipeline::deduplicate::across::probability(pipeline::deduplicate::across::THRESHOLD)
}

/// A finding as an issue shows it: once for each of its places.
fn shown(member: &Member, places: &[(String, u32)], streams: &Streams, at: Option<Timestamp>) -> Vec<IssueFinding> {
    let mut present = BTreeMap::new();
    let mut last: Option<Timestamp> = None;
    for (stream, (presence, row)) in member.present_at(at.unwrap_or(Timestamp(i64::MAX))) {
        let Some(info) = streams.by_id.get(&stream) else { continue };
        // Of a report and a bill of materials on one ref, the one that sees it counts.
        present.entry(info.label.clone()).and_modify(|known: &mut Presence| *known = presence.min(*known)).or_insert(presence);
        let until = if presence == Presence::Closed { row.until } else { Some(info.row.latest_at.max(row.since)) };
        last = last.max(until);
    }
    let first = member.presence.iter().map(|row| row.since).min();
    let shown = IssueFinding { finding: member.finding.clone(), link: member.link.clone(), present, first_seen: first, last_seen: last };
    if places.is_empty() {
        return vec![shown];
    }
    let each = places.iter().map(|(report, index)| {
        let mut shown = shown.clone();
        shown.finding.report.clone_from(report);
        shown.finding.index = *index;
        shown
    });
    each.collect()
}
