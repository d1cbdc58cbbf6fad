//! Which format a file is in, from its content.

use crate::{FORMATS, Format, Input, Match};

/// Why no format was chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unrecognised {
    /// Not a byte in it.
    #[error("the file is empty")]
    Empty,
    /// It is neither text nor a container that Muster knows.
    #[error("it is a binary file, not a report")]
    Binary,
    /// Text that no format knows.
    #[error("no known report format; `muster formats` lists them, `--format` names one")]
    Unknown,
}

/// The format of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

/// The format that the content speaks for: the one that is sure, else the first that says maybe.
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
    let mut maybe = None;
    for format in FORMATS.iter().copied() {
        match (format.sniff)(&head) {
            Match::Sure => return Ok(format),
            Match::Maybe if maybe.is_none() => maybe = Some(format),
            _ => {}
        }
    }
    maybe.ok_or(if head.is_binary() { Unrecognised::Binary } else { Unrecognised::Unknown })
}
