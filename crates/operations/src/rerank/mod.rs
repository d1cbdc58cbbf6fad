//! Issues ranked again without being made again: what feeds and the risk model change is their rank alone, and all that it follows from is
//! stored beside it. Of a million issues neither findings nor words are read or written.
//!
//! The answer is that of [`crate::refresh`], which does it where the rank is not all: an issue with a decision, one that time has changed as
//! well, one that an older version stored, a model with signals of one's own.

mod answers;
mod input;
mod known;
mod look;
mod pages;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::{IssueRank, Tri};
use pipeline::prioritise::{order_key, rank};
use store::queries::issue_indexes::Rewriting;
use store::queries::issues;
use store::queries::ranks::{self, RankChange, RankColumns, RankRow, RankUpdate, SEARCHED};
use store::{Conn, Packed, Value};

use answers::{Answer, Answers, Made};
pub(crate) use input::KeptInput;
use known::{Cache, Known};
pub(crate) use look::{Look, look};
use pages::{Pages, until};

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
    let (count, all) = match which {
        // Few are not worth the counting of all.
        Which::These(ids) => (ids.len(), usize::MAX),
        Which::All | Which::WithCve => {
            let all = usize::try_from(issues::count(conn, org)?).unwrap_or(usize::MAX);
            (all, all)
        }
    };
    let ended = Cell::new(false);
    let cache = Cache::new(conn, cause.now)?;
    let answers = Answers::default();
    let mut work = Ranking {
        org,
        cause,
        cache,
        pages: Pages::of(org, matches!(which, Which::WithCve), &ended),
        kept: Kept::default(),
        rest: BTreeSet::new(),
        indexes: Rewriting::of(count, all),
        done: 0,
        progress,
    };
    let understand = |rows: Vec<RankRow>| Ok(candidates(rows, &answers, world, cause));
    let compute = |ready| judged(ready, &answers, world, cause);
    match which {
        Which::These(_) => portions::run(conn, &mut work, chunks.into_iter().map(Some), &understand, &compute)?,
        Which::All | Which::WithCve => {
            portions::run(conn, &mut work, until(&ended).map(|()| None), &understand, &compute)?;
        }
    }
    let Ranking { kept, rest, indexes, done, progress, .. } = work;
    indexes.finish(conn)?;
    refresh_keeping(conn, org, &rest, (streams, world), cause, kept, &mut |some| progress(done + some))?;
    Ok((done + rest.len()) as u64)
}

/// An issue, and what it can be ranked by.
struct Candidate {
    row: RankRow,
    by: By,
}

/// What an issue can be ranked by.
enum By {
    /// Its findings have to be read.
    Findings,
    /// What is kept of it.
    Kept(Box<KeptInput>),
    /// Another issue of which the same is kept.
    Answer(Arc<Answer>),
}

fn candidates(rows: Vec<RankRow>, answers: &Answers, world: &World, cause: Cause<'_>) -> Vec<Candidate> {
    let is_more =
        |row: &RankRow| world.model.has_own_signals() || row.columns.next_change.is_some_and(|at| at <= cause.now) || row.rank.is_empty();
    let known = answers.of(rows.iter().map(|row| row.input.as_deref()));
    let candidate = |(row, known): (RankRow, Option<Arc<Answer>>)| {
        let by = match known {
            _ if is_more(&row) => By::Findings,
            Some(answer) => By::Answer(answer),
            None => row.input.as_deref().and_then(KeptInput::read).map_or(By::Findings, |kept| By::Kept(Box::new(kept))),
        };
        Candidate { row, by }
    };
    rows.into_iter().zip(known).map(candidate).collect()
}

/// What became of a portion.
#[derive(Default)]
struct Judged {
    update: RankUpdate,
    noted: Vec<Noted>,
    /// Issues that are to be made again from their findings.
    rest: Vec<String>,
    ranked: usize,
}

struct Ranking<'a> {
    org: i64,
    cause: Cause<'a>,
    cache: Cache,
    pages: Pages<'a>,
    kept: Kept,
    rest: BTreeSet<String>,
    indexes: Rewriting,
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
        match these {
            Some(ids) => Ok(ranks::by_ids(conn, self.org, &ids)?),
            None => self.pages.next(conn),
        }
    }

    fn load(&mut self, conn: &mut Conn, candidates: Vec<Candidate>) -> Result<Self::Ready> {
        let known = self.cache.of_candidates(conn, &candidates)?;
        Ok((candidates, known))
    }

    fn write(&mut self, conn: &mut Conn, judged: Judged) -> Result<()> {
        self.done += judged.ranked;
        self.rest.extend(judged.rest);
        self.indexes.before(conn, judged.ranked, judged.update.moved())?;
        self.kept.keep_ranks(conn, self.org, judged.update, judged.noted, self.cause)?;
        (self.progress)(self.done);
        Ok(())
    }
}

fn judged(ready: (Vec<Candidate>, Known), answers: &Answers, world: &World, cause: Cause<'_>) -> Result<Judged> {
    let Ranked { ranked, rest } = answers_for(ready, answers, world, cause)?;
    let mut out = Judged { ranked: ranked.len(), rest, ..Judged::default() };
    let mut changes = Vec::with_capacity(ranked.len());
    for (row, (answer, rank)) in ranked {
        if answer.packed == row.rank && answer.columns == row.columns {
            continue;
        }
        out.noted.push(noted_rank(&row, &answer.columns, || match rank {
            Some(rank) => Ok(rank),
            None => Ok(answer.packed.read()?),
        })?);
        changes.push(RankChange {
            number: row.number,
            before: row.columns,
            after: answer.columns.clone(),
            searched: answer.searched.clone(),
            rank: answer.packed.clone(),
        });
    }
    out.update = RankUpdate::of(changes);
    Ok(out)
}

/// Issues with their ranks, and those that have to be made again from their findings.
#[derive(Default)]
struct Ranked {
    ranked: Vec<(RankRow, Made)>,
    rest: Vec<String>,
}

fn answers_for((candidates, known): (Vec<Candidate>, Known), answers: &Answers, world: &World, cause: Cause<'_>) -> Result<Ranked> {
    let mut out = Ranked { ranked: Vec::with_capacity(candidates.len()), rest: Vec::new() };
    // What another portion has answered since, and this one's own answers.
    let since = answers.of(candidates.iter().map(|Candidate { row, by }| row.input.as_deref().filter(|_| matches!(by, By::Kept(_)))));
    let mut new: HashMap<Vec<u8>, Arc<Answer>> = HashMap::new();
    for (Candidate { mut row, by }, since) in candidates.into_iter().zip(since) {
        let made: Made = match (by, since) {
            (By::Findings, _) => {
                out.rest.push(row.id);
                continue;
            }
            (By::Answer(answer), _) | (By::Kept(_), Some(answer)) => (answer, None),
            (By::Kept(kept), None) => match row.input.as_deref().and_then(|input| new.get(input)) {
                Some(answer) => (Arc::clone(answer), None),
                None => {
                    let (rank, answer) = answered(*kept, &known, world, cause)?;
                    new.extend(row.input.take().map(|input| (input, Arc::clone(&answer))));
                    (answer, Some(rank))
                }
            },
        };
        out.ranked.push((row, made));
    }
    answers.keep(new);
    Ok(out)
}

/// The answer for all issues of which this is kept.
fn answered(kept: KeptInput, known: &Known, world: &World, cause: Cause<'_>) -> Result<(IssueRank, Arc<Answer>)> {
    let (rank, columns) = ranked(kept, known, world, cause);
    let packed = Packed::of(&serde_json::to_vec(&rank)?);
    let answer = Answer { columns, tier_label: rank.tier.label.clone(), searched: searched(&rank), packed };
    Ok((rank, Arc::new(answer)))
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
