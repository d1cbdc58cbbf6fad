//! Bulk work on PostgreSQL: COPY for many new rows, arrays unnested in one statement for the rest. No staging table is needed.

use std::io::{self, Write as _};

use bytes::{BufMut, BytesMut};
use postgres::Error;
use postgres::types::Type;

use super::{Failure, Postgres, encode};
use crate::engine::Target;
use crate::{Result, StoreError, Value};

/// Up to so many rows one statement is quicker than COPY, which takes three round trips.
const FEW: usize = 64;
/// Bytes of COPY sent at a time.
const BUFFER: usize = 256 << 10;
/// How COPY's binary format starts (then flags and the length of an extension, both 0), and how it ends.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: i16 = -1;

/// Adds rows, however many.
pub(super) fn insert(engine: &mut Postgres, target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
    let first: Vec<Vec<Value>> = rows.take(FEW).collect();
    if first.is_empty() {
        return Ok(0);
    }
    let types = types(engine, target)?;
    if first.len() < FEW {
        let sql = insert_sql(target, &types);
        return arrays(engine, &sql, target.columns.len(), &first);
    }
    copy(engine, target, &types, &mut first.into_iter().chain(rows)).map_err(|failure| match failure {
        Failure::Driver(error) => engine.fault(&error),
        Failure::Ours(error) => engine.note(error),
    })
}

fn copy(engine: &mut Postgres, target: Target<'_>, types: &[Type], rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64, Failure> {
    let sql = format!("COPY {} ({}) FROM STDIN BINARY", target.table, target.columns.join(","));
    let width = i16::try_from(types.len()).map_err(|_| StoreError::Statement("too many columns".into()))?;
    let mut writer = engine.client.copy_in(&sql)?;
    let mut buffer = BytesMut::with_capacity(BUFFER + 4096);
    buffer.put_slice(SIGNATURE);
    let mut sent = 0;
    for row in rows {
        buffer.put_i16(width);
        for (at, (value, ty)) in row.iter().zip(types).enumerate() {
            encode::sized(value, ty, &mut buffer).map_err(|error| {
                let column = target.columns.get(at).copied().unwrap_or_default();
                StoreError::Statement(format!("column {column} of {}: {error}", target.table))
            })?;
        }
        sent += 1;
        if buffer.len() >= BUFFER {
            writer.write_all(&buffer).and_then(|()| writer.flush()).map_err(unwrapped)?;
            buffer.clear();
        }
    }
    buffer.put_i16(TRAILER);
    writer.write_all(&buffer).map_err(unwrapped)?;
    let added = writer.finish()?;
    if added == sent { Ok(added) } else { Err(StoreError::Other(format!("{sent} rows sent to {}, {added} arrived", target.table)).into()) }
}

/// The driver's error in the one that `Write` made of it.
fn unwrapped(error: io::Error) -> Failure {
    let said = error.to_string();
    match error.into_inner().map(|inner| inner.downcast::<Error>()) {
        Some(Ok(error)) => Failure::Driver(*error),
        _ => Failure::Ours(StoreError::ConnectionLost(said)),
    }
}

pub(super) fn upsert(engine: &mut Postgres, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    let types = types(engine, target)?;
    let set: Vec<String> = target.rest().map(|column| format!("{column} = excluded.{column}")).collect();
    let action = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
    let sql = format!("{} ON CONFLICT ({}) DO {action}", insert_sql(target, &types), target.keys.join(", "));
    arrays(engine, &sql, target.columns.len(), rows)
}

pub(super) fn update(engine: &mut Postgres, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    let set: Vec<String> = target.rest().map(|column| format!("{column} = given.{column}")).collect();
    matching(engine, target, rows, &format!("UPDATE {} AS target SET {} FROM", target.table, set.join(", ")))
}

pub(super) fn delete(engine: &mut Postgres, target: Target<'_>, rows: &[Vec<Value>]) -> Result<u64> {
    matching(engine, target, rows, &format!("DELETE FROM {} AS target USING", target.table))
}

/// Runs `start`, the rows as the table `given`, and the condition that the keys are equal. Where all rows have the same first key,
/// the organisation as a rule, it is also said as a constant: that finds the partition or the shard.
fn matching(engine: &mut Postgres, target: Target<'_>, rows: &[Vec<Value>], start: &str) -> Result<u64> {
    let types = types(engine, target)?;
    let mut on: Vec<String> = target.keys.iter().map(|key| format!("target.{key} = given.{key}")).collect();
    let width = target.columns.len();
    let first = target.keys.first().and_then(|key| target.columns.iter().position(|column| column == key));
    let same = first.filter(|&at| rows.iter().all(|row| row.get(at) == rows.first().and_then(|row| row.get(at))));
    if let Some((at, ty)) = same.and_then(|at| Some((at, types.get(at)?))) {
        // An array of one, so that every parameter is an array.
        on.push(format!("target.{} = (${}::{}[])[1]", target.keys.first().copied().unwrap_or_default(), at + 1, ty.name()));
    }
    let sql = format!("{start} {} AS given ({}) WHERE {}", unnest(&types), target.columns.join(", "), on.join(" AND "));
    arrays(engine, &sql, width, rows)
}

fn insert_sql(target: Target<'_>, types: &[Type]) -> String {
    let columns = target.columns.join(", ");
    format!("INSERT INTO {} ({columns}) SELECT {columns} FROM {} AS given ({columns})", target.table, unnest(types))
}

/// The rows as a table: a parameter for each column, an array.
fn unnest(types: &[Type]) -> String {
    let arrays: Vec<String> = types.iter().zip(1..).map(|(ty, at)| format!("${at}::{}[]", ty.name())).collect();
    format!("unnest({})", arrays.join(", "))
}

/// The types of the columns, from a statement that is prepared once and never run.
fn types(engine: &mut Postgres, target: Target<'_>) -> Result<Vec<Type>> {
    let sql = format!("SELECT {} FROM {}", target.columns.join(", "), target.table);
    let statement = engine.prepare(&sql).map_err(|error| error.of_statement(&sql))?;
    Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
}

/// Runs a statement whose parameters are the columns of the rows.
fn arrays(engine: &mut Postgres, sql: &str, width: usize, rows: &[Vec<Value>]) -> Result<u64> {
    let statement = engine.prepare_for(sql, width).map_err(|error| error.of_statement(sql))?;
    engine.run(&statement, (0..width).map(|at| encode::Column { rows, at })).map_err(|error| error.of_statement(sql))
}
