//! Issues ranked again without being made again: what feeds and the risk model change is their rank alone, and all that it follows from is
//! stored beside it. Of a million issues neither findings nor words are read or written.
//!
//! The answer is that of [`crate::refresh`], which does it where the rank is not all: an issue with a decision, one that time has changed as
//! well, one that an older version stored, a model with signals of one's own.

mod input;
mod known;

use std::cell::Cell;
use std::collections::BTreeSet;

use model::{IssueRank, Tri};
use pipeline::prioritise::{order_key, rank};
use store::queries::ranks::{self, RankChange, RankColumns, RankRow, SEARCHED};
use store::{Conn, Packed, Value};

pub(crate) use input::KeptInput;
use known::{Cache, Known};

use crate::Result;
use crate::changes::{Noted, noted_rank};
use crate::derive::next_age;
use crate::load::{Streams, World};
use crate::portions::{self, Portions};
use crate::refresh::{Cause, Kept, refresh_keeping};

/// Issues that are ranked in one go.
const AT_ONCE: usize = 1000;

/// Which issues are ranked again.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    All,
    /// Those that name a CVE.
    WithCve,
    These(&'a BTreeSet<String>),
}

/// Ranks issues again, as of the cause's `now`, and writes what differs. `progress` hears how many are done. Answers how many there were.
pub(crate) fn rank_again(
    conn: &mut Conn,
    org: i64,
    which: Which<'_>,
    (streams, world): (&Streams, &World),
    cause: Cause<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<u64> {
    let chunks: Vec<Vec<String>> = match which {
        Which::These(ids) => ids.iter().cloned().collect::<Vec<_>>().chunks(AT_ONCE).map(<[String]>::to_vec).collect(),
        Which::All | Which::WithCve => Vec::new(),
    };
    let named = matches!(which, Which::WithCve).then_some("cve-");
    let ended = Cell::new(false);
    let cache = Cache::new(conn, cause.now)?;
    let mut work = Ranking {
        org,
        named,
        cause,
        cache,
        last: String::new(),
        ended: &ended,
        kept: Kept::default(),
        rest: BTreeSet::new(),
        done: 0,
        progress,
    };
    let understand = |rows: Vec<RankRow>| Ok(rows.into_iter().map(|row| Candidate::new(row, world, cause)).collect());
    let compute = |(candidates, known): (Vec<Candidate>, Known)| judged(candidates, &known, world, cause);
    match which {
        Which::These(_) => portions::run(conn, &mut work, chunks.into_iter().map(Some), &understand, &compute)?,
        Which::All | Which::WithCve => {
            let on = std::iter::from_fn(|| (!ended.get()).then_some(None));
            portions::run(conn, &mut work, on, &understand, &compute)?;
        }
    }
    let Ranking { kept, rest, done, progress, .. } = work;
    refresh_keeping(conn, org, &rest, (streams, world), cause, kept, &mut |some| progress(done + some))?;
    Ok((done + rest.len()) as u64)
}

/// An issue, and what it can be ranked by: nothing where its findings have to be read.
struct Candidate {
    row: RankRow,
    kept: Option<KeptInput>,
}

impl Candidate {
    fn new(row: RankRow, world: &World, cause: Cause<'_>) -> Self {
        let is_more =
            world.model.has_own_signals() || row.columns.next_change.is_some_and(|change| change <= cause.now) || row.rank.is_empty();
        let kept = if is_more { None } else { row.input.as_deref().and_then(KeptInput::read) };
        Self { row, kept }
    }
}

/// What became of a portion.
#[derive(Default)]
struct Judged {
    changes: Vec<RankChange>,
    noted: Vec<Noted>,
    /// Issues that are to be made again from their findings.
    rest: Vec<String>,
    ranked: usize,
}

struct Ranking<'a> {
    org: i64,
    /// Only issues with an identifier that has this text in it.
    named: Option<&'a str>,
    cause: Cause<'a>,
    cache: Cache,
    /// The issue behind which the next portion starts, where they come in the order of ids.
    last: String,
    ended: &'a Cell<bool>,
    kept: Kept,
    rest: BTreeSet<String>,
    done: usize,
    progress: &'a mut dyn FnMut(usize),
}

impl Portions for Ranking<'_> {
    /// These, or the next ones.
    type Portion = Option<Vec<String>>;
    type Read = Vec<RankRow>;
    type Known = Vec<Candidate>;
    type Ready = (Vec<Candidate>, Known);
    type Done = Judged;

    fn read(&mut self, conn: &mut Conn, these: Option<Vec<String>>) -> Result<Self::Read> {
        if let Some(ids) = these {
            return Ok(ranks::by_ids(conn, self.org, &ids)?);
        }
        let rows = ranks::behind(conn, self.org, &self.last, self.named, AT_ONCE)?;
        self.ended.set(rows.len() < AT_ONCE);
        if let Some(last) = rows.last() {
            self.last.clone_from(&last.id);
        }
        Ok(rows)
    }

    fn load(&mut self, conn: &mut Conn, candidates: Vec<Candidate>) -> Result<Self::Ready> {
        let named = candidates.iter().filter_map(|candidate| candidate.kept.as_ref()).flat_map(|kept| &kept.input.identifiers);
        let known = self.cache.of(conn, named.filter(|name| name.starts_with("CVE-")).map(String::as_str))?;
        Ok((candidates, known))
    }

    fn write(&mut self, conn: &mut Conn, judged: Judged) -> Result<()> {
        self.done += judged.ranked;
        self.rest.extend(judged.rest);
        self.kept.keep_ranks(conn, self.org, judged.changes, judged.noted, self.cause)?;
        (self.progress)(self.done);
        Ok(())
    }
}

fn judged(candidates: Vec<Candidate>, known: &Known, world: &World, cause: Cause<'_>) -> Result<Judged> {
    let mut out = Judged::default();
    for Candidate { row, kept } in candidates {
        let Some(kept) = kept else {
            out.rest.push(row.id);
            continue;
        };
        out.ranked += 1;
        let (rank, after) = ranked(kept, known, world, cause);
        let packed = Packed::of(&serde_json::to_vec(&rank)?);
        if packed == row.rank && after == row.columns {
            continue;
        }
        out.noted.push(noted_rank(&row, &rank, &after)?);
        out.changes.push(RankChange { id: row.id, before: row.columns, after, searched: searched(&rank), rank: packed });
    }
    Ok(out)
}

/// The rank of an issue by what is kept of it, as `derive` makes it from its findings.
fn ranked(kept: KeptInput, known: &Known, world: &World, cause: Cause<'_>) -> (IssueRank, RankColumns) {
    let ranked = rank(&kept.input, known, &world.model, cause.now);
    let mut because = ranked.because;
    because.extend(kept.statement);
    let next_change = kept.next_change.into_iter().chain(next_age(&because, cause.now)).min();
    let columns = RankColumns {
        order_key: order_key(ranked.score),
        tier: ranked.tier.id.clone(),
        tier_days: ranked.tier.days.map(i64::from),
        due: ranked.due,
        next_change,
    };
    let rank = IssueRank {
        tier: ranked.tier,
        score: ranked.score,
        because,
        unknown: ranked.unknown,
        facts: ranked.facts,
        epss: ranked.epss,
        due: ranked.due,
    };
    (rank, columns)
}

/// The values of [`SEARCHED`].
fn searched(rank: &IssueRank) -> Vec<Value> {
    let number = |fact: &str| match rank.facts.get(fact) {
        Some(Tri::Yes) => 2,
        Some(Tri::No) => 1,
        Some(Tri::Unknown) | None => 0,
    };
    let value = |column: &&str| match *column {
        "score" => rank.score.into(),
        "epss" => rank.epss.into(),
        fact => Value::Int(number(fact)),
    };
    SEARCHED.iter().map(value).collect()
}
