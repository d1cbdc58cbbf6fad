//! What every format file exports.

use model::Kind;

use crate::framing::{self, Framing};
use crate::{Head, Input, Output, ParseError, says_nothing};

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
    /// Reads the report into the output, also where other text stands before it, and each of several reports in one file. Warns where a list
    /// of results seems to have another name than in the versions that are known.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn read(&self, input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
        match self.framing(input) {
            None => self.read_one(input, out),
            Some(Framing::Rows) => self.read_one(&framing::listed(input)?, out),
            Some(Framing::After(at)) => {
                let (report, lines) = framing::after(input, at)?;
                self.read_one(&report, out)?;
                out.warn("line 1", format!("{lines} lines before the report are left out"));
                Ok(())
            }
            Some(Framing::Member(name)) => {
                self.read_one(&framing::member(input, name)?, out)?;
                out.partial(&format!("`{name}` of an answer, which may be one page of several"));
                Ok(())
            }
            Some(Framing::Row) => {
                self.read_one(&framing::row(input)?, out)?;
                out.partial("one row of a list alone");
                Ok(())
            }
            Some(several @ (Framing::Documents | Framing::Elements)) => {
                framing::each(input, several == Framing::Elements, |report, place| {
                    let head = report.head();
                    if says_nothing(&head) {
                        return Ok(());
                    }
                    if (self.sniff)(&head) == Match::No {
                        out.bad_row(place, format!("no report of {}, as others in this file are", self.name));
                        return Ok(());
                    }
                    self.read_one(report, out)
                })
            }
        }
    }

    /// How the report stands in its file, where the file is not the report.
    fn framing(&self, input: &Input) -> Option<Framing> {
        let head = input.head();
        let documents = (head.is_json_lines() && !self.media.contains(&Media::JsonLines)) || framing::several_lists(&head);
        if !documents && (self.sniff)(&head) == Match::Sure {
            return None;
        }
        framing::views(&head).into_iter().find(|view| (self.sniff)(&view.head()) == Match::Sure).map(|view| view.framing)
    }

    fn read_one(&self, input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
        (self.parse)(input, out)?;
        crate::renamed::warn(self, input, out);
        if input.text_after() {
            out.warn("", "text between or after what the tool wrote is left out");
        }
        Ok(())
    }
}
