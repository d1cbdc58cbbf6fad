//! Findings to issues: which blocks an import touched, what clustering says of them now, and the issues made of that.

mod closure;
mod scene;
mod work;
mod write;

use std::collections::{BTreeSet, HashMap};

use model::Timestamp;
use store::Conn;
use store::queries::findings::{self, FindingRow};
use store::queries::issues;

pub(crate) use closure::{Meetings, Union, named_together};
pub(crate) use scene::{PlaceAndServices, Scene, block_keys_of, key_context, keys_of, keys_of_moved};
pub(crate) use write::{Changed, write};

use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World};
use crate::matching;
use crate::portions;
use crate::refresh::{Cause, Changes, Kept, refresh_keeping};
use work::Linking;

/// Findings that are not stored yet: they are written once, with the issue that they belong to. Their block keys and identifiers are stored.
#[derive(Default)]
pub(crate) struct Fresh {
    pub(crate) rows: HashMap<i64, FindingRow>,
    /// All block keys of theirs, till the linking takes them.
    pub(crate) keys: BTreeSet<String>,
}

/// What is linked again.
#[derive(Default)]
pub(crate) struct Touched<'a> {
    /// Findings that are new, or whose words, place or decisions changed.
    pub(crate) changed: &'a [i64],
    /// Those among them that may leave their issue although another version of the matching made it: a person spoke of them, or they
    /// moved to another place.
    pub(crate) freed: &'a [i64],
    /// Those among them that are not stored yet.
    pub(crate) fresh: Fresh,
    /// What is kept of issues that were made before the linking.
    pub(crate) kept: Kept,
}

/// What linking changed, and how far the issues are made again.
#[derive(Default)]
pub(crate) struct Relinked {
    /// Issues whose members, links or suggestions changed.
    pub(crate) issues: BTreeSet<String>,
    /// Those among them that are made again already.
    done: BTreeSet<String>,
    kept: Kept,
    /// Issue ids that no finding has any more, and where they lead.
    pub(crate) redirects: Vec<(String, String)>,
    /// Ids that findings came to, which may have led elsewhere before.
    alive: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Relinked {
    /// Makes the other issues again, and `also` these, and lets old ids lead on.
    pub(crate) fn finish(
        &mut self,
        conn: &mut Conn,
        org: i64,
        also: BTreeSet<String>,
        (streams, world): (&Streams, &World),
        cause: Cause<'_>,
    ) -> Result<Changes> {
        let rest: BTreeSet<String> = self.issues.iter().cloned().chain(also).filter(|id| !self.done.contains(id)).collect();
        let changes = refresh_keeping(conn, org, &rest, (streams, world), cause, std::mem::take(&mut self.kept), &mut |_| {})?;
        self.keep_redirects(conn, org, cause.now)?;
        Ok(changes)
    }

    fn keep_redirects(&self, conn: &mut Conn, org: i64, now: Timestamp) -> Result<()> {
        Ok(issues::redirect(conn, org, &self.redirects, &self.alive, now)?)
    }
}

/// Findings that are read for their keys in one go.
const AT_ONCE: usize = 2000;

/// Clusters again what shares a block with the findings that are new or changed. Writes findings, links and suggestions, and those issues
/// that it knows whole; [`Relinked::finish`] makes the others.
///
/// Where another version of the matching made the stored issues, they stand: only findings that are in none, or are freed, are placed.
pub(crate) fn relink(
    conn: &mut Conn,
    org: i64,
    mut touched: Touched<'_>,
    streams: &Streams,
    world: &World,
    cause: Cause<'_>,
) -> Result<Relinked> {
    if touched.changed.is_empty() {
        return Ok(Relinked { kept: touched.kept, ..Relinked::default() });
    }
    let keys = reblock(conn, org, &mut touched, streams, world)?;
    let families = closure::families(conn, org, keys, touched.changed, &touched.fresh)?;
    let is_current = matching::is_current(conn, org)?;
    let mut work = Linking::new(org, streams, world, cause, is_current, touched);
    let freed = work.freed();
    portions::run(conn, &mut work, families, &|raw| work::understand(raw, is_current, &freed, streams, world), &|ready| {
        work::compute(ready, streams, world, cause)
    })?;
    work.finish(conn)
}

/// Computes the block keys of stored findings that changed, and stores those that differ. Answers the keys that all touched findings had and
/// have.
fn reblock(conn: &mut Conn, org: i64, touched: &mut Touched<'_>, streams: &Streams, world: &World) -> Result<BTreeSet<String>> {
    let mut all = std::mem::take(&mut touched.fresh.keys);
    let stored: Vec<i64> = touched.changed.iter().copied().filter(|id| !touched.fresh.rows.contains_key(id)).collect();
    for ids in stored.chunks(AT_ONCE) {
        let members: Vec<Member> = findings::by_ids(conn, org, ids)?.into_iter().map(Member::read).collect::<Result<_>>()?;
        let mut before: HashMap<i64, BTreeSet<String>> = HashMap::new();
        for (id, key) in findings::keys_of(conn, org, ids)? {
            before.entry(id).or_default().insert(key);
        }
        let mut differ = Vec::new();
        let mut rows = Vec::new();
        for (id, now) in keys_of(&members, streams, world) {
            let was = before.remove(&id).unwrap_or_default();
            if was != now {
                differ.push(id);
                rows.extend(now.iter().map(|key| (id, key.clone())));
                all.extend(was);
            }
            all.extend(now);
        }
        findings::set_blocks(conn, org, &differ, rows)?;
    }
    Ok(all)
}
