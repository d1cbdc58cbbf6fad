//! Rows that are stored already and are written again in the columns that differ: indexes on the others are left alone.

use std::collections::BTreeMap;

use crate::{Conn, Result, Value};

/// The columns of a row that are written, with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Differing {
    columns: Vec<&'static str>,
    values: Vec<Value>,
}

impl Differing {
    /// The columns that are written.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().copied()
    }

    /// Writes columns. Where there is not a value for each of them, writing the row is refused.
    pub(super) fn put_all(&mut self, columns: &[&'static str], values: Vec<Value>) {
        self.columns.extend(columns);
        self.values.extend(values);
    }

    /// Writes a column where what it was is another value.
    pub(super) fn put_unless_was(&mut self, was: &Value, column: &'static str, value: Value) {
        if value != *was {
            self.columns.push(column);
            self.values.push(value);
        }
    }
}

/// Writes rows of a table that are known by a number, each once, with one statement for each set of columns.
///
/// # Errors
/// Whatever the database says.
pub(super) fn overwrite(conn: &mut Conn, (table, key): (&str, &str), rows: Vec<(i64, Differing)>) -> Result<()> {
    let mut groups: BTreeMap<Vec<&str>, Vec<Vec<Value>>> = BTreeMap::new();
    for (number, Differing { columns, values }) in rows {
        let row = std::iter::once(number.into()).chain(values).collect();
        groups.entry(columns).or_default().push(row);
    }
    for (columns, rows) in groups {
        conn.update_distinct(table, &[key], &columns, &rows)?;
    }
    Ok(())
}
