//! PostgreSQL: how it is reached, what it spells differently, and how its errors are sorted.

mod bulk;
mod decode;
mod encode;

use std::collections::HashMap;
use std::error::Error as _;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use ::postgres::config::{Host, SslMode};
use ::postgres::error::SqlState;
use ::postgres::fallible_iterator::FallibleIterator as _;
use ::postgres::types::BorrowToSql;
use ::postgres::{Client, Config, Error, NoTls, Statement};

use crate::engine::{EachRow, Engine, Purpose, Target};
use crate::{Result, Row, StoreError, Value, script};

/// Statements kept prepared on each connection; when there are more, all are dropped.
const STATEMENTS: usize = 512;
/// The lock that every writer takes: alone by [`Purpose::Write`], shared by [`Purpose::WriteIn`].
const WRITE_LOCK: i64 = i64::from_be_bytes(*b"muster\0w");
/// What each connection is told. A plan is made for the values at hand: a plan kept from when a table was small or for another
/// organisation costs far more than planning does; nor are pages so slow that compiling their plan would pay. 30 s is the patience that SQLite is given too.
const SETTINGS: &str = "SET plan_cache_mode = force_custom_plan; SET jit = off; SET lock_timeout = '30s'; SET TIME ZONE 'UTC'; SET client_min_messages = warning";

pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
    broken: bool,
}

/// Reads a URL; connects to nothing.
pub(crate) fn config(url: &str) -> Result<Config> {
    let shown = || match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) => format!("{}…{}", url.get(..scheme + 3).unwrap_or_default(), url.get(at..).unwrap_or_default()),
        _ => url.to_owned(),
    };
    let wrong = |reason: String| StoreError::WrongUrl { url: shown(), reason };
    let mut config: Config = url.parse().map_err(|error: Error| wrong(said(&error)))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(wrong(
            "sslmode=require, and this build speaks no TLS to PostgreSQL: use a socket, a private network or a TLS proxy".into(),
        ));
    }
    if config.get_application_name().is_none() {
        config.application_name("muster");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    // A server that is gone without a word is noticed within about a minute, not after two hours.
    config.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10)).keepalives_retries(3);
    Ok(config)
}

pub(crate) fn connect(config: &Config) -> Result<Box<dyn Engine>> {
    let cannot = |reason: String| {
        let hosts: Vec<String> = config
            .get_hosts()
            .iter()
            .map(|host| match host {
                Host::Tcp(name) => name.clone(),
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
        StoreError::CannotOpen { place: format!("{database} at {}", hosts.join(",")), reason }
    };
    let mut client = config.connect(NoTls).map_err(|error| match fault(&error) {
        busy @ StoreError::Busy(_) => busy,
        _ => cannot(said(&error)),
    })?;
    client.batch_execute(SETTINGS).map_err(|error| fault(&error))?;
    let encoding: String = client.query_one("SHOW server_encoding", &[]).and_then(|row| row.try_get(0)).map_err(|error| fault(&error))?;
    if encoding != "UTF8" {
        return Err(cannot(format!("its encoding is {encoding}; make it with ENCODING 'UTF8'")));
    }
    Ok(Box::new(Postgres { client, statements: HashMap::new(), in_transaction: false, broken: false }))
}

/// What a migration spells otherwise.
fn expand(sql: &str) -> String {
    [("{text}", "TEXT COLLATE \"C\""), ("{bytes}", "BYTEA"), (" {strict_without_rowid}", ""), (" {strict}", ""), ("{unlogged}", "UNLOGGED")]
        .iter()
        .fold(sql.to_owned(), |sql, (word, ours)| sql.replace(word, ours))
}

/// The number of a scope's lock (FNV-1a). Two scopes with the same number wait for each other, which is no harm.
fn scope_lock(scope: &str) -> i64 {
    let hash = scope.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash.cast_signed()
}

/// An error with its causes.
fn said(error: &Error) -> String {
    let mut text = match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    };
    let mut cause = if error.as_db_error().is_some() { None } else { error.source() };
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

/// Sorts PostgreSQL's errors into ours.
fn fault(error: &Error) -> StoreError {
    let text = said(error);
    if let Some(db) = error.as_db_error() {
        let code = db.code();
        return match code.code().get(..2) {
            _ if [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code) => {
                StoreError::ConnectionLost(text)
            }
            _ if [SqlState::LOCK_NOT_AVAILABLE, SqlState::TOO_MANY_CONNECTIONS].contains(code) => StoreError::Busy(text),
            Some("08") => StoreError::ConnectionLost(text),
            Some("23") => StoreError::Constraint(text),
            Some("40") => StoreError::Busy(text),
            Some("0A" | "22" | "25" | "26" | "42") => StoreError::Statement(text),
            _ => StoreError::Other(text),
        };
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.downcast_ref::<io::Error>().is_some_and(|inner| inner.kind() != io::ErrorKind::InvalidInput) {
            return StoreError::ConnectionLost(text);
        }
        cause = inner.source();
    }
    if error.is_closed() { StoreError::ConnectionLost(text) } else { StoreError::Statement(text) }
}

impl Postgres {
    /// Notes whether the connection can still be used after an error.
    fn note(&mut self, error: StoreError) -> StoreError {
        // A statement's error may come of a prepared statement that a migration by another process made stale.
        self.broken |= matches!(error, StoreError::ConnectionLost(_) | StoreError::Statement(_) | StoreError::Other(_));
        error
    }

    fn fault(&mut self, error: &Error) -> StoreError {
        self.note(fault(error))
    }

    fn simple(&mut self, sql: &str) -> Result<()> {
        let done = self.client.batch_execute(sql);
        done.map_err(|error| self.fault(&error))
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client.prepare(sql);
        let statement = prepared.map_err(|error| self.fault(&error))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// A statement that takes exactly so many parameters: the driver would panic otherwise.
    fn prepare_for(&mut self, sql: &str, params: usize) -> Result<Statement> {
        let statement = self.prepare(sql)?;
        let used = statement.params().len();
        if used == params { Ok(statement) } else { Err(StoreError::Statement(format!("{params} parameters given, {used} used"))) }
    }

    /// Runs a statement that answers no rows; returns how many it changed.
    fn run<P: BorrowToSql>(&mut self, statement: &Statement, params: impl ExactSizeIterator<Item = P>) -> Result<u64> {
        let done = self.client.query_raw(statement, params).and_then(|mut rows| {
            // The count comes after the last row.
            while rows.next()?.is_some() {}
            Ok(rows.rows_affected())
        });
        done.map_err(|error| self.fault(&error)).map(Option::unwrap_or_default)
    }

    fn rows(&mut self, statement: &Statement, params: &[Value], each: &mut EachRow<'_>) -> Result<(), Failure> {
        let columns = statement.columns();
        let mut row = Row::new(columns.iter().map(|column| column.name()));
        let mut rows = self.client.query_raw(statement, params.iter().map(encode::Param))?;
        while let Some(found) = rows.next()? {
            for ((at, value), column) in row.values_mut().iter_mut().enumerate().zip(columns) {
                let raw: decode::Raw<'_> = found.try_get(at)?;
                decode::read_into(value, raw, column)?;
            }
            if each(&mut row)? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}

/// An error of the driver or one of ours: only the first says something of the connection.
enum Failure {
    Driver(Error),
    Ours(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Ours(error)
    }
}

impl Engine for Postgres {
    fn begin(&mut self, purpose: Purpose<'_>) -> Result<()> {
        // A writer's statements each see what was committed before them: after the lock, that is all of the writer before it.
        self.in_transaction = true;
        let writing = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT";
        match purpose {
            Purpose::Read => self.simple("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Purpose::Write => self.simple(&format!("{writing} pg_advisory_xact_lock({WRITE_LOCK})")),
            Purpose::WriteIn(scope) => {
                self.simple(&format!("{writing} pg_advisory_xact_lock_shared({WRITE_LOCK}), pg_advisory_xact_lock({})", scope_lock(scope)))
            }
        }
    }

    fn commit(&mut self) -> Result<()> {
        self.simple("COMMIT")?;
        self.in_transaction = false;
        Ok(())
    }

    fn rollback(&mut self) -> Result<()> {
        if self.in_transaction {
            self.simple("ROLLBACK")?;
            self.in_transaction = false;
        }
        Ok(())
    }

    fn is_usable(&self) -> bool {
        !self.broken && !self.client.is_closed()
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.statements.clear();
        script::statements(sql, "{postgres}", "{sqlite}").iter().try_for_each(|statement| {
            let statement = expand(statement);
            self.simple(&statement).map_err(|error| error.of_statement(&statement))
        })
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let statement = self.prepare_for(sql, params.len())?;
        self.run(&statement, params.iter().map(encode::Param))
    }

    fn query_each(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let statement = self.prepare_for(sql, params.len())?;
        self.rows(&statement, params, each).map_err(|failure| match failure {
            Failure::Driver(error) => self.fault(&error),
            Failure::Ours(error) => error,
        })
    }

    fn insert(&mut self, target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        bulk::insert(self, target, rows)
    }

    fn upsert(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::upsert(self, target, rows)
    }

    fn update(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::update(self, target, rows)
    }

    fn delete(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::delete(self, target, rows)
    }

    /// Nothing: who drops an index has the table for itself till the end of the transaction.
    fn put_indexes_aside(&mut self, _: &str, _: &[&str]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn has_table(&mut self, name: &str) -> Result<bool> {
        let mut found = false;
        self.query_each("SELECT to_regclass($1) IS NOT NULL", &[name.into()], &mut |row| {
            found = row.bool(0)?;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    fn analyse(&mut self) -> Result<()> {
        self.simple("ANALYZE")
    }
}
