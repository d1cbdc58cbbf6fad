//! Placing every finding again after the inventory changed.

use std::collections::{BTreeSet, HashSet};

use pipeline::deduplicate::across::offered;
use store::Conn;
use store::queries::findings::{self, FindingRow};

use crate::Result;
use crate::derive::{Member, placed};
use crate::link::{Touched, keys_at, relink};
use crate::load::{Streams, World, world};
use crate::refresh::Cause;
use crate::{matching, portions};

/// Findings that are held in memory at once.
const AT_ONCE: usize = 5000;

/// How a finding stands after the inventory changed.
struct Standing {
    finding: i64,
    /// Its issue, where that is to be made again.
    changed: Option<String>,
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

/// Places every finding again, and makes the issues again of which a finding moved, or whose owner or facts changed. Answers how many.
pub(super) fn place_again(tx: &mut Conn, org: i64, before: &World, cause: Cause<'_>) -> Result<u64> {
    let world = world(tx, org, cause.now)?;
    let old_streams = Streams::load(tx, org, &before.index)?;
    let streams = Streams::load(tx, org, &world.index)?;
    let elsewhere = streams.differing(&old_streams);
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut moved: Vec<Moved> = Vec::new();
    let mut places: Vec<(i64, String)> = Vec::new();
    let judge = |row: FindingRow| -> Result<Standing> {
        let member = Member::read(row)?;
        let was = placed(&before.index, &old_streams, &member.row, &member.finding);
        let is = placed(&world.index, &streams, &member.row, &member.finding);
        let finding = member.row.id;
        let other_place = is.place.key != member.row.place;
        let moved = (other_place || is.place.services != was.place.services).then(|| {
            let (had, _) = keys_at(&member, &member.row.place, &was.place.services, &old_streams, before);
            let (has, by_place) = keys_at(&member, &is.place.key, &is.place.services, &streams, &world);
            let gone = had.difference(&has).cloned().collect();
            Moved { finding, by_place, gone, new: has.difference(&had).cloned().collect() }
        });
        Ok(Standing {
            finding,
            changed: (is != was || elsewhere.contains(&member.row.lineage)).then_some(member.row.issue),
            place: other_place.then_some(is.place.key),
            moved,
        })
    };
    for some in findings::ids(tx, org)?.chunks(AT_ONCE) {
        for standing in portions::on_all_cores(findings::by_ids(tx, org, some)?, &judge) {
            let standing = standing?;
            ids.extend(standing.changed);
            places.extend(standing.place.map(|place| (standing.finding, place)));
            moved.extend(standing.moved);
        }
    }
    findings::set_places(tx, org, places)?;
    let moved = to_link(tx, org, moved)?;
    let touched = Touched { changed: &moved, freed: &moved, ..Touched::default() };
    let mut relinked = relink(tx, org, touched, &streams, &world, cause)?;
    ids.extend(relinked.issues.iter().cloned());
    let placed = ids.len() as u64;
    relinked.finish(tx, org, ids, (&streams, &world), cause)?;
    Ok(placed)
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
