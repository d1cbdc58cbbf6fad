//! The features of a finding in bytes: an import reads those of every known finding, and a hash has no shorter spelling than its eight bytes.
//!
//! One byte [`MARK`]; four bytes, the lowest first, of which each bit says that the number of that place in [`numbers`] is there; those
//! numbers, eight bytes each; the length of the path in two bytes, and the path; the identifiers, eight bytes each.

use super::MatchKey;

/// The first byte. Older versions stored JSON, which starts with a brace.
const MARK: u8 = 1;
/// The numbers of a key.
const NUMBERS: usize = 22;

/// All numbers of a key, in an order that never changes. A new one comes last.
const fn numbers(key: &MatchKey) -> [u64; NUMBERS] {
    [
        key.group,
        key.rule,
        key.rule_name,
        key.path,
        key.file_name,
        key.content,
        key.line as u64,
        key.end_line as u64,
        key.column as u64,
        key.symbol,
        key.title,
        key.message,
        key.wording,
        key.fingerprint,
        key.url,
        key.method,
        key.parameter,
        key.resource,
        key.version,
        key.commit,
        key.distinct,
        key.secret,
    ]
}

impl MatchKey {
    /// The features as they are stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = numbers(self);
        let given = || numbers.iter().filter(|number| **number != 0);
        let mut out = Vec::with_capacity(8 + 8 * (given().count() + self.identifiers.len()) + self.path_text.len());
        out.push(MARK);
        let bits = numbers.iter().zip(0..).filter(|(number, _)| **number != 0).fold(0_u32, |bits, (_, at)| bits | 1 << at);
        out.extend(bits.to_le_bytes());
        out.extend(given().flat_map(|number| number.to_le_bytes()));
        // Paths are kept to far below this length.
        let path = self.path_text.as_bytes();
        let length = u16::try_from(path.len()).unwrap_or_default();
        out.extend(length.to_le_bytes());
        out.extend(path.iter().take(usize::from(length)));
        out.extend(self.identifiers.iter().flat_map(|number| number.to_le_bytes()));
        out
    }

    /// The features of stored bytes.
    ///
    /// # Errors
    /// What is wrong with bytes that no version of Muster wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        if bytes.first() == Some(&b'{') {
            return serde_json::from_slice(bytes).map_err(|error| format!("the stored features of a finding cannot be read: {error}"));
        }
        parse(bytes).ok_or_else(|| "the stored features of a finding are damaged".to_owned())
    }
}

fn parse(bytes: &[u8]) -> Option<MatchKey> {
    let mut rest = bytes.strip_prefix(&[MARK])?;
    let bits = u32::from_le_bytes(take(&mut rest)?);
    if bits >> NUMBERS != 0 {
        return None;
    }
    let mut numbers = [0; NUMBERS];
    for (number, at) in numbers.iter_mut().zip(0..) {
        if bits & 1 << at != 0 {
            *number = u64::from_le_bytes(take(&mut rest)?);
        }
    }
    let length = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let (path, identifiers) = rest.split_at_checked(length)?;
    let (identifiers, left) = identifiers.as_chunks::<8>();
    let [group, rule, rule_name, path_hash, file_name, content, line, end_line, column, symbol, title, message, wording, others @ ..] =
        numbers;
    let [fingerprint, url, method, parameter, resource, version, commit, distinct, secret] = others;
    left.is_empty().then_some(())?;
    Some(MatchKey {
        group,
        rule,
        rule_name,
        path: path_hash,
        path_text: String::from_utf8(path.to_vec()).ok()?,
        file_name,
        content,
        line: u32::try_from(line).ok()?,
        end_line: u32::try_from(end_line).ok()?,
        column: u32::try_from(column).ok()?,
        symbol,
        title,
        message,
        wording,
        fingerprint,
        url,
        method,
        parameter,
        resource,
        version,
        commit,
        distinct,
        secret,
        identifiers: identifiers.iter().map(|number| u64::from_le_bytes(*number)).collect(),
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> MatchKey {
        MatchKey {
            group: 1,
            rule: 2,
            rule_name: 3,
            path: 4,
            path_text: "src/größe.py".into(),
            file_name: 5,
            content: u64::MAX,
            line: u32::MAX,
            end_line: 8,
            column: 9,
            symbol: 10,
            title: 11,
            message: 12,
            wording: 13,
            fingerprint: 14,
            url: 15,
            method: 16,
            parameter: 17,
            resource: 18,
            version: 19,
            commit: 20,
            distinct: 21,
            secret: 22,
            identifiers: vec![23, 24],
        }
    }

    #[test]
    fn every_feature_comes_back() {
        let some = MatchKey { path: 4, line: 7, identifiers: vec![9], ..MatchKey::default() };
        for key in [full(), some, MatchKey::default()] {
            assert_eq!(MatchKey::from_bytes(&key.to_bytes()).unwrap(), key);
            let as_before = serde_json::to_vec(&key).unwrap();
            assert_eq!(MatchKey::from_bytes(&as_before).unwrap(), key);
        }
        let mut numbers = numbers(&full());
        numbers.sort_unstable();
        assert!(!numbers.contains(&0) && numbers.windows(2).all(|pair| pair[0] != pair[1]), "each feature is there once");
    }

    #[test]
    fn what_is_cut_or_of_another_kind_is_told() {
        let whole = full().to_bytes();
        for end in 0..whole.len() - 16 {
            assert!(MatchKey::from_bytes(&whole[..end]).is_err(), "{end}");
        }
        assert!(MatchKey::from_bytes(&whole[..whole.len() - 3]).is_err());
        assert!(MatchKey::from_bytes(&[2, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(MatchKey::from_bytes(&[MARK, 0, 0, 0, 0x80, 0, 0]).is_err());
        assert!(MatchKey::from_bytes(b"{\"group\":\"x\"}").unwrap_err().contains("cannot be read"));
    }
}
