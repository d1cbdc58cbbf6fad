//! What ranking the queue again would say, without a word written.

use std::cell::Cell;
use std::sync::Arc;

use model::Timestamp;
use store::Conn;
use store::queries::ranks::RankRow;

use super::answers::{Answer, Answers};
use super::known::{Cache, Known};
use super::pages::{Pages, until};
use super::{Candidate, answers_for, candidates};
use crate::Result;
use crate::load::World;
use crate::portions::{self, Portions};
use crate::refresh::Cause;

/// What an issue of the queue would be.
pub(crate) enum Look {
    /// It is stored so, and would have this rank.
    Ranked(Box<RankRow>, Arc<Answer>),
    /// Its findings have to be read.
    Unknown(String),
}

/// Ranks the issues of the queue in the order of their numbers, each made into something on whatever core has time, and hands it over.
pub(crate) fn look<T: Send>(
    conn: &mut Conn,
    org: i64,
    world: &World,
    now: Timestamp,
    make: &(impl Fn(Look) -> Result<T> + Sync),
    each: &mut dyn FnMut(T),
) -> Result<()> {
    let cause = Cause::of("", now);
    let ended = Cell::new(false);
    let answers = Answers::default();
    let mut work = Looking { cache: Cache::new(conn, now)?, pages: Pages::of(org, false, &ended), each };
    let understand = |rows: Vec<RankRow>| Ok(candidates(rows.into_iter().filter(|row| row.queued).collect(), &answers, world, cause));
    let compute = |ready| {
        let found = answers_for(ready, &answers, world, cause)?;
        let ranked = found.ranked.into_iter().map(|(row, (answer, _))| Look::Ranked(Box::new(row), answer));
        ranked.chain(found.rest.into_iter().map(Look::Unknown)).map(make).collect::<Result<Vec<T>>>()
    };
    portions::run(conn, &mut work, until(&ended), &understand, &compute)
}

struct Looking<'a, T> {
    cache: Cache,
    pages: Pages<'a>,
    each: &'a mut dyn FnMut(T),
}

impl<T: Send> Portions for Looking<'_, T> {
    type Portion = ();
    type Read = Vec<RankRow>;
    type Known = Vec<Candidate>;
    type Ready = (Vec<Candidate>, Known);
    type Done = Vec<T>;

    fn read(&mut self, conn: &mut Conn, (): ()) -> Result<Self::Read> {
        self.pages.next(conn)
    }

    fn load(&mut self, conn: &mut Conn, candidates: Vec<Candidate>) -> Result<Self::Ready> {
        let known = self.cache.of_candidates(conn, &candidates)?;
        Ok((candidates, known))
    }

    fn write(&mut self, _: &mut Conn, done: Vec<T>) -> Result<()> {
        done.into_iter().for_each(&mut *self.each);
        Ok(())
    }
}
