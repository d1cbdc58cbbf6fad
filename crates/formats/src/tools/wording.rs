//! Small readings of texts that several formats share.

/// Most CWE numbers of one finding.
const MOST_CWES: usize = 50;
/// How many places are looked back at for a repeat.
const LOOK_BACK: usize = 50;

/// Notes a place that the tool could not read. Tools name one file several times in a row.
pub(crate) fn add_unread(unread: &mut Vec<String>, place: &str) {
    if !unread.iter().rev().take(LOOK_BACK).any(|known| known == place) {
        unread.push(place.to_owned());
    }
}

/// The first line of a message as a title, at most 300 characters.
pub(crate) fn first_line(message: &str) -> String {
    message.trim().lines().next().unwrap_or_default().trim().chars().take(300).collect()
}

/// Says so where the last line of a text without an end mark is broken off.
pub(crate) fn whole(out: &mut crate::Output<'_>, ended: bool) {
    if !ended {
        out.warn("the last line", "it does not end with a line break; the report may be cut off");
        out.this().claims.partial = Some("the end of the report is missing".to_owned());
    }
}

/// A line without the colours that a terminal shows.
pub(crate) fn plain_line(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    let mut parts = line.split("\u{1b}[");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |at| at + 1);
        out.push_str(part.get(end..).unwrap_or_default());
    }
    out.into()
}

/// The message where it says more than the title.
pub(crate) fn beyond(title: &str, message: &str) -> Option<String> {
    let message = message.trim();
    (!message.is_empty() && message != title).then(|| message.to_owned())
}

/// Adds the CWE numbers that these texts name, each once.
pub(crate) fn add_cwes<'a>(cwes: &mut Vec<u32>, texts: impl IntoIterator<Item = &'a str>) {
    for cwe in texts.into_iter().filter_map(crate::read::lenient::cwe) {
        if cwes.len() < MOST_CWES && !cwes.contains(&cwe) {
            cwes.push(cwe);
        }
    }
}

/// The bytes of standard base 64 as text; `None` where it is no base 64 or no UTF-8.
pub(crate) fn from_base64(text: &str) -> Option<String> {
    let body = text.trim().trim_end_matches('=');
    if body.is_empty() || !text.trim().len().is_multiple_of(4) {
        return None;
    }
    let (mut out, mut bits, mut held) = (Vec::with_capacity(body.len()), 0u32, 0u32);
    for byte in body.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xFF).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_to_text() {
        assert_eq!(from_base64("QUtJQQ==").as_deref(), Some("AKIA"));
        assert_eq!(from_base64("QUtJ").as_deref(), Some("AKI"));
        assert_eq!((from_base64("no base 64"), from_base64("")), (None, None));
    }

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(plain_line("\u{1b}[31m[FAIL]\u{1b}[0m x"), "[FAIL] x");
        assert_eq!(plain_line("\u{1b}["), "");
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(first_line("\n a b \nc"), "a b");
        assert_eq!(beyond("a", " a "), None);
    }
}
