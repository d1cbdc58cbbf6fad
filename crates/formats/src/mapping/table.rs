//! Rows of CSV files and workbooks.

use std::collections::BTreeSet;

use super::Mapping;
use super::finding::Reading;
use super::reference::{Path, Reference};
use super::row::{Outside, Row};
use crate::read::{csv, xlsx};
use crate::{Input, Output, ParseError};

impl Row for csv::Row<'_> {
    fn texts(&self, reference: &Reference) -> Vec<String> {
        let cell = match &reference.path {
            Path::Column(name) => self.column(name),
            Path::ColumnNumber(position) => Some(self.at(*position)).filter(|cell| !cell.is_empty()),
            _ => None,
        };
        cell.map(str::to_owned).into_iter().collect()
    }
}

pub(super) fn csv(
    skip: usize,
    delimiter: Option<u8>,
    input: &Input,
    out: &mut Output<'_>,
    reading: &mut Reading<'_>,
) -> Result<(), ParseError> {
    let mut header = Header::default();
    csv::each_by(input, out, skip, delimiter, |out, row| {
        if header.fits(row, out, reading) {
            reading.row(row, &|| format!("line {}", row.line), out);
        }
    })?;
    header.end(out, reading)
}

pub(super) fn xlsx(
    sheet: Option<&str>,
    skip: u64,
    input: &Input,
    out: &mut Output<'_>,
    reading: &mut Reading<'_>,
) -> Result<(), ParseError> {
    let mut header = Header::default();
    xlsx::each(input, out, sheet, skip, |out, row| {
        if header.fits(row, out, reading) {
            reading.row(row, &|| format!("row {}", row.line), out);
        }
    })?;
    header.end(out, reading)
}

/// Whether the header has the columns that the mapping names, asked at the first row.
#[derive(Default)]
struct Header {
    asked: bool,
    wrong: Option<String>,
}

impl Header {
    fn fits(&mut self, row: &csv::Row<'_>, out: &mut Output<'_>, reading: &Reading<'_>) -> bool {
        if !std::mem::replace(&mut self.asked, true) {
            self.wrong = ask(reading.mapping(), row, out);
        }
        self.wrong.is_none()
    }

    fn end(self, out: &mut Output<'_>, reading: &mut Reading<'_>) -> Result<(), ParseError> {
        reading.scan(&Outside(&|_| Vec::new()), out);
        self.wrong.map_or(Ok(()), |reason| Err(ParseError::at("header", reason)))
    }
}

/// What speaks against the header. A column that is missing beside others is a warning.
fn ask(mapping: &Mapping, row: &csv::Row<'_>, out: &mut Output<'_>) -> Option<String> {
    let missing = |references: &[&Reference]| -> BTreeSet<String> {
        let absent = |reference: &&&Reference| matches!(&reference.path, Path::Column(name) if row.position(name).is_none());
        references.iter().filter(absent).map(|reference| format!("`{}`", reference.text)).collect()
    };
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    let (naming, others) = mapping.row_references();
    let without = missing(&naming);
    let present = naming.len() - naming.iter().filter(|reference| without.contains(&format!("`{}`", reference.text))).count();
    if !naming.is_empty() && present == 0 {
        return Some(format!("no column {} for title or rule; the columns are {}", list(&without), row.header().join(", ")));
    }
    let missing = missing(&others);
    if !missing.is_empty() {
        out.warn("header", format!("no column {}; the columns are {}", list(&missing), row.header().join(", ")));
    }
    None
}
