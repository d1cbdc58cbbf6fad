//! Values on their way to PostgreSQL, in its binary format.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::Value;

type Outcome = Result<IsNull, Box<dyn Error + Sync + Send>>;

/// A parameter of a statement.
#[derive(Debug)]
pub(super) struct Param<'a>(pub(super) &'a Value);

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Outcome {
        match self.0 {
            Value::List(values) => array(values.iter(), values.len(), ty, out),
            value => one(value, ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One column of a chunk of rows, as an array.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) rows: &'a [Vec<Value>],
    pub(super) at: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Outcome {
        array(self.rows.iter().map(|row| row.get(self.at).unwrap_or(&Value::Null)), self.rows.len(), ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value as the type that PostgreSQL expects.
pub(super) fn one(value: &Value, ty: &Type, out: &mut BytesMut) -> Outcome {
    let wrong = || format!("it is {}, where {ty} is expected (an expression may want a CAST($n AS …))", value.kind());
    match value {
        Value::Null => return Ok(IsNull::Yes),
        Value::Real(value) if value.is_nan() => return Ok(IsNull::Yes),
        Value::Int(value) => match *ty {
            Type::INT8 => out.put_i64(*value),
            Type::INT4 => out.put_i32(i32::try_from(*value)?),
            Type::INT2 => out.put_i16(i16::try_from(*value)?),
            Type::BOOL => out.put_u8(u8::from(*value != 0)),
            #[expect(clippy::cast_precision_loss, reason = "what both engines do with an integer in a column of reals")]
            Type::FLOAT8 => out.put_f64(*value as f64),
            _ => return Err(wrong().into()),
        },
        Value::Real(value) => match *ty {
            Type::FLOAT8 => out.put_f64(*value),
            _ => return Err(wrong().into()),
        },
        Value::Text(value) => match *ty {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => text(value, out),
            _ => return Err(wrong().into()),
        },
        Value::Bytes(value) => match *ty {
            Type::BYTEA => out.put_slice(value),
            _ => return Err(wrong().into()),
        },
        Value::List(_) => return Err(wrong().into()),
    }
    Ok(IsNull::No)
}

/// PostgreSQL has no NUL in a text.
fn text(value: &str, out: &mut BytesMut) {
    let mut parts = value.split('\0');
    out.put_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        out.put_slice("\u{fffd}".as_bytes());
        out.put_slice(part.as_bytes());
    }
}

/// A value with its length before it, as in an array or a row of COPY.
pub(super) fn sized(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<(), Box<dyn Error + Sync + Send>> {
    let start = out.len();
    out.put_i32(-1);
    if matches!(one(value, ty, out)?, IsNull::No) {
        let length = i32::try_from(out.len() - start - 4)?;
        if let Some(place) = out.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}

fn array<'a>(values: impl Iterator<Item = &'a Value>, length: usize, ty: &Type, out: &mut BytesMut) -> Outcome {
    let Kind::Array(element) = ty.kind() else { return Err(format!("it is a list, where {ty} is expected (write `= ANY($n)`)").into()) };
    // Dimensions, whether there are nulls, the element's type, then length and first index of the one dimension.
    out.put_i32(i32::from(length > 0));
    out.put_i32(1);
    out.put_u32(element.oid());
    if length > 0 {
        out.put_i32(i32::try_from(length)?);
        out.put_i32(1);
    }
    for value in values {
        sized(value, element, out)?;
    }
    Ok(IsNull::No)
}
