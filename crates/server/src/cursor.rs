//! The place in a list behind which its next page starts, as clients carry it.
//!
//! It gives no rights, so it is not signed; a checksum over it and what was asked refuses one of another list, or one made up.

use crate::problem::{Code, Problem};

/// A place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) order_key: i64,
    pub(crate) id: String,
    /// Rank of that issue, 1 is first.
    pub(crate) rank: u64,
}

const CHECK: usize = 16;

impl Cursor {
    /// As a client carries it. `asked` is everything else in the request that says which list it is.
    pub(crate) fn write(&self, asked: &str) -> String {
        let place = format!("{}.{}.{}", self.order_key, self.rank, self.id);
        let hex: String = place.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("{}{hex}", check(&place, asked))
    }

    /// Reads what [`Cursor::write`] wrote for the same list.
    pub(crate) fn read(text: &str, asked: &str) -> Result<Self, Problem> {
        Self::parse(text, asked)
            .ok_or_else(|| Problem::new(Code::BadCursor, "this cursor is not of this list; leave it out to start at the list's beginning"))
    }

    fn parse(text: &str, asked: &str) -> Option<Self> {
        if text.len() > 1000 {
            return None;
        }
        let (given, hex) = text.split_at_checked(CHECK)?;
        let bytes: Option<Vec<u8>> =
            hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        let place = String::from_utf8(bytes?).ok()?;
        if check(&place, asked) != given {
            return None;
        }
        let mut parts = place.splitn(3, '.');
        let (order_key, rank) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { order_key, rank, id: parts.next()?.to_owned() })
    }
}

fn check(place: &str, asked: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("muster cursor 1");
    hasher.update(&(place.len() as u64).to_le_bytes());
    hasher.update(place.as_bytes());
    hasher.update(asked.as_bytes());
    hasher.finalize().to_hex().chars().take(CHECK).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let cursor = Cursor { order_key: -412, id: "M-7.x".to_owned(), rank: 50 };
        assert_eq!(Cursor::read(&cursor.write("q"), "q").unwrap(), cursor);
    }

    #[test]
    fn refuses_what_it_did_not_write() {
        let good = Cursor { order_key: 1, id: "A".to_owned(), rank: 1 }.write("q");
        assert!(Cursor::read(&good, "another list").is_err());
        for at in 0..good.len() {
            let mut wrong: Vec<u8> = good.clone().into_bytes();
            wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            assert!(Cursor::read(std::str::from_utf8(&wrong).unwrap(), "q").is_err(), "{at}");
            assert!(Cursor::read(&good[..at], "q").is_err(), "{at}");
        }
        for text in ["", "é", "ééééééééé", "zz", &"0".repeat(100_000)] {
            assert!(Cursor::read(text, "q").is_err());
        }
    }
}
