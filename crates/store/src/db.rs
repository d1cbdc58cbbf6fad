//! A database: opened by URL, read and written in transactions from any number of threads.

use std::sync::Arc;

use crate::engine::{EngineKind, Purpose};
use crate::migrations::{self, Migration};
use crate::pool::Pool;
use crate::{Conn, Result, StoreError, postgres, sqlite};

/// A database. Cheap to clone; all clones share its connections. All calls block the thread: do not use it, nor drop the last
/// clone of it, on a thread that runs asynchronous tasks.
///
/// A write must not be opened inside another write of the same `Db`, nor anything inside anything in memory: it would wait for
/// itself, and end with [`StoreError::Busy`].
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    kind: EngineKind,
    readers: Pool,
    /// `None`: readers and writers share the connections.
    writers: Option<Pool>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("kind", &self.inner.kind).finish_non_exhaustive()
    }
}

/// Connections that read beside each other.
const READERS: usize = 8;
/// Connections to PostgreSQL that write beside each other.
const WRITERS: usize = 8;

impl Db {
    /// Opens the database of a URL, `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and brings its schema up to date.
    /// A SQLite file that is missing is made; its folder is not.
    ///
    /// # Errors
    /// [`StoreError::WrongUrl`], [`StoreError::CannotOpen`], [`StoreError::NewerSchema`], and what a migration may meet.
    pub fn open(url: &str) -> Result<Self> {
        Self::open_with(url, migrations::MIGRATIONS)
    }

    /// As [`Db::open`], with other migrations than Muster's own.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open_with(url: &str, migrations: &[Migration]) -> Result<Self> {
        let db = Self::connect(url)?;
        migrations::apply(&db, migrations)?;
        Ok(db)
    }

    fn connect(url: &str) -> Result<Self> {
        let inner = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(StoreError::WrongUrl { url: url.into(), reason: "the path is missing".into() });
            }
            if path == ":memory:" {
                let pool = Pool::new(1, Box::new(sqlite::open_memory));
                Inner { kind: EngineKind::Sqlite, readers: pool, writers: None }
            } else {
                let (read_path, write_path) = (path.to_owned(), path.to_owned());
                let readers = Pool::new(READERS, Box::new(move || sqlite::open_file(&read_path, sqlite::Role::Reader)));
                let writers = Pool::new(1, Box::new(move || sqlite::open_file(&write_path, sqlite::Role::Writer)));
                Inner { kind: EngineKind::Sqlite, readers, writers: Some(writers) }
            }
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let config = Arc::new(postgres::config(url)?);
            let same = Arc::clone(&config);
            let readers = Pool::new(READERS, Box::new(move || postgres::connect(&config)));
            let writers = Pool::new(WRITERS, Box::new(move || postgres::connect(&same)));
            Inner { kind: EngineKind::Postgres, readers, writers: Some(writers) }
        } else {
            let shown = if url.contains('@') { "…" } else { url };
            return Err(StoreError::WrongUrl { url: shown.into(), reason: "it starts with neither sqlite: nor postgres:".into() });
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which engine this is.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.inner.kind
    }

    /// The number of the newest migration in the database.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn schema_version(&self) -> Result<i64> {
        migrations::current(self)
    }

    /// Reads: everything inside sees one snapshot of the database, whatever is written meanwhile.
    ///
    /// # Errors
    /// What `work` returns, [`StoreError::Busy`] and [`StoreError::ConnectionLost`].
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.try_read(work)
    }

    /// As [`Db::read`], for work with an error type of its own.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn try_read<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut lease = self.inner.readers.begin(Purpose::Read)?;
        work(lease.conn_mut()?)
    }

    /// Writes, in one transaction: kept as a whole when `work` returns `Ok`, and not at all when it returns an error or panics.
    /// One writer at a time: others wait, in this process and in any other, up to 30 seconds.
    ///
    /// # Errors
    /// What `work` returns, [`StoreError::Busy`], [`StoreError::ConnectionLost`] and [`StoreError::CommitUnknown`]. After a
    /// statement has failed no other runs and nothing is kept, even if `work` returns `Ok`.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.try_write(work)
    }

    /// As [`Db::write`], for work with an error type of its own.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn try_write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.writing(Purpose::Write, work)
    }

    /// As [`Db::write`], but on PostgreSQL only writers of the same scope (an organisation, `jobs`) wait for each other.
    /// What is written must belong to the scope alone.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_in<T, E: From<StoreError>>(&self, scope: &str, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.writing(Purpose::WriteIn(scope), work)
    }

    fn writing<T, E: From<StoreError>>(&self, purpose: Purpose<'_>, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let pool = self.inner.writers.as_ref().unwrap_or(&self.inner.readers);
        let mut lease = pool.begin(purpose)?;
        let done = work(lease.conn_mut()?)?;
        lease.commit()?;
        Ok(done)
    }
}
