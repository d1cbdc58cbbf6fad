//! A connection inside a transaction: statements, answers, bulk work.

use std::ops::ControlFlow;

use crate::bulk;
use crate::engine::{Engine, Target};
use crate::{Result, Row, StoreError, Value};

/// A connection inside the transaction of [`crate::Db::read`] or [`crate::Db::write`].
///
/// Statements use `$1`, `$2` … for parameters, each as often as needed and in any order; a list parameter stands in
/// `column = ANY($1)` or `column <> ALL($1)`. After a statement has failed every later one of the transaction fails too.
pub struct Conn {
    pub(crate) engine: Box<dyn Engine>,
    failed: bool,
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conn").field("failed", &self.failed).finish_non_exhaustive()
    }
}

impl Conn {
    pub(crate) fn new(engine: Box<dyn Engine>) -> Self {
        Self { engine, failed: false }
    }

    /// An error when a statement of this transaction has failed.
    pub(crate) fn check_sound(&self) -> Result<()> {
        if self.failed {
            Err(StoreError::Other("an earlier statement of the transaction failed, so it cannot go on".into()))
        } else {
            Ok(())
        }
    }

    /// Runs a step and remembers whether it failed.
    fn step<T>(&mut self, work: impl FnOnce(&mut dyn Engine) -> Result<T>) -> Result<T> {
        self.check_sound()?;
        let done = work(self.engine.as_mut());
        self.failed = done.is_err();
        done
    }

    /// Runs a statement; returns how many rows it changed.
    ///
    /// # Errors
    /// Whatever the database says to it.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.step(|engine| engine.execute(sql, params).map_err(|error| error.of_statement(sql)))
    }

    /// All rows of an answer, in memory.
    ///
    /// # Errors
    /// Whatever the database says to it.
    pub fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.each(sql, params, &mut |row| {
            rows.push(row.take());
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// All rows of an answer, each made into something as it arrives.
    ///
    /// # Errors
    /// Whatever the database or `make` says.
    pub fn query_map<T>(&mut self, sql: &str, params: &[Value], mut make: impl FnMut(&Row) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, params, &mut |row| {
            all.push(make(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// Hands over the rows one at a time, in constant memory, until `each` breaks.
    ///
    /// # Errors
    /// Whatever the database or `each` says.
    pub fn query_each(&mut self, sql: &str, params: &[Value], mut each: impl FnMut(&Row) -> Result<ControlFlow<()>>) -> Result<()> {
        self.each(sql, params, &mut |row| each(row))
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// Whatever the database says to it.
    pub fn query_opt(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        let mut first = None;
        self.each(sql, params, &mut |row| {
            first = Some(row.take());
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    /// The first row of an answer that always has one, such as a count.
    ///
    /// # Errors
    /// Also when there is no row.
    pub fn query_one(&mut self, sql: &str, params: &[Value]) -> Result<Row> {
        self.query_opt(sql, params)?.ok_or_else(|| StoreError::Statement("no row where one was expected".into()).of_statement(sql))
    }

    fn each(&mut self, sql: &str, params: &[Value], each: &mut crate::engine::EachRow<'_>) -> Result<()> {
        self.step(|engine| engine.query_each(sql, params, each).map_err(|error| error.of_statement(sql)))
    }

    /// The rows for any of these ids, in any number. `sql` holds `= ANY($n)`, where `$n` is the parameter after `params`:
    /// `query_in("SELECT … WHERE org = $1 AND issue = ANY($2)", &[org], ids)`. One statement, so ORDER BY holds for all.
    ///
    /// # Errors
    /// Whatever the database says to it.
    pub fn query_in(&mut self, sql: &str, params: &[Value], ids: Vec<Value>) -> Result<Vec<Row>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = params.to_vec();
        all.push(Value::List(ids));
        self.query(sql, &all)
    }

    /// As [`Conn::query_in`], each row made into something as it arrives: for many and long rows, which are then copied once.
    ///
    /// # Errors
    /// Whatever the database or `make` says.
    pub fn query_in_map<T>(&mut self, sql: &str, params: &[Value], ids: Vec<Value>, make: impl FnMut(&Row) -> Result<T>) -> Result<Vec<T>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = params.to_vec();
        all.push(Value::List(ids));
        self.query_map(sql, &all, make)
    }

    /// Adds rows, each with a value for every column in order; returns their number. The fastest way in, for any number.
    ///
    /// # Errors
    /// Also when a row has more or fewer values than there are columns.
    pub fn insert_many(&mut self, table: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Result<u64> {
        let target = Target { table, keys: &[], columns };
        self.step(|engine| {
            bulk::check_names(target)?;
            let mut wrong = None;
            let mut sound = rows.into_iter().map_while(|row| bulk::check_width(target, row).map_err(|error| wrong = Some(error)).ok());
            let added = engine.insert(target, &mut sound)?;
            wrong.map_or(Ok(added), Err)
        })
    }

    /// Adds rows, or overwrites all other columns of those whose key columns are already there; returns how many rows were
    /// given. Of two with the same key the last wins. `key_columns` are among `columns` and have a unique index.
    ///
    /// # Errors
    /// As [`Conn::insert_many`].
    pub fn upsert_many(
        &mut self,
        table: &str,
        columns: &[&str],
        key_columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let target = Target { table, keys: key_columns, columns };
        self.step(|engine| {
            let mut given = 0;
            bulk::in_chunks(target, &mut rows.into_iter(), &mut |chunk, taken| {
                given += taken;
                engine.upsert(target, chunk).map(|_| ())
            })?;
            Ok(given)
        })
    }

    /// Overwrites `columns` in the rows of `key_columns`. A row has the values of the key columns first, then those of the
    /// columns. Returns how many rows were changed; a key that is not there changes none.
    ///
    /// # Errors
    /// As [`Conn::insert_many`].
    pub fn update_many(
        &mut self,
        table: &str,
        key_columns: &[&str],
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let all: Vec<&str> = key_columns.iter().chain(columns).copied().collect();
        let target = Target { table, keys: key_columns, columns: &all };
        self.step(|engine| {
            let mut changed = 0;
            bulk::in_chunks(target, &mut rows.into_iter(), &mut |chunk, _| {
                changed += engine.update(target, chunk)?;
                Ok(())
            })?;
            Ok(changed)
        })
    }

    /// As [`Conn::update_many`], for rows of which no two have the same key: that is not looked at.
    ///
    /// # Errors
    /// As [`Conn::insert_many`].
    pub fn update_distinct(&mut self, table: &str, key_columns: &[&str], columns: &[&str], rows: &[Vec<Value>]) -> Result<u64> {
        let all: Vec<&str> = key_columns.iter().chain(columns).copied().collect();
        let target = Target { table, keys: key_columns, columns: &all };
        self.step(|engine| bulk::in_parts(target, rows, &mut |part| engine.update(target, part)))
    }

    /// Takes away the indexes of a table that hold one of these columns, and answers the statements that make them again: cheaper than to
    /// move most rows in each of them. None where the engine would keep readers of the table waiting meanwhile.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn put_indexes_aside(&mut self, table: &str, columns: &[&str]) -> Result<Vec<String>> {
        self.step(|engine| engine.put_indexes_aside(table, columns))
    }

    /// Removes the rows of these keys; returns how many there were.
    ///
    /// # Errors
    /// As [`Conn::insert_many`].
    pub fn delete_many(&mut self, table: &str, key_columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Result<u64> {
        let target = Target { table, keys: key_columns, columns: key_columns };
        self.step(|engine| {
            let mut removed = 0;
            bulk::in_chunks(target, &mut rows.into_iter(), &mut |chunk, _| {
                removed += engine.delete(target, chunk)?;
                Ok(())
            })?;
            Ok(removed)
        })
    }

    /// Runs statements written as in a migration (see [`crate::migrations`]).
    ///
    /// # Errors
    /// Whatever the database says to one of them.
    pub fn script(&mut self, sql: &str) -> Result<()> {
        self.step(|engine| engine.script(sql))
    }

    /// Refreshes what the query planner knows about the sizes of the tables; worth it after a large import.
    ///
    /// # Errors
    /// Whatever the database says to it.
    pub fn analyse(&mut self) -> Result<()> {
        self.step(|engine| engine.analyse())
    }
}
