//! Excel workbooks (`.xlsx`), a row at a time. Cells are texts as they stand, numbers without the noise of binary fractions, days and
//! times as ISO 8601. Formulas are never computed: the value that the program saved beside them counts.
//!
//! A workbook is a ZIP of XML. Limits: 64 MiB packed, 512 MiB unpacked in each part, 256 MiB of shared texts, 1,048,576 rows and 16,384
//! columns (Excel's own). Shared texts are held in memory, rows are not.

use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read};

use csv::StringRecord;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::csv::{Row, columns_of};
use crate::{Input, Output, ParseError};

mod style;

const LARGEST_PACKED: u64 = 64 << 20;
const LARGEST_PART: u64 = 512 << 20;
const LARGEST_TEXTS: usize = 256 << 20;
const MOST_ROWS: u64 = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
const MOST_SHEETS: usize = 200;

/// True where the bytes are a ZIP that holds a workbook.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name("xl/workbook.xml").is_some())
}

/// A workbook whose sheets can be read.
pub struct Workbook<'a> {
    archive: ZipArchive<Cursor<Cow<'a, [u8]>>>,
    /// Name and path in the archive, in the order of the tabs.
    sheets: Vec<(String, String)>,
    texts: Vec<String>,
    styles: style::Styles,
}

impl<'a> Workbook<'a> {
    /// Opens the workbook in these bytes.
    ///
    /// # Errors
    /// When they are no workbook, or one beyond the limits.
    pub fn open(bytes: Cow<'a, [u8]>) -> Result<Self, ParseError> {
        if bytes.len() as u64 > LARGEST_PACKED {
            return Err(ParseError::whole("a workbook of over 64 MiB; save the sheet as CSV"));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ParseError::whole(format!("no Excel workbook: {error}")))?;
        let mut book = Self { archive, sheets: Vec::new(), texts: Vec::new(), styles: style::Styles::default() };
        let mut targets: Vec<(String, String)> = Vec::new();
        book.part("xl/_rels/workbook.xml.rels", |event| {
            if let Some((b"Relationship", start)) = started(event)
                && let (Some(id), Some(target)) = (attribute(start, b"Id"), attribute(start, b"Target"))
            {
                targets.push((id, path_of(&target)));
            }
            Ok(true)
        })?;
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        let found = book.part("xl/workbook.xml", |event| {
            match started(event) {
                Some((b"workbookPr", start)) => from_1904 = attribute(start, b"date1904").is_some_and(|text| text == "1" || text == "true"),
                Some((b"sheet", start)) if sheets.len() < MOST_SHEETS => {
                    let id = attribute(start, b"id").unwrap_or_default();
                    let path = targets.iter().find(|(known, _)| *known == id).map(|(_, path)| path.clone());
                    let name = attribute(start, b"name").unwrap_or_default();
                    let path = path.unwrap_or_else(|| format!("xl/worksheets/sheet{}.xml", sheets.len() + 1));
                    sheets.push((name, path));
                }
                _ => {}
            }
            Ok(true)
        })?;
        if !found || sheets.is_empty() {
            return Err(ParseError::whole("no Excel workbook: no sheet in it"));
        }
        book.sheets = sheets;
        book.read_texts()?;
        let mut styles = style::Styles::new(from_1904);
        book.part("xl/styles.xml", |event| {
            styles.take(event);
            Ok(true)
        })?;
        book.styles = styles;
        Ok(book)
    }

    /// The names of the sheets, in the order of the tabs.
    pub fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    /// Calls `each` with every row of a sheet that is not blank, its 1-based number and its cells from column A on. `each` says
    /// whether to go on.
    ///
    /// # Errors
    /// When there is no such sheet, it is damaged or beyond the limits, or `each` fails.
    pub fn rows(&mut self, sheet: &str, mut each: impl FnMut(u64, &[String]) -> Result<bool, ParseError>) -> Result<(), ParseError> {
        let Some((_, path)) = self.sheets.iter().find(|(name, _)| name == sheet).cloned() else {
            let names: Vec<&str> = self.sheets().collect();
            return Err(ParseError::whole(format!("no sheet `{sheet}`; there are {}", names.join(", "))));
        };
        let (texts, styles) = (std::mem::take(&mut self.texts), std::mem::take(&mut self.styles));
        let mut reading = Rows { texts: &texts, styles: &styles, number: 0, cells: Vec::new(), cell: Cell::default() };
        let result = self.part(&path, |event| match reading.take(event)? {
            Some(number) if reading.cells.iter().any(|cell| !cell.trim().is_empty()) => each(number, &reading.cells),
            _ => Ok(true),
        });
        (self.texts, self.styles) = (texts, styles);
        match result {
            Ok(true) => Ok(()),
            Ok(false) => Err(ParseError::at(sheet, "the sheet is missing in the workbook")),
            Err(error) => Err(ParseError::at([sheet, &error.place].join(", ").trim_end_matches(", "), error.reason)),
        }
    }

    fn read_texts(&mut self) -> Result<(), ParseError> {
        let (mut texts, mut size) = (Vec::new(), 0usize);
        let (mut current, mut inside, mut phonetic) = (String::new(), false, false);
        self.part("xl/sharedStrings.xml", |event| {
            match event {
                Event::Start(start) => match start.local_name().as_ref() {
                    b"si" => current.clear(),
                    b"t" => inside = true,
                    b"rPh" => phonetic = true,
                    _ => {}
                },
                Event::End(end) => match end.local_name().as_ref() {
                    b"si" => texts.push(std::mem::take(&mut current)),
                    b"t" => inside = false,
                    b"rPh" => phonetic = false,
                    _ => {}
                },
                Event::Empty(start) if start.local_name().as_ref() == b"si" => texts.push(String::new()),
                other if inside && !phonetic => {
                    let before = current.len();
                    push_text(&mut current, other);
                    size += current.len() - before;
                }
                _ => {}
            }
            if size > LARGEST_TEXTS { Err(ParseError::whole("over 256 MiB of texts in the workbook")) } else { Ok(true) }
        })?;
        self.texts = texts;
        Ok(())
    }

    /// Reads a part until `each` says no; false where the workbook has none of that name.
    fn part(&mut self, path: &str, mut each: impl FnMut(&Event<'_>) -> Result<bool, ParseError>) -> Result<bool, ParseError> {
        let Some(index) = self.archive.index_for_name(path) else { return Ok(false) };
        let damaged = |reason: String| ParseError::at(path, format!("the workbook is damaged: {reason}"));
        let entry = self.archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, entry.take(LARGEST_PART + 1)));
        let (mut buffer, mut open) = (Vec::new(), 0u64);
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer).map_err(|error| damaged(error.to_string()))?;
            if reader.buffer_position() > LARGEST_PART {
                return Err(ParseError::at(path, "unpacks to over 512 MiB"));
            }
            match event {
                Event::Eof if open > 0 => return Err(damaged("a part breaks off".to_owned())),
                Event::Eof => return Ok(true),
                Event::Start(_) => open += 1,
                Event::End(_) => open = open.saturating_sub(1),
                _ => {}
            }
            if !each(&event)? {
                return Ok(true);
            }
        }
    }
}

#[derive(Default)]
struct Cell {
    column: usize,
    /// `s` shared, `str` and `inlineStr` text, `b` truth, `e` error, `d` time, else a number.
    kind: String,
    style: usize,
    text: String,
    /// Inside `<v>` or `<is><t>`.
    inside: bool,
    open: bool,
}

struct Rows<'a> {
    texts: &'a [String],
    styles: &'a style::Styles,
    number: u64,
    cells: Vec<String>,
    cell: Cell,
}

impl Rows<'_> {
    /// The number of the row that ends with this event.
    fn take(&mut self, event: &Event<'_>) -> Result<Option<u64>, ParseError> {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                b"row" => self.begin_row(start)?,
                b"c" => self.begin_cell(start, true),
                b"v" | b"t" if self.cell.open => self.cell.inside = true,
                _ => {}
            },
            Event::Empty(start) => match start.local_name().as_ref() {
                b"row" => self.begin_row(start)?,
                b"c" => self.begin_cell(start, false),
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                b"row" => return Ok(Some(self.number)),
                b"c" => self.end_cell(),
                b"v" | b"t" => self.cell.inside = false,
                _ => {}
            },
            other if self.cell.inside => push_text(&mut self.cell.text, other),
            _ => {}
        }
        Ok(None)
    }

    fn begin_row(&mut self, start: &BytesStart<'_>) -> Result<(), ParseError> {
        self.number = attribute(start, b"r").and_then(|text| text.parse().ok()).unwrap_or(self.number + 1);
        self.cells.clear();
        self.cell = Cell::default();
        if self.number > MOST_ROWS { Err(ParseError::whole("more rows than a sheet can have")) } else { Ok(()) }
    }

    fn begin_cell(&mut self, start: &BytesStart<'_>, open: bool) {
        self.cell = Cell {
            column: attribute(start, b"r").and_then(|place| column_of(&place)).unwrap_or(self.cells.len()),
            kind: attribute(start, b"t").unwrap_or_default(),
            style: attribute(start, b"s").and_then(|text| text.parse().ok()).unwrap_or_default(),
            open,
            ..Cell::default()
        };
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if cell.column >= MOST_COLUMNS {
            return;
        }
        let raw = cell.text;
        let text = match cell.kind.as_str() {
            "s" => raw.trim().parse::<usize>().ok().and_then(|at| self.texts.get(at).cloned()).unwrap_or_default(),
            "str" | "inlineStr" | "d" => raw,
            "b" => if raw.trim() == "1" { "true" } else { "false" }.to_owned(),
            "e" => String::new(),
            _ => self.styles.number(raw.trim(), cell.style),
        };
        if self.cells.len() <= cell.column {
            self.cells.resize(cell.column + 1, String::new());
        }
        if let Some(slot) = self.cells.get_mut(cell.column) {
            *slot = text;
        }
    }
}

/// Calls `each` with every row of a sheet behind its header; the first sheet where none is named. The header is the first row that is
/// not blank behind `skip` rows. Columns are compared as in CSV, and `line` is the number of the row in the sheet.
///
/// # Errors
/// When the workbook cannot be read, or there is no such sheet or no header.
pub fn each(
    input: &Input,
    out: &mut Output<'_>,
    sheet: Option<&str>,
    skip: u64,
    mut row: impl FnMut(&mut Output<'_>, &Row<'_>),
) -> Result<(), ParseError> {
    let mut book = Workbook::open(Cow::Owned(input.bytes()?))?;
    let sheet = match sheet {
        Some(name) => name.to_owned(),
        None => book.sheets().next().unwrap_or_default().to_owned(),
    };
    let mut columns = None;
    book.rows(&sheet, |number, cells| {
        if number <= skip {
            return Ok(true);
        }
        match &columns {
            None => columns = Some(columns_of(cells.iter().map(String::as_str))),
            Some(columns) => row(out, &Row::new(columns, &StringRecord::from(cells.to_vec()), number)),
        }
        Ok(true)
    })?;
    if columns.is_none() {
        return Err(ParseError::at(sheet, "no header row"));
    }
    Ok(())
}

/// The first rows of each sheet, for recognition. Empty where the bytes are no readable workbook.
pub(crate) fn preview(bytes: &[u8], most_rows: usize) -> Vec<(String, Vec<Vec<String>>)> {
    let Ok(mut book) = Workbook::open(Cow::Borrowed(bytes)) else { return Vec::new() };
    let names: Vec<String> = book.sheets().map(str::to_owned).collect();
    let mut out = Vec::new();
    for name in names.into_iter().take(20) {
        let mut rows = Vec::new();
        let read = book.rows(&name, |_, cells| {
            rows.push(cells.to_vec());
            Ok(rows.len() < most_rows)
        });
        if read.is_ok() {
            out.push((name, rows));
        }
    }
    out
}

/// The 0-based column of a cell: `AB12` is 27.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let column = letters.fold(0usize, |column, letter| column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

/// A target of a relationship, from the root of the archive.
fn path_of(target: &str) -> String {
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{}", target.trim_start_matches("./")),
    }
}

/// The local name and tag of an element that starts.
fn started<'e>(event: &'e Event<'e>) -> Option<(&'e [u8], &'e BytesStart<'e>)> {
    match event {
        Event::Start(start) | Event::Empty(start) => {
            let name = start.name().into_inner();
            Some((name.rsplit(|byte| *byte == b':').next().unwrap_or(name), start))
        }
        _ => None,
    }
}

/// The attribute of that local name.
fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut all = start.attributes();
    let found = all.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(super::xml::unescape(&String::from_utf8_lossy(&found.value)))
}

fn push_text(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(piece) => text.push_str(&String::from_utf8_lossy(piece)),
        Event::CData(piece) => text.push_str(&String::from_utf8_lossy(piece)),
        Event::GeneralRef(name) => text.push_str(&super::xml::reference(&String::from_utf8_lossy(name))),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
