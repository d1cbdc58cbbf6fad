//! Bulk work, before it reaches an engine: names are checked, rows are counted, cut into chunks and made distinct.

use std::collections::HashMap;

use crate::engine::Target;
use crate::{Result, StoreError, Value};

/// The most rows of a chunk.
const CHUNK_ROWS: usize = 4096;
/// About the most bytes of a chunk.
const CHUNK_BYTES: usize = 8 << 20;

/// Takes a chunk of rows with distinct keys, and how many rows it was made of.
type EachChunk<'a> = dyn FnMut(&[Vec<Value>], u64) -> Result<()> + 'a;

/// Names go into the text of a statement, so they are words of ours and nothing else.
pub(crate) fn check_names(target: Target<'_>) -> Result<()> {
    let plain = |name: &str| {
        name.bytes().next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let mut names = target.columns.iter().chain(target.keys).chain(std::iter::once(&target.table));
    if let Some(name) = names.find(|name| !plain(name)) {
        return Err(StoreError::Statement(format!("`{name}` is no name of a table or column")));
    }
    if let Some(key) = target.keys.iter().find(|key| !target.columns.contains(key)) {
        return Err(StoreError::Statement(format!("key column `{key}` is not among the columns of `{}`", target.table)));
    }
    if target.columns.is_empty() { Err(StoreError::Statement(format!("no columns of `{}`", target.table))) } else { Ok(()) }
}

pub(crate) fn check_width(target: Target<'_>, row: Vec<Value>) -> Result<Vec<Value>> {
    let (found, wanted) = (row.len(), target.columns.len());
    if found == wanted {
        Ok(row)
    } else {
        Err(StoreError::Statement(format!("a row for `{}` has {found} values for {wanted} columns", target.table)))
    }
}

/// Cuts the rows into chunks. Of rows with the same key in a chunk only the last stays, as if they had come one after the other.
pub(crate) fn in_chunks(target: Target<'_>, rows: &mut dyn Iterator<Item = Vec<Value>>, each: &mut EachChunk<'_>) -> Result<()> {
    check_names(target)?;
    if target.keys.is_empty() {
        return Err(StoreError::Statement(format!("no key columns of `{}`", target.table)));
    }
    let keys: Vec<usize> = target.keys.iter().filter_map(|key| target.columns.iter().position(|column| column == key)).collect();
    loop {
        let mut chunk: Vec<Vec<Value>> = Vec::new();
        let mut places = Places::default();
        let (mut taken, mut bytes) = (0_u64, 0);
        while chunk.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let Some(row) = rows.next() else { break };
            let row = check_width(target, row)?;
            taken += 1;
            bytes += row.iter().map(Value::size).sum::<usize>();
            let place = places.of(key_of(&row, &keys), &chunk, &keys);
            match chunk.get_mut(place) {
                Some(earlier) => *earlier = row,
                None => chunk.push(row),
            }
        }
        if taken == 0 {
            return Ok(());
        }
        each(&chunk, taken)?;
    }
}

/// Hands over rows with distinct keys in parts; answers the sum of what `each` does.
pub(crate) fn in_parts(target: Target<'_>, rows: &[Vec<Value>], each: &mut dyn FnMut(&[Vec<Value>]) -> Result<u64>) -> Result<u64> {
    check_names(target)?;
    if let Some(wrong) = rows.iter().find(|row| row.len() != target.columns.len()) {
        check_width(target, wrong.clone())?;
    }
    rows.chunks(CHUNK_ROWS).try_fold(0, |sum, part| Ok(sum + each(part)?))
}

/// Where in a chunk the row of a key stands. While keys ascend, as they do in most bulk work, none comes twice and none is remembered.
#[derive(Default)]
struct Places {
    last: Option<Vec<u8>>,
    known: HashMap<Vec<u8>, usize>,
}

impl Places {
    /// The place of the earlier row with that key, else the end.
    fn of(&mut self, key: Vec<u8>, chunk: &[Vec<Value>], keys: &[usize]) -> usize {
        if self.known.is_empty() {
            if self.last.as_ref().is_none_or(|last| *last < key) {
                self.last = Some(key);
                return chunk.len();
            }
            self.known = chunk.iter().map(|row| key_of(row, keys)).zip(0..).collect();
        }
        *self.known.entry(key).or_insert(chunk.len())
    }
}

/// The key's values as bytes that differ exactly when the values do.
fn key_of(row: &[Value], keys: &[usize]) -> Vec<u8> {
    let mut key = Vec::with_capacity(keys.len() * 12);
    for value in keys.iter().filter_map(|&at| row.get(at)) {
        match value {
            Value::Int(value) => {
                key.push(1);
                key.extend(value.to_be_bytes());
            }
            Value::Real(value) => {
                key.push(2);
                key.extend(value.to_bits().to_be_bytes());
            }
            Value::Text(value) => {
                key.push(3);
                key.extend(value.len().to_be_bytes());
                key.extend(value.as_bytes());
            }
            Value::Bytes(value) => {
                key.push(4);
                key.extend(value.len().to_be_bytes());
                key.extend(value);
            }
            Value::Null | Value::List(_) => key.push(0),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target<'static> = Target { table: "t", keys: &["id"], columns: &["id", "n"] };

    #[test]
    fn the_last_row_of_a_key_wins() {
        for (given, left) in [("a1 b2 a3", "a3 b2"), ("a1 a2 b3", "a2 b3"), ("b1 a2 c3 a4 d5 b6", "b6 a4 c3 d5"), ("a1 b2 c3", "a1 b2 c3")]
        {
            let rows = |text: &str| text.split(' ').map(|row| row.split_at(1)).map(|(id, n)| vec![id.into(), n.into()]).collect::<Vec<_>>();
            let mut seen = Vec::new();
            let taken = rows(given).len() as u64;
            in_chunks(TARGET, &mut rows(given).into_iter(), &mut |chunk, taken| {
                seen.push((chunk.to_vec(), taken));
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, [(rows(left), taken)], "{given}");
        }
    }

    #[test]
    fn names_are_words() {
        for name in ["", "a b", "a;drop", "Issue", "1a", "a\"b"] {
            assert!(check_names(Target { table: name, ..TARGET }).is_err(), "{name}");
            assert!(check_names(Target { columns: &["id", name], ..TARGET }).is_err(), "{name}");
        }
        assert!(check_names(TARGET).is_ok());
        assert!(check_names(Target { columns: &["n"], ..TARGET }).is_err());
    }
}
