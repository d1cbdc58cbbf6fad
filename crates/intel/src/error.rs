//! Why a feed was refused.

/// A feed that cannot be trusted, with the file, the place in it and the reason. Nothing of it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {place}: {reason}")]
pub struct FeedError {
    pub file: String,
    /// `line 17`, `vulnerabilities[3].dateAdded`, `end of file`.
    pub place: String,
    pub reason: String,
}

/// Place and reason; [`crate::load`] adds the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) place: String,
    pub(crate) reason: String,
}

impl Refusal {
    pub(crate) fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }

    pub(crate) fn line(line: u64, reason: impl Into<String>) -> Self {
        Self::at(format!("line {line}"), reason)
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        let reason = if error.is_eof() { "the file is cut off".to_owned() } else { error.to_string() };
        Self::at(format!("line {} column {}", error.line(), error.column()), reason)
    }
}
