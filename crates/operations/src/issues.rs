//! The queue and one issue: what is asked, what is answered.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use model::{Issue, IssueFinding, Presence, State, Timestamp};
use pipeline::filter::{Filter, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::issues::{IssueRow, Narrow};
use store::queries::{events, findings, issues};

use crate::derive::Member;
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
}

impl Muster {
    /// The ranked queue, or what is asked of it.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn issues(&self, query: &IssueQuery, now: Timestamp) -> Result<IssueList> {
        let filter = query.filter.as_deref().filter(|text| !text.trim().is_empty()).map(Filter::parse).transpose();
        let filter = filter.map_err(|error| OperationError::Bad(error.to_string()))?;
        self.settle(now)?;
        let at = query.as_of.unwrap_or(now);
        let mut list = self.db.try_read(|conn| match query.as_of {
            Some(at) => self.list_as_of(conn, query, filter.as_ref(), at),
            None => self.list_now(conn, query, filter.as_ref(), at),
        })?;
        if query.sort == Sort::Due {
            list.total = Some((list.issues.len() as u64, true));
            list.issues.sort_by_key(|issue| (issue.due.is_none(), issue.due, issue.rank));
            for (rank, issue) in (1..).zip(&mut list.issues) {
                issue.rank = Some(rank);
            }
            if let Some(limit) = query.limit {
                list.issues.truncate(limit);
            }
        }
        Ok(list)
    }

    fn list_now(&self, conn: &mut Conn, query: &IssueQuery, filter: Option<&Filter>, now: Timestamp) -> Result<IssueList> {
        let mut out = IssueList::default();
        let names_refs = filter.is_some_and(Filter::names_refs);
        let narrow = Narrow {
            queued: !query.any_state && query.states.is_empty() && !names_refs,
            team: query.team.as_ref().map(|team| team.as_deref()),
            application: query.application.as_deref(),
            after: query.after.clone(),
            ..Narrow::default()
        };
        let limit = if query.sort == Sort::Due { usize::MAX } else { query.limit.unwrap_or(usize::MAX) };
        let mut rank = query.rank_from;
        let mut failed = None;
        let mut last = None;
        issues::in_order(conn, self.org, &narrow, |row| {
            let mut issue: Issue = match serde_json::from_str(&row.body_json) {
                Ok(issue) => issue,
                Err(error) => {
                    failed = Some(error);
                    return Ok(ControlFlow::Break(()));
                }
            };
            let keeps = query.wants(&issue, row.tracked, names_refs)
                && filter.is_none_or(|filter| filter.matches(&Subject { issue: &issue, now, is_new: false }));
            if !keeps {
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
        if let Some(error) = failed {
            return Err(error.into());
        }
        if is_plain(query) {
            let counted = issues::count_queued_to(conn, self.org, MOST_COUNTED + 1)?;
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
        for (rank, (mut issue, row)) in as_of(conn, self.org, at)?.into_iter().enumerate() {
            let keeps = query.wants(&issue, row.tracked, names_refs)
                && filter.is_none_or(|filter| filter.matches(&Subject { issue: &issue, now: at, is_new: false }));
            if !keeps || query.after.as_ref().is_some_and(|after| (row.order_key, &row.id) <= (after.0, &after.1)) {
                continue;
            }
            if query.sort == Sort::Rank && query.limit.is_some_and(|limit| out.issues.len() >= limit) {
                out.next = out
                    .issues
                    .last()
                    .map(|last| (pipeline::prioritise::order_key(last.score), last.id.clone(), last.rank.unwrap_or_default()));
                break;
            }
            let _ = rank;
            issue.rank = Some(query.rank_from + out.issues.len() as u64 + 1);
            out.issues.push(issue);
        }
        if query.with_findings {
            self.add_findings(conn, &mut out.issues, Some(at))?;
        }
        Ok(out)
    }

    /// Adds the findings of issues, with where they stand in the newest report that saw them.
    fn add_findings(&self, conn: &mut Conn, list: &mut [Issue], at: Option<Timestamp>) -> Result<()> {
        let world = world(conn, self.org, at.unwrap_or_default())?;
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
                found.push(shown(member, &places, &streams, at));
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
            let mut list: Vec<Issue> = vec![serde_json::from_str(&row.body_json)?];
            self.add_findings(conn, &mut list, None)?;
            let issue = list.pop().ok_or_else(|| OperationError::NotFound(format!("no issue {id}")))?;
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
            let model = world(conn, self.org, now)?.model;
            view.model = ModelName { name: model.name.clone(), version: model.version.to_string() };
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
        let due = self.db.read(|conn| issues::due_for_change(conn, self.org, now))?;
        if due.is_empty() {
            return Ok(());
        }
        self.db.try_write(|tx| {
            let world = world(tx, self.org, now)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            let none = std::collections::BTreeSet::new();
            let cause = Cause { at: now, now, by: "time", new_findings: &none };
            refresh(tx, self.org, &due.iter().cloned().collect(), &streams, &world, cause)?;
            Ok(())
        })
    }

    /// Counts for the filter bar and the views.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn facets(&self, query: &IssueQuery, now: Timestamp) -> Result<Facets> {
        let narrowed = IssueQuery { limit: None, after: None, with_findings: false, sort: Sort::Rank, ..query.clone() };
        let list = self.issues(&narrowed, now)?;
        let whole = IssueQuery { as_of: query.as_of, ..IssueQuery::default() };
        let all = if is_plain(query) { list.issues.clone() } else { self.issues(&whole, now)?.issues };
        let mut out = Facets { total: list.issues.len() as u64, ..Facets::default() };
        for issue in &list.issues {
            let count = |map: &mut BTreeMap<String, u64>, key: &str| *map.entry(key.to_owned()).or_default() += 1;
            count(&mut out.tier, &issue.tier.id);
            count(&mut out.kind, issue.kind.word());
            count(&mut out.team, issue.owner.team.as_deref().unwrap_or("none"));
            count(&mut out.application, issue.application.as_deref().unwrap_or("none"));
            count(&mut out.severity, issue.severity.word());
        }
        out.views = views(&all, now);
        out.findings = self.db.read(|conn| findings::count(conn, self.org))?.unsigned_abs();
        Ok(out)
    }
}

fn is_plain(query: &IssueQuery) -> bool {
    query.filter.as_deref().is_none_or(|text| text.trim().is_empty())
        && query.team.is_none()
        && query.application.is_none()
        && query.service.is_none()
        && query.states.is_empty()
        && !query.any_state
}

/// The built-in views: urgent is a deadline of 14 days or less.
fn views(all: &[Issue], now: Timestamp) -> BTreeMap<String, u64> {
    let count = |condition: &dyn Fn(&Issue) -> bool| all.iter().filter(|issue| condition(issue)).count() as u64;
    let views: [(&str, u64); 7] = [
        ("urgent", count(&|issue| issue.tier.days.is_some_and(|days| days <= 14))),
        ("late", count(&|issue| issue.due.is_some_and(|due| due < now))),
        ("due7", count(&|issue| issue.due.is_some_and(|due| due >= now && due < now.plus_days(7)))),
        ("new", count(&|issue| issue.first_seen > now.plus_days(-1))),
        ("no_owner", count(&|issue| issue.owner.team.is_none())),
        ("suggested", count(&|issue| !issue.suggestions.is_empty())),
        ("all", all.len() as u64),
    ];
    views.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn threshold() -> f64 {
    pipeline::deduplicate::across::probability(pipeline::deduplicate::across::THRESHOLD)
}

/// A finding as an issue shows it.
fn shown(
    member: &Member,
    places: &std::collections::HashMap<i64, (String, u32)>,
    streams: &Streams,
    at: Option<Timestamp>,
) -> IssueFinding {
    let mut finding = member.finding.clone();
    if let Some((report, index)) = places.get(&member.row.id) {
        finding.report.clone_from(report);
        finding.index = *index;
    }
    let mut present = BTreeMap::new();
    let mut last: Option<Timestamp> = None;
    for (stream, (presence, row)) in member.present_at(at.unwrap_or(Timestamp(i64::MAX))) {
        let Some(info) = streams.by_id.get(&stream) else { continue };
        present.insert(info.label.clone(), presence);
        let until = if presence == Presence::Closed { row.until } else { Some(info.row.latest_at.max(row.since)) };
        last = last.max(until);
    }
    let first = member.presence.iter().map(|row| row.since).min();
    IssueFinding { finding, link: member.link.clone(), present, first_seen: first, last_seen: last }
}
