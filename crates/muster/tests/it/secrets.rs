//! No value of a secret reaches the database, its side files or the output.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::run::Home;

/// Secrets as they are in code: tokens, passwords with quotes and backslashes, keys over lines, other scripts.
fn values() -> Vec<String> {
    let token = |n: u64| format!("planted{n:02}-{:x}", 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(n + 1));
    let mut out: Vec<String> = (0..24).map(token).collect();
    out.push("pl4nted\"quoted'pass\\word".into());
    out.push("pl4nted with blanks & <markup>".into());
    out.push("pl4nted-geheim-Übergröße-ключ-秘密".into());
    out.push(format!("-----BEGIN RSA PRIVATE KEY-----\nPL4NTED{}\n-----END RSA PRIVATE KEY-----", "QUJD".repeat(40)));
    out.push(format!("pl4nted/{}+==", "aB9/".repeat(60)));
    out.push("postgres://shop:pl4nted-db-pass@db.example.com/shop".into());
    out
}

fn gitleaks(values: &[String]) -> String {
    let leak = |(n, value): (usize, &String)| {
        json!({"RuleID": "generic-api-key", "Description": "Detected a Generic API Key.", "StartLine": n + 1, "EndLine": n + 1, "StartColumn": 4,
            "EndColumn": 40, "Match": format!("api_key = \"{value}\""), "Secret": value, "File": format!("deploy/settings_{n}.py"), "SymlinkFile": "",
            "Commit": "", "Entropy": 3.9, "Author": "", "Email": "", "Date": "", "Message": format!("add {value}"), "Tags": [],
            "Fingerprint": format!("deploy/settings_{n}.py:generic-api-key:{}", n + 1)})
    };
    Value::Array(values.iter().enumerate().map(leak).collect()).to_string()
}

#[test]
fn are_nowhere_in_the_data_folder_or_the_output() {
    let home = Home::new();
    let values = values();
    assert_eq!(values.len(), 30);
    home.write("gitleaks.json", gitleaks(&values));
    let mut said = String::new();
    let commands: [&[&str]; 4] = [
        &["--json", "parse", "gitleaks.json"],
        &["--json", "import", "--repo", "github.com/acme/shop", "gitleaks.json"],
        &["--json", "issues", "--findings"],
        &["issues"],
    ];
    for command in commands {
        let ran = home.done(command);
        said.push_str(&ran.out);
        said.push_str(&ran.err);
    }
    assert_eq!(home.issues().len(), 30, "all were found");
    let mut files = Vec::new();
    collect(&home.path("data"), &mut files);
    assert!(!files.is_empty());
    let kept = kept_reports(&home);
    assert!(kept.iter().any(|(_, bytes)| contains(bytes, b"deploy/settings_29.py")), "the report is kept, without its secrets");
    files.extend(kept);
    let words = packed_words(&home);
    assert!(words.iter().any(|(_, bytes)| contains(bytes, b"deploy/settings_29.py")), "what findings and issues say is looked into");
    files.extend(words);
    for value in &values {
        for needle in needles(value) {
            assert!(!said.contains(&needle), "printed: {needle}");
            for (name, bytes) in &files {
                assert!(!contains(bytes, needle.as_bytes()), "{needle} is in {name}");
            }
        }
    }
}

/// The reports that are kept in the database, unpacked.
fn kept_reports(home: &Home) -> Vec<(String, Vec<u8>)> {
    let db = store::Db::open(&format!("sqlite:{}", home.database().display())).unwrap();
    let packed = db.read(|conn| conn.query_map("SELECT body FROM report_content", &[], |row| row.bytes(0))).unwrap();
    packed.iter().map(|packed| ("a kept report".to_owned(), zstd::decode_all(packed.as_slice()).unwrap())).collect()
}

/// What findings and issues say in the database, unpacked.
fn packed_words(home: &Home) -> Vec<(String, Vec<u8>)> {
    let db = store::Db::open(&format!("sqlite:{}", home.database().display())).unwrap();
    let read = |of: &str| db.read(|conn| conn.query_map(of, &[], |row| row.bytes(0))).unwrap();
    let words = |of: &str| read(of).into_iter().map(|body| store::Packed::stored(body).open().unwrap().into_owned()).collect::<Vec<_>>();
    // The first byte of what ranks are made again by is its version.
    let input = "SELECT substr(input, 2) FROM issue_rank WHERE input IS NOT NULL";
    ["SELECT body FROM finding_body", "SELECT body FROM issue_body", "SELECT rank FROM issue_rank", input]
        .iter()
        .flat_map(|of| words(of).into_iter().map(|words| ((*of).to_owned(), words)))
        .collect()
}

/// The value as it is and as JSON writes it, whole and its longest line: a key is found by its body, too.
fn needles(value: &str) -> Vec<String> {
    let line = value.lines().max_by_key(|line| line.len()).unwrap_or(value).to_owned();
    let mut out = vec![value.to_owned(), line];
    for at in 0..out.len() {
        let quoted = serde_json::to_string(&out[at]).unwrap();
        out.push(quoted[1..quoted.len() - 1].to_owned());
    }
    out
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    bytes.iter().enumerate().any(|(at, byte)| *byte == first && bytes[at..].starts_with(needle))
}

fn collect(folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
        } else {
            out.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}
