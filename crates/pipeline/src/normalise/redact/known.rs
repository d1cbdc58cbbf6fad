//! Values that findings of the report name as secrets.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Span;

/// Longest piece of a value that is searched for; a longer value is cut into pieces.
const PIECE: usize = 1024;
/// Most bytes of pieces. A report that names more has them masked by shape alone.
const MOST: usize = 32 * 1024 * 1024;

/// Known values in all the spellings in which a report may hold them.
#[derive(Debug, Default)]
pub(super) struct KnownValues {
    automaton: Option<AhoCorasick>,
    /// For each spelling: true where it is masked wherever it stands.
    anywhere: Vec<bool>,
}

impl KnownValues {
    pub(super) fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut spellings: BTreeSet<(Vec<u8>, bool)> = BTreeSet::new();
        let mut total = 0;
        for value in values {
            // Lines of a key stand alone in some reports; a value that holds `\n` as two characters is of the same sort.
            for line in value.split(['\n', '\r']).flat_map(|line| line.split("\\n")) {
                let line = line.trim().trim_end_matches('\\');
                if line.len() <= 3 || line.bytes().all(|byte| byte == b'*') || is_frame(line) {
                    continue;
                }
                let anywhere = is_unlike_words(line);
                for piece in line.as_bytes().chunks(PIECE) {
                    if piece.len() < 4 {
                        continue;
                    }
                    for spelling in spellings_of(piece) {
                        total += spelling.len();
                        if total <= MOST {
                            spellings.insert((spelling, anywhere));
                        }
                    }
                }
            }
        }
        if spellings.is_empty() {
            return Self::default();
        }
        let anywhere = spellings.iter().map(|(_, anywhere)| *anywhere).collect();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spellings.iter().map(|(spelling, _)| spelling)).ok();
        Self { automaton, anywhere }
    }

    /// Adds the places of known values at or after `from`.
    pub(super) fn find(&self, bytes: &[u8], from: usize, spans: &mut Vec<Span>) {
        let Some(automaton) = &self.automaton else { return };
        let Some(rest) = bytes.get(from..) else { return };
        for hit in automaton.find_iter(rest) {
            let (start, end) = (from + hit.start(), from + hit.end());
            if self.anywhere.get(hit.pattern().as_usize()).copied().unwrap_or(true) || stands_as_value(bytes, start, end) {
                spans.push(Span { anchor: start, start, end, in_base64: false });
            }
        }
    }
}

/// The begin and end lines of a key block are no secret.
fn is_frame(line: &str) -> bool {
    line.starts_with("-----BEGIN ") || line.starts_with("-----END ")
}

/// True for a value that does not occur by chance: long, or of several classes of characters. `admin` and `password` are words.
fn is_unlike_words(value: &str) -> bool {
    let bytes = value.as_bytes();
    let classes = [
        bytes.iter().any(u8::is_ascii_lowercase),
        bytes.iter().any(u8::is_ascii_uppercase),
        bytes.iter().any(u8::is_ascii_digit),
        bytes.iter().any(|byte| byte.is_ascii_punctuation()),
        !value.is_ascii(),
    ];
    let classes = classes.into_iter().filter(|class| *class).count();
    (bytes.len() >= 6 && classes >= 2) || bytes.len() >= 16
}

/// True where the value at `start..end` stands alone between quotation marks, or behind a sign of assignment, and is no key of a map.
fn stands_as_value(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let rest = bytes.get(end..).unwrap_or_default();
    let opens = before.is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'=' | b':' | b'>' | b';'));
    let closes = match rest {
        [] => true,
        [b'"', tail @ ..] => tail.iter().find(|byte| **byte != b' ') != Some(&b':'),
        [b'\'' | b'`' | b'\\' | b'<' | b';' | b'&' | b'@' | b'\n' | b'\r', ..] => true,
        _ => false,
    };
    opens && closes
}

/// A piece as it stands in plain text, in JSON (plain, as Go and as Gson write it, and inside another JSON text), in XML, in CSV and in an
/// address.
fn spellings_of(piece: &[u8]) -> Vec<Vec<u8>> {
    let json = replaced(piece, |byte| match byte {
        b'"' => Some("\\\"".into()),
        b'\\' => Some("\\\\".into()),
        b'\t' => Some("\\t".into()),
        _ => None,
    });
    let escapes = |marks: &'static [u8]| move |byte: u8| marks.contains(&byte).then(|| format!("\\u{byte:04x}"));
    let nested = replaced(&json, |byte| match byte {
        b'"' => Some("\\\"".into()),
        b'\\' => Some("\\\\".into()),
        _ => None,
    });
    let xml = |apostrophe: &'static str| {
        replaced(piece, move |byte| match byte {
            b'&' => Some("&amp;".into()),
            b'<' => Some("&lt;".into()),
            b'>' => Some("&gt;".into()),
            b'"' => Some("&quot;".into()),
            b'\'' => Some(apostrophe.into()),
            _ => None,
        })
    };
    let address = replaced(piece, |byte| (!byte.is_ascii_alphanumeric() && !b"-._~".contains(&byte)).then(|| format!("%{byte:02X}")));
    let csv = replaced(piece, |byte| (byte == b'"').then(|| "\"\"".into()));
    let go = replaced(&json, escapes(b"&<>"));
    let gson = replaced(&json, escapes(b"&<>'="));
    let mut all = vec![piece.to_vec(), json, go, gson, nested, xml("'"), xml("&#39;"), xml("&apos;"), address, csv];
    all.sort_unstable();
    all.dedup();
    all
}

fn replaced(piece: &[u8], other: impl Fn(u8) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(piece.len());
    for &byte in piece {
        match other(byte) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => out.push(byte),
        }
    }
    out
}
