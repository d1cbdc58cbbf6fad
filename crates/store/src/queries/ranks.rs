//! The ranks of issues, apart from what else is said of them: read and written again for all of them when feeds or the risk model change.

use std::collections::BTreeMap;

use model::Timestamp;

use super::numbers::numbers_from;
use crate::{Conn, Packed, Result, Row, Value, params};

/// What columns say of an issue's rank that queries are answered in the order of, so that indexes hold them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankColumns {
    pub order_key: i64,
    pub tier: String,
    pub tier_days: Option<i64>,
    pub due: Option<Timestamp>,
    pub next_change: Option<Timestamp>,
}

/// An issue as ranking it again sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankRow {
    /// As of `IssueRow`.
    pub number: i64,
    pub id: String,
    pub columns: RankColumns,
    pub queued: bool,
    pub state: String,
    pub team: Option<String>,
    /// As of `IssueRow`; none where the findings of the issue have to be read to rank it.
    pub input: Option<Vec<u8>>,
    /// `model::IssueRank` as JSON. Empty in rows of older versions.
    pub rank: Packed,
}

/// A rank that differs from what is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RankChange {
    /// The number of the issue.
    pub number: i64,
    pub before: RankColumns,
    pub after: RankColumns,
    /// Values of [`SEARCHED`], in its order.
    pub searched: Vec<Value>,
    pub rank: Packed,
}

/// The columns of a rank that filters ask of and no index holds.
pub const SEARCHED: [&str; 9] = ["score", "epss", "exploit", "exposed", "kev", "loaded", "production", "reachable", "vex"];

const SELECT: &str = "SELECT issue.id, order_key, tier, tier_days, due, next_change, queued, state, team, issue_rank.input, issue_rank.rank, \
                      issue.number FROM issue LEFT JOIN issue_rank ON issue_rank.number = issue.number WHERE";

fn read(row: &Row) -> Result<RankRow> {
    let columns = RankColumns {
        order_key: row.int(1)?,
        tier: row.text(2)?,
        tier_days: row.opt_int(3)?,
        due: row.opt_time(4)?,
        next_change: row.opt_time(5)?,
    };
    Ok(RankRow {
        number: row.int(11)?,
        id: row.text(0)?,
        columns,
        queued: row.bool(6)?,
        state: row.text(7)?,
        team: row.opt_text(8)?,
        input: row.opt_bytes(9)?,
        rank: Packed::stored(row.opt_bytes(10)?.unwrap_or_default()),
    })
}

/// Ranks of issues by id, ascending.
///
/// # Errors
/// Whatever the database says.
pub fn by_ids(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Vec<RankRow>> {
    let ids = ids.iter().map(|id| Value::Text(id.clone())).collect();
    conn.query_in(&format!("{SELECT} issue.org = $1 AND issue.id = ANY($2) ORDER BY issue.id"), params![org], ids)?
        .iter()
        .map(read)
        .collect()
}

/// Ranks of the issues behind a number, ascending, at most so many; 0 is before all. With `only_cves` only issues that have a CVE for an
/// identifier.
///
/// # Errors
/// Whatever the database says.
pub fn behind(conn: &mut Conn, org: i64, number: i64, only_cves: bool, most: usize) -> Result<Vec<RankRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let only = if only_cves { " AND cve = 1" } else { "" };
    // The numbers of one organisation stand together: where they start and end is all that is asked, so that no index is used but theirs.
    let params = params![number.max(numbers_from(org)), numbers_from(org + 1), most];
    conn.query_map(&format!("{SELECT} issue.number > $1 AND issue.number < $2{only} ORDER BY issue.number LIMIT $3"), params, read)
}

/// Ranks as they go into the database, made where the database need not wait for it.
#[derive(Debug, Default)]
pub struct RankUpdate {
    ranks: Vec<Vec<Value>>,
    /// By the columns that differ: one statement for each set of them.
    groups: BTreeMap<[bool; MOVED.len()], Vec<Vec<Value>>>,
}

/// The columns of [`RankColumns`], which indexes hold: only those that differ are written.
const MOVED: [&str; 5] = ["order_key", "tier", "tier_days", "due", "next_change"];

impl RankUpdate {
    /// Puts ranks of issues into the form that is written, each issue once.
    #[must_use]
    pub fn of(changes: Vec<RankChange>) -> Self {
        let mut out = Self { ranks: Vec::with_capacity(changes.len()), groups: BTreeMap::new() };
        for RankChange { number, before, after, searched, rank } in changes {
            out.ranks.push(vec![number.into(), rank.into()]);
            let differs = [
                after.order_key != before.order_key,
                after.tier != before.tier,
                after.tier_days != before.tier_days,
                after.due != before.due,
                after.next_change != before.next_change,
            ];
            let values: [Value; MOVED.len()] =
                [after.order_key.into(), after.tier.into(), after.tier_days.into(), after.due.into(), after.next_change.into()];
            let mut row: Vec<Value> = Vec::with_capacity(1 + SEARCHED.len() + MOVED.len());
            row.push(number.into());
            row.extend(searched);
            row.extend(values.into_iter().zip(differs).filter_map(|(value, differs)| differs.then_some(value)));
            out.groups.entry(differs).or_default().push(row);
        }
        out
    }

    /// The columns that indexes hold, and in how many of the issues each is another.
    pub fn moved(&self) -> impl Iterator<Item = (&'static str, usize)> {
        MOVED.into_iter().zip(0..).map(|(column, at)| {
            let moves = self.groups.iter().filter(|(differs, _)| differs.get(at) == Some(&true));
            (column, moves.map(|(_, rows)| rows.len()).sum())
        })
    }
}

/// Writes ranks of issues that are stored: of the columns that indexes hold only those that differ.
///
/// # Errors
/// Whatever the database says; also when a change has not a value for each of [`SEARCHED`].
pub fn update(conn: &mut Conn, update: RankUpdate) -> Result<()> {
    conn.update_distinct("issue_rank", &["number"], &["rank"], &update.ranks)?;
    for (differs, rows) in update.groups {
        let columns: Vec<&str> =
            SEARCHED.into_iter().chain(MOVED.into_iter().zip(differs).filter_map(|(column, differs)| differs.then_some(column))).collect();
        conn.update_distinct("issue", &["number"], &columns, &rows)?;
    }
    Ok(())
}
