//! What both engines can do. All that differs between them is behind this trait, in `sqlite.rs` and `postgres.rs`.

use std::ops::ControlFlow;

use crate::{Result, Row, Value};

/// Which database engine is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// The embedded one.
    Sqlite,
    /// The one for many servers.
    Postgres,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// One consistent snapshot, no writing.
    Read,
    /// One writer at a time in the whole database.
    Write,
    /// One writer at a time in this scope, and none beside [`Purpose::Write`].
    WriteIn(&'a str),
}

/// Gets each row as it arrives; the row may be emptied.
pub(crate) type EachRow<'a> = dyn FnMut(&mut Row) -> Result<ControlFlow<()>> + 'a;

/// The table and columns of a bulk statement; names are checked before they come here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) table: &'a str,
    /// The columns that tell a row; for an insert none.
    pub(crate) keys: &'a [&'a str],
    /// Every column of the rows, in their order.
    pub(crate) columns: &'a [&'a str],
}

impl<'a> Target<'a> {
    /// The columns that are no key.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &'a str> {
        let keys = self.keys;
        self.columns.iter().copied().filter(move |column| !keys.contains(column))
    }
}

/// One connection. Statements are in the shared subset of SQL, with `$1` parameters.
pub(crate) trait Engine: Send {
    fn begin(&mut self, purpose: Purpose<'_>) -> Result<()>;
    fn commit(&mut self) -> Result<()>;
    /// Ends the transaction without a trace; nothing to do is no error.
    fn rollback(&mut self) -> Result<()>;
    /// False when the connection must not be used again.
    fn is_usable(&self) -> bool;
    /// Runs statements of a migration, separated by `;` at a line's end.
    fn script(&mut self, sql: &str) -> Result<()>;
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64>;
    fn query_each(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()>;
    /// Adds all rows, however many; returns their number.
    fn insert(&mut self, target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64>;
    /// Adds or overwrites a chunk of rows with distinct keys.
    fn upsert(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64>;
    /// Overwrites the columns that are no key in the rows of the keys.
    fn update(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64>;
    /// Removes the rows of the keys.
    fn delete(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64>;
    /// As [`crate::Conn::put_indexes_aside`].
    fn put_indexes_aside(&mut self, table: &str, columns: &[&str]) -> Result<Vec<String>>;
    /// Whether the table is there.
    fn has_table(&mut self, name: &str) -> Result<bool>;
    /// Refreshes what the query planner knows about the tables.
    fn analyse(&mut self) -> Result<()>;
}
