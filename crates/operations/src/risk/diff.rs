//! What another model would move, before it does: the queue is ranked under both, and nothing is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Issue, Tier, Timestamp};
use pipeline::prioritise::Model;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::issues;

use super::show::version_of;
use super::{ModelVersion, TermChange, changes, checked, hash_of, versions};
use crate::changes::Standing;
use crate::derive::derive;
use crate::load::{Streams, World, world};
use crate::refresh::{Loaded, members_of};
use crate::rerank::{Look, look};
use crate::{Muster, OperationError, Result};

/// The heads of the queue of which an answer says who comes and goes.
const HEADS: [u64; 2] = [20, 100];
/// Issues that are ranked in one go.
const AT_ONCE: usize = 2000;
/// Issues that a list of an answer names, where none is asked for; the count is of all.
pub(super) const NAMED: usize = 200;

/// An issue that moves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankMove {
    pub issue: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    pub from: Standing,
    pub to: Standing,
    /// Terms whose points differ, the weightiest first. None where only others moved past it.
    pub because: Vec<TermChange>,
    /// What the new tier rests on and the old one did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tier_because: Vec<String>,
}

/// Who comes into the first so many places of the queue, and who leaves them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopMoves {
    /// 20 or 100.
    pub first: u64,
    pub entering: Vec<RankMove>,
    pub leaving: Vec<RankMove>,
}

/// Who comes into a tier and who leaves it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierMoves {
    pub tier: String,
    pub label: String,
    /// Days to the deadline; absent where the tier has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Issues in it now, and under the new model.
    pub before: u64,
    pub after: u64,
    /// How many come and go; the lists name the first of them in the order of the queue.
    pub entering_count: u64,
    pub leaving_count: u64,
    pub entering: Vec<RankMove>,
    pub leaving: Vec<RankMove>,
}

/// The same counted for a team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamMoves {
    /// Absent for issues without an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// By `first 20`, `first 100` and the ids of tiers: how many enter.
    pub entering: BTreeMap<String, u64>,
    /// The same: how many leave.
    pub leaving: BTreeMap<String, u64>,
}

/// What a model would move, or moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskDiff {
    pub from: ModelVersion,
    pub to: ModelVersion,
    /// Issues in the queue.
    pub issues: u64,
    /// Those with another score.
    pub rescored: u64,
    /// Those in another tier.
    pub retiered: u64,
    pub top: Vec<TopMoves>,
    /// Strictest first.
    pub tiers: Vec<TierMoves>,
    pub teams: Vec<TeamMoves>,
}

/// An issue of the queue under both models. Tiers and teams by number, so that a million take little.
struct Seat {
    id: String,
    old_key: i64,
    new_key: i64,
    old_tier: usize,
    new_tier: usize,
    team: usize,
}

/// Values by number of first appearance.
#[derive(Default)]
struct Numbers<T>(Vec<T>);

impl<T: PartialEq> Numbers<T> {
    fn of(&mut self, value: T) -> usize {
        self.0.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.0.push(value);
            self.0.len() - 1
        })
    }
}

/// A tier without its reasons: (id, label, days).
type TierName = (String, String, Option<u32>);

fn tier_name(tier: &Tier) -> TierName {
    (tier.id.clone(), tier.label.clone(), tier.days)
}

impl Muster {
    /// What a model in a file would move, were it put in force now. Lists of tiers name at most `named` issues.
    ///
    /// # Errors
    /// When the file is no model, with file, line and reason.
    pub fn risk_diff(&self, file: &str, yaml: &str, named: Option<usize>, now: Timestamp) -> Result<RiskDiff> {
        let model = checked(file, yaml)?;
        self.settle(now)?;
        let version = ModelVersion { name: model.name.clone(), file: file.to_owned(), hash: hash_of(yaml), ..ModelVersion::default() };
        self.db.try_read(|conn| diff(conn, self.org, model.clone(), version.clone(), named.unwrap_or(NAMED), now))
    }
}

/// Ranks the queue under a model and compares it with what is stored.
pub(super) fn diff(conn: &mut Conn, org: i64, model: Model, to: ModelVersion, named: usize, now: Timestamp) -> Result<RiskDiff> {
    let mut world = world(conn, org, now)?;
    let rows = versions(conn, org)?;
    let in_force = rows.iter().rfind(|row| row.since <= now).or(rows.first());
    let from = in_force.map(version_of).ok_or_else(|| OperationError::System("no version of the risk model".to_owned()))?;
    world.model = model;
    let streams = Streams::load(conn, org, &world.index)?;
    let mut out = RiskDiff { from, to, ..RiskDiff::default() };
    let (mut tiers, mut teams) = (Numbers::<TierName>::default(), Numbers::<Option<String>>::default());
    let mut seats: Vec<Seat> = Vec::new();
    let mut take = |both: Both| {
        out.rescored += u64::from(both.old_key != both.new_key);
        out.retiered += u64::from(both.old_tier.0 != both.new_tier.0);
        let (old_tier, new_tier) = (tiers.of(both.old_tier), tiers.of(both.new_tier));
        seats.push(Seat { id: both.id, old_key: both.old_key, new_key: both.new_key, old_tier, new_tier, team: teams.of(both.team) });
    };
    let mut rest: Vec<String> = Vec::new();
    look(conn, org, &world, now, &both, &mut |found| match found {
        Ok(both) => take(both),
        Err(id) => rest.push(id),
    })?;
    for list in rest.chunks(AT_ONCE) {
        for (old, old_key, new, new_key) in under(conn, org, list, &streams, &world, now)? {
            let (old_tier, new_tier) = (tier_name(&old.tier), tier_name(&new.tier));
            take(Both { id: old.id, old_key, new_key, old_tier, new_tier, team: old.owner.team });
        }
    }
    out.issues = seats.len() as u64;
    let places = Places::new(&seats);
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let tops = HEADS.map(|first| (first, places.crossing(first)));
    for (_, (entering, leaving)) in &tops {
        wanted.extend(entering.iter().chain(leaving));
    }
    let by_tier = tier_moves(&seats, &places, tiers.0.len());
    for (entering, leaving) in &by_tier {
        wanted.extend(entering.iter().take(named).chain(leaving.iter().take(named)));
    }
    let moves = describe(conn, org, &seats, &places, &wanted, &streams, &world, now)?;
    let told = |seats: &[usize]| seats.iter().filter_map(|seat| moves.get(seat).cloned()).collect::<Vec<RankMove>>();
    out.teams = team_moves(&seats, &tops, &by_tier, &tiers.0, &teams.0);
    out.top = tops.iter().map(|(first, (into, from))| TopMoves { first: *first, entering: told(into), leaving: told(from) }).collect();
    for (number, ((tier, label, days), (entering, leaving))) in tiers.0.into_iter().zip(&by_tier).enumerate() {
        let count = |of: fn(&Seat) -> usize| seats.iter().filter(|seat| of(seat) == number).count() as u64;
        out.tiers.push(TierMoves {
            tier,
            label,
            days,
            before: count(|seat| seat.old_tier),
            after: count(|seat| seat.new_tier),
            entering_count: entering.len() as u64,
            leaving_count: leaving.len() as u64,
            entering: told(entering.get(..named).unwrap_or(entering)),
            leaving: told(leaving.get(..named).unwrap_or(leaving)),
        });
    }
    out.tiers.sort_by(|a, b| (a.days.unwrap_or(u32::MAX), &a.label).cmp(&(b.days.unwrap_or(u32::MAX), &b.label)));
    Ok(out)
}

/// An issue of the queue under both models, or the id of one whose findings have to be read.
fn both(found: Look) -> Result<std::result::Result<Both, String>> {
    #[derive(Deserialize)]
    struct Stored {
        tier: Tier,
    }
    Ok(match found {
        Look::Unknown(id) => Err(id),
        Look::Ranked(row, new) => {
            let old_tier = tier_name(&row.rank.read::<Stored>()?.tier);
            let days = new.columns.tier_days.and_then(|days| u32::try_from(days).ok());
            let new_tier = (new.columns.tier.clone(), new.tier_label.clone(), days);
            Ok(Both { old_key: row.columns.order_key, new_key: new.columns.order_key, old_tier, new_tier, id: row.id, team: row.team })
        }
    })
}

/// An issue of the queue under both models.
struct Both {
    id: String,
    old_key: i64,
    new_key: i64,
    old_tier: TierName,
    new_tier: TierName,
    team: Option<String>,
}

/// Issues as they are stored and as they would be: (stored, its key, other, its key).
fn under(
    conn: &mut Conn,
    org: i64,
    list: &[String],
    streams: &Streams,
    world: &World,
    now: Timestamp,
) -> Result<Vec<(Issue, i64, Issue, i64)>> {
    let mut members = members_of(conn, org, list)?;
    let loaded = Loaded::new(conn, org, &mut members, streams, world, now)?;
    let around = loaded.surroundings(streams, world, now);
    let mut out = Vec::with_capacity(list.len());
    for row in issues::by_ids(conn, org, list)? {
        let old = row.issue()?;
        if let Some((new, new_row)) = members.get(&row.id).and_then(|members| derive(&row.id, members, &around)) {
            out.push((old, row.order_key, new, new_row.order_key));
        }
    }
    Ok(out)
}

/// Places under both models, 1 is first, by number of the seat.
struct Places {
    old: Vec<u64>,
    new: Vec<u64>,
    /// Seats in the order of the new queue.
    in_new_order: Vec<usize>,
}

impl Places {
    fn new(seats: &[Seat]) -> Self {
        let order = |key: fn(&Seat) -> i64| {
            let mut order: Vec<usize> = (0..seats.len()).collect();
            order.sort_by_key(|seat| seats.get(*seat).map(|seat| (key(seat), seat.id.as_str())));
            order
        };
        let places = |order: &[usize]| {
            let mut places = vec![0; seats.len()];
            for (place, seat) in (1u64..).zip(order) {
                if let Some(of_seat) = places.get_mut(*seat) {
                    *of_seat = place;
                }
            }
            places
        };
        let in_new_order = order(|seat| seat.new_key);
        Self { old: places(&order(|seat| seat.old_key)), new: places(&in_new_order), in_new_order }
    }

    fn of(&self, seat: usize) -> (u64, u64) {
        (self.old.get(seat).copied().unwrap_or(0), self.new.get(seat).copied().unwrap_or(0))
    }

    /// Seats that come into the first `first` places, and those that leave them, in the new order.
    fn crossing(&self, first: u64) -> (Vec<usize>, Vec<usize>) {
        let side = |comes: bool| {
            let crosses = |seat: &&usize| {
                let (old, new) = self.of(**seat);
                if comes { new <= first && old > first } else { old <= first && new > first }
            };
            self.in_new_order.iter().filter(crosses).copied().collect()
        };
        (side(true), side(false))
    }
}

/// For each tier the seats that come into it and that leave it, in the new order.
fn tier_moves(seats: &[Seat], places: &Places, tiers: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut out: Vec<(Vec<usize>, Vec<usize>)> = vec![Default::default(); tiers];
    for number in &places.in_new_order {
        let Some(seat) = seats.get(*number).filter(|seat| seat.old_tier != seat.new_tier) else { continue };
        if let Some((entering, _)) = out.get_mut(seat.new_tier) {
            entering.push(*number);
        }
        if let Some((_, leaving)) = out.get_mut(seat.old_tier) {
            leaving.push(*number);
        }
    }
    out
}

/// Seats that come, and seats that go.
type Crossing = (Vec<usize>, Vec<usize>);

fn team_moves(
    seats: &[Seat],
    tops: &[(u64, Crossing)],
    by_tier: &[Crossing],
    tiers: &[TierName],
    teams: &[Option<String>],
) -> Vec<TeamMoves> {
    let mut out: Vec<TeamMoves> = teams.iter().map(|team| TeamMoves { team: team.clone(), ..TeamMoves::default() }).collect();
    let named = tops.iter().map(|(first, crossing)| (format!("first {first}"), crossing));
    let named = named.chain(tiers.iter().zip(by_tier).map(|((id, ..), crossing)| (id.clone(), crossing)));
    for (name, (entering, leaving)) in named {
        let mut count = |list: &[usize], side: fn(&mut TeamMoves) -> &mut BTreeMap<String, u64>| {
            for seat in list.iter().filter_map(|seat| seats.get(*seat)) {
                if let Some(team) = out.get_mut(seat.team) {
                    *side(team).entry(name.clone()).or_default() += 1;
                }
            }
        };
        count(entering, |team| &mut team.entering);
        count(leaving, |team| &mut team.leaving);
    }
    out.retain(|team| !team.entering.is_empty() || !team.leaving.is_empty());
    out.sort_by(|a, b| (a.team.is_none(), &a.team).cmp(&(b.team.is_none(), &b.team)));
    out
}

#[expect(clippy::too_many_arguments, reason = "one call: what ranks, and what was ranked")]
fn describe(
    conn: &mut Conn,
    org: i64,
    seats: &[Seat],
    places: &Places,
    wanted: &BTreeSet<usize>,
    streams: &Streams,
    world: &World,
    now: Timestamp,
) -> Result<HashMap<usize, RankMove>> {
    let named: HashMap<&str, usize> = wanted.iter().filter_map(|seat| Some((seats.get(*seat)?.id.as_str(), *seat))).collect();
    let ids: Vec<String> = named.keys().map(|id| (*id).to_owned()).collect();
    let mut out = HashMap::new();
    for list in ids.chunks(AT_ONCE) {
        for (old, _, new, _) in under(conn, org, list, streams, world, now)? {
            let Some(seat) = named.get(old.id.as_str()) else { continue };
            let (before, after) = places.of(*seat);
            out.insert(*seat, moved(&old, &new, before, after));
        }
    }
    Ok(out)
}

fn moved(old: &Issue, new: &Issue, before: u64, after: u64) -> RankMove {
    let fresh = new.tier.because.iter().filter(|fact| !old.tier.because.contains(fact));
    RankMove {
        issue: new.id.clone(),
        title: new.title.clone(),
        team: new.owner.team.clone(),
        application: new.application.clone(),
        from: Standing::of(old, Some(before)),
        to: Standing::of(new, Some(after)),
        because: changes(&old.because, &new.because),
        tier_because: if old.tier.id == new.tier.id { Vec::new() } else { fresh.map(|fact| fact.fact.clone()).collect() },
    }
}
