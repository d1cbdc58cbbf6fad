//! Long work a portion at a time: the database is read and written on one thread, while others compute what it brought, so that neither waits
//! for the other and no more than a few portions are held in memory.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, mpsc};

use store::Conn;

use crate::{OperationError, Result};

/// Portions that are read and not yet written. More would hold more in memory, fewer would let one thread wait for another.
const UNDER_WAY: usize = 6;

/// What the thread that has the database does for each portion. Each of the three comes to the portions in their order.
pub(crate) trait Portions {
    /// What a portion is known by.
    type Portion;
    /// What is read of it.
    type Read: Send;
    /// What its first computing makes of that.
    type Known: Send;
    /// What else is loaded, now that more is known.
    type Ready: Send;
    /// What its second computing makes of that.
    type Done: Send;

    fn read(&mut self, conn: &mut Conn, portion: Self::Portion) -> Result<Self::Read>;
    fn load(&mut self, conn: &mut Conn, known: Self::Known) -> Result<Self::Ready>;
    fn write(&mut self, conn: &mut Conn, done: Self::Done) -> Result<()>;
}

/// Takes portions through: read, `understand`, load, `compute`, write. A portion must not depend on what another one writes.
///
/// # Errors
/// The first error of any step; later portions are left.
pub(crate) fn run<P: Portions>(
    conn: &mut Conn,
    work: &mut P,
    portions: impl IntoIterator<Item = P::Portion>,
    understand: &(impl Fn(P::Read) -> Result<P::Known> + Sync),
    compute: &(impl Fn(P::Ready) -> Result<P::Done> + Sync),
) -> Result<()> {
    let mut portions = portions.into_iter().fuse();
    let (give, given) = mpsc::channel();
    let given = Mutex::new(given);
    std::thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        // Taken in, so that it ends with this closure, also by an error: the others then have no more to wait for.
        let give = give;
        let step = |task| match task {
            Task::Understand(read) => understand(read).map(Step::Known),
            Task::Compute(ready) => compute(ready).map(Step::Done),
        };
        // One for each other core. This thread computes too when it would wait for them: it is never kept from the database by one of them.
        for _ in 1..cores() {
            let (given, tell) = (&given, tell.clone());
            scope.spawn(move || {
                while let Some((number, task)) = next(given) {
                    let done = catch_unwind(AssertUnwindSafe(|| step(task)));
                    if tell.send((number, done)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        let (mut known, mut done) = (InOrder::default(), InOrder::default());
        let mut read: usize = 0;
        loop {
            while let Ok((number, step)) = told.try_recv() {
                keep(number, step, &mut known, &mut done)?;
            }
            // What is ready goes first, so that the others have work and memory becomes free.
            let number = known.taken;
            if let Some(portion) = known.next() {
                drop(give.send((number, Task::Compute(work.load(conn, portion)?))));
            } else if let Some(portion) = done.next() {
                work.write(conn, portion)?;
            } else if read - done.taken < UNDER_WAY
                && let Some(portion) = portions.next()
            {
                drop(give.send((read, Task::Understand(work.read(conn, portion)?))));
                read += 1;
            } else if read == done.taken {
                return Ok(());
            } else if let Some((number, task)) = spare(&given) {
                keep(number, Ok(step(task)), &mut known, &mut done)?;
            } else {
                let (number, step) = told.recv().map_err(|_| ended())?;
                keep(number, step, &mut known, &mut done)?;
            }
        }
    })
}

/// What a thread has to do to a portion.
enum Task<R, T> {
    Understand(R),
    Compute(T),
}

/// What a thread has done to a portion.
enum Step<K, D> {
    Known(K),
    Done(D),
}

/// What a thread told: a step, an error, or its panic.
type Told<K, D> = std::thread::Result<Result<Step<K, D>>>;

/// The next task for a thread; none when no more will come.
fn next<T>(given: &Mutex<mpsc::Receiver<T>>) -> Option<T> {
    given.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// A task that no thread has taken. While one of them waits for tasks there is none.
fn spare<T>(given: &Mutex<mpsc::Receiver<T>>) -> Option<T> {
    given.try_lock().ok()?.try_recv().ok()
}

fn keep<K, D>(number: usize, step: Told<K, D>, known: &mut InOrder<K>, done: &mut InOrder<D>) -> Result<()> {
    // A panic is passed on as it would be on one thread.
    match step.unwrap_or_else(|panic| std::panic::resume_unwind(panic))? {
        Step::Known(portion) => drop(known.waiting.insert(number, portion)),
        Step::Done(portion) => drop(done.waiting.insert(number, portion)),
    }
    Ok(())
}

/// Portions that come in any order and are taken in theirs.
struct InOrder<T> {
    waiting: BTreeMap<usize, T>,
    /// How many were taken: the number of the next.
    taken: usize,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), taken: 0 }
    }
}

impl<T> InOrder<T> {
    fn next(&mut self) -> Option<T> {
        let portion = self.waiting.remove(&self.taken)?;
        self.taken += 1;
        Some(portion)
    }
}

fn ended() -> OperationError {
    OperationError::System("a thread ended before its work".to_owned())
}

/// Cores to work on; more threads than eight would wait for the database.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}

/// Maps rows on all cores, in their order.
pub(crate) fn on_all_cores<R: Send, T: Send>(rows: Vec<R>, judge: &(impl Fn(R) -> T + Sync)) -> Vec<T> {
    parts_on_all_cores(rows, &|part: Vec<R>| part.into_iter().map(judge).collect())
}

/// Maps rows on all cores, in their order, a part on each: what a part learns of its first rows it may use for its last.
pub(crate) fn parts_on_all_cores<R: Send, T: Send>(mut rows: Vec<R>, judge: &(impl Fn(Vec<R>) -> Vec<T> + Sync)) -> Vec<T> {
    let threads = cores();
    if threads == 1 || rows.len() < 1000 {
        return judge(rows);
    }
    let each = rows.len().div_ceil(threads);
    let mut parts = Vec::new();
    while rows.len() > each {
        parts.push(rows.split_off(rows.len() - each));
    }
    parts.push(rows);
    std::thread::scope(|scope| {
        let running: Vec<_> = parts.into_iter().rev().map(|part| scope.spawn(move || judge(part))).collect();
        // A panic is passed on as it would be on one thread.
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Changes each of many on all cores.
pub(crate) fn each_on_all_cores<T: Send>(all: &mut [T], change: &(impl Fn(&mut T) + Sync)) {
    let threads = cores();
    if threads == 1 || all.len() < 1000 {
        return all.iter_mut().for_each(change);
    }
    std::thread::scope(|scope| {
        for part in all.chunks_mut(all.len().div_ceil(threads)) {
            scope.spawn(move || part.iter_mut().for_each(change));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OperationError;

    /// Numbers that are doubled in two steps; what was done to which is noted.
    struct Doubling {
        written: Vec<u64>,
        refused: Option<u64>,
    }

    impl Portions for Doubling {
        type Portion = u64;
        type Read = u64;
        type Known = u64;
        type Ready = u64;
        type Done = u64;

        fn read(&mut self, _: &mut Conn, portion: u64) -> Result<u64> {
            Ok(portion)
        }

        fn load(&mut self, _: &mut Conn, known: u64) -> Result<u64> {
            if self.refused == Some(known) { Err(OperationError::Bad(format!("{known} is refused"))) } else { Ok(known) }
        }

        fn write(&mut self, _: &mut Conn, done: u64) -> Result<()> {
            self.written.push(done);
            Ok(())
        }
    }

    fn doubled(count: u64, refused: Option<u64>) -> (Result<()>, Vec<u64>) {
        let db = store::Db::open("sqlite::memory:").unwrap();
        let mut work = Doubling { written: Vec::new(), refused };
        let seen = Mutex::new(Vec::new());
        let note = |number: u64| {
            seen.lock().unwrap().push(number);
            Ok(number)
        };
        let done = db.try_read(|conn| run(conn, &mut work, 0..count, &note, &|number| Ok(2 * number)));
        (done, work.written)
    }

    #[test]
    fn every_portion_is_written_in_its_order() {
        for count in 0..8 {
            let (done, written) = doubled(count, None);
            done.unwrap();
            assert_eq!(written, (0..count).map(|number| 2 * number).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_ends_it_and_nothing_after_it_is_written() {
        let (done, written) = doubled(9, Some(4));
        assert_eq!(done.unwrap_err().to_string(), "4 is refused");
        assert!(written.iter().all(|number| *number < 8), "{written:?}");
    }

    #[test]
    #[should_panic(expected = "5 is odd")]
    fn a_panic_of_another_thread_is_passed_on() {
        let db = store::Db::open("sqlite::memory:").unwrap();
        let mut work = Doubling { written: Vec::new(), refused: None };
        let judge = |number: u64| {
            assert!(number != 5, "{number} is odd");
            Ok(number)
        };
        drop(db.try_read(|conn| run(conn, &mut work, 0..9, &judge, &Ok)));
    }

    #[test]
    fn many_are_mapped_and_changed_in_their_order() {
        for count in [0, 1, 999, 1000, 4321] {
            let mut all: Vec<u32> = (0..count).collect();
            assert_eq!(on_all_cores(all.clone(), &|number| number + 1), (1..=count).collect::<Vec<_>>());
            each_on_all_cores(&mut all, &|number| *number += 1);
            assert_eq!(all, (1..=count).collect::<Vec<_>>());
        }
    }
}
