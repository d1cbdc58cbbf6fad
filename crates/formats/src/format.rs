//! What every format file exports.

use model::Kind;

use crate::{Head, Input, Output, ParseError};

/// How sure a format is that a file is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    No,
    /// The container fits and nothing speaks against it (a generic CSV).
    Maybe,
    Sure,
}

impl Match {
    /// `Sure` when the condition holds.
    #[must_use]
    pub fn sure_if(condition: bool) -> Self {
        if condition { Self::Sure } else { Self::No }
    }
}

/// The container that a report comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Json,
    /// One JSON value a line.
    JsonLines,
    Xml,
    Csv,
    Text,
    Yaml,
    Html,
    /// An Excel workbook.
    Xlsx,
}

impl Media {
    /// The word that `muster formats` prints.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Xml => "xml",
            Self::Csv => "csv",
            Self::Text => "text",
            Self::Yaml => "yaml",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Whether absence from a report of this format may close a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All import rules are proven on it by generated cases.
    Supported,
    /// Imports, and closes nothing.
    ReadOnly,
}

impl Status {
    /// The word that `muster formats` prints.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::ReadOnly => "read-only",
        }
    }
}

/// A report format: how it is recognised and how it is read.
pub struct Format {
    /// Lower case, words joined by `-`; never changes.
    pub id: &'static str,
    pub name: &'static str,
    pub kinds: &'static [Kind],
    pub media: &'static [Media],
    pub status: Status,
    pub sniff: fn(&Head<'_>) -> Match,
    /// Reads the report into the output. Must hand over each result as soon as it is read.
    pub parse: fn(&Input, &mut Output<'_>) -> Result<(), ParseError>,
}

impl Format {
    /// Reads the report into the output, and warns where a list of results seems to have another name than in the versions that are known.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn read(&self, input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
        (self.parse)(input, out)?;
        crate::renamed::warn(self, input, out);
        Ok(())
    }
}
