//! Hashes that identities and ids are made of.

/// BLAKE3 over parts, each preceded by its length, so that no two lists of parts give the same bytes.
#[must_use]
pub fn hash_parts(parts: &[&str]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The first `bytes` (at most 32) of a hash in lower-case hexadecimal.
#[must_use]
pub fn short_hex(hash: &[u8; 32], bytes: usize) -> String {
    use std::fmt::Write;
    hash.iter().take(bytes).fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The code of an issue: `MST-` and twelve characters (60 bits) of the hash of its founding identity, in Crockford's base 32
/// without letters that look like digits. Two of a million issues share a code with a chance of 1 in 2 million.
#[must_use]
pub fn issue_code(founding_identity: &str) -> String {
    code("MST", &hash_parts(&["issue", founding_identity]))
}

/// The code of a fix: `FIX-` and twelve characters of the hash of what the change is: its kind, owner, place and subject.
#[must_use]
pub fn fix_code(parts: &[&str]) -> String {
    let all: Vec<&str> = std::iter::once("fix").chain(parts.iter().copied()).collect();
    code("FIX", &hash_parts(&all))
}

fn code(word: &str, hash: &[u8; 32]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = hash.iter().take(8).fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let code = (0..12).map(|place| {
        let five = (bits >> (59 - 5 * place)) & 31;
        char::from(ALPHABET.get(usize::try_from(five).unwrap_or(0)).copied().unwrap_or(b'0'))
    });
    format!("{word}-{}", code.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash_parts(&["ab", "c"]), hash_parts(&["a", "bc"]));
    }

    #[test]
    fn a_code_is_stable_and_readable() {
        let code = issue_code("x");
        assert_eq!(code, issue_code("x"));
        assert_ne!(code, issue_code("y"));
        assert_eq!(code.len(), 16);
        assert!(code.strip_prefix("MST-").unwrap().chars().all(|c| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c))));
    }
}
