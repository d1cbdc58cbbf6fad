//! Issues in the order of their numbers, a portion after the other, till there are no more.

use std::cell::Cell;

use store::Conn;
use store::queries::ranks::{self, RankRow};

use super::AT_ONCE;
use crate::Result;

/// Reads the next issues each time.
pub(super) struct Pages<'a> {
    org: i64,
    /// Only issues that have a CVE.
    only_cves: bool,
    /// The number behind which the next portion starts.
    last: i64,
    ended: &'a Cell<bool>,
}

impl<'a> Pages<'a> {
    /// `ended` is set once the last were read.
    pub(super) fn of(org: i64, only_cves: bool, ended: &'a Cell<bool>) -> Self {
        Self { org, only_cves, last: 0, ended }
    }

    pub(super) fn next(&mut self, conn: &mut Conn) -> Result<Vec<RankRow>> {
        let rows = ranks::behind(conn, self.org, self.last, self.only_cves, AT_ONCE)?;
        self.ended.set(rows.len() < AT_ONCE);
        if let Some(last) = rows.last() {
            self.last = last.number;
        }
        Ok(rows)
    }
}

/// A portion to read for as long as there are more.
pub(super) fn until(ended: &Cell<bool>) -> impl Iterator<Item = ()> {
    std::iter::from_fn(|| (!ended.get()).then_some(()))
}
