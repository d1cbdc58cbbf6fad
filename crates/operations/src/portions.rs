//! Long work a portion at a time: the database is read and written on one thread, while others compute what it brought, so that neither waits
//! for the other and no more than a few portions are held in memory.

use std::collections::VecDeque;
use std::thread::ScopedJoinHandle;

use store::Conn;

use crate::Result;

/// Portions that may be computed while one is read and another written. More would hold more in memory and not be faster on few cores.
const AHEAD: usize = 2;

/// What the thread that has the database does for each portion. Portions are read, loaded for and written in their order.
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
    let mut portions = portions.into_iter();
    std::thread::scope(|scope| {
        let mut understood: Option<ScopedJoinHandle<'_, Result<P::Known>>> = None;
        let mut computed: VecDeque<ScopedJoinHandle<'_, Result<P::Done>>> = VecDeque::new();
        loop {
            let next = match portions.next() {
                Some(portion) => Some(work.read(conn, portion)?),
                None => None,
            };
            let is_last = next.is_none();
            let next = next.map(|read| scope.spawn(move || understand(read)));
            if computed.len() >= AHEAD || (is_last && understood.is_none()) {
                match computed.pop_front() {
                    Some(done) => work.write(conn, joined(done)?)?,
                    None if is_last => return Ok(()),
                    None => {}
                }
            }
            if let Some(known) = understood.take() {
                let ready = work.load(conn, joined(known)?)?;
                computed.push_back(scope.spawn(move || compute(ready)));
            }
            understood = next;
        }
    })
}

/// A panic is passed on as it would be on one thread.
fn joined<T>(handle: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Maps rows on all cores, in their order.
pub(crate) fn on_all_cores<R: Send, T: Send>(mut rows: Vec<R>, judge: &(impl Fn(R) -> T + Sync)) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    if threads == 1 || rows.len() < 1000 {
        return rows.into_iter().map(judge).collect();
    }
    let each = rows.len().div_ceil(threads);
    let mut parts = Vec::new();
    while rows.len() > each {
        parts.push(rows.split_off(rows.len() - each));
    }
    parts.push(rows);
    std::thread::scope(|scope| {
        let running: Vec<_> =
            parts.into_iter().rev().map(|part| scope.spawn(move || part.into_iter().map(judge).collect::<Vec<T>>())).collect();
        // A panic is passed on as it would be on one thread.
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Changes each of many on all cores.
pub(crate) fn each_on_all_cores<T: Send>(all: &mut [T], change: &(impl Fn(&mut T) + Sync)) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
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
    use std::sync::Mutex;

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
    fn many_are_mapped_and_changed_in_their_order() {
        for count in [0, 1, 999, 1000, 4321] {
            let mut all: Vec<u32> = (0..count).collect();
            assert_eq!(on_all_cores(all.clone(), &|number| number + 1), (1..=count).collect::<Vec<_>>());
            each_on_all_cores(&mut all, &|number| *number += 1);
            assert_eq!(all, (1..=count).collect::<Vec<_>>());
        }
    }
}
