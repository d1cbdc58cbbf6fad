//! A portion of what is linked again: read, clustered, written, and its issues made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pipeline::deduplicate::across::{Clustering, Options};
use store::Conn;
use store::queries::issues::IssueRow;
use store::queries::{findings, issues};

use super::scene::{Raw, Scene};
use super::write::{Changed, write};
use super::{Fresh, Relinked, Touched};
use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World};
use crate::portions::Portions;
use crate::refresh::{Cause, Kept, Loaded, Made, is_new, make};

/// What the thread that has the database keeps from portion to portion.
pub(super) struct Linking<'a> {
    org: i64,
    streams: &'a Streams,
    world: &'a World,
    cause: Cause<'a>,
    /// Whether this program's matching made the stored issues. Else a portion may hold an issue in part.
    is_current: bool,
    freed: BTreeSet<i64>,
    fresh: Fresh,
    changed: Changed,
    done: BTreeSet<String>,
    kept: Kept,
    warnings: BTreeSet<String>,
}

/// Findings with the issues that they are.
pub(super) struct Clustered {
    members: Vec<Member>,
    clustering: Clustering,
    /// Identities whose links stay as they are.
    stands: HashSet<String>,
}

/// Issues that are known whole, with all that deriving them needs.
pub(super) struct Ready {
    members: BTreeMap<String, Vec<Member>>,
    /// What is stored of them.
    before: HashMap<String, IssueRow>,
    loaded: Loaded,
}

impl<'a> Linking<'a> {
    pub(super) fn new(org: i64, streams: &'a Streams, world: &'a World, cause: Cause<'a>, is_current: bool, touched: Touched<'_>) -> Self {
        let freed = touched.freed.iter().copied().collect();
        let (changed, done, warnings) = (Changed::default(), BTreeSet::new(), BTreeSet::new());
        let Touched { fresh, kept, .. } = touched;
        Self { org, streams, world, cause, is_current, freed, fresh, changed, done, kept, warnings }
    }

    pub(super) fn freed(&self) -> BTreeSet<i64> {
        self.freed.clone()
    }

    /// What all portions changed.
    pub(super) fn finish(self, conn: &mut Conn) -> Result<Relinked> {
        let redirects = self.changed.redirects(conn, self.org)?;
        Ok(Relinked {
            issues: self.changed.issues,
            done: self.done,
            kept: self.kept,
            redirects,
            alive: self.changed.alive.into_iter().collect(),
            warnings: self.warnings.into_iter().collect(),
        })
    }

    /// The members of the issues that changed and are known whole, by issue.
    fn whole(&self, conn: &mut Conn, members: Vec<Member>, changed: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<Member>>> {
        let mut groups: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for member in members.into_iter().filter(|member| changed.contains(&member.row.issue)) {
            groups.entry(member.row.issue.clone()).or_default().push(member);
        }
        let stored = self.stored(&groups);
        if self.is_current {
            for (issue, size) in findings::sizes(conn, self.org, stored)? {
                if groups.get(&issue).is_some_and(|group| group.len() as u64 != size.unsigned_abs()) {
                    groups.remove(&issue);
                }
            }
        } else {
            for issue in stored {
                groups.remove(&issue);
            }
        }
        Ok(groups)
    }

    /// Those of which something may be stored.
    fn stored(&self, groups: &BTreeMap<String, Vec<Member>>) -> Vec<String> {
        groups.iter().filter(|(_, group)| !is_new(group, self.cause)).map(|(id, _)| id.clone()).collect()
    }
}

impl Portions for Linking<'_> {
    type Portion = Vec<i64>;
    type Read = Raw;
    type Known = Clustered;
    type Ready = Ready;
    type Done = Vec<Made>;

    fn read(&mut self, conn: &mut Conn, ids: Vec<i64>) -> Result<Raw> {
        Raw::load(conn, self.org, &ids, &mut self.fresh)
    }

    fn load(&mut self, conn: &mut Conn, known: Clustered) -> Result<Ready> {
        let Clustered { mut members, clustering, stands } = known;
        let is_standing = |member: &Member| stands.contains(&member.row.identity);
        let changed = write(conn, self.org, &mut members, &clustering, &is_standing, &|id| self.cause.new_findings.contains(&id))?;
        let mut members = self.whole(conn, members, &changed.issues)?;
        self.done.extend(members.keys().cloned());
        let stored = self.stored(&members);
        let before = issues::by_ids(conn, self.org, &stored)?.into_iter().map(|row| (row.id.clone(), row)).collect();
        let loaded = Loaded::new(conn, self.org, &mut members, self.streams, self.world, self.cause.now)?;
        self.changed.add(changed);
        self.warnings.extend(clustering.warnings);
        Ok(Ready { members, before, loaded })
    }

    fn write(&mut self, conn: &mut Conn, made: Vec<Made>) -> Result<()> {
        self.kept.keep(conn, self.org, made, self.cause)
    }
}

pub(super) fn understand(raw: Raw, is_current: bool, freed: &BTreeSet<i64>, streams: &Streams, world: &World) -> Result<Clustered> {
    let scene: Scene = raw.scene()?;
    let standing = if is_current { Vec::new() } else { scene.standing(freed) };
    let clustering = scene.cluster(streams, world, &Options { standing: &standing, without: &[] });
    let stands = standing.iter().flatten().map(|identity| (*identity).to_owned()).collect();
    Ok(Clustered { members: scene.members, clustering, stands })
}

pub(super) fn compute(ready: Ready, streams: &Streams, world: &World, cause: Cause<'_>) -> Result<Vec<Made>> {
    let Ready { members, mut before, loaded } = ready;
    let around = loaded.surroundings(streams, world, cause.now);
    members.iter().map(|(id, members)| make(id, members, before.remove(id), &around, cause)).collect()
}
