//! Why an operation did not do what was asked.

use store::StoreError;

/// Why an operation did not do what was asked. Bad input and a broken system never mix.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The request or an input was bad; the text says where and what to do instead.
    #[error("{0}")]
    Bad(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// Several inputs were bad, one line each.
    #[error("{}", .0.join("\n"))]
    Problems(Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system failed in another way.
    #[error("{0}")]
    System(String),
}

impl OperationError {
    /// True where the request or an input was bad, false where the system failed.
    #[must_use]
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Bad(_) | Self::NotFound(_) | Self::Problems(_) => true,
            Self::Store(error) => error.is_user_fault(),
            Self::System(_) => false,
        }
    }
}

impl From<serde_json::Error> for OperationError {
    fn from(error: serde_json::Error) -> Self {
        Self::System(format!("a stored record cannot be read: {error}"))
    }
}

impl From<std::io::Error> for OperationError {
    fn from(error: std::io::Error) -> Self {
        Self::System(error.to_string())
    }
}
