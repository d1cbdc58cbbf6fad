//! CSV feeds: columns by name, places by line, cut-off noticed.

use std::collections::HashMap;

use crate::error::Refusal;

/// A CSV file with a header, read record by record.
pub(crate) struct Table<'a> {
    reader: csv::Reader<&'a [u8]>,
    columns: HashMap<String, usize>,
    record: csv::StringRecord,
    width: usize,
}

impl<'a> Table<'a> {
    /// Opens a table whose last line must end, so that a cut-off file is noticed, and which must have the `needed` columns.
    pub(crate) fn open(bytes: &'a [u8], needed: &[&str]) -> Result<Self, Refusal> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if !bytes.ends_with(b"\n") {
            return Err(Refusal::at("end of file", "the last line does not end: the file is cut off"));
        }
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(bytes);
        let header = reader.headers().map_err(|error| Refusal::at("header", error.to_string()))?;
        let columns: HashMap<String, usize> = header.iter().enumerate().map(|(i, name)| (name.trim().to_owned(), i)).collect();
        let width = header.len();
        if let Some(missing) = needed.iter().find(|name| !columns.contains_key(**name)) {
            return Err(Refusal::at("header", format!("the column `{missing}` is missing: another shape of this feed")));
        }
        Ok(Self { reader, columns, record: csv::StringRecord::new(), width })
    }

    /// The place of a column, for [`Row::get`].
    pub(crate) fn column(&self, name: &str) -> usize {
        self.columns.get(name).copied().unwrap_or(usize::MAX)
    }

    /// The names of the columns in their order.
    pub(crate) fn header(&mut self) -> Vec<String> {
        self.reader.headers().map(|h| h.iter().map(|n| n.trim().to_owned()).collect()).unwrap_or_default()
    }

    /// The next record; a record of another width than the header's is refused.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, Refusal> {
        let read = self.reader.read_record(&mut self.record);
        let line = self.record.position().map_or(0, csv::Position::line);
        match read {
            Ok(false) => Ok(None),
            Ok(true) if self.record.len() != self.width => {
                Err(Refusal::line(line, format!("{} fields where the header has {}", self.record.len(), self.width)))
            }
            Ok(true) => Ok(Some(Row { record: &self.record, line })),
            Err(error) => Err(Refusal::line(error.position().map_or(line, csv::Position::line), error.to_string())),
        }
    }
}

/// One record.
pub(crate) struct Row<'t> {
    record: &'t csv::StringRecord,
    /// 1-based line on which it begins.
    pub(crate) line: u64,
}

impl Row<'_> {
    /// The field of a column without white space around it; empty where absent.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.record.get(column).map_or("", str::trim)
    }
}
