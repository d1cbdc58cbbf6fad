//! What a change of the inventory or of deployments moved: issues with another owner, service, application, exposure, tier, or none.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use store::Conn;
use store::queries::issues::{self, IssueRow};

use crate::Result;

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

/// What moves with the inventory, in the order in which it is told.
const WHAT: [&str; 6] = ["owner", "services", "application", "exposure", "tier", "queue"];

/// What differs between an issue as it was stored and as it is now; empty where nothing of it moved.
pub(crate) fn changes(old: &IssueRow, new: &IssueRow) -> Vec<Change> {
    let mut out = Vec::new();
    let mut tell = |what: &str, differs: bool, value: &dyn Fn(&IssueRow) -> String| {
        if differs {
            out.push(Change { what: what.to_owned(), from: value(old), to: value(new) });
        }
    };
    tell("owner", old.team != new.team, &|row| row.team.clone().unwrap_or_default());
    tell("services", old.services != new.services, &|row| services(row).join(", "));
    tell("application", old.application != new.application, &|row| row.application.clone().unwrap_or_default());
    tell("exposure", old.exposure != new.exposure, &|row| row.exposure.clone());
    tell("tier", old.tier != new.tier, &|row| row.tier.clone());
    let queue = |row: &IssueRow| if row.queued { "in the queue" } else { "not in the queue" }.to_owned();
    tell("queue", old.queued != new.queued, &queue);
    out
}

fn services(row: &IssueRow) -> Vec<&str> {
    row.services.split('\u{1f}').filter(|name| !name.is_empty()).collect()
}

/// What the history of an issue says of that. None where its tier and its state, which have entries of their own, say it all.
pub(crate) fn told(changes: &[Change]) -> Option<String> {
    let told: Vec<String> = changes.iter().filter(|c| c.what != "tier" && c.what != "queue").map(sentence).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Issues that stand elsewhere than before some work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Which of [`WHAT`] moved of each, a bit for each.
    moved: HashMap<String, u8>,
    /// The first of them by id.
    list: BTreeMap<String, Vec<Change>>,
}

impl Elsewhere {
    /// An issue that was made again. Where the same work makes it more than once, what it was at first counts, and what it is at last.
    pub(crate) fn note(&mut self, issue: String, changes: Vec<Change>) {
        let bits = changes.iter().filter_map(|change| WHAT.iter().position(|what| *what == change.what)).fold(0, |bits, at| bits | 1 << at);
        *self.moved.entry(issue.clone()).or_default() |= bits;
        if self.list.len() == MOST_LISTED && self.list.last_key_value().is_some_and(|(last, _)| *last < issue) {
            return;
        }
        let known = self.list.entry(issue).or_default();
        for change in changes {
            match known.iter_mut().find(|known| known.what == change.what) {
                Some(known) => known.to = change.to,
                None => known.push(change),
            }
        }
        if self.list.len() > MOST_LISTED {
            self.list.pop_last();
        }
    }

    /// Tells what moved, with the titles of the issues.
    pub(crate) fn tell(self, tx: &mut Conn, org: i64) -> Result<Moves> {
        let mut moves = Moves { issues: self.moved.len() as u64, ..Moves::default() };
        for (what, at) in WHAT.into_iter().zip(0..) {
            let count = self.moved.values().filter(|bits| **bits & (1 << at) != 0).count() as u64;
            if count > 0 {
                moves.counts.insert(what.to_owned(), count);
            }
        }
        let ids: Vec<String> = self.list.keys().cloned().collect();
        let mut titles = BTreeMap::new();
        for row in issues::by_ids(tx, org, &ids)? {
            titles.insert(row.id.clone(), row.issue()?.title);
        }
        let named = |(issue, changes)| Moved { title: titles.remove(&issue).unwrap_or_default(), issue, changes };
        moves.list = self.list.into_iter().map(named).collect();
        Ok(moves)
    }
}

fn sentence(change: &Change) -> String {
    format!("{} from {} to {}", change.what, or_none(&change.from), or_none(&change.to))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(what: &str, from: &str, to: &str) -> Change {
        Change { what: what.to_owned(), from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn what_moves_twice_is_told_once_from_first_to_last() {
        let db = store::Db::open("sqlite::memory:").unwrap();
        let mut elsewhere = Elsewhere::default();
        elsewhere.note("b".to_owned(), vec![change("owner", "", "red"), change("tier", "60d", "14d")]);
        elsewhere.note("b".to_owned(), vec![change("owner", "red", "blue")]);
        elsewhere.note("a".to_owned(), vec![change("owner", "red", "")]);
        let told = db.try_read(|conn| elsewhere.tell(conn, 1)).unwrap();
        assert_eq!(told.issues, 2);
        assert_eq!(told.counts, [("owner".to_owned(), 2), ("tier".to_owned(), 1)].into());
        let moved = |issue: &str, changes| Moved { issue: issue.to_owned(), title: String::new(), changes };
        let of_b = vec![change("owner", "", "blue"), change("tier", "60d", "14d")];
        assert_eq!(told.list, [moved("a", vec![change("owner", "red", "")]), moved("b", of_b)]);
    }

    #[test]
    fn the_list_is_of_the_first_and_the_count_of_all() {
        let db = store::Db::open("sqlite::memory:").unwrap();
        let mut elsewhere = Elsewhere::default();
        for number in (0..MOST_LISTED + 5).rev() {
            elsewhere.note(format!("{number:05}"), vec![change("exposure", "none", "internet")]);
        }
        let told = db.try_read(|conn| elsewhere.tell(conn, 1)).unwrap();
        assert_eq!((told.issues, told.list.len()), (MOST_LISTED as u64 + 5, MOST_LISTED));
        assert_eq!(told.list.first().map(|moved| moved.issue.as_str()), Some("00000"));
        assert!(super::told(&[change("tier", "60d", "14d")]).is_none(), "the tier has an entry of its own");
        let both = [change("owner", "", "red"), change("tier", "60d", "14d"), change("exposure", "none", "internet")];
        assert_eq!(super::told(&both).unwrap(), "owner from none to red; exposure from none to internet");
    }
}
