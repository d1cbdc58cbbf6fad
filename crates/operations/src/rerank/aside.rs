//! When the indexes of the queue are put aside: when so many issues move that making them again is less work than moving each issue in them.

use store::Conn;
use store::queries::issues;
use store::queries::ranks::IndexesAside;

use crate::Result;

/// Issues after which it is decided: what they did the others will do, since they come in no order that the feeds know.
const SAMPLE: usize = 10_000;

/// What the issues did so far, and the indexes that are aside.
#[derive(Default)]
pub(super) struct Aside {
    ranked: usize,
    /// Issues with another place in the queue, and those of which something else moved that indexes hold.
    moved: (usize, usize),
    decided: bool,
    indexes: IndexesAside,
}

impl Aside {
    pub(super) fn notice(&mut self, ranked: usize, (placed, other): (usize, usize)) {
        self.ranked += ranked;
        self.moved.0 += placed;
        self.moved.1 += other;
    }

    /// Decides once, when enough were ranked: puts aside what a third of all issues would still move in.
    pub(super) fn put(&mut self, conn: &mut Conn, org: i64) -> Result<()> {
        if self.decided || self.ranked < SAMPLE {
            return Ok(());
        }
        self.decided = true;
        let all = usize::try_from(issues::count(conn, org)?).unwrap_or(0);
        if let Some(everything) = self.worth(all) {
            self.indexes = IndexesAside::put(conn, everything)?;
        }
        Ok(())
    }

    /// Whether it is worth the making again of so many issues, and if so whether also for what tiers and deadlines move.
    fn worth(&self, all: usize) -> Option<bool> {
        let left = all.saturating_sub(self.ranked);
        let many = |moved: usize| left.saturating_mul(moved) / self.ranked.max(1) > all / 3;
        many(self.moved.0).then(|| many(self.moved.1))
    }

    /// Makes again what is aside.
    pub(super) fn back(self, conn: &mut Conn) -> Result<()> {
        Ok(self.indexes.back(conn)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_worth_it_where_a_third_of_all_is_still_to_move() {
        let worth = |ranked: usize, placed, other, all| {
            let mut aside = Aside::default();
            aside.notice(ranked / 2, (placed, 0));
            aside.notice(ranked / 2, (0, other));
            aside.worth(all)
        };
        assert_eq!(worth(10_000, 9_000, 20, 100_000), Some(false));
        assert_eq!(worth(10_000, 9_000, 8_000, 100_000), Some(true), "another model");
        assert_eq!(worth(10_000, 3_000, 0, 100_000), None, "a day on which little moves");
        assert_eq!(worth(10_000, 9_000, 0, 12_000), None, "nearly all are done");
        assert_eq!(worth(0, 0, 0, 0), None);
    }
}
