//! `issues --changed-since`: what moved since a time, from where to where, and why.

use std::collections::HashMap;

use model::{Issue, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::events::EventRow;
use store::queries::{events, issues};

use super::record::places;
use super::{Change, Standing, places_up};
use crate::issues::IssueQuery;
use crate::risk::TermChange;
use crate::{Muster, OperationError, Result};

/// Entries of histories that one answer reads; older ones are left out, with a warning.
const MOST: i64 = 200_000;
/// Causes that an issue names: the newest.
const CAUSES: usize = 20;

/// What is asked of changes.
#[derive(Clone, Debug, Default)]
pub struct ChangedQuery {
    pub since: Timestamp,
    /// Which issues, by how they stand now. State, order, page and past are not looked at.
    pub issues: IssueQuery,
    /// At most so many, in the order of the queue.
    pub limit: Option<usize>,
}

/// One thing that happened to an issue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeCause {
    pub at: Timestamp,
    /// `opened`, `fixed`, `reopened`, `state`, `outgrown`, `tier`, `moved`, `merged`, `decided`.
    pub what: String,
    /// Who or what did it: a report, a feed, a person, the time.
    pub by: String,
    /// The sentence of the history.
    pub detail: String,
    /// Terms of the score that it changed, with source and date, the weightiest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<TermChange>,
}

/// An issue that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedIssue {
    pub issue: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// How it stood at that time; absent where it is new since, or where what it was is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Standing>,
    /// How it stands now.
    pub to: Standing,
    /// By how many places it moved up; negative for down. Absent where one of the places is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Why, oldest first.
    pub causes: Vec<ChangeCause>,
}

/// What happened to an issue since, put together.
pub(super) struct Told {
    pub(super) issue: Issue,
    pub(super) order_key: i64,
    pub(super) from: Option<Standing>,
    pub(super) to: Standing,
    pub(super) causes: Vec<ChangeCause>,
}

impl Muster {
    /// What moved since a time, in the order of the queue, what left it last.
    ///
    /// # Errors
    /// When the time lies ahead, the condition is wrong, or the database fails.
    pub fn changed_since(&self, query: &ChangedQuery, now: Timestamp) -> Result<(Vec<ChangedIssue>, Vec<String>)> {
        if query.since > now {
            return Err(OperationError::Bad(format!("--changed-since {} lies ahead of now ({now})", query.since)));
        }
        let wanted = query.issues.wanted()?;
        self.settle(now)?;
        self.db.try_read(|conn| {
            let (told, warnings) = told_since(conn, self.org, query.since, None)?;
            let told = told.into_iter().filter(|told| wanted(&told.issue, now));
            Ok((told.take(query.limit.unwrap_or(usize::MAX)).map(Told::shown).collect(), warnings))
        })
    }
}

impl Told {
    pub(super) fn shown(self) -> ChangedIssue {
        let places = self.from.as_ref().and_then(|from| places_up(from, &self.to));
        ChangedIssue {
            issue: self.issue.id,
            title: self.issue.title,
            team: self.issue.owner.team,
            application: self.issue.application,
            from: self.from,
            to: self.to,
            places,
            due: self.issue.due,
            causes: self.causes,
        }
    }
}

/// What happened between two times, by issue, in the order of the queue. What nobody would call a change is left out.
pub(super) fn told_since(conn: &mut Conn, org: i64, since: Timestamp, until: Option<Timestamp>) -> Result<(Vec<Told>, Vec<String>)> {
    let rows = events::since(conn, org, since, MOST)?;
    let mut warnings = Vec::new();
    if rows.len() as u64 >= MOST.unsigned_abs() {
        warnings.push(format!("more than {MOST} entries since {since}: the oldest of them are left out"));
    }
    let mut by_issue: HashMap<String, Vec<EventRow>> = HashMap::new();
    for row in rows.into_iter().filter(|row| until.is_none_or(|until| row.happened <= until)) {
        by_issue.entry(row.issue.clone()).or_default().push(row);
    }
    let known: Vec<String> = by_issue.keys().cloned().collect();
    let places = places(conn, org)?;
    let mut out = Vec::new();
    for list in known.chunks(2000) {
        // What merged into another issue is told there, by its entry `merged`.
        for row in issues::by_ids(conn, org, list)? {
            let Some(entries) = by_issue.remove(&row.id) else { continue };
            let issue = row.issue()?;
            let to = Standing::of(&issue, if row.queued { places.get(&row.id).copied() } else { None });
            let (from, causes) = read(entries)?;
            out.push(Told { issue, order_key: row.order_key, from, to, causes });
        }
    }
    out.sort_by(|a, b| {
        let key = |told: &Told| (!told.to.state.in_queue(), told.order_key);
        key(a).cmp(&key(b)).then_with(|| a.issue.id.cmp(&b.issue.id))
    });
    Ok((out, warnings))
}

/// How it stood before the first entry, and the entries as causes.
fn read(entries: Vec<EventRow>) -> Result<(Option<Standing>, Vec<ChangeCause>)> {
    let mut from = None;
    let mut causes = Vec::new();
    let is_new = entries.iter().any(|entry| entry.what == "opened");
    for entry in entries {
        let change: Option<Change> = entry.change_json.as_deref().map(serde_json::from_str).transpose()?;
        let because = match change {
            Some(change) => {
                from.get_or_insert(change.from);
                change.because
            }
            None => Vec::new(),
        };
        causes.push(ChangeCause { at: entry.happened, what: entry.what, by: entry.by, detail: entry.detail, because });
    }
    let more = causes.len().saturating_sub(CAUSES);
    causes.drain(..more);
    Ok((from.filter(|_| !is_new), causes))
}
