//! SQLite: how it is opened, what it spells differently, and how values cross over.

mod bulk;

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use rusqlite::types::{ToSql, ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement};

use crate::engine::{EachRow, Engine, Purpose, Target};
use crate::pool::PATIENCE;
use crate::{Result, Row, StoreError, Value, script};

/// What a connection to a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Reader,
    Writer,
}

/// Statements kept prepared on each connection.
const STATEMENTS: usize = 256;

pub(crate) struct Sqlite {
    conn: Connection,
    /// The connection both reads and writes: it is told each time which of the two.
    shared: bool,
}

/// A database that is gone with its connection.
pub(crate) fn open_memory() -> Result<Box<dyn Engine>> {
    let conn = Connection::open_in_memory().map_err(fault)?;
    prepare(&conn, "")?;
    Ok(Box::new(Sqlite { conn, shared: true }))
}

/// A connection to a file, which a writer makes where it is missing.
pub(crate) fn open_file(path: &str, role: Role) -> Result<Box<dyn Engine>> {
    let cannot = |error: StoreError| match error {
        busy @ StoreError::Busy(_) => busy,
        other => StoreError::CannotOpen { place: path.to_owned(), reason: other.to_string() },
    };
    create_private(path).map_err(|error| cannot(StoreError::Other(error.to_string())))?;
    let conn = Connection::open(path).map_err(|error| cannot(fault(error)))?;
    // Write-ahead log: readers go on beside a writer. Sizes in KiB where negative: the writer's cache serves one bulk import,
    // the readers' are small because the mapped file serves them.
    let tuning = match role {
        Role::Writer => "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;",
        Role::Reader => "PRAGMA cache_size = -4096; PRAGMA query_only = ON;",
    };
    let settings = format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 268435456; {tuning}");
    prepare(&conn, &settings).map_err(cannot)?;
    Ok(Box::new(Sqlite { conn, shared: false }))
}

/// Findings are nobody else's business: a new file is its owner's alone, and SQLite gives its log the same rights.
fn create_private(path: &str) -> std::io::Result<()> {
    let path = Path::new(path);
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

fn prepare(conn: &Connection, settings: &str) -> Result<()> {
    conn.busy_timeout(PATIENCE).map_err(fault)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    rusqlite::vtab::array::load_module(conn).map_err(fault)?;
    let always = "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON; PRAGMA trusted_schema = OFF;";
    let all = format!("{always} {settings}");
    // Switching a new file to its log fails at once, without the patience above, while another process does the same.
    for _ in 0..100 {
        match conn.execute_batch(&all).map_err(fault) {
            Err(StoreError::Busy(_)) => std::thread::sleep(PATIENCE / 1000),
            other => return other,
        }
    }
    conn.execute_batch(&all).map_err(fault)
}

/// What a migration or a statement spells otherwise.
fn expand(sql: &str) -> String {
    [
        ("{text}", "TEXT"),
        ("{bytes}", "BLOB"),
        ("{strict_without_rowid}", "STRICT, WITHOUT ROWID"),
        ("{strict}", "STRICT"),
        ("{unlogged} ", ""),
        (" BIGINT", " INTEGER"),
        (" DOUBLE PRECISION", " REAL"),
    ]
    .iter()
    .fold(sql.to_owned(), |sql, (word, ours)| sql.replace(word, ours))
}

/// The shared form of a list parameter, `= ANY($1)`, as SQLite has it.
fn with_lists(sql: &str) -> Cow<'_, str> {
    if sql.contains("ANY($") || sql.contains("ALL($") {
        Cow::Owned(sql.replace("= ANY($", "IN rarray($").replace("<> ALL($", "NOT IN rarray($"))
    } else {
        Cow::Borrowed(sql)
    }
}

/// Binds `$1` … wherever and however often they stand: SQLite takes them for names.
fn bind(statement: &mut Statement<'_>, sql: &str, params: &[Value]) -> Result<()> {
    let wrong = |reason: String| StoreError::Statement(reason);
    let mut used = 0;
    for at in 1..=statement.parameter_count() {
        let number = statement.parameter_name(at).and_then(|name| name.strip_prefix('$')).and_then(|name| name.parse::<usize>().ok());
        let number = number.filter(|&number| number > 0).ok_or_else(|| wrong("a parameter is not written $1, $2 …".into()))?;
        let value = params.get(number - 1).ok_or_else(|| wrong(format!("{} parameters given, ${number} used", params.len())))?;
        // Anywhere else SQLite would take a list for a null.
        if matches!(value, Value::List(_)) && !sql.contains(&format!("rarray(${number})")) {
            return Err(wrong(format!("${number} is a list, and does not stand in `= ANY(${number})`")));
        }
        statement.raw_bind_parameter(at, Bound(value)).map_err(fault)?;
        used = used.max(number);
    }
    if used == params.len() { Ok(()) } else { Err(wrong(format!("{} parameters given, {used} used", params.len()))) }
}

/// A value on its way into a statement.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::Real(value) => ToSqlOutput::Borrowed(ValueRef::Real(*value)),
            Value::Text(value) if value.contains('\0') => ToSqlOutput::Owned(Stored::Text(value.replace('\0', "\u{fffd}"))),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Value::List(values) => ToSqlOutput::Array(Rc::new(values.iter().map(stored).collect())),
        })
    }
}

fn stored(value: &Value) -> Stored {
    match value {
        Value::Int(value) => Stored::Integer(*value),
        Value::Real(value) => Stored::Real(*value),
        Value::Text(value) => Stored::Text(value.replace('\0', "\u{fffd}")),
        Value::Bytes(value) => Stored::Blob(value.clone()),
        Value::Null | Value::List(_) => Stored::Null,
    }
}

/// Overwrites a value with that of a column; a text or bytes keep their memory.
fn read_into(value: &mut Value, column: ValueRef<'_>) -> Result<()> {
    match column {
        ValueRef::Null => *value = Value::Null,
        ValueRef::Integer(found) => *value = Value::Int(found),
        ValueRef::Real(found) => *value = Value::Real(found),
        ValueRef::Text(found) => {
            let found = std::str::from_utf8(found).map_err(|_| StoreError::Other("a text in the database is not UTF-8".into()))?;
            match value {
                Value::Text(text) => {
                    text.clear();
                    text.push_str(found);
                }
                other => *other = Value::Text(found.to_owned()),
            }
        }
        ValueRef::Blob(found) => match value {
            Value::Bytes(bytes) => {
                bytes.clear();
                bytes.extend_from_slice(found);
            }
            other => *other = Value::Bytes(found.to_owned()),
        },
    }
    Ok(())
}

/// Sorts SQLite's errors into ours.
fn fault(error: rusqlite::Error) -> StoreError {
    let said = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(said),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(said),
        Some(ErrorCode::CannotOpen | ErrorCode::NotADatabase | ErrorCode::PermissionDenied) => {
            StoreError::CannotOpen { place: "file".into(), reason: said }
        }
        // 1 is SQLite's code for a statement that it does not understand.
        Some(ErrorCode::Unknown | ErrorCode::ReadOnly | ErrorCode::TypeMismatch | ErrorCode::ParameterOutOfRange) => {
            StoreError::Statement(said)
        }
        None => StoreError::Statement(said),
        Some(_) => StoreError::Other(said),
    }
}

impl Engine for Sqlite {
    fn begin(&mut self, purpose: Purpose<'_>) -> Result<()> {
        let (begin, only) = match purpose {
            Purpose::Read => ("BEGIN DEFERRED", "PRAGMA query_only = ON"),
            Purpose::Write | Purpose::WriteIn(_) => ("BEGIN IMMEDIATE", "PRAGMA query_only = OFF"),
        };
        if self.shared {
            self.conn.execute_batch(only).map_err(fault)?;
        }
        self.conn.execute_batch(begin).map_err(fault)
    }

    fn commit(&mut self) -> Result<()> {
        self.conn.execute_batch("COMMIT").map_err(fault)
    }

    fn rollback(&mut self) -> Result<()> {
        if self.conn.is_autocommit() { Ok(()) } else { self.conn.execute_batch("ROLLBACK").map_err(fault) }
    }

    fn is_usable(&self) -> bool {
        true
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        script::statements(sql, "{sqlite}", "{postgres}").iter().try_for_each(|statement| {
            let statement = expand(statement);
            self.conn.execute_batch(&statement).map_err(|error| fault(error).of_statement(&statement))
        })
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let sql = with_lists(sql);
        let mut statement = self.conn.prepare_cached(&sql).map_err(fault)?;
        bind(&mut statement, &sql, params)?;
        let changed = statement.raw_execute().map_err(fault)?;
        Ok(u64::try_from(changed).unwrap_or_default())
    }

    fn query_each(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let sql = with_lists(sql);
        let mut statement = self.conn.prepare_cached(&sql).map_err(fault)?;
        bind(&mut statement, &sql, params)?;
        let mut row = Row::new(statement.column_names());
        let mut rows = statement.raw_query();
        while let Some(found) = rows.next().map_err(fault)? {
            for (at, value) in row.values_mut().iter_mut().enumerate() {
                read_into(value, found.get_ref(at).map_err(fault)?)?;
            }
            if each(&mut row)? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn insert(&mut self, target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        bulk::insert(&self.conn, target, rows)
    }

    fn upsert(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::upsert(&self.conn, target, rows)
    }

    fn update(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::update(&self.conn, target, rows)
    }

    fn delete(&mut self, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
        bulk::delete(&self.conn, target, rows)
    }

    fn put_indexes_aside(&mut self, table: &str, columns: &[&str]) -> Result<Vec<String>> {
        // An index without a text is that of a key.
        let sql = "SELECT DISTINCT found.name, found.sql FROM sqlite_master AS found, pragma_index_info(found.name) AS held \
                   WHERE found.type = 'index' AND found.tbl_name = $1 AND found.sql IS NOT NULL AND held.name = ANY($2) ORDER BY found.name";
        let mut found = Vec::new();
        self.query_each(sql, &[table.into(), Value::list(columns.iter().copied())], &mut |row| {
            found.push((row.text(0)?, row.text(1)?));
            Ok(ControlFlow::Continue(()))
        })?;
        found.iter().try_for_each(|(name, _)| self.conn.execute_batch(&format!("DROP INDEX \"{name}\"")).map_err(fault))?;
        Ok(found.into_iter().map(|(_, sql)| sql).collect())
    }

    fn has_table(&mut self, name: &str) -> Result<bool> {
        let mut found = false;
        self.query_each("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", &[name.into()], &mut |_| {
            found = true;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    fn analyse(&mut self) -> Result<()> {
        // A sample of each index is enough to choose between them.
        self.conn.execute_batch("PRAGMA analysis_limit = 1000; ANALYZE").map_err(fault)
    }
}
