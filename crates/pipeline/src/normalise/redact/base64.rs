//! HTTP messages that a report holds in base64 (Burp's XML: `<request base64="true">`).

/// What stands before such text.
pub(super) const MARK: &str = "base64=\"true\"";

/// Most characters of one message that are looked at; heads, where credentials are, come first. A multiple of four.
const LONGEST: usize = 64 * 1024;

/// What three stars are in base64.
const STARS: &[u8; 4] = b"Kioq";

/// Spans of whole groups of four characters that hold what `secrets` finds in the decoded text.
pub(super) fn find(bytes: &[u8], after: usize, secrets: impl FnOnce(&[u8]) -> Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let head = bytes.get(after..bytes.len().min(after + 200)).unwrap_or_default();
    let Some(close) = head.iter().position(|byte| *byte == b'>') else { return Vec::new() };
    let mut from = after + close + 1;
    if bytes.get(from..).is_some_and(|rest| rest.starts_with(b"<![CDATA[")) {
        from += 9;
    }
    let rest = bytes.get(from..bytes.len().min(from + LONGEST)).unwrap_or_default();
    let (decoded, whole) = decode(rest);
    let spans = secrets(&decoded);
    spans
        .into_iter()
        .map(|(start, end)| (from + start / 3 * 4, from + (end.div_ceil(3) * 4).min(whole)))
        .filter(|(start, end)| start < end)
        .collect()
}

/// Fills groups of four with stars.
pub(super) fn mask(bytes: &mut [u8], start: usize, end: usize) {
    for group in bytes.get_mut(start..end).unwrap_or_default().chunks_exact_mut(4) {
        // The last group may be filled up; then it stays as long as it was.
        if !group.contains(&b'=') {
            group.copy_from_slice(STARS);
        } else if group.ends_with(b"==") {
            group.copy_from_slice(b"Kg==");
        } else {
            group.copy_from_slice(b"Kio=");
        }
    }
}

/// The decoded text, and how many characters its whole groups take.
fn decode(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut whole = 0;
    for group in text.chunks_exact(4) {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        let mut bits = 0u32;
        for byte in group {
            let Some(value) = value(*byte) else { return (out, whole) };
            bits = bits << 6 | value;
        }
        if padding > 2 {
            return (out, whole);
        }
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend([a, b, c].iter().take(3 - padding));
        whole += 4;
        if padding > 0 {
            break;
        }
    }
    (out, whole)
}

fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        b'=' => 0,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::redact_text;
    use super::*;

    #[test]
    fn a_cookie_in_base64() {
        // "GET / HTTP/1.1\r\nHost: x\r\nCookie: sid=s3cr3tv4lue99\r\n\r\n"
        let encoded = "R0VUIC8gSFRUUC8xLjENCkhvc3Q6IHgNCkNvb2tpZTogc2lkPXMzY3IzdHY0bHVlOTkNCg0K";
        let report = format!("<request base64=\"true\"><![CDATA[{encoded}]]></request>");
        let masked = redact_text(&report);
        assert_eq!(masked.len(), report.len());
        let inside = masked.split("[CDATA[").nth(1).unwrap().split(']').next().unwrap();
        let (decoded, whole) = decode(inside.as_bytes());
        let text = String::from_utf8(decoded).unwrap();
        assert_eq!(whole, encoded.len());
        assert!(text.starts_with("GET / HTTP/1.1\r\nHost: x\r\nCookie: ") && text.contains("***"), "{text}");
        assert!(!text.contains("s3c") && !text.contains("99"), "{text}");
    }

    #[test]
    fn other_base64_stays() {
        let report = "<x base64=\"false\">R0VUIC8=</x><y base64=\"true\">R0VUIC8=</y><z base64=\"true\">!!";
        assert_eq!(redact_text(report), report);
    }
}
