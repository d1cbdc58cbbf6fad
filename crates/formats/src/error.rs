//! Why a report cannot be read.

/// Why a report cannot be read to its end. Shown after the name of the file: `shop.sarif: line 17, runs[0].results[3]: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct ParseError {
    /// Line, byte or element; empty where the whole file is meant.
    pub place: String,
    /// A lowercase fragment.
    pub reason: String,
}

impl ParseError {
    /// An error at that place.
    #[must_use]
    pub fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }

    /// An error about the file as a whole.
    #[must_use]
    pub fn whole(reason: impl Into<String>) -> Self {
        Self::at("", reason)
    }
}
