//! Values on their way from PostgreSQL, out of its binary format.

use std::error::Error;
use std::fmt::Write as _;

use postgres::Column;
use postgres::types::{FromSql, Type};

use crate::{Result, StoreError, Value};

/// A column's bytes as they came; `None` is null.
pub(super) struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Overwrites a value with that of a column; a text or bytes keep their memory.
pub(super) fn read_into(value: &mut Value, raw: Raw<'_>, column: &Column) -> Result<()> {
    let Some(raw) = raw.0 else {
        *value = Value::Null;
        return Ok(());
    };
    let ty = column.type_();
    let short =
        || StoreError::Column { column: format!("`{}`", column.name()), reason: format!("of type {ty} came with {} bytes", raw.len()) };
    match *ty {
        Type::INT8 => *value = Value::Int(i64::from_be_bytes(fixed(raw).ok_or_else(short)?)),
        Type::INT4 => *value = Value::Int(i32::from_be_bytes(fixed(raw).ok_or_else(short)?).into()),
        Type::INT2 => *value = Value::Int(i16::from_be_bytes(fixed(raw).ok_or_else(short)?).into()),
        Type::BOOL => *value = Value::Int(i64::from(raw.first().is_some_and(|&byte| byte != 0))),
        Type::FLOAT8 => *value = Value::Real(f64::from_be_bytes(fixed(raw).ok_or_else(short)?)),
        Type::FLOAT4 => *value = Value::Real(f32::from_be_bytes(fixed(raw).ok_or_else(short)?).into()),
        Type::NUMERIC => *value = numeric(raw).ok_or_else(short)?,
        Type::VOID => *value = Value::Null,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
            let found = std::str::from_utf8(raw).map_err(|_| StoreError::Other("a text in the database is not UTF-8".into()))?;
            match value {
                Value::Text(text) => {
                    text.clear();
                    text.push_str(found);
                }
                other => *other = Value::Text(found.to_owned()),
            }
        }
        Type::BYTEA => match value {
            Value::Bytes(bytes) => {
                bytes.clear();
                bytes.extend_from_slice(raw);
            }
            other => *other = Value::Bytes(raw.to_owned()),
        },
        _ => {
            return Err(StoreError::Column {
                column: format!("`{}`", column.name()),
                reason: format!("is of type {ty}, which the store does not read: use a CAST"),
            });
        }
    }
    Ok(())
}

fn fixed<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.try_into().ok()
}

/// A NUMERIC, which is what SUM of integers comes as: an integer where it has no decimals and fits, else a real number.
/// Its format: count of digits, weight of the first, sign, decimals shown, then the digits to the base 10,000.
fn numeric(raw: &[u8]) -> Option<Value> {
    let mut words = raw.chunks_exact(2).map(|pair| pair.try_into().map(i16::from_be_bytes).unwrap_or_default());
    let (count, weight, sign, scale) = (words.next()?, words.next()?, words.next()?, words.next()?);
    // 0x4000 is minus; beyond are NaN and the infinities.
    if !matches!(sign, 0 | 0x4000) {
        return Some(Value::Null);
    }
    let mut text = String::from(if sign == 0 { "0" } else { "-0" });
    for digit in words.take(count.try_into().ok()?) {
        let _ = write!(text, "{digit:04}");
    }
    let zeros = 4 * (i32::from(weight) + 1 - i32::from(count));
    if scale == 0
        && (0..=20).contains(&zeros)
        && let Ok(whole) = format!("{text}{}", "0".repeat(zeros.try_into().ok()?)).parse()
    {
        return Some(Value::Int(whole));
    }
    format!("{text}e{zeros}").parse().ok().map(Value::Real)
}
