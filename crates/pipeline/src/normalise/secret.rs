//! The keyed hash of a secret's value: the only trace of the value that is ever kept.

use hmac::{Hmac, KeyInit, Mac};
use model::SecretEvidence;
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// Texts whose hash identifies no secret: heads of key blocks, which some tools hash instead of the key.
const HEADS: [&str; 14] = [
    "BEGIN RSA PRIVATE KEY",
    "BEGIN DSA PRIVATE KEY",
    "BEGIN EC PRIVATE KEY",
    "BEGIN OPENSSH PRIVATE KEY",
    "BEGIN PRIVATE KEY",
    "BEGIN ENCRYPTED PRIVATE KEY",
    "BEGIN PGP PRIVATE KEY BLOCK",
    "BEGIN SSH2 ENCRYPTED PRIVATE KEY",
    "PuTTY-User-Key-File-2",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN DSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----",
];

/// HMAC-SHA-256 under `key` of the hexadecimal SHA-1 of the value, in hexadecimal. The SHA-1 stands between so that tools which print only
/// that meet tools which print the value. `None` where the report shows neither, shows a masked value, or hashed only the head of a key.
#[must_use]
pub fn secret_hash(key: &[u8; 32], evidence: &SecretEvidence) -> Option<String> {
    if evidence.head_only {
        return None;
    }
    let inner = match evidence.value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
        Some(value) => sha1_of_value(value)?,
        None => {
            let given = evidence.sha1.as_deref()?.trim().to_ascii_lowercase();
            let is_sha1 = given.len() == 40 && given.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_head = HEADS.iter().any(|head| sha1_hex(head.as_bytes()) == given);
            (is_sha1 && !is_head).then_some(given)?
        }
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(inner.as_bytes());
    Some(hex(&mac.finalize().into_bytes()))
}

/// Hexadecimal SHA-1 of a value as other tools would hash it. A key block counts without the white space that files, JSON and YAML wrap it
/// in.
fn sha1_of_value(value: &str) -> Option<String> {
    if is_masked(value) || is_template(value) || HEADS.contains(&value) {
        return None;
    }
    if value.contains("-----BEGIN ") {
        let body = value.replace("\\r", "").replace("\\n", "");
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let inside = body.split("-----").nth(2).unwrap_or_default();
        // Only the head, or a head and a few characters: it is no key.
        return (inside.len() >= 32).then(|| sha1_hex(inside.as_bytes()));
    }
    Some(sha1_hex(value.as_bytes()))
}

/// True for what a tool prints instead of the value: stars, `REDACTED`, dots in the middle.
fn is_masked(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let stars = value.bytes().filter(|byte| *byte == b'*').count();
    let words = ["redacted", "<hidden>", "masked", "[secret]", "<secret>", "<redacted>", "[redacted]", "(redacted)", "xxxxx"];
    (stars >= 3 && (value.contains("***") || stars * 2 >= value.len()))
        || words.contains(&lower.as_str())
        || value.contains('…')
        || value.ends_with("...")
}

/// True for a text with places to fill in (`mongodb://<user>:<password>@host`, `${TOKEN}`, `{{ token }}`): it is nobody's secret, and the same
/// template in two places is not one secret.
fn is_template(value: &str) -> bool {
    let named =
        |inside: &str| !inside.is_empty() && inside.len() <= 40 && inside.chars().all(|c| c.is_ascii_alphanumeric() || " _-.".contains(c));
    let bracketed = value.split('<').skip(1).filter_map(|rest| rest.split_once('>')).any(|(inside, _)| named(inside));
    bracketed || value.contains("${") || value.contains("{{")
}

/// True where a fingerprint that a tool prints is a plain hash of the value, which anyone could try values against.
#[must_use]
pub fn is_plain_hash(text: &str, evidence: &SecretEvidence) -> bool {
    let text = text.trim();
    let Some(text) = text.rsplit(':').next().map(str::to_ascii_lowercase) else { return false };
    if evidence.sha1.as_ref().is_some_and(|sha1| sha1.eq_ignore_ascii_case(&text)) {
        return true;
    }
    evidence.value.as_ref().is_some_and(|value| {
        !value.is_empty()
            && [value.as_str(), value.trim()]
                .iter()
                .any(|value| text == sha1_hex(value.as_bytes()) || text == hex(&Sha256::digest(value.as_bytes())))
    })
}

fn sha1_hex(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_template_is_no_value() {
        for text in ["mongodb://<username>:<password>@<cluster>/x", "Bearer ${TOKEN}", "{{ token }}"] {
            assert!(is_template(text), "{text}");
        }
        for text in ["a<b", "x<>y", "{s}", "hunter2"] {
            assert!(!is_template(text), "{text}");
        }
    }

    fn value(text: &str) -> SecretEvidence {
        SecretEvidence { value: Some(text.to_owned()), ..SecretEvidence::default() }
    }

    fn sha1(text: &str) -> SecretEvidence {
        SecretEvidence { sha1: Some(text.to_owned()), ..SecretEvidence::default() }
    }

    #[test]
    fn value_and_sha1_meet() {
        let by_value = secret_hash(&KEY, &value("hunter2")).unwrap();
        assert_eq!(secret_hash(&KEY, &sha1("F3BBBD66A63D4BF1747940578EC3D0103530E21D")).unwrap(), by_value);
        assert_eq!(by_value.len(), 64);
        assert_ne!(secret_hash(&[8; 32], &value("hunter2")).unwrap(), by_value);
        assert_ne!(secret_hash(&KEY, &value("hunter3")).unwrap(), by_value);
    }

    #[test]
    fn known_answer() {
        // HMAC-SHA-256 with 32 bytes of 7 over "f3bbbd66a63d4bf1747940578ec3d0103530e21d", computed with OpenSSL.
        assert_eq!(secret_hash(&KEY, &value("hunter2")).unwrap(), "deb85f87fac9b082d6c02c72ae85738d34f516c1fe434c760e169225d92bc5d7");
    }

    #[test]
    fn a_key_block_is_the_same_however_it_is_wrapped() {
        let body = "MIIEpAIBAAKCAQEA1234567890abcdefghijABCDEFGHIJ";
        let file = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----\n", &body[..20], &body[20..]);
        let escaped = file.replace('\n', "\\n");
        assert_eq!(secret_hash(&KEY, &value(&file)), secret_hash(&KEY, &value(&escaped)));
        assert!(secret_hash(&KEY, &value(&file)).is_some());
    }

    #[test]
    fn what_identifies_nothing() {
        let head = SecretEvidence { head_only: true, ..value("x") };
        let none = [
            head,
            value(""),
            value("****"),
            value("AKIA************ABCD"),
            value("REDACTED"),
            value("-----BEGIN RSA PRIVATE KEY-----"),
            sha1("be4fc4886bd949b369d5e092eb87494f12e57e5b"),
            sha1("xyz"),
            SecretEvidence::default(),
        ];
        for evidence in none {
            assert_eq!(secret_hash(&KEY, &evidence), None, "{:?}", evidence.value);
        }
    }

    #[test]
    fn a_plain_hash_is_known_as_such() {
        assert!(is_plain_hash("f3bbbd66a63d4bf1747940578ec3d0103530e21d", &value("hunter2")));
        assert!(is_plain_hash("sha256:f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7", &value("hunter2")));
        assert!(!is_plain_hash("src/a.py:rule:12", &value("hunter2")));
    }
}
