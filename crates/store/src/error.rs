//! What can go wrong between Muster and its database.

use thiserror::Error;

/// Short for a result whose error is the store's.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The text given as the database's URL is none.
    #[error("`{url}` is not the URL of a database ({reason}); write sqlite:PATH, sqlite::memory: or postgres://USER@HOST/NAME")]
    WrongUrl {
        /// The URL without its password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database is not there, not ours to open, or no database.
    #[error("cannot open the database {place}: {reason}")]
    CannotOpen {
        /// Its path, or its host and name.
        place: String,
        /// What the engine or the system said.
        reason: String,
    },
    /// The database has a schema that this version does not know.
    #[error("database was written by a newer Muster (schema {found}, this one knows {known})")]
    NewerSchema {
        /// The schema in the database.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// Someone else held the database, or a lock in it, for too long; the same may work later.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The connection broke; nothing of the transaction was kept.
    #[error("lost the connection to the database: {0}")]
    ConnectionLost(String),
    /// The connection broke while the transaction was committed: it may have been kept or not.
    #[error("lost the connection to the database while committing, so the change may or may not have been made: {0}")]
    CommitUnknown(String),
    /// A unique, not-null, check or foreign key constraint refused the row.
    #[error("the database refused a row: {0}")]
    Constraint(String),
    /// A column of an answer is not what the reader expects.
    #[error("column {column} {reason}")]
    Column {
        /// Its position and name.
        column: String,
        /// What it holds.
        reason: String,
    },
    /// A statement is wrong: a mistake in Muster.
    #[error("a statement is wrong: {0}")]
    Statement(String),
    /// Anything else, such as a full disk or a damaged file.
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreError {
    /// True when the person who runs Muster can put it right by giving something else (a URL, a newer Muster); false when the
    /// system or Muster itself is at fault.
    #[must_use]
    pub fn is_user_fault(&self) -> bool {
        matches!(self, Self::WrongUrl { .. } | Self::CannotOpen { .. } | Self::NewerSchema { .. })
    }

    /// True when the same transaction may work if it is simply tried again, and was certainly not kept.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::ConnectionLost(_))
    }

    /// Adds the statement to the errors that only its text explains.
    pub(crate) fn of_statement(self, sql: &str) -> Self {
        match self {
            Self::Statement(said) => {
                let start: String = sql.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
                Self::Statement(format!("{said}, in `{start}`"))
            }
            other => other,
        }
    }
}
