//! Indexes of issues, put aside while most issues are written anew.

use std::collections::BTreeMap;

use super::issues::IssueChange;
use super::ranks::IndexesAside;
use crate::{Conn, Result};

/// Issues that are looked at before anything is said of the others.
const SAMPLE: usize = 5_000;
/// Issues that have to be left for it to be worth while.
const WORTH_WHILE: usize = 20_000;

/// What is known of the changes while all issues are gone through, and which indexes are aside.
#[derive(Debug)]
pub struct Rewriting {
    /// Issues that are not looked at yet.
    left: usize,
    seen: usize,
    /// In how many of those that were seen a column is another.
    moved: BTreeMap<&'static str, usize>,
    aside: Option<IndexesAside>,
}

impl Rewriting {
    /// Before so many issues are gone through, in an order that has nothing to do with what changes.
    #[must_use]
    pub fn of(issues: usize) -> Self {
        Self { left: issues, seen: 0, moved: BTreeMap::new(), aside: None }
    }

    /// So many more were looked at, and these changes of them will be written. Once enough were seen, indexes with a column that changes in
    /// most of them are put aside.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn before<'a>(&mut self, conn: &mut Conn, looked_at: usize, changes: impl Iterator<Item = &'a IssueChange>) -> Result<()> {
        if self.aside.is_some() {
            return Ok(());
        }
        self.left = self.left.saturating_sub(looked_at);
        self.seen += looked_at;
        for column in changes.flat_map(IssueChange::moved) {
            *self.moved.entry(column).or_default() += 1;
        }
        if self.seen >= SAMPLE {
            let most = self.seen / 2;
            let columns = self.moved.iter().filter(|(_, moved)| **moved > most && self.left >= WORTH_WHILE).map(|(column, _)| *column);
            self.aside = Some(IndexesAside::put_of(conn, &columns.collect::<Vec<_>>())?);
        }
        Ok(())
    }

    /// Makes again what was put aside.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn finish(self, conn: &mut Conn) -> Result<()> {
        self.aside.map_or(Ok(()), |aside| aside.back(conn))
    }
}
