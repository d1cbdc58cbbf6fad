//! Small readers that the matchers share. Each looks at one place and says how far it goes.

/// Length of an XML entity (`&quot;`, `&#34;`) at the start, 0 where there is none.
pub(super) fn entity_length(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'&') {
        return 0;
    }
    let name = bytes.iter().skip(1).take(10).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    if name > 0 && bytes.get(name + 1) == Some(&b';') { name + 2 } else { 0 }
}

/// Blanks and tabs, at most 16.
pub(super) fn blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take(16).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// A quotation mark as it may be written: plain, behind backslashes (JSON in JSON), doubled (CSV), or as an entity (XML).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// The mark, and the number of backslashes before it.
    Mark(u8, usize),
    /// `""`
    Doubled,
    /// The character that the entity stands for.
    Entity(u8),
}

/// The quotation mark at `at`, and where it ends. `""` counts as doubled only where something stands between it and the next `""`.
pub(super) fn quote(bytes: &[u8], at: usize) -> Option<(Quote, usize)> {
    let rest = bytes.get(at..)?;
    let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
    match rest.get(slashes) {
        Some(b'"') if slashes == 0 && rest.get(1) == Some(&b'"') => Some((Quote::Doubled, at + 2)),
        Some(mark @ (b'"' | b'\'' | b'`')) => Some((Quote::Mark(*mark, slashes), at + slashes + 1)),
        Some(b'&') if slashes == 0 => {
            let length = entity_length(rest);
            let mark = match rest.get(..length)? {
                b"&quot;" | b"&#34;" | b"&#x22;" => b'"',
                b"&apos;" | b"&#39;" | b"&#x27;" => b'\'',
                _ => return None,
            };
            Some((Quote::Entity(mark), at + length))
        }
        _ => None,
    }
}

/// Longest quoted value, in bytes.
const LONGEST_VALUE: usize = 8192;

/// The place of the quotation mark that ends the value which begins at `from`. A bare mark inside escaped text ends it too, for it ends
/// the text around. `None` where the value does not end, or runs over a line.
pub(super) fn closing(bytes: &[u8], from: usize, open: Quote) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let rest = rest.get(..LONGEST_VALUE.min(rest.len()))?;
    let mut slashes = 0;
    for (at, byte) in rest.iter().enumerate() {
        match (open, *byte) {
            (_, b'\n' | b'\r') => return None,
            (Quote::Mark(mark, depth), byte) if byte == mark && slashes <= depth => return Some(from + at - slashes),
            // In text that is escaped for JSON a bare mark ends the whole string.
            (Quote::Mark(b'\'' | b'`', _), b'"') if slashes == 0 => return None,
            (Quote::Doubled, b'"') => return (rest.get(at + 1) == Some(&b'"') && at > 0).then_some(from + at),
            (Quote::Doubled, b' ' | b'\t') => return None,
            (Quote::Entity(mark), b'&') if quote(bytes, from + at).is_some_and(|(found, _)| found == Quote::Entity(mark)) => {
                return Some(from + at);
            }
            (Quote::Entity(_), b'<' | b'"') => return None,
            _ => {}
        }
        slashes = if *byte == b'\\' { slashes + 1 } else { 0 };
    }
    None
}

/// True where a word begins at `at`: what stands before is no letter or digit, or belongs to an escape (`\n`, `%20`).
pub(super) fn word_starts(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(3)..at).unwrap_or_default();
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f'] => true,
        [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., last] => !(last.is_ascii_alphanumeric() || *last == b'_'),
        [] => true,
    }
}

/// True where a line, a text or an element ends at `at`.
pub(super) fn ends_at(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at..).unwrap_or_default() {
        [] | [b'\n' | b'\r' | b'"' | b'\'' | b'<' | b'`', ..] => true,
        [b'\\', next, ..] => matches!(next, b'n' | b'r' | b't' | b'"' | b'\'' | b'\\'),
        rest => entity_length(rest) > 0,
    }
}
