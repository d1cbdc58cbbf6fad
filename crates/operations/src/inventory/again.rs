//! Placing every finding again after the inventory changed.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use pipeline::deduplicate::across::{BlockKeys, Context, Rekeyed, offered};
use store::Conn;
use store::queries::findings;
use store::queries::issue_indexes::Rewriting;
use store::queries::issues::IssueChange;

use crate::Result;
use crate::derive::{Member, placed};
use crate::inventory::moves::Elsewhere;
use crate::link::{PlaceAndServices, Touched, key_context, keys_of_moved, relink};
use crate::load::{Streams, World, world};
use crate::matching;
use crate::portions::{self, Portions};
use crate::refresh::{Before, Cause, Kept, Loaded, Made, RawMembers, compute, stored};

/// Issues whose findings are held in memory at once.
const AT_ONCE: usize = 1000;

/// How a finding stands after the inventory changed.
struct Standing {
    finding: i64,
    /// Its issue is to be made again.
    is_changed: bool,
    /// Its new place.
    place: Option<String>,
    moved: Option<Moved>,
}

/// What moving changed of whom a finding can meet.
struct Moved {
    finding: i64,
    /// It is compared with others by where it is.
    by_place: bool,
    /// Its block keys, where they differ: those it had alone, and those it has alone.
    gone: Vec<String>,
    new: Vec<String>,
}

impl Moved {
    /// The keys that it only offers, as others ask for them. None where it is to be linked again whoever asks.
    fn only_offers(&self) -> Option<Vec<&str>> {
        if self.by_place { None } else { self.gone.iter().chain(&self.new).map(|key| offered(key)).collect() }
    }
}

/// The inventories before and after, and the streams as each has them.
struct Inventories<'a> {
    before: &'a World,
    old_streams: Streams,
    world: World,
    streams: Streams,
    /// Lineages whose streams belong elsewhere now.
    elsewhere: BTreeSet<i64>,
}

impl Inventories<'_> {
    /// Looks where a finding belongs now, and where it did. `context` is what was known before, `keys` go by what is known now.
    fn judge(&self, member: &mut Member, context: &Context<'_>, keys: &mut BlockKeys<'_>) -> Standing {
        let was = placed(&self.before.index, &self.old_streams, &member.row, &member.finding);
        let is = member.placed(&self.world.index, &self.streams);
        let place = is.place.key.clone();
        let is_changed = *is != was || self.elsewhere.contains(&member.row.lineage);
        let moves = place != member.row.place || is.place.services != was.place.services;
        let moved = moves.then(|| {
            let before = PlaceAndServices { place: &member.row.place, services: &was.place.services, streams: &self.old_streams };
            let now = PlaceAndServices { place: &place, services: &is.place.services, streams: &self.streams };
            let Rekeyed { had, has, by_place } = keys_of_moved(member, (&before, context), &now, keys);
            let without = |keys: &[String], others: &[String]| keys.iter().filter(|key| !others.contains(key)).cloned().collect();
            Moved { finding: member.row.id, by_place, gone: without(&had, &has), new: without(&has, &had) }
        });
        let old_place = std::mem::replace(&mut member.row.place, place);
        Standing { finding: member.row.id, is_changed, place: (old_place != member.row.place).then(|| member.row.place.clone()), moved }
    }
}

/// What the thread that has the database keeps while all findings are placed again.
struct Placing<'a> {
    org: i64,
    inventories: &'a Inventories<'a>,
    cause: Cause<'a>,
    kept: Kept,
    indexes: Rewriting,
    /// Issues of each portion that is not written yet.
    looked_at: VecDeque<usize>,
    /// Issues that are made again.
    done: BTreeSet<String>,
    /// Those that have to be.
    left: BTreeSet<String>,
    moved: Vec<Moved>,
}

/// Issues of which a finding moved, and what moved of all that were read.
struct Judged {
    /// How many issues.
    seen: usize,
    /// New places of findings.
    places: Vec<(i64, String)>,
    moved: Vec<Moved>,
    members: BTreeMap<String, Vec<Member>>,
    /// Issues that linking may part or merge, before they are made again.
    left: Vec<String>,
}

impl<'a> Portions for Placing<'a> {
    type Portion = &'a [String];
    type Read = RawMembers;
    type Known = Judged;
    type Ready = (BTreeMap<String, Vec<Member>>, Before, Loaded);
    type Done = Vec<Made>;

    fn read(&mut self, conn: &mut Conn, ids: &'a [String]) -> Result<RawMembers> {
        RawMembers::load(conn, self.org, ids)
    }

    fn load(&mut self, conn: &mut Conn, known: Judged) -> Result<Self::Ready> {
        let Judged { seen, places, moved, mut members, left } = known;
        findings::set_places(conn, self.org, places)?;
        self.moved.extend(moved);
        self.left.extend(left);
        self.looked_at.push_back(seen);
        let ids: Vec<String> = members.keys().cloned().collect();
        let before = stored(conn, self.org, &ids)?;
        let loaded = Loaded::new(conn, self.org, &mut members, &self.inventories.streams, &self.inventories.world, self.cause.now)?;
        self.done.extend(ids);
        Ok((members, before, loaded))
    }

    fn write(&mut self, conn: &mut Conn, made: Vec<Made>) -> Result<()> {
        let looked_at = self.looked_at.pop_front().unwrap_or_default();
        let moved = made.iter().filter_map(Made::change).flat_map(IssueChange::moved);
        self.indexes.before(conn, looked_at, moved.map(|column| (column, 1)))?;
        self.kept.keep(conn, self.org, made, self.cause)
    }
}

fn understand(raw: RawMembers, inventories: &Inventories<'_>) -> Result<Judged> {
    let mut judged = Judged { seen: 0, places: Vec::new(), moved: Vec::new(), members: BTreeMap::new(), left: Vec::new() };
    let (before, now) = (key_context(inventories.before), key_context(&inventories.world));
    let mut keys = BlockKeys::new(&now);
    for (issue, mut members) in raw.read()? {
        judged.seen += 1;
        let (mut is_changed, mut by_place) = (false, false);
        for member in &mut members {
            let standing = inventories.judge(member, &before, &mut keys);
            is_changed |= standing.is_changed;
            by_place |= standing.moved.as_ref().is_some_and(|moved| moved.only_offers().is_none());
            judged.places.extend(standing.place.map(|place| (standing.finding, place)));
            judged.moved.extend(standing.moved);
        }
        if is_changed && by_place {
            judged.left.push(issue);
        } else if is_changed {
            judged.members.insert(issue, members);
        }
    }
    Ok(judged)
}

/// Places every finding again, and makes the issues again of which a finding moved, or whose owner or facts changed. Answers how many, and
/// which of them stand elsewhere.
pub(super) fn place_again(tx: &mut Conn, org: i64, before: &World, cause: Cause<'_>) -> Result<(u64, Elsewhere)> {
    let world = world(tx, org, cause.now)?;
    let old_streams = Streams::load(tx, org, &before.index)?;
    let streams = Streams::load(tx, org, &world.index)?;
    let elsewhere = streams.differing(&old_streams);
    let inventories = Inventories { before, old_streams, world, streams, elsewhere };
    let (world, streams) = (&inventories.world, &inventories.streams);
    let ids = findings::issues(tx, org)?;
    let mut work = Placing {
        org,
        inventories: &inventories,
        cause,
        kept: Kept::default(),
        indexes: Rewriting::of(ids.len(), ids.len()),
        looked_at: VecDeque::new(),
        done: BTreeSet::new(),
        left: BTreeSet::new(),
        moved: Vec::new(),
    };
    portions::run(tx, &mut work, ids.chunks(AT_ONCE), &|raw| understand(raw, &inventories), &|ready| {
        compute(ready, streams, world, cause)
    })?;
    let Placing { kept, indexes, mut done, mut left, mut moved, .. } = work;
    indexes.finish(tx)?;
    moved.sort_unstable_by_key(|moved| moved.finding);
    let moved = to_link(tx, org, moved)?;
    let touched = Touched { changed: &moved, freed: &moved, kept, ..Touched::default() };
    let mut relinked = relink(tx, org, touched, streams, world, cause)?;
    left.extend(relinked.issues.iter().cloned());
    done.extend(left.iter().cloned());
    let changes = relinked.finish(tx, org, left, (streams, world), cause)?;
    Ok((done.len() as u64, changes.elsewhere))
}

/// Those that have to be linked again. Of the others, which meet nobody else by having moved, the block keys are written.
fn to_link(tx: &mut Conn, org: i64, moved: Vec<Moved>) -> Result<Vec<i64>> {
    if !matching::is_current(tx, org)? {
        // What another version of the matching stored is not known to be what this one would have.
        return Ok(moved.into_iter().map(|moved| moved.finding).collect());
    }
    let mut asked: HashSet<String> = HashSet::new();
    let mut offers: BTreeSet<String> = BTreeSet::new();
    for one in &moved {
        match one.only_offers() {
            None => asked.extend(one.new.iter().cloned()),
            Some(keys) => offers.extend(keys.into_iter().map(ToOwned::to_owned)),
        }
    }
    // Who asked before still stands where it stood: its own moving is written by the linking.
    asked.extend(findings::under(tx, org, offers.into_iter().collect())?.into_iter().map(|(key, _)| key));
    let (mut link, mut gone, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for one in moved {
        if one.only_offers().is_none_or(|keys| keys.iter().any(|key| asked.contains(*key))) {
            link.push(one.finding);
        } else {
            gone.extend(one.gone.into_iter().map(|key| (one.finding, key)));
            new.extend(one.new.into_iter().map(|key| (one.finding, key)));
        }
    }
    // In the order of the table, so that neighbours are written together.
    for keys in [&mut gone, &mut new] {
        keys.sort_unstable_by(|a: &(i64, String), b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    }
    findings::change_blocks(tx, org, gone, new)?;
    Ok(link)
}
