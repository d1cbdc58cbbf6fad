//! One row of an answer, read by position.

use std::sync::Arc;

use model::Timestamp;

use crate::{Result, StoreError, Value};

/// One row of an answer. Columns are counted from 0; an error names the column.
#[derive(Clone, Debug)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let columns: Arc<[String]> = columns.into_iter().map(Into::into).collect();
        Self { values: vec![Value::Null; columns.len()], columns }
    }

    /// The values in order, to be overwritten by the next row.
    pub(crate) fn values_mut(&mut self) -> &mut [Value] {
        &mut self.values
    }

    /// Moves the values out; the next row finds nulls.
    pub(crate) fn take(&mut self) -> Self {
        let empty = vec![Value::Null; self.values.len()];
        Self { columns: Arc::clone(&self.columns), values: std::mem::replace(&mut self.values, empty) }
    }

    /// The values in order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values in order, without a copy.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The value, whatever its kind.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn value(&self, at: usize) -> Result<&Value> {
        self.values.get(at).ok_or_else(|| StoreError::Column {
            column: format!("{at} of {}", self.values.len()),
            reason: "there is no such column".into(),
        })
    }

    fn wrong<T>(&self, at: usize, wanted: &str) -> Result<T> {
        let found = self.value(at)?.kind();
        let column = self.columns.get(at).cloned().unwrap_or_default();
        Err(StoreError::Column { column: format!("{at} `{column}`"), reason: format!("holds {found}, not {wanted}") })
    }

    /// An integer.
    ///
    /// # Errors
    /// When it is anything else, as in all the getters below; those named `opt_` take null for `None`.
    pub fn int(&self, at: usize) -> Result<i64> {
        match self.value(at)? {
            Value::Int(value) => Ok(*value),
            _ => self.wrong(at, "an integer"),
        }
    }

    /// Truth: an integer other than 0.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn bool(&self, at: usize) -> Result<bool> {
        Ok(self.int(at)? != 0)
    }

    /// An instant, stored as milliseconds since 1970.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn time(&self, at: usize) -> Result<Timestamp> {
        Ok(Timestamp(self.int(at)?))
    }

    /// A number; an integer counts.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn real(&self, at: usize) -> Result<f64> {
        match self.value(at)? {
            Value::Real(value) => Ok(*value),
            #[expect(clippy::cast_precision_loss, reason = "what both engines do when they mix the two kinds")]
            Value::Int(value) => Ok(*value as f64),
            _ => self.wrong(at, "a number"),
        }
    }

    /// A text, borrowed from the row.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn str(&self, at: usize) -> Result<&str> {
        match self.value(at)? {
            Value::Text(value) => Ok(value),
            _ => self.wrong(at, "a text"),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn text(&self, at: usize) -> Result<String> {
        self.str(at).map(str::to_owned)
    }

    /// Bytes, borrowed from the row.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn blob(&self, at: usize) -> Result<&[u8]> {
        match self.value(at)? {
            Value::Bytes(value) => Ok(value),
            _ => self.wrong(at, "bytes"),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn bytes(&self, at: usize) -> Result<Vec<u8>> {
        self.blob(at).map(<[u8]>::to_vec)
    }

    fn opt<'a, T>(&'a self, at: usize, get: impl FnOnce(&'a Self, usize) -> Result<T>) -> Result<Option<T>> {
        match self.value(at)? {
            Value::Null => Ok(None),
            _ => get(self, at).map(Some),
        }
    }
}

macro_rules! optional {
    ($($name:ident, $get:ident, $of:ty;)*) => {
        impl Row {
            $(
                #[doc = concat!("As [`Row::", stringify!($get), "`], or `None` for null.")]
                ///
                /// # Errors
                /// See [`Row::int`].
                pub fn $name(&self, at: usize) -> Result<Option<$of>> {
                    self.opt(at, Self::$get)
                }
            )*
        }
    };
}

optional! {
    opt_int, int, i64;
    opt_bool, bool, bool;
    opt_time, time, Timestamp;
    opt_real, real, f64;
    opt_str, str, &str;
    opt_text, text, String;
    opt_blob, blob, &[u8];
    opt_bytes, bytes, Vec<u8>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_column() {
        let mut row = Row::new(["id", "title"]);
        row.values_mut()[0] = Value::Text("MU-1".into());
        assert_eq!(row.int(0).unwrap_err().to_string(), "column 0 `id` holds a text, not an integer");
        assert_eq!(row.text(1).unwrap_err().to_string(), "column 1 `title` holds null, not a text");
        assert_eq!(row.opt_text(1).unwrap(), None);
        assert_eq!(row.opt_str(0).unwrap(), Some("MU-1"));
        assert_eq!(row.int(2).unwrap_err().to_string(), "column 2 of 2 there is no such column");
    }
}
