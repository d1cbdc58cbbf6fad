//! Reports of a tool that has no format here, read by a mapping that a person wrote: where the rows are, and which column or path is
//! which field of a finding. `docs/formats/mapping.md` is its manual.
//!
//! A mapping is data. It never runs code, opens files or makes requests; expressions are a fixed list of steps, regular expressions
//! take time in proportion to their text. Rows are streamed as those of formats are.

mod document;
mod expression;
mod field;
mod finding;
mod json;
mod reference;
mod row;
pub mod suggest;
mod table;
mod xml;

#[cfg(test)]
mod tests;

use model::Kind;

use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};
use expression::Expression;
use field::Field;
use reference::{Reference, RowPath};

pub use field::fields;

/// What a mapped report is called where a format is named. It is no member of the list of formats.
pub static FORMAT: Format = Format {
    id: "mapping",
    name: "Mapped report",
    kinds: &Kind::ALL,
    media: &[Media::Json, Media::JsonLines, Media::Csv, Media::Xml, Media::Xlsx],
    status: Status::Supported,
    sniff: |_| Match::No,
    parse: |_, _| Err(ParseError::whole("a mapped report is read with `--mapping FILE`")),
};

/// A mapping that was checked.
#[derive(Debug)]
pub struct Mapping {
    tool: String,
    kind: Kind,
    rows: RowPath,
    /// Conditions that a row must meet to be a finding; any other row is a passed result.
    conditions: Vec<Condition>,
    /// False where reports of the tool list only part.
    complete: bool,
    scan: Vec<(ScanField, Expression)>,
    severity: Option<Expression>,
    fields: Vec<(&'static Field, Expression)>,
    /// References that lead outside of the row, by their slot.
    outer: Vec<Reference>,
    text: String,
}

/// A condition on a row.
#[derive(Debug)]
struct Condition {
    of: Expression,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// One of these words, compared without case.
    In(Vec<String>),
    NotIn(Vec<String>),
    /// Whether there is a value.
    Present(bool),
}

/// What a mapping says of the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScanField {
    Version,
    At,
    Repository,
    Branch,
    Commit,
    Image,
    Url,
    Account,
    Cluster,
    Category,
    /// A text there is the reason why the scan failed.
    Failed,
}

impl ScanField {
    const ALL: [(&'static str, Self); 11] = [
        ("version", Self::Version),
        ("at", Self::At),
        ("repository", Self::Repository),
        ("branch", Self::Branch),
        ("commit", Self::Commit),
        ("image", Self::Image),
        ("url", Self::Url),
        ("account", Self::Account),
        ("cluster", Self::Cluster),
        ("category", Self::Category),
        ("failed", Self::Failed),
    ];
}

impl Mapping {
    /// Reads a mapping. `name` is what messages call its file.
    ///
    /// # Errors
    /// All that is wrong with it, each with file, line and key: `acme.yaml:7: fields.severity: …`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<String>> {
        document::read(name, text)
    }

    /// The tool that reports are of.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The mapping as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A hash of its text: the same report read by another mapping is another report.
    #[must_use]
    pub fn hash(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex().to_string()
    }

    /// The container that it reads.
    #[must_use]
    pub fn media(&self) -> Media {
        self.rows.media()
    }

    /// True where the file is in the container that the mapping reads.
    #[must_use]
    pub fn fits(&self, head: &Head<'_>) -> bool {
        match &self.rows {
            RowPath::Json(_) => head.is_json(),
            RowPath::JsonLines(_) => head.starts_with("{") || head.starts_with("["),
            RowPath::Xml(_) => head.xml_root().is_some(),
            RowPath::Xlsx { .. } => !head.sheets().is_empty(),
            RowPath::Csv { .. } => !head.is_binary() && head.sheets().is_empty() && !head.starts_with("{") && head.xml_root().is_none(),
        }
    }

    /// Reads a report by it.
    ///
    /// # Errors
    /// When the report is in another container, has no rows where the mapping says, cannot be read to its end, or not one row of it
    /// can be read.
    pub fn read(&self, input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
        if !self.fits(&input.head()) {
            return Err(ParseError::whole(format!("the mapping reads {}, and this file is something else", self.media().word())));
        }
        out.run(self.tool.clone());
        if !self.complete {
            out.this().claims.partial = Some("the mapping says that such a report lists only part".to_owned());
        }
        let mut reading = finding::Reading::new(self);
        match &self.rows {
            RowPath::Json(steps) => json::document(self, steps, input, out, &mut reading)?,
            RowPath::JsonLines(steps) => json::lines(steps, input, out, &mut reading)?,
            RowPath::Xml(names) => xml::read(self, names, input, out, &mut reading)?,
            RowPath::Csv { skip, delimiter } => table::csv(*skip, *delimiter, input, out, &mut reading)?,
            RowPath::Xlsx { sheet, skip } => table::xlsx(sheet.as_deref(), *skip, input, out, &mut reading)?,
        }
        reading.end(out)
    }
}
