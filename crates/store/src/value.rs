//! What goes into a statement and comes out of a row: the same five kinds on both engines.

use model::Timestamp;

/// A value of a column or a parameter. Truth is `Int` 0 or 1, an instant `Int` milliseconds.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION. A NaN is stored as `Null`, which is what SQLite does.
    Real(f64),
    /// `{text}`. A NUL character is stored as U+FFFD: PostgreSQL has none.
    Text(String),
    /// `{bytes}`.
    Bytes(Vec<u8>),
    /// Only a parameter: the list of `column = ANY($1)` or `column <> ALL($1)`. All of one kind, without `Null`.
    List(Vec<Value>),
}

impl Value {
    /// The list for `= ANY($1)`.
    pub fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    /// The word for this kind in an error.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Real(_) => "a real number",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "a list",
        }
    }

    /// About how many bytes it takes on its way to the database.
    #[must_use]
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + 8,
            Self::Bytes(bytes) => bytes.len() + 8,
            Self::List(values) => values.iter().map(Self::size).sum(),
            Self::Null | Self::Int(_) | Self::Real(_) => 8,
        }
    }
}

macro_rules! from {
    ($($source:ty, $value:ident => $made:expr;)*) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $made
            }
        })*
    };
}

from! {
    i64, value => Self::Int(value);
    i32, value => Self::Int(value.into());
    u32, value => Self::Int(value.into());
    u16, value => Self::Int(value.into());
    bool, value => Self::Int(value.into());
    Timestamp, value => Self::Int(value.0);
    f64, value => Self::Real(value);
    &str, value => Self::Text(value.to_owned());
    &String, value => Self::Text(value.clone());
    String, value => Self::Text(value);
    Vec<u8>, value => Self::Bytes(value);
    &[u8], value => Self::Bytes(value.to_owned());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement, `$1` first: `params![org, issue, seen_at]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*] as &[$crate::Value]
    };
}
