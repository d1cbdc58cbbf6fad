//! Which format a file is in, from its content.

use crate::framing;
use crate::{FORMATS, Format, Head, Input, Match};

/// Why no format was chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unrecognised {
    /// Not a byte in it.
    #[error("the file is empty")]
    Empty,
    /// JSON without a word in it.
    #[error(
        "`{0}` says neither which tool wrote it nor that a scan ran; name the format with `--format ID`, and say with `--complete` that \
         the scan got through and found nothing"
    )]
    SaysNothing(String),
    /// It is neither text nor a container that Muster knows.
    #[error("it is a binary file, not a report")]
    Binary,
    /// Text that no format knows.
    #[error(
        "no known report format; `muster formats` lists them, `--format` names one; for an unknown tool `muster formats suggest FILE` proposes a mapping"
    )]
    Unknown,
}

/// The format of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

/// The format that the content speaks for: the one that is sure, else the first that says maybe. The generic ones come last.
///
/// # Errors
/// When the file is empty, binary, or in no known format.
pub fn recognise(input: &Input) -> Result<&'static Format, Unrecognised> {
    if input.is_empty() {
        return Err(Unrecognised::Empty);
    }
    let head = input.head();
    if head.is_blank() {
        return Err(Unrecognised::Empty);
    }
    if says_nothing(&head) {
        return Err(Unrecognised::SaysNothing(head.text().split_whitespace().collect()));
    }
    let mut maybe: Option<&'static Format> = None;
    for format in FORMATS.iter().copied() {
        match (format.sniff)(&head) {
            Match::Sure => return Ok(format),
            Match::Maybe if maybe.is_none_or(|known| known.id.starts_with("generic-")) => maybe = Some(format),
            _ => {}
        }
    }
    // Where nothing knows the file as it stands: what stands in it.
    if let Some(format) = framing::views(&head).iter().find_map(|view| sure(&view.head())).filter(|_| maybe.is_none()) {
        return Ok(format);
    }
    maybe.ok_or(if head.is_binary() { Unrecognised::Binary } else { Unrecognised::Unknown })
}

fn sure(head: &Head<'_>) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| (format.sniff)(head) == Match::Sure)
}

/// True for `[]`, `{}`, `null` and `""`: many tools write them when they find nothing, and when they did not run.
#[must_use]
pub fn says_nothing(head: &Head<'_>) -> bool {
    const LONGEST: usize = 1000;
    if head.is_cut() || head.bytes().len() > LONGEST {
        return false;
    }
    let text: String = head.text().split_whitespace().collect();
    matches!(text.as_str(), "[]" | "{}" | "null" | "\"\"" | "[[]]" | "[{}]" | "[null]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_refused_with_what_to_do() {
        for text in ["[]", " [ ]\n", "{}", "{\n}", "null", "\"\"", "[{}]"] {
            let input = Input::from_bytes("x.json", text.as_bytes().to_vec());
            let error = recognise(&input).map(|format| format.id).unwrap_err();
            assert!(matches!(error, Unrecognised::SaysNothing(_)), "{text}: {error}");
            assert!(error.to_string().contains("--format ID"), "{error}");
            let sure = FORMATS.iter().filter(|format| (format.sniff)(&input.head()) == Match::Sure);
            assert_eq!(sure.map(|format| format.id).collect::<Vec<_>>(), Vec::<&str>::new(), "{text}");
        }
    }
}
