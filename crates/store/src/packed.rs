//! JSON of findings and issues, stored small: what is written, and read back to make an issue again, is a third of what it says.
//!
//! The words that all of them share are in `packed.zdict`, a dictionary of zstd that was trained on the findings and issues of the examples and
//! of the fixtures of the formats (`zstd --train --maxdict=16384`). It is part of every database that was written with it: it is never changed,
//! and another one would get another mark.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{Result, StoreError, Value};

/// The first byte of what is packed with the first dictionary. The length of the text follows, four bytes, the lowest first. What starts in
/// another way is JSON as it was before anything was packed.
const MARK: u8 = 1;
/// Bytes before the frame.
const HEAD: usize = 5;
/// Of zstd's levels the fastest of the usual ones: level 3 makes 3 to 6 % less of these short texts, in 10 to 40 % more time.
const LEVEL: i32 = 1;

static WORDS: &[u8] = include_bytes!("packed.zdict");
static TO_PACK: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(WORDS, LEVEL));
static TO_OPEN: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(WORDS));

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static OPENER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// A text in JSON, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// Packs a text.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        pack(text).map_or_else(|| Self(text.to_owned()), Self)
    }

    /// What a database has.
    #[must_use]
    pub fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What a database takes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The text.
    ///
    /// # Errors
    /// When it was not packed by us.
    pub fn open(&self) -> Result<Cow<'_, [u8]>> {
        if self.0.first() == Some(&MARK) { unpack(&self.0).map(Cow::Owned) } else { Ok(Cow::Borrowed(&self.0)) }
    }

    /// What the text says.
    ///
    /// # Errors
    /// When it was not packed by us, or says something else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.open()?).map_err(|error| StoreError::Other(format!("a stored text cannot be read: {error}")))
    }

    /// True where nothing was ever put into it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Packed> for Value {
    fn from(packed: Packed) -> Self {
        Self::Bytes(packed.0)
    }
}

/// Nothing where it cannot be packed: then it is stored as it is.
fn pack(text: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(text.len()).ok()?;
    PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(packer) => packer,
            none => none.insert(Compressor::with_prepared_dictionary(&TO_PACK).ok()?),
        };
        let frame = packer.compress(text).ok()?;
        let mut out = Vec::with_capacity(HEAD + frame.len());
        out.push(MARK);
        out.extend(length.to_le_bytes());
        out.extend(frame);
        Some(out)
    })
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let wrong = || StoreError::Other("a packed text is damaged".to_owned());
    let (head, frame) = bytes.split_at_checked(HEAD).ok_or_else(wrong)?;
    let length = head.last_chunk::<4>().map(|length| u32::from_le_bytes(*length)).ok_or_else(wrong)?;
    OPENER.with_borrow_mut(|opener| {
        let opener = match opener {
            Some(opener) => opener,
            none => none.insert(Decompressor::with_prepared_dictionary(&TO_OPEN).map_err(|_| wrong())?),
        };
        opener.decompress(frame, usize::try_from(length).map_err(|_| wrong())?).map_err(|_| wrong())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let long = format!("{{\"description\":\"{}\"}}", "a report said this. ".repeat(300_000));
        for text in ["", "{}", "{\"id\":\"MST-00D4NJX5PCM9\",\"tier\":{\"id\":\"60d\"}}", "ä\u{0}\u{ffff}", &long] {
            let packed = Packed::of(text.as_bytes());
            assert_eq!(packed.open().unwrap(), text.as_bytes(), "{text:.40}");
            assert_eq!(Packed::stored(packed.0.clone()), packed);
        }
        assert_eq!(Packed::of(b"[1,2]").read::<Vec<u8>>().unwrap(), [1, 2]);
    }

    #[test]
    fn a_finding_takes_less_than_half() {
        let text = br#"{"format":"semgrep","tool":"Semgrep","kind":"sast","rule":"python-debug-server","title":"The debugger of Flask runs code.","severity":"medium","severity_raw":"WARNING","cwes":[489],"location":{"path":"services/checkout/app.py","start_line":41,"end_line":41}}"#;
        let packed = Packed::of(text).0.len();
        assert!(packed * 2 < text.len(), "{packed} of {}", text.len());
    }

    #[test]
    fn what_older_versions_stored_is_read_and_what_is_damaged_is_told() {
        assert_eq!(Packed::stored(b"{\"a\":1}".to_vec()).open().unwrap(), b"{\"a\":1}".as_slice());
        let mut packed = Packed::of(b"{\"a\":\"some text that is long enough\"}").0;
        packed.truncate(packed.len() - 3);
        assert!(Packed::stored(packed).open().is_err());
        assert!(Packed::stored(vec![MARK, 1]).open().is_err());
        let said = Packed::of(b"{\"a\":1}").read::<u8>().unwrap_err().to_string();
        assert!(said.contains("a stored text cannot be read: invalid type"), "{said}");
    }
}
