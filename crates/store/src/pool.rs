//! A small pool of connections, and a transaction on one of them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::{Engine, Purpose};
use crate::{Conn, Result, StoreError};

/// How long anyone waits for a connection or a lock before it is called busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

type Opener = Box<dyn Fn() -> Result<Box<dyn Engine>> + Send + Sync>;

pub(crate) struct Pool {
    opener: Opener,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Box<dyn Engine>>,
    /// All connections: the idle and the lent ones.
    open: usize,
}

impl Pool {
    /// Opens connections when they are asked for, and never more than `most`.
    pub(crate) fn new(most: usize, opener: Opener) -> Self {
        Self { opener, most, state: Mutex::default(), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection with a transaction begun on it.
    pub(crate) fn begin(&self, purpose: Purpose<'_>) -> Result<Lease<'_>> {
        loop {
            let (engine, fresh) = self.take()?;
            let mut lease = Lease { pool: self, conn: Some(Conn::new(engine)) };
            match lease.conn_mut()?.engine.begin(purpose) {
                Ok(()) => return Ok(lease),
                // An idle connection may have been cut long ago: nothing was begun, so the next one is tried.
                Err(StoreError::ConnectionLost(_)) if !fresh => lease.discard(),
                Err(error) => return Err(error),
            }
        }
    }

    /// A connection, and whether it is a new one.
    fn take(&self) -> Result<(Box<dyn Engine>, bool)> {
        let full = |state: &mut State| state.idle.is_empty() && state.open >= self.most;
        let (mut state, waited) = self.freed.wait_timeout_while(self.state(), PATIENCE, full).unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = state.idle.pop() {
            return Ok((engine, false));
        }
        if waited.timed_out() {
            return Err(StoreError::Busy(format!("all {} connections were in use for {} s", self.most, PATIENCE.as_secs())));
        }
        state.open += 1;
        drop(state);
        match (self.opener)() {
            Ok(engine) => Ok((engine, true)),
            Err(error) => {
                self.give_back(None);
                Err(error)
            }
        }
    }

    /// Takes a connection back, or hears that it is gone.
    fn give_back(&self, engine: Option<Box<dyn Engine>>) {
        let mut state = self.state();
        match engine {
            Some(engine) => state.idle.push(engine),
            None => state.open = state.open.saturating_sub(1),
        }
        drop(state);
        self.freed.notify_one();
    }
}

/// A connection in a transaction; dropped without [`Lease::commit`], the transaction is rolled back.
pub(crate) struct Lease<'a> {
    pool: &'a Pool,
    conn: Option<Conn>,
}

impl Lease<'_> {
    pub(crate) fn conn_mut(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or_else(|| StoreError::Other("the transaction has ended".into()))
    }

    /// Keeps what was written.
    ///
    /// # Errors
    /// Also when a statement failed and the caller went on: PostgreSQL would answer such a commit with a silent rollback.
    pub(crate) fn commit(mut self) -> Result<()> {
        let conn = self.conn_mut()?;
        conn.check_sound()?;
        conn.engine.commit().map_err(|error| match error {
            StoreError::ConnectionLost(said) => StoreError::CommitUnknown(said),
            other => other,
        })
    }

    /// Closes the connection instead of giving it back.
    fn discard(mut self) {
        self.conn = None;
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let engine = self.conn.take().and_then(|conn| {
            let mut engine = conn.engine;
            (engine.is_usable() && engine.rollback().is_ok() && engine.is_usable()).then_some(engine)
        });
        self.pool.give_back(engine);
    }
}
