//! What a change of the inventory or of deployments moved: issues with another owner, service, application, exposure, tier, or none.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Conn;
use store::queries::inventory::{Standing, standings};
use store::queries::issues;

use crate::Result;
use crate::changes::Entry;
use crate::refresh::{Cause, write_history};

/// One thing of an issue before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// `owner`, `services`, `application`, `exposure`, `tier`, `queue`.
    pub what: String,
    pub from: String,
    pub to: String,
}

/// An issue that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moved {
    pub issue: String,
    pub title: String,
    pub changes: Vec<Change>,
}

/// What moved: counts of all, and the first issues by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moves {
    /// Issues of which anything changed.
    pub issues: u64,
    /// Issues by what changed.
    pub counts: BTreeMap<String, u64>,
    /// The first of them.
    pub list: Vec<Moved>,
}

/// Issues that are listed by name.
const MOST_LISTED: usize = 1000;

/// Does something, and tells what it moved; each issue's history says it too.
///
/// `only` are the issues that it may move, where that is known.
pub(crate) fn with_moves(
    tx: &mut Conn,
    org: i64,
    only: Option<&[String]>,
    cause: Cause<'_>,
    work: impl FnOnce(&mut Conn) -> Result<()>,
) -> Result<Moves> {
    let mut before = standings(tx, org, only)?.into_iter().peekable();
    work(tx)?;
    let mut moves = Moves::default();
    let mut history = Vec::new();
    for after in standings(tx, org, only)? {
        // Both lists are by id. An issue that was not there before did not move.
        while before.next_if(|old| old.issue < after.issue).is_some() {}
        let Some(old) = before.next_if(|old| old.issue == after.issue).filter(|old| *old != after) else { continue };
        let changes = changes(&old, &after);
        for change in &changes {
            match moves.counts.get_mut(&change.what) {
                Some(count) => *count += 1,
                None => drop(moves.counts.insert(change.what.clone(), 1)),
            }
        }
        // The tier and the state have entries of their own.
        let told: Vec<String> = changes.iter().filter(|c| c.what != "tier" && c.what != "queue").map(sentence).collect();
        if !told.is_empty() {
            history.push(Entry::plain(after.issue.clone(), "moved", told.join("; ")));
        }
        moves.issues += 1;
        if moves.list.len() < MOST_LISTED {
            moves.list.push(Moved { issue: after.issue, title: String::new(), changes });
        }
    }
    let ids: Vec<String> = moves.list.iter().map(|moved| moved.issue.clone()).collect();
    let mut titles = BTreeMap::new();
    for row in issues::by_ids(tx, org, &ids)? {
        titles.insert(row.id.clone(), row.issue()?.title);
    }
    for moved in &mut moves.list {
        moved.title = titles.remove(&moved.issue).unwrap_or_default();
    }
    write_history(tx, org, history, cause)?;
    Ok(moves)
}

fn sentence(change: &Change) -> String {
    format!("{} from {} to {}", change.what, or_none(&change.from), or_none(&change.to))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn changes(old: &Standing, new: &Standing) -> Vec<Change> {
    let mut out = Vec::new();
    let mut tell = |what: &str, differs: bool, value: &dyn Fn(&Standing) -> String| {
        if differs {
            out.push(Change { what: what.to_owned(), from: value(old), to: value(new) });
        }
    };
    tell("owner", old.team != new.team, &|standing| standing.team.clone().unwrap_or_default());
    tell("services", old.service_list != new.service_list, &|standing| standing.services().collect::<Vec<_>>().join(", "));
    tell("application", old.application != new.application, &|standing| standing.application.clone().unwrap_or_default());
    tell("exposure", old.exposure != new.exposure, &|standing| standing.exposure.clone());
    tell("tier", old.tier != new.tier, &|standing| standing.tier.clone());
    let queue = |standing: &Standing| if standing.queued { "in the queue" } else { "not in the queue" }.to_owned();
    tell("queue", old.queued != new.queued, &queue);
    out
}
