//! Credentials in HTTP headers and in addresses.

use super::scan;

/// What the header holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Scheme and credentials.
    Authorization,
    /// `name=value; name=value`
    Cookie,
    /// `name=value; attribute…`
    SetCookie,
    /// The value alone.
    Key,
}

/// Names of headers. `Cookie` is found inside `Set-Cookie` too, where the longer name decides.
pub(super) const WORDS: [(&str, Kind); 8] = [
    ("authorization", Kind::Authorization),
    ("set-cookie", Kind::SetCookie),
    ("cookie", Kind::Cookie),
    ("x-api-key", Kind::Key),
    ("x-auth-token", Kind::Key),
    ("x-amz-security-token", Kind::Key),
    ("x-csrf-token", Kind::Key),
    ("x-vault-token", Kind::Key),
];

/// Attributes of a cookie, whose values are no secret.
const ATTRIBUTES: [&str; 8] = ["path", "domain", "expires", "max-age", "samesite", "priority", "version", "comment"];

/// Longest header, in bytes.
const LONGEST: usize = 16 * 1024;

/// Gives the credentials of the header whose name ends at `after`.
pub(super) fn find(kind: Kind, bytes: &[u8], anchor: usize, after: usize, add: &mut impl FnMut(usize, usize)) {
    // `Proxy-Authorization`, but not `yandex-api-key`.
    if !scan::word_starts(bytes, anchor) {
        return;
    }
    let Some(from) = value_start(bytes, after) else { return };
    let line = line(bytes, from);
    match kind {
        Kind::Authorization => authorization(bytes, from, line, add),
        Kind::Key => {
            let end = word_end(bytes, from, line);
            if end - from >= 6 {
                add(from, end);
            }
        }
        Kind::Cookie => {
            let is_set =
                after.checked_sub(10).and_then(|at| bytes.get(at..after)).is_some_and(|name| name.eq_ignore_ascii_case(b"set-cookie"));
            if !is_set {
                pairs(bytes, from, line, usize::MAX, add);
            }
        }
        Kind::SetCookie => pairs(bytes, from, line, 1, add),
    }
}

/// Where the value begins: behind `: `, `=`, or behind `","value":"` of a list of headers.
fn value_start(bytes: &[u8], after: usize) -> Option<usize> {
    let (mut at, mut quoted) = (after, false);
    if let Some((_, end)) = scan::quote(bytes, at) {
        (at, quoted) = (end, true);
    }
    if bytes.get(at) == Some(&b']') {
        at += 1;
    }
    at = scan::blanks(bytes, at);
    if quoted && bytes.get(at) == Some(&b',') {
        at = white(bytes, at + 1);
        let (_, name) = scan::quote(bytes, at)?;
        if !bytes.get(name..name + 5)?.eq_ignore_ascii_case(b"value") {
            // `set("Authorization", "…")`; in a report's own quotes it may be the next key of a map.
            let (open, _) = scan::quote(bytes, at)?;
            let end = scan::closing(bytes, name, open)?;
            let next = bytes.get(end..)?.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\"'\\`".contains(byte));
            let digit = bytes.get(name..end)?.iter().any(u8::is_ascii_digit);
            return (digit && next != Some(&b':')).then_some(name);
        }
        at = white(bytes, scan::quote(bytes, name + 5)?.1);
    }
    let signs = bytes.get(at..)?.iter().take(2).take_while(|byte| matches!(byte, b':' | b'=')).count();
    if signs == 0 {
        return None;
    }
    at = white(bytes, at + signs);
    // A list of one: `["…"]`.
    if bytes.get(at) == Some(&b'[') {
        at = white(bytes, at + 1);
    }
    // f"…", then the mark itself.
    Some(scan::quote(bytes, at).map_or(at, |(_, end)| end))
}

/// Blanks and line ends, at most 64: JSON may be printed over lines.
fn white(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take(64).take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where the header's line ends. A quoted part behind `=` belongs to it.
fn line(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let end = bytes.len().min(from.saturating_add(LONGEST));
    while at < end {
        let rest = bytes.get(at..end).unwrap_or_default();
        match rest {
            [b'=', tail @ ..] => {
                let slashes = tail.iter().take(3).take_while(|byte| **byte == b'\\').count();
                // Behind `=` a mark opens a value only where the same mark closes it before the line ends.
                match tail.get(slashes) {
                    Some(b'"') if slashes > 0 => {
                        at = scan::closing(bytes, at + 2 + slashes, scan::Quote::Mark(b'"', slashes))
                            .map_or(at + 1, |close| close + slashes + 1)
                    }
                    _ => at += 1,
                }
            }
            [b'\n' | b'\r' | b'"' | b'\\' | b'<' | b'`', ..] => return at,
            [b'&', ..] if scan::entity_length(rest) > 0 && !rest.starts_with(b"&amp;") => return at,
            _ => at += 1,
        }
    }
    at.min(end)
}

fn word_end(bytes: &[u8], from: usize, line: usize) -> usize {
    let word = bytes
        .get(from..line)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'\\<>,;&`".contains(byte))
        .count();
    from + word
}

fn authorization(bytes: &[u8], from: usize, line: usize, add: &mut impl FnMut(usize, usize)) {
    let scheme = word_end(bytes, from, line);
    let word = bytes.get(from..scheme).unwrap_or_default();
    let next = scan::blanks(bytes, scheme);
    let is_scheme = next > scheme
        && next < line
        && word.len() <= 24
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_scheme {
        if word.len() >= 8 && word.iter().any(u8::is_ascii_digit) {
            add(from, scheme);
        }
        return;
    }
    let simple = ["basic", "bearer", "token", "negotiate", "ntlm", "apikey", "key", "jwt"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    if simple {
        let end = word_end(bytes, next, line);
        if end - next >= 4 {
            add(next, end);
        }
        return;
    }
    // `Digest username="…", response="…"`, `AWS4-HMAC-SHA256 Credential=…, Signature=…`; prose has no `=`.
    if bytes.get(next..line).unwrap_or_default().contains(&b'=') {
        add(next, line);
    }
}

fn pairs(bytes: &[u8], from: usize, line: usize, most: usize, add: &mut impl FnMut(usize, usize)) {
    let mut at = from;
    for _ in 0..most.min(500) {
        at = scan::blanks(bytes, at);
        let rest = bytes.get(at..line).unwrap_or_default();
        let name = rest.iter().take(256).take_while(|byte| !byte.is_ascii_whitespace() && !b"=;,\"'".contains(byte)).count();
        if name == 0 || rest.get(name) != Some(&b'=') {
            return;
        }
        let attribute = ATTRIBUTES.iter().any(|known| rest.get(..name).is_some_and(|word| word.eq_ignore_ascii_case(known.as_bytes())));
        let start = at + name + 1;
        let value = bytes.get(start..line).unwrap_or_default();
        // `&quot;` and `&amp;` end in the same character that ends a pair.
        let mut length = 0;
        while let Some(byte) = value.get(length) {
            let entity = scan::entity_length(value.get(length..).unwrap_or_default());
            if entity > 0 {
                length += entity;
            } else if matches!(byte, b';' | b' ' | b',') {
                break;
            } else {
                length += 1;
            }
        }
        if !attribute {
            add(start, start + length);
        }
        at = start + length;
        if bytes.get(at) != Some(&b';') {
            return;
        }
        at += 1;
    }
}

/// `scheme://user:password@host`: gives the password; `scheme://token@host` a long token.
pub(super) fn find_address_credentials(bytes: &[u8], after: usize, add: &mut impl FnMut(usize, usize)) {
    let rest = bytes.get(after..).unwrap_or_default();
    let length = rest.iter().take(512).take_while(|byte| !byte.is_ascii_whitespace() && !b"/\"'<>\\`?#".contains(byte)).count();
    let authority = rest.get(..length).unwrap_or_default();
    let Some(at) = authority.iter().rposition(|byte| *byte == b'@') else { return };
    match authority.get(..at).unwrap_or_default().iter().position(|byte| *byte == b':') {
        Some(colon) => add(after + colon + 1, after + at),
        None if at >= 20 => add(after, after + at),
        None => {}
    }
}
