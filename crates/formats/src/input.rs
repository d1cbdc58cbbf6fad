//! The bytes of a report, which can be read more than once.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::head::Sheet;
use crate::read::json::Json;
use crate::read::{packed, xlsx, yaml};
use crate::{Head, ParseError};

/// How many bytes `sniff` sees.
const HEAD: usize = 256 * 1024;
/// How many rows of each sheet of a workbook `sniff` sees.
const HEAD_ROWS: usize = 20;

enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// A report. Its text is UTF-8 to whoever reads it: a byte-order mark is dropped and UTF-16 is converted. A report in YAML is JSON to whoever
/// reads it, and one packed with gzip is unpacked.
pub struct Input {
    name: String,
    source: Source,
    head: Vec<u8>,
    length: u64,
    sheets: OnceLock<Vec<Sheet>>,
    /// Set by a reader of JSON that passed over other text.
    text_after: AtomicBool,
}

impl Input {
    /// A report in a file. `name` is what messages and findings call it.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn from_file(name: impl Into<String>, path: PathBuf) -> io::Result<Self> {
        let mut file = File::open(&path)?;
        let length = file.metadata()?.len();
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        // A text that looks like YAML and is too large to be read as such stays in its file.
        let stays = !yaml::may_be(&head) || length > ::yaml::MAX_BYTES as u64;
        if encoding(&head) == Encoding::Utf8 && stays && !packed::is_gzip(&head) {
            return Ok(Self::new(name.into(), Source::File(path), without_mark(head), length));
        }
        file.read_to_end(&mut head)?;
        Ok(Self::from_bytes(name, head))
    }

    /// A report in memory: a member of an archive, an upload.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let bytes = if packed::is_gzip(&bytes) { packed::gunzip(&bytes).unwrap_or(bytes) } else { bytes };
        let bytes = match encoding(&bytes) {
            Encoding::Utf8 => without_mark(bytes),
            Encoding::Utf16 { little } => from_utf16(&bytes, little),
        };
        let bytes = yaml::as_json(&bytes).unwrap_or(bytes);
        let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default().to_vec();
        let length = bytes.len() as u64;
        Self::new(name.into(), Source::Bytes(bytes), head, length)
    }

    fn new(name: String, source: Source, head: Vec<u8>, length: u64) -> Self {
        Self { name, source, head, length, sheets: OnceLock::new(), text_after: AtomicBool::new(false) }
    }

    /// The name given at import.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Length in bytes, a byte-order mark included; of YAML the length as JSON.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// True for a file without a byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What recognition looks at.
    #[must_use]
    pub fn head(&self) -> Head<'_> {
        Head::new(&self.head, self.length > self.head.len() as u64, self.sheets())
    }

    /// The sheets of a workbook with their first rows; none for any other file.
    fn sheets(&self) -> &[Sheet] {
        if !self.head.starts_with(b"PK\x03\x04") {
            return &[];
        }
        self.sheets.get_or_init(|| {
            let bytes = self.bytes().unwrap_or_default();
            xlsx::preview(&bytes, HEAD_ROWS).into_iter().map(|(name, rows)| Sheet { name, rows }).collect()
        })
    }

    /// The bytes from the start, without a byte-order mark.
    ///
    /// # Errors
    /// When the file can no longer be opened.
    pub fn open(&self) -> Result<Box<dyn Read + '_>, ParseError> {
        let unreadable = |error: io::Error| ParseError::whole(format!("cannot be read: {error}"));
        Ok(match &self.source {
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Source::File(path) => {
                let mut file = File::open(path).map_err(unreadable)?;
                let mut start = Vec::new();
                file.by_ref().take(3).read_to_end(&mut start).map_err(unreadable)?;
                Box::new(Cursor::new(without_mark(start)).chain(file))
            }
        })
    }

    /// All bytes in memory, for formats that are not streamed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, ParseError> {
        let mut out = Vec::new();
        self.open()?.read_to_end(&mut out).map_err(|error| ParseError::whole(format!("cannot be read: {error}")))?;
        Ok(out)
    }

    /// The text in memory; bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn text(&self) -> Result<String, ParseError> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    /// A streaming JSON reader from the start.
    ///
    /// # Errors
    /// When the file can no longer be opened.
    pub fn json(&self) -> Result<Json<'_>, ParseError> {
        Ok(Json::new(self.open()?).telling(&self.text_after))
    }

    /// True where a reader of JSON passed over text behind the report or between its lines.
    pub(crate) fn text_after(&self) -> bool {
        self.text_after.load(Ordering::Relaxed)
    }
}

#[derive(PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { little: bool },
}

/// The encoding by byte-order mark, else by where the zero bytes of the first ASCII characters stand.
fn encoding(head: &[u8]) -> Encoding {
    match head {
        [0xFF, 0xFE, ..] => Encoding::Utf16 { little: true },
        [0xFE, 0xFF, ..] => Encoding::Utf16 { little: false },
        [first, 0, second, 0, ..] if first.is_ascii() && second.is_ascii() && *first != 0 && *second != 0 => {
            Encoding::Utf16 { little: true }
        }
        [0, first, 0, second, ..] if first.is_ascii() && second.is_ascii() && *first != 0 && *second != 0 => {
            Encoding::Utf16 { little: false }
        }
        _ => Encoding::Utf8,
    }
}

fn without_mark(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        bytes.drain(..3);
    }
    bytes
}

fn from_utf16(bytes: &[u8], little: bool) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [a, b] if little => u16::from_le_bytes([*a, *b]),
        [a, b] => u16::from_be_bytes([*a, *b]),
        _ => 0xFFFD,
    });
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect();
    text.trim_start_matches('\u{FEFF}').to_owned().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_utf16_are_read_as_utf8() {
        let text = "{\"a\": \"ü\"}";
        let mut little = vec![0xFF, 0xFE];
        little.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        for bytes in [little, big, marked, text.as_bytes().to_vec()] {
            assert_eq!(Input::from_bytes("x", bytes).text().unwrap(), text);
        }
    }
}
