//! The redactor: masks secrets in the bytes of a report before anything of it is stored, and in the texts of findings.
//!
//! What is masked: values that secret findings of the report name; tokens of known shape; private key blocks; credentials in
//! `Authorization`, `Cookie` and the like, in addresses, and in assignments (`password = "…"`), also where the text is escaped for JSON, XML
//! or CSV. A masked byte is `*`, so lengths and offsets stay; quotes, brackets, backslashes, entities and everything that is not ASCII are
//! left alone, so the file stays well-formed. Hashes, UUIDs and ordinary code stay as they are.
//!
//! How: one pass for fixed *anchors* (`ghp_`, `password`, `://` …), and at each a small matcher that looks at most [`REACH`] bytes ahead.
//! Time is linear in the input, memory is bounded by [`CHUNK`].

mod assignment;
mod base64;
mod header;
mod key_block;
mod known;
mod scan;
mod token;

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use known::KnownValues;

/// How far from its anchor a masked span may reach, in bytes.
const REACH: usize = 96 * 1024;
/// How far before an anchor a matcher may look, in bytes.
const LOOK_BEHIND: usize = 128;
/// Bytes that are read at once.
const CHUNK: usize = 1024 * 1024;

/// What begins at an anchor.
#[derive(Clone, Copy, Debug)]
enum Matcher {
    Token(&'static token::Shape),
    Assignment,
    Header(header::Kind),
    AddressCredentials,
    KeyBlock,
    Base64,
}

/// All anchors in one automaton, without regard to case; each matcher checks case where it matters.
struct Anchors {
    automaton: Option<AhoCorasick>,
    matchers: Vec<Matcher>,
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut words: Vec<&str> = Vec::new();
    let mut matchers = Vec::new();
    for shape in &token::SHAPES {
        words.push(shape.prefix);
        matchers.push(Matcher::Token(shape));
    }
    for word in assignment::WORDS {
        words.push(word);
        matchers.push(Matcher::Assignment);
    }
    for (word, kind) in header::WORDS {
        words.push(word);
        matchers.push(Matcher::Header(kind));
    }
    words.push("://");
    matchers.push(Matcher::AddressCredentials);
    words.push("PRIVATE KEY");
    matchers.push(Matcher::KeyBlock);
    words.push(base64::MARK);
    matchers.push(Matcher::Base64);
    let automaton = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(words).ok();
    Anchors { automaton, matchers }
});

/// A span to mask, with the place of the anchor that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    anchor: usize,
    start: usize,
    end: usize,
    /// True where the span lies in base64 text: it is filled with what decodes to `*`.
    in_base64: bool,
}

/// Masks secrets; made once for each report, with the values that its secret findings name.
#[derive(Debug, Default)]
pub struct Redactor {
    known: KnownValues,
}

impl Redactor {
    /// A redactor that masks these values besides everything that looks like a secret. Values of up to three characters and masked ones are
    /// left out; short or plain words (`admin`) are masked only where they stand between quotes or as a value.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self { known: KnownValues::new(values) }
    }

    /// Masks a whole report in memory.
    pub fn redact_in_place(&self, bytes: &mut [u8]) {
        let spans = self.spans(bytes, 0);
        mask_all(bytes, &spans);
    }

    /// A text with its secrets masked. The number of bytes stays the same.
    #[must_use]
    pub fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let spans = self.spans(text.as_bytes(), 0);
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut bytes = text.as_bytes().to_vec();
        mask_all(&mut bytes, &spans);
        // Only whole ASCII bytes change, so the text stays UTF-8.
        String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Copies a report, masked. Memory is bounded whatever its size.
    ///
    /// # Errors
    /// What reading and writing give.
    pub fn redact_stream(&self, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
        // `buffer` is [context that was written already | not yet written].
        let mut buffer: Vec<u8> = Vec::new();
        let mut context = 0;
        loop {
            let room = CHUNK.saturating_add(REACH + LOOK_BEHIND).saturating_sub(buffer.len()) as u64;
            let read = input.by_ref().take(room).read_to_end(&mut buffer)?;
            let last = (read as u64) < room;
            // Anchors in the last REACH bytes wait for what follows.
            let cut = if last { buffer.len() } else { buffer.len().saturating_sub(REACH).max(context) };
            let mut spans = self.spans(&buffer, context);
            // What begins before the cut is masked to its end, with whatever begins inside of it.
            let mut written = cut;
            let mut taken = 0;
            while let Some(span) = spans.get(taken).filter(|span| span.anchor < written) {
                written = written.max(span.end).min(buffer.len());
                taken += 1;
            }
            spans.truncate(taken);
            let kept_from = written.saturating_sub(LOOK_BEHIND);
            let behind = buffer.get(kept_from..written).unwrap_or_default().to_vec();
            mask_all(&mut buffer, &spans);
            output.write_all(buffer.get(context..written).unwrap_or_default())?;
            if last {
                return output.flush();
            }
            buffer.drain(..written);
            context = behind.len();
            buffer.splice(..0, behind);
        }
    }

    /// Spans whose anchors stand at or after `from`, sorted.
    fn spans(&self, bytes: &[u8], from: usize) -> Vec<Span> {
        self.spans_in(bytes, from, true)
    }

    fn spans_in(&self, bytes: &[u8], from: usize, is_outer: bool) -> Vec<Span> {
        let mut spans = Vec::new();
        self.known.find(bytes, from, &mut spans);
        if let Some(automaton) = &ANCHORS.automaton {
            for hit in automaton.find_overlapping_iter(bytes) {
                if hit.start() < from {
                    continue;
                }
                let Some(matcher) = ANCHORS.matchers.get(hit.pattern().as_usize()) else { continue };
                let (anchor, after) = (hit.start(), hit.end());
                let mut add = |start: usize, end: usize| {
                    if start < end {
                        spans.push(Span { anchor, start, end: end.min(anchor.saturating_add(REACH)), in_base64: false });
                    }
                };
                match matcher {
                    Matcher::Token(shape) => shape.find(bytes, anchor, &mut add),
                    Matcher::Assignment => assignment::find(bytes, anchor, after, &mut add),
                    Matcher::Header(kind) => header::find(*kind, bytes, anchor, after, &mut add),
                    Matcher::AddressCredentials => header::find_address_credentials(bytes, after, &mut add),
                    Matcher::KeyBlock => key_block::find(bytes, anchor, after, &mut add),
                    // What is encoded inside encoded text is left alone.
                    Matcher::Base64 if is_outer => {
                        let found = base64::find(bytes, after, |inside| {
                            self.spans_in(inside, 0, false).iter().map(|span| (span.start, span.end)).collect()
                        });
                        spans.extend(found.into_iter().map(|(start, end)| Span { anchor, start, end, in_base64: true }));
                    }
                    Matcher::Base64 => {}
                }
            }
        }
        spans.sort_unstable();
        spans
    }
}

/// A text with everything masked that looks like a secret. The number of bytes stays the same.
#[must_use]
pub fn redact_text(text: &str) -> Cow<'_, str> {
    static PLAIN: LazyLock<Redactor> = LazyLock::new(Redactor::default);
    PLAIN.redact_text(text)
}

fn mask_all(bytes: &mut [u8], spans: &[Span]) {
    for span in spans.iter().filter(|span| span.in_base64) {
        base64::mask(bytes, span.start, span.end);
    }
    // By start, so that overlapping spans cost no more than the text they cover.
    let mut sorted: Vec<(usize, usize)> = spans.iter().filter(|span| !span.in_base64).map(|span| (span.start, span.end)).collect();
    sorted.sort_unstable();
    let mut done = 0;
    for (start, end) in sorted {
        mask(bytes, start.max(done), end);
        done = done.max(end);
    }
}

/// Masks one span and leaves alone what holds a file together.
fn mask(bytes: &mut [u8], start: usize, end: usize) {
    let end = end.min(bytes.len());
    let mut at = start;
    // The character behind an odd run of backslashes belongs to an escape.
    let before = bytes.get(..start).unwrap_or_default().iter().rev().take(64).take_while(|byte| **byte == b'\\').count();
    if before % 2 == 1 {
        at += 1;
    }
    while at < end {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest {
            [b'\\', b'u', hex @ ..] if hex.len() >= 4 && hex.iter().take(4).all(u8::is_ascii_hexdigit) => at += 6,
            [b'\\', _, ..] => at += 2,
            [b'&', ..] => at += scan::entity_length(rest).max(1),
            [byte, ..] => {
                if (byte.is_ascii_alphanumeric() || b"-_.+/=~!@#$%^*()|;?".contains(byte))
                    && let Some(byte) = bytes.get_mut(at)
                {
                    *byte = b'*';
                }
                at += 1;
            }
            [] => return,
        }
    }
}

#[cfg(test)]
mod tests;
