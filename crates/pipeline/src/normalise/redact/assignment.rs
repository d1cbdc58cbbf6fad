//! Secrets that are assigned to a name: `password = "…"`, `"apiKey": "…"`, `DB_PASSWORD=…`, `?token=…`, `Pwd=…;`.

use super::scan::{self, Quote};

/// What the name of a secret ends in.
pub(super) const WORDS: [&str; 22] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pass",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "accesskey",
    "access-key",
    "private_key",
    "privatekey",
    "auth_key",
    "authkey",
    "credential",
    "accountkey",
    "encryption_key",
    "sig",
];

/// What may stand between the word and the end of the name.
const SUFFIXES: [&str; 12] =
    ["_access_key", "_key_base", "_key", "-key", "key", "_value", "value", "_base", "_string", "s", "_text", "_data"];

/// Gives the value that is assigned to the name that ends at `after`.
pub(super) fn find(bytes: &[u8], anchor: usize, after: usize, add: &mut impl FnMut(usize, usize)) {
    let at = name_end(bytes, after);
    let (quotes, at) = closers(bytes, at);
    let Some((separator, at)) = separator(bytes, at, quotes) else { return };
    // `b"…"`, `f'…'`, `@"…"`.
    let letters = bytes.get(at..).unwrap_or_default().iter().take(2).take_while(|byte| b"bBuUrRfF@$".contains(byte)).count();
    let opened = (0..=letters).find_map(|skip| scan::quote(bytes, at + skip));
    if let Some((open, from)) = opened {
        // `"tags": ["password", "secret"]` is a list of words, in a report's own quotes.
        let own_quotes = matches!(open, Quote::Mark(b'"', 0) | Quote::Doubled);
        if separator == Separator::Comma && own_quotes {
            return;
        }
        if let Some(end) = scan::closing(bytes, from, open) {
            let value = bytes.get(from..end).unwrap_or_default();
            if is_value(value) {
                add(from, end);
            }
        }
        return;
    }
    if quotes == 0 {
        bare(bytes, anchor, at, separator, add);
    }
}

/// Where the name ends whose word ends at `after`: some suffixes and digits still belong to the name of a secret (`SECRET_KEY`,
/// `password2`), others make it the name of something else (`token_type`).
fn name_end(bytes: &[u8], after: usize) -> usize {
    let rest = bytes.get(after..).unwrap_or_default();
    let suffix = SUFFIXES.iter().find(|suffix| rest.get(..suffix.len()).is_some_and(|head| head.eq_ignore_ascii_case(suffix.as_bytes())));
    let at = after + suffix.map_or(0, |suffix| suffix.len());
    at + bytes.get(at..).unwrap_or_default().iter().take(2).take_while(|byte| byte.is_ascii_digit()).count()
}

/// Quotation marks and brackets that close the name; how many, and where they end.
fn closers(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut count = 0;
    while count < 3 {
        if let Some((open, end)) = scan::quote(bytes, at) {
            at = if open == Quote::Doubled && count == 0 { at + 2 } else { end };
        } else if bytes.get(at) == Some(&b']') {
            at += 1;
        } else {
            break;
        }
        count += 1;
    }
    (count, at)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// `=` with nothing before or behind.
    Tight,
    /// `:` and a blank.
    Colon,
    Comma,
    /// `=`, `:=`, `=>`, `==`, `!=` with blanks, or `(`.
    Loose,
}

/// The separator at `at`, and where the value begins.
fn separator(bytes: &[u8], at: usize, quotes: usize) -> Option<(Separator, usize)> {
    let from = scan::blanks(bytes, at);
    let rest = bytes.get(from..)?;
    match rest.first()? {
        b'(' => return Some((Separator::Loose, scan::blanks(bytes, from + 1))),
        b',' if quotes > 0 => return Some((Separator::Comma, scan::blanks(bytes, from + 1))),
        _ => {}
    }
    // `=>` may be escaped for XML.
    let mut length = rest.iter().take(3).take_while(|byte| b"=:!>".contains(byte)).count();
    if rest.get(length..).is_some_and(|tail| tail.starts_with(b"&gt;")) && length > 0 {
        length += 4;
    }
    let signs = rest.get(..length)?;
    if !signs.contains(&b'=') && !signs.contains(&b':') {
        return None;
    }
    let to = scan::blanks(bytes, from + length);
    // A type between name and value: `password: str = "…"`.
    if signs == b":" {
        let word = bytes.get(to..)?.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || b"_&<>[].?".contains(byte)).count();
        let next = scan::blanks(bytes, to + word);
        if word > 0 && bytes.get(next) == Some(&b'=') && bytes.get(next + 1) != Some(&b'=') {
            return Some((Separator::Loose, scan::blanks(bytes, next + 1)));
        }
    }
    let separator = match signs {
        b"=" if from == at && to == from + 1 => Separator::Tight,
        b":" if to > from + 1 => Separator::Colon,
        _ => Separator::Loose,
    };
    Some((separator, to))
}

/// A value without quotation marks: in environment files, forms, addresses, connection strings, YAML. Ordinary code (`password=form.data`)
/// must not look like one.
fn bare(bytes: &[u8], anchor: usize, at: usize, separator: Separator, add: &mut impl FnMut(usize, usize)) {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().take(1024).take_while(|byte| byte.is_ascii_alphanumeric() || b"-_+/.~!@#$%^*=?:".contains(byte)).count();
    let value = rest.get(..length).unwrap_or_default();
    let end = at + length;
    let digit = value.iter().any(u8::is_ascii_digit) && !value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let stops = scan::ends_at(bytes, end);
    let secret = match separator {
        Separator::Tight => {
            let next = bytes.get(end);
            let delimited = matches!(next, Some(b';' | b'&'));
            let ends = stops || delimited || matches!(next, Some(b' ' | b'\t' | b',' | b'|'));
            let name = name_before(bytes, anchor);
            let in_form = matches!(name.0, Some(b'&' | b'?' | b';'));
            ends && length >= 3 && (digit || delimited || in_form || name.1)
        }
        Separator::Colon => stops && length >= 6 && digit && !value.starts_with(b"http"),
        Separator::Comma | Separator::Loose => false,
    };
    if secret && is_value(value) {
        add(at, end);
    }
}

/// The byte before the name whose word begins at `anchor`, and whether the name is written like an environment variable.
fn name_before(bytes: &[u8], anchor: usize) -> (Option<u8>, bool) {
    let before = bytes.get(anchor.saturating_sub(64)..anchor).unwrap_or_default();
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')).count();
    let word = bytes.get(anchor.saturating_sub(length)..anchor + 3).unwrap_or_default();
    let upper = word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_'));
    (before.len().checked_sub(length + 1).and_then(|at| before.get(at)).copied(), upper)
}

/// Words that are no secret, references to variables, and texts that are prose.
fn is_value(value: &[u8]) -> bool {
    const PLAIN: [&str; 12] = ["true", "false", "null", "none", "nil", "undefined", "yes", "no", "string", "str", "required", "optional"];
    let blanks = value.iter().filter(|byte| **byte == b' ').count();
    let reference = [&b"${"[..], b"{{", b"$(", b"<%"].iter().any(|head| value.starts_with(head))
        && (value.ends_with(b"}") || value.ends_with(b")") || value.ends_with(b"%>"));
    !value.is_empty() && !reference && blanks <= 7 && !PLAIN.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}
