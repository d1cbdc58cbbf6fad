//! The first part of a file as tables: where rows might be, and what their columns hold.

use std::borrow::Cow;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use serde_json::Value;

use super::shape;
use crate::read::csv::fold;
use crate::read::xlsx::Workbook;
use crate::{Input, Media};

/// How much of a file is looked at, in bytes.
const SAMPLE: u64 = 2 << 20;
/// Most rows that are looked at.
pub(super) const MOST_ROWS: usize = 200;
/// Most columns of a table.
pub(super) const MOST_COLUMNS: usize = 300;

/// What a file seems to hold.
pub(super) struct Sampled {
    pub(super) media: Media,
    pub(super) tables: Vec<Table>,
}

/// Rows at one place.
#[derive(Default)]
pub(super) struct Table {
    /// Lines of the mapping's `rows`: key and value.
    pub(super) place: Vec<(&'static str, String)>,
    pub(super) columns: Vec<Column>,
    /// Values at the top of the document.
    pub(super) top: Vec<Column>,
    pub(super) rows: usize,
}

/// A column: how a mapping refers to it, and some of its values.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    pub(super) reference: String,
    /// Folded names from the outside in: the last is its own.
    pub(super) names: Vec<String>,
    pub(super) values: Vec<String>,
}

impl Column {
    pub(super) fn new(reference: impl Into<String>, names: &[&str]) -> Self {
        Self { reference: reference.into(), names: names.iter().map(|name| fold(name)).collect(), values: Vec::new() }
    }

    pub(super) fn add(&mut self, value: &str) {
        if self.values.len() < MOST_ROWS && !value.trim().is_empty() {
            self.values.push(value.trim().chars().take(2000).collect());
        }
    }
}

/// Reads the first part of a file as tables.
pub(super) fn tables(input: &Input) -> Result<Sampled, String> {
    let head = input.head();
    if head.is_blank() || input.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if !head.sheets().is_empty() {
        return Ok(Sampled { media: Media::Xlsx, tables: workbook(input)? });
    }
    if head.is_binary() {
        return Err("it is a binary file; mappings read JSON, CSV, XML, XLSX and NDJSON".to_owned());
    }
    let (text, whole) = sample(input)?;
    if head.is_json_lines() {
        let values: Vec<Value> = text.lines().take(MOST_ROWS).filter_map(|line| serde_json::from_str(line).ok()).collect();
        return Ok(Sampled { media: Media::JsonLines, tables: shape::json_lines(&values) });
    }
    if head.is_json() {
        let value = json(&text, whole).ok_or("it begins like JSON and is none")?;
        return Ok(Sampled { media: Media::Json, tables: shape::json(&value) });
    }
    if head.xml_root().is_some_and(|root| root.eq_ignore_ascii_case("html")) {
        return Err("it is a web page; mappings read JSON, CSV, XML, XLSX and NDJSON".to_owned());
    }
    if head.xml_root().is_some() {
        return Ok(Sampled { media: Media::Xml, tables: shape::xml(text) });
    }
    let table = comma_separated(&text, whole).ok_or("it is neither JSON, XML, a workbook nor a table with a header line")?;
    Ok(Sampled { media: Media::Csv, tables: vec![table] })
}

/// The first part of the text, and whether it is all of it.
fn sample(input: &Input) -> Result<(String, bool), String> {
    let mut bytes = Vec::new();
    input
        .open()
        .map_err(|error| error.to_string())?
        .take(SAMPLE)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    let whole = (bytes.len() as u64) < SAMPLE;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), whole))
}

/// The document, or as much of it as is there: what breaks off is cut behind the last whole element, and brackets are closed.
fn json(text: &str, whole: bool) -> Option<Value> {
    if whole && let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let (mut open, mut in_text, mut escaped) = (Vec::new(), false, false);
    let mut cut: Option<(usize, Vec<u8>)> = None;
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                open.pop();
                if open.is_empty() {
                    return serde_json::from_str(text.get(..=at)?).ok();
                }
                // Few cuts are enough, and each is a copy.
                if open.len() <= 4 {
                    cut = Some((at + 1, open.clone()));
                }
            }
            _ => {}
        }
        if open.len() > 100 {
            return None;
        }
    }
    let (end, mut open) = cut?;
    open.reverse();
    let closed = format!("{}{}", text.get(..end)?, String::from_utf8(open).ok()?);
    serde_json::from_str(&closed).ok()
}

/// A table with a header line. Lines before the header, and what parts the cells, are found by how many cells the lines have.
fn comma_separated(text: &str, whole: bool) -> Option<Table> {
    let (records, delimiter) =
        [b',', b';', b'\t', b'|'].into_iter().map(|delimiter| (records(text, delimiter, whole), delimiter)).max_by_key(
            |(records, delimiter)| (usual_length(records).map_or(0, |(cells, lines)| cells.min(50) * lines), u8::MAX - *delimiter),
        )?;
    let (cells, _) = usual_length(&records)?;
    let named = |record: &StringRecord| record.iter().filter(|name| !name.trim().is_empty()).count() > 1;
    let at = records.iter().position(|(_, record)| record.len() == cells && named(record))?;
    let (line, header) = records.get(at)?;
    let mut table = Table { columns: header_columns(header.iter()), ..Table::default() };
    let skip = line.saturating_sub(1);
    if skip > 0 {
        table.place.push(("skip", skip.to_string()));
    }
    if delimiter != crate::read::csv::delimiter(&header.iter().collect::<Vec<_>>().join(char::from(delimiter).encode_utf8(&mut [0; 4]))) {
        let word = if delimiter == b'\t' { "tab".to_owned() } else { format!("\"{}\"", char::from(delimiter)) };
        table.place.push(("delimiter", word));
    }
    for (_, record) in records.iter().skip(at + 1) {
        table.rows += 1;
        for (column, cell) in table.columns.iter_mut().zip(record.iter()) {
            column.add(cell);
        }
    }
    Some(table)
}

/// Records with the line on which each starts.
fn records(text: &str, delimiter: u8, whole: bool) -> Vec<(u64, StringRecord)> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut out: Vec<(u64, StringRecord)> = Vec::new();
    for record in reader.records().take(MOST_ROWS + 20).flatten() {
        let line = record.position().map_or(1, csv::Position::line);
        out.push((line, record));
    }
    if !whole && out.len() < MOST_ROWS {
        out.pop();
    }
    out
}

/// The number of cells that most records have, where it is over one, and how many have it.
fn usual_length(records: &[(u64, StringRecord)]) -> Option<(usize, usize)> {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for (_, record) in records {
        match counts.iter_mut().find(|(cells, _)| *cells == record.len()) {
            Some((_, count)) => *count += 1,
            None => counts.push((record.len(), 1)),
        }
    }
    // A header and a row at least, and most lines: else it is prose with commas.
    counts.retain(|(cells, lines)| *cells > 1 && *lines > 1 && *lines * 2 > records.len());
    counts.into_iter().max_by_key(|(cells, count)| (*count, *cells))
}

/// The columns of a header. One without a name, or named like an earlier one, is referred to by its number.
fn header_columns<'a>(header: impl Iterator<Item = &'a str>) -> Vec<Column> {
    let mut known: Vec<String> = Vec::new();
    header
        .zip(1..=MOST_COLUMNS)
        .map(|(name, number)| {
            let folded = fold(name);
            let is_new = !folded.is_empty() && !known.contains(&folded);
            known.push(folded);
            let reference = if is_new { name.trim().to_owned() } else { format!("#{number}") };
            Column::new(reference, &[name])
        })
        .collect()
}

fn workbook(input: &Input) -> Result<Vec<Table>, String> {
    let bytes = input.bytes().map_err(|error| error.to_string())?;
    let mut book = Workbook::open(Cow::Owned(bytes)).map_err(|error| error.to_string())?;
    let names: Vec<String> = book.sheets().map(str::to_owned).collect();
    let mut tables = Vec::new();
    for (name, position) in names.into_iter().zip(0..20) {
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        let read = book.rows(&name, |number, cells| {
            rows.push((number, cells.to_vec()));
            Ok(rows.len() < MOST_ROWS)
        });
        let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let widest = rows.iter().take(20).map(|(_, cells)| filled(cells)).max().unwrap_or_default();
        let header = rows.iter().position(|(_, cells)| filled(cells) > 1 && filled(cells) * 2 > widest);
        if let (Ok(()), Some(header)) = (read, header) {
            let (number, names) = rows.get(header).cloned().unwrap_or_default();
            let mut table = Table { columns: header_columns(names.iter().map(String::as_str)), ..Table::default() };
            if position > 0 {
                table.place.push(("sheet", super::write::quoted(&name)));
            }
            if header > 0 {
                table.place.push(("skip", (number - 1).to_string()));
            }
            for (_, cells) in rows.iter().skip(header + 1) {
                table.rows += 1;
                for (column, cell) in table.columns.iter_mut().zip(cells) {
                    column.add(cell);
                }
            }
            tables.push(table);
        }
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_breaks_off_is_closed() {
        let text = r#"{"a": [{"b": "}]"}, {"b": "two"}, {"b": "thr"#;
        assert_eq!(json(text, false).unwrap(), serde_json::json!({"a": [{"b": "}]"}, {"b": "two"}]}));
        assert!(json("[[[[", false).is_none());
        assert!(json(&"[".repeat(1_000_000), false).is_none());
    }

    #[test]
    fn the_header_is_found_behind_other_lines() {
        let text = "Report of Acme\nmade on 2026-01-01, by hand\n\nName;Severity;\nXSS;High;x\nSQL injection;Low;\n";
        let table = comma_separated(text, true).unwrap();
        let references: Vec<&str> = table.columns.iter().map(|column| column.reference.as_str()).collect();
        assert_eq!(references, ["Name", "Severity", "#3"]);
        assert_eq!((table.rows, table.place), (2, vec![("skip", "2".to_owned())]));
    }
}
