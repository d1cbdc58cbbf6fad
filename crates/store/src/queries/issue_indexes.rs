//! Indexes of issues, put aside while most issues are written anew: to make them again of all issues is then less work than to move each
//! issue in each of them.

use std::collections::BTreeMap;

use crate::{Conn, Result};

/// Issues that are looked at before anything is said of the others.
const SAMPLE: usize = 5_000;
/// Issues that have to be left for it to be worth while.
const WORTH_WHILE: usize = 20_000;

/// Indexes that were put aside.
#[derive(Debug, Default)]
#[must_use]
pub struct IndexesAside(Vec<String>);

impl IndexesAside {
    /// Puts aside the indexes of issues that hold one of these columns. Where the engine would keep readers waiting till the end of the
    /// transaction, nothing is put aside.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn put(conn: &mut Conn, columns: &[&str]) -> Result<Self> {
        Ok(Self(conn.put_indexes_aside("issue", columns)?))
    }

    /// Makes them again.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn back(self, conn: &mut Conn) -> Result<()> {
        self.0.iter().try_for_each(|index| conn.execute(index, &[]).map(drop))
    }
}

/// What is known of the changes while many issues are gone through, and which indexes are aside.
#[derive(Debug)]
pub struct Rewriting {
    /// All issues of the organisation: so many go into an index that is made again.
    all: usize,
    /// Issues that are not looked at yet.
    left: usize,
    seen: usize,
    /// In how many of those that were seen a column is another.
    moved: BTreeMap<&'static str, usize>,
    aside: Option<IndexesAside>,
}

impl Rewriting {
    /// Before so many of all issues are gone through.
    #[must_use]
    pub fn of(issues: usize, all: usize) -> Self {
        Self { all, left: issues, seen: 0, moved: BTreeMap::new(), aside: None }
    }

    /// So many more were looked at, and in so many of them these columns will be written. Once enough were seen, indexes are put aside that
    /// hold a column that will change in a third of all issues yet, if the others do as these did.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn before(&mut self, conn: &mut Conn, looked_at: usize, moved: impl Iterator<Item = (&'static str, usize)>) -> Result<()> {
        if self.aside.is_some() {
            return Ok(());
        }
        self.left = self.left.saturating_sub(looked_at);
        self.seen += looked_at;
        for (column, issues) in moved {
            *self.moved.entry(column).or_default() += issues;
        }
        let columns = self.worth_while();
        if !columns.is_empty() {
            self.aside = Some(IndexesAside::put(conn, &columns)?);
        }
        Ok(())
    }

    fn worth_while(&self) -> Vec<&'static str> {
        if self.seen < SAMPLE || self.left < WORTH_WHILE {
            return Vec::new();
        }
        let will_move = |moved: usize| self.left.saturating_mul(moved) / self.seen;
        self.moved.iter().filter(|(_, moved)| will_move(**moved) > self.all / 3).map(|(column, _)| *column).collect()
    }

    /// Makes again what was put aside.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn finish(self, conn: &mut Conn) -> Result<()> {
        self.aside.map_or(Ok(()), |aside| aside.back(conn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_worth_while_where_a_third_of_all_is_still_to_move() {
        let columns = |seen, moved, left, all| {
            let moved = [("order_key", moved), ("due", 20)].into();
            Rewriting { all, left, seen, moved, aside: None }.worth_while()
        };
        assert_eq!(columns(10_000, 9_000, 90_000, 100_000), ["order_key"]);
        assert!(columns(10_000, 3_000, 90_000, 100_000).is_empty(), "little moves");
        assert!(columns(80_000, 72_000, 20_000, 100_000).is_empty(), "most are done");
        assert!(columns(10_000, 9_000, 90_000, 1_000_000).is_empty(), "few of all are gone through");
        assert!(columns(4_000, 4_000, 90_000, 100_000).is_empty(), "too few are seen");
        assert!(columns(6_000, 6_000, 9_000, 15_000).is_empty(), "a small record");
        assert!(columns(0, 0, 0, 0).is_empty());
    }
}
