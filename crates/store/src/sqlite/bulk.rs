//! Bulk work on SQLite: one prepared statement, some rows at a time.

use rusqlite::{Connection, Statement};

use super::{Bound, fault};
use crate::engine::Target;
use crate::{Result, Value};

/// Rows of one INSERT. More is not faster, and SQLite takes 32,766 parameters at most.
const ROWS: usize = 16;

/// INSERT for so many rows, with `end` after the values. A statement that fails leaves the rows before the one that it failed at: nothing of
/// the transaction is kept then anyway, and SQLite need not note each page as it was before the statement.
fn insert_sql(target: Target<'_>, rows: usize, end: &str) -> String {
    let row = format!("({})", vec!["?"; target.columns.len()].join(","));
    format!("INSERT OR FAIL INTO {} ({}) VALUES {}{end}", target.table, target.columns.join(","), vec![row; rows].join(","))
}

fn bind<'a>(statement: &mut Statement<'_>, values: impl IntoIterator<Item = &'a Value>) -> Result<()> {
    values.into_iter().zip(1..).try_for_each(|(value, at)| statement.raw_bind_parameter::<usize, _>(at, Bound(value)).map_err(fault))
}

fn run(statement: &mut Statement<'_>) -> Result<u64> {
    statement.raw_execute().map(|changed| u64::try_from(changed).unwrap_or_default()).map_err(fault)
}

/// Adds rows, a few with each statement; the last ones singly, so that two statements are prepared and not sixteen.
pub(super) fn insert(conn: &Connection, target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
    let mut many = None;
    let mut some: Vec<Vec<Value>> = Vec::with_capacity(ROWS);
    let mut added = 0;
    loop {
        some.clear();
        some.extend(rows.take(ROWS));
        if some.len() < ROWS {
            break;
        }
        let statement = match &mut many {
            Some(prepared) => prepared,
            none => none.insert(conn.prepare_cached(&insert_sql(target, ROWS, "")).map_err(fault)?),
        };
        bind(statement, some.iter().flatten())?;
        added += run(statement)?;
    }
    if !some.is_empty() {
        added += each(conn, &insert_sql(target, 1, ""), &some)?;
    }
    Ok(added)
}

pub(super) fn upsert(conn: &Connection, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    let set: Vec<String> = target.rest().map(|column| format!("{column}=excluded.{column}")).collect();
    let keys = target.keys.join(",");
    let end = if set.is_empty() {
        format!(" ON CONFLICT ({keys}) DO NOTHING")
    } else {
        format!(" ON CONFLICT ({keys}) DO UPDATE SET {}", set.join(","))
    };
    // One at a time: of several in one statement SQLite would note every page as it was, since the update may fail.
    each(conn, &insert_sql(target, 1, &end), rows)
}

pub(super) fn update(conn: &Connection, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    let set: Vec<String> = target
        .columns
        .iter()
        .zip(1..)
        .filter(|(column, _)| !target.keys.contains(column))
        .map(|(column, at)| format!("{column}=?{at}"))
        .collect();
    each(conn, &format!("UPDATE {} SET {} WHERE {}", target.table, set.join(","), keys_match(target)), rows)
}

pub(super) fn delete(conn: &Connection, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    each(conn, &format!("DELETE FROM {} WHERE {}", target.table, keys_match(target)), rows)
}

fn keys_match(target: Target<'_>) -> String {
    let keys: Vec<String> = target
        .columns
        .iter()
        .zip(1..)
        .filter(|(column, _)| target.keys.contains(column))
        .map(|(column, at)| format!("{column}=?{at}"))
        .collect();
    keys.join(" AND ")
}

fn each(conn: &Connection, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
    let mut statement = conn.prepare_cached(sql).map_err(fault)?;
    let mut changed = 0;
    for row in rows {
        bind(&mut statement, row)?;
        changed += run(&mut statement)?;
    }
    Ok(changed)
}
