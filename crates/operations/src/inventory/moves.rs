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
    let before: BTreeMap<String, Standing> = standings(tx, org, only)?.into_iter().map(|row| (row.issue.clone(), row)).collect();
    work(tx)?;
    let mut moves = Moves::default();
    let mut history = Vec::new();
    for after in standings(tx, org, only)? {
        let Some(old) = before.get(&after.issue).filter(|old| **old != after) else { continue };
        let changes = changes(old, &after);
        for change in &changes {
            *moves.counts.entry(change.what.clone()).or_default() += 1;
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
    let word = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    format!("{} from {} to {}", change.what, word(&change.from), word(&change.to))
}

fn changes(old: &Standing, new: &Standing) -> Vec<Change> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let queue = |queued: bool| if queued { "in the queue" } else { "not in the queue" }.to_owned();
    let pairs = [
        ("owner", text(&old.team), text(&new.team)),
        ("services", old.services.join(", "), new.services.join(", ")),
        ("application", text(&old.application), text(&new.application)),
        ("exposure", old.exposure.clone(), new.exposure.clone()),
        ("tier", old.tier.clone(), new.tier.clone()),
        ("queue", queue(old.queued), queue(new.queued)),
    ];
    let changed = pairs.into_iter().filter(|(_, from, to)| from != to);
    changed.map(|(what, from, to)| Change { what: what.to_owned(), from, to }).collect()
}
