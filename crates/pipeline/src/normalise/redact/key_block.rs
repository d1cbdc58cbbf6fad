//! Private key blocks: everything between the head and the end line, however the block is wrapped or escaped.

/// Longest block, in bytes.
const LONGEST: usize = 64 * 1024;
/// A shorter run of base64 belongs to a key only right before its end line.
const LEAST_RUN: usize = 16;

/// Gives the body of the block in whose head `PRIVATE KEY` stands at `anchor`.
pub(super) fn find(bytes: &[u8], anchor: usize, after: usize, add: &mut impl FnMut(usize, usize)) {
    let before = bytes.get(anchor.saturating_sub(40)..anchor).unwrap_or_default();
    if !before.windows(6).any(|word| word == b"BEGIN ") {
        return;
    }
    // ` BLOCK`, then the dashes.
    let head = bytes
        .get(after..)
        .unwrap_or_default()
        .iter()
        .take(14)
        .take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-'))
        .count();
    let mut at = after + head;
    if !bytes.get(after..at).unwrap_or_default().ends_with(b"--") {
        return;
    }
    let end = bytes.len().min(at.saturating_add(LONGEST));
    while at < end {
        let Some(from) = next_run(bytes, at, end) else { return };
        let length = bytes.get(from..end).unwrap_or_default().iter().take_while(|byte| is_base64(**byte)).count();
        let to = from + length;
        if length >= LEAST_RUN || ends_block(bytes, to) {
            add(from, to);
            at = to;
        } else if let Some(line) = head_line_end(bytes, from, end) {
            at = line;
        } else {
            return;
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Where the next run of base64 begins, past white space, escapes of it, and what code puts between the lines of a literal. `None` where
/// the block ends.
fn next_run(bytes: &[u8], mut at: usize, end: usize) -> Option<usize> {
    while at < end {
        match bytes.get(at..end)? {
            [b'\\', b'n' | b'r' | b't' | b'"' | b'\'' | b'\\', ..] => at += 2,
            [b'\\', ..] => at += 1,
            rest @ [b'&', ..] if super::scan::entity_length(rest) > 0 => at += super::scan::entity_length(rest),
            [byte, ..] if byte.is_ascii_whitespace() || matches!(byte, b'\'' | b',' | b'>' | b'|') => at += 1,
            // `' + '` between the lines of a literal.
            [b'+', b' ' | b'\n' | b'\\' | b'\'', ..] => at += 1,
            [byte, ..] if is_base64(*byte) => return Some(at),
            _ => return None,
        }
    }
    None
}

/// True where only white space stands between `at` and the dashes of the end line.
fn ends_block(bytes: &[u8], mut at: usize) -> bool {
    for _ in 0..16 {
        match bytes.get(at..).unwrap_or_default() {
            [b'-', b'-', ..] => return true,
            [b'\\', b'n' | b'r', ..] => at += 2,
            [byte, ..] if byte.is_ascii_whitespace() || matches!(byte, b'\\' | b'"' | b'\'' | b'+' | b',') => at += 1,
            rest => {
                let entity = super::scan::entity_length(rest);
                if entity == 0 {
                    return false;
                }
                at += entity;
            }
        }
    }
    false
}

/// The end of a line such as `Proc-Type: 4,ENCRYPTED` that begins at `at`; `None` where it is no such line.
fn head_line_end(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let line = bytes.get(at..end.min(at + 120))?;
    let length = line.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r' | b'\\' | b'"' | b'<' | b'&')).count();
    let line = line.get(..length)?;
    let name = line.windows(2).position(|pair| pair == b": ")?;
    (name <= 20 && line.get(..name)?.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')).then_some(at + length)
}
