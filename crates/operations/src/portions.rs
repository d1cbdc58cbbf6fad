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
